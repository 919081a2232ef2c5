// Requests to LinkedIn and its responses as plain records, independent of connections and APIs.

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
  /** Whether the access token is sent. */
  readonly bearer: boolean;
  readonly body?: string | Body;
  /** The cap of a successful response, if not `MAX_RESPONSE_BYTES`. */
  readonly maxResponseBytes?: number | undefined;
  /** Other secrets in the request, to be redacted if the response echoes them. */
  readonly secrets?: readonly Secret[];
  /** Aborts only this request. The run's signal always applies too. */
  readonly signal?: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Dispatcher.ResponseData['headers'];
  readonly text: string;
  /** The request of this response. */
  readonly call?: CallContext;
}
