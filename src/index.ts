// The entry point of the action.

import { usageText } from './action/usage.ts';
import { main } from './main.ts';
import { startProcess } from './start-process.ts';

const usage = usageText(process.argv.slice(2));
if (usage !== null) {
  process.stdout.write(usage);
  process.exit();
}

await startProcess(main);
