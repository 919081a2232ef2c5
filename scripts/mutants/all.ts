// All mutants, in the order of the source folders.

import { BRANCH } from './branch.ts';
import { LIMITS } from './limits.ts';
import { MEMORY } from './memory.ts';
import type { Mutant } from './mutant.ts';
import { POST_ACTION } from './post-action.ts';
import { POSTS } from './posts.ts';
import { RUN } from './run.ts';
import { scheduled } from './scheduled.ts';
import { SECRETS } from './secrets.ts';
import { UPLOADS } from './uploads.ts';
import { WIRE } from './wire.ts';

const ALL: readonly Mutant[] = [
  ...WIRE,
  ...SECRETS,
  ...UPLOADS,
  ...RUN,
  ...LIMITS,
  ...MEMORY,
  ...BRANCH,
  ...POSTS,
  ...POST_ACTION,
];

export const MUTANTS: readonly Mutant[] = [...ALL, ...scheduled(ALL)];
