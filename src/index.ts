// The entry point of the upload action.

import { main } from './main.ts';
import { startProcess } from './start-process.ts';

await startProcess(main);
