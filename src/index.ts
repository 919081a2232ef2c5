// The entry point of the action.

import { main } from './main.ts';
import { startProcess } from './start-process.ts';
import { limitYoungGeneration } from './young-generation.ts';

limitYoungGeneration(process);
await startProcess(main);
