// The entry point of the action.

import { main } from './main.ts';
import { startProcess } from './start-process.ts';

await startProcess(main);
