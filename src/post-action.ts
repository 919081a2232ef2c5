// The entry point of the post action.

import { restoreVariables } from './hidden-variables.ts';
import { postMain } from './post-main.ts';
import { startProcess } from './start-process.ts';

restoreVariables();
await startProcess(postMain);
