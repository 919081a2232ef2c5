// The entry: the real world for main.ts. No branches, no logic.

import { guardPipes, lingerBriefly, tellBug, warnOfDebugging } from './action/guard.ts';
import { say } from './action/say.ts';
import { RunError } from './errors.ts';
import { openConnections } from './http/connections.ts';
import { main } from './main.ts';
import { systemClock } from './system-clock.ts';

guardPipes(process);
warnOfDebugging(say);

const cancel = new AbortController();
// Rejections that nobody handles end up here too.
process.on('uncaughtException', tellBug(say, cancel, process));
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const onSignal = (signal: NodeJS.Signals) => {
  // A second signal, of either kind, ends the process at once: GitHub sends the other one 7.5 s after the first.
  for (const one of SIGNALS) process.off(one, onSignal);
  cancel.abort(new RunError('RUN_CANCELLED', `the run was cancelled (${signal})`));
};
for (const signal of SIGNALS) process.on(signal, onSignal);

const exitCode = await main({
  env: process.env,
  say,
  clock: systemClock,
  signal: cancel.signal,
  openDispatcher: (route) => openConnections(route),
});
// A bug told meanwhile stays one: not the last word of the run.
process.exitCode ||= exitCode;
lingerBriefly(cancel.signal, process);
