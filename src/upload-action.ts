// The entry point of the upload action.

import { restoreVariables } from './hidden-variables.ts';
import { main } from './main.ts';
import { startProcess } from './start-process.ts';

restoreVariables();
await startProcess(main);
