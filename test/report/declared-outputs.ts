// The names of the outputs that the two actions declare.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

function declaredIn(path: string): string[] {
  return Object.keys(parse(readFileSync(path, 'utf8')).outputs);
}

export const OUTPUTS = declaredIn('action.yml');
export const POST_OUTPUTS = declaredIn('post/action.yml');
