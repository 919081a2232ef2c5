// The entry point of the post action.

import { postMain } from './post-main.ts';
import { startProcess } from './start-process.ts';

await startProcess(postMain);
