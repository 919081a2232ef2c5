// What is told of each request, for who looks into a run: where it went, how it was answered, and LinkedIn's own id of it.

import type { Clock } from '../deps.ts';
import type { HttpReply, HttpRequest } from './messages.ts';

/** `answer` is null when none came. The id is what LinkedIn's support asks for. */
export interface Exchange {
  readonly method: string;
  /** Host and path; of an upload the host alone, for its address is a credential. */
  readonly place: string;
  readonly phase: HttpRequest['phase'];
  readonly durationMs: number;
  readonly answer: { readonly status: number; readonly requestId: string | null } | null;
}

/** Tells `onExchange` how `exchange` went, and hands on what it gives or throws. */
export async function overheard(
  { method, url, phase }: HttpRequest,
  exchange: () => Promise<HttpReply>,
  { clock, onExchange }: { readonly clock: Clock; readonly onExchange?: (exchange: Exchange) => void },
): Promise<HttpReply> {
  const startedMs = clock.now();
  const tell = (answer: Exchange['answer']) => {
    const place = phase === 'upload' ? url.host : `${url.host}${url.pathname}`;
    onExchange?.({ method, place, phase, durationMs: clock.now() - startedMs, answer });
  };
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
