// What is told of each request, for who looks into a run: where it went, how it was answered, and LinkedIn's own id of it.

import type { Clock } from '../deps.ts';
import type { Secret } from '../secret.ts';
import type { HttpReply, HttpRequest } from './messages.ts';
import { placeOf } from './place.ts';

/** `answer` is null when none came. The id is what LinkedIn's support asks for. */
export interface Exchange {
  readonly method: string;
  /** Host and path, never the query: that of an upload address is a credential. */
  readonly place: string;
  readonly phase: HttpRequest['phase'];
  readonly durationMs: number;
  readonly answer: { readonly status: number; readonly requestId: string | null } | null;
}

interface Hearing {
  readonly clock: Clock;
  /** What the address may hold and the log must not. */
  readonly secrets: readonly Secret[];
  readonly onExchange?: ((exchange: Exchange) => void) | undefined;
}

/** Tells `onExchange` how `exchange` went, and hands on what it gives or throws. */
export async function overheard(
  { method, url, phase }: HttpRequest,
  exchange: () => Promise<HttpReply>,
  { clock, secrets, onExchange }: Hearing,
): Promise<HttpReply> {
  const startedMs = clock.now();
  const tell = (answer: Exchange['answer']) =>
    onExchange?.({
      method,
      place: placeOf(url, secrets),
      phase,
      durationMs: clock.now() - startedMs,
      answer,
    });
  try {
    const reply = await exchange();
    const { 'x-li-uuid': id } = reply.headers;
    tell({ status: reply.status, requestId: typeof id === 'string' ? id : null });
    return reply;
  } catch (error) {
    tell(null);
    throw error;
  }
}
