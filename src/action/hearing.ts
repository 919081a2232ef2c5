// Who hears of what goes on between here and LinkedIn: the ledger counts, the log hides, and with step debugging tells.

import type { Env } from '../deps.ts';
import type { Exchange } from '../http/exchanges.ts';
import type { Ledger } from '../publish/ledger.ts';
import { showDuration } from '../units.ts';
import { maskingSparingly } from './masks.ts';
import type { Say } from './say.ts';

interface Listeners {
  readonly onRequest: Ledger['countRequest'];
  readonly onSecret: ReturnType<typeof maskingSparingly>;
  readonly onExchange?: (exchange: Exchange) => void;
}

export function hearing(ledger: Ledger, world: { env: Env; say: Say }): Listeners {
  const listeners = { onRequest: ledger.countRequest, onSecret: maskingSparingly(ledger, world) };
  // To look for secrets in the address of each request would cost a run that nobody debugs a part of its speed.
  if (world.env.RUNNER_DEBUG !== '1') return listeners;
  return { ...listeners, onExchange: (exchange) => world.say.debug(exchangeLine(exchange)) };
}

/** `POST api.linkedin.com/rest/assets (register): 201 after 0.2 s [x-li-uuid …]` */
export function exchangeLine({ method, place, phase, durationMs, answer }: Exchange): string {
  const id = answer?.requestId == null ? '' : ` [x-li-uuid ${answer.requestId}]`;
  return `${method} ${place} (${phase}): ${answer?.status ?? 'no answer'} after ${showDuration(durationMs)}${id}`;
}
