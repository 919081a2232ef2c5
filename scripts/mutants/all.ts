// All bugs that are planted, in the order of their rooms.

import { MEMORY } from './memory.ts';
import type { Mutant } from './mutant.ts';
import { RUN } from './run.ts';
import { scheduled } from './scheduled.ts';
import { SECRETS } from './secrets.ts';
import { UPLOADS } from './uploads.ts';
import { WIRE } from './wire.ts';

const OF_ROOMS: readonly Mutant[] = [...WIRE, ...SECRETS, ...UPLOADS, ...RUN, ...MEMORY];

export const MUTANTS: readonly Mutant[] = [...OF_ROOMS, ...scheduled(OF_ROOMS)];
