// The entry point of the upload action.

import { main } from './main.ts';
import { startProcess } from './start-process.ts';
import { limitYoungGeneration } from './young-generation.ts';

// First, because it may start the process again.
limitYoungGeneration(process);
await startProcess(main);
