// A LinkedIn that tells statuses of images and videos, one at a time or many at once.

import type { HttpClient } from '../../src/http/client.ts';
import type { HttpRequest, HttpResponse } from '../../src/http/messages.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { StatusQuery, WithReadSlot } from '../../src/linkedin/session.ts';
import { MediaStatusReader } from '../../src/linkedin/status.ts';
import type { MediaKind } from '../../src/linkedin/urn.ts';
import { reply } from './scripted-client.ts';

export function queriesOf(kind: MediaKind, count: number): StatusQuery[] {
  return Array.from({ length: count }, (_, index) => ({
    api: 'media',
    urn: `urn:li:${kind}:C_${index}`,
    kind,
    recipe: null,
  }));
}

/** The ids that a batch asks for, or null when the address is of one file. */
function idsIn(url: URL): string[] | null {
  const [, list] = /\?ids=List\((.*)\)$/.exec(url.href) ?? [];
  return list === undefined ? null : list.split(',').map(decodeURIComponent);
}

type Answer = (request: HttpRequest) => HttpResponse;

/** Answers each file alone with PROCESSING, and batches by `answer`; keeps the addresses asked for. */
export class Statuses implements HttpClient {
  readonly apiUrl = new URL('https://api.linkedin.com');
  readonly asked: string[] = [];
  readonly #batch: Answer;

  constructor(batch: Answer) {
    this.#batch = batch;
  }

  get batches(): number {
    return this.asked.filter((href) => href.includes('List(')).length;
  }

  serverNow(): number {
    return 0;
  }

  async request(request: HttpRequest): Promise<HttpResponse> {
    this.asked.push(request.url.href);
    return idsIn(request.url) === null ? reply(200, { status: 'PROCESSING' }) : this.#batch(request);
  }
}

export function readOn(client: HttpClient) {
  const statuses = new MediaStatusReader(new RestClient(client, '202609'));
  return {
    statuses,
    /** All answers, when the last one is there. */
    read: (queries: readonly StatusQuery[], withReadSlot: WithReadSlot) =>
      Promise.all(statuses.read(queries, withReadSlot)),
  };
}

/** Every file that is asked for, with one status. */
export const all =
  (status: string): Answer =>
  ({ url }) =>
    reply(200, { results: Object.fromEntries((idsIn(url) ?? []).map((id) => [id, { id, status }])) });

export const given =
  (body: unknown, status = 200): Answer =>
  () =>
    reply(status, body);
