// `curl --parallel` as the other side of a comparison.

import { writeFileSync } from 'node:fs';
import type { Program } from './processes.ts';

// The default of the action. The other side gets as many connections.
export const SLOTS = 8;

interface CurlOptions {
  /** Where to write its list of uploads. */
  readonly configPath: string;
  /** Each file whole, because curl cannot send a part of one. */
  readonly uploads: readonly { readonly path: string; readonly url: string }[];
  readonly certificate?: string | null;
}

export function curlProgram({ configPath, uploads, certificate = null }: CurlOptions): Program {
  const entries = uploads.map(({ path, url }) =>
    [`upload-file = "${path}"`, `url = "${url}"`, 'output = "/dev/null"'].join('\n'),
  );
  writeFileSync(configPath, `${entries.join('\n')}\n`);
  const trust = certificate === null ? [] : ['--cacert', certificate];
  const limit = ['--http1.1', '--parallel', '--parallel-max', String(SLOTS)];
  return { command: 'curl', args: ['-sf', ...limit, ...trust, '-K', configPath] };
}
