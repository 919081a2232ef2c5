// What goes to LinkedIn and what comes back, as plain records. Knows no connection and no API.

import type { Dispatcher } from 'undici';
import type { CallContext, Idempotency, Phase } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { Body } from './upload-stream.ts';

export interface HttpRequest {
  readonly phase: Phase;
  readonly idempotency: Idempotency;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the access token goes along. */
  readonly bearer: boolean;
  readonly body?: string | Body;
  /** How much of a good answer is taken, where that is not `MAX_RESPONSE_BYTES`. */
  readonly maxResponseBytes?: number | undefined;
  /** What goes along beside the token that an answer may echo, and nobody is to read. */
  readonly secrets?: readonly Secret[];
  /** Aborts this request alone; the run's own signal is always heard. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  /** The request that it answers. */
  readonly call?: CallContext;
}
