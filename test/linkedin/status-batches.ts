// A LinkedIn that answers single and batch status reads of images and videos.

import type { HttpClient } from '../../src/http/client.ts';
import type { HttpRequest, HttpResponse } from '../../src/http/messages.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { StatusQuery } from '../../src/linkedin/session.ts';
import { MediaStatusReader } from '../../src/linkedin/status.ts';
import type { MediaKind } from '../../src/linkedin/urn.ts';
import { reply, ScriptedClient, straight } from './scripted-client.ts';

export function queriesOf(kind: MediaKind, count: number): StatusQuery[] {
  return Array.from({ length: count }, (_, index) => ({
    api: 'media',
    urn: `urn:li:${kind}:C_${index}`,
    kind,
    recipe: null,
  }));
}

/** The IDs in the URL of a batch read, or null for a single read. */
function idsIn(url: URL): string[] | null {
  const [, list] = /\?ids=List\((.*)\)$/.exec(url.href) ?? [];
  return list === undefined ? null : list.split(',').map(decodeURIComponent);
}

type Answer = (request: HttpRequest) => HttpResponse;

/** Answers single reads with PROCESSING and batch reads with `batch`. */
export class Statuses extends ScriptedClient {
  constructor(batch: Answer) {
    super([
      (request) => (idsIn(request.url) === null ? reply(200, { status: 'PROCESSING' }) : batch(request)),
    ]);
  }

  get requestedUrls(): string[] {
    return this.requests.map(({ url }) => url.href);
  }

  get batches(): number {
    return this.requestedUrls.filter((href) => href.includes('List(')).length;
  }
}

export function readOn(client: HttpClient, withReadSlot = straight) {
  const statuses = new MediaStatusReader(new RestClient(client, '202609'), withReadSlot);
  return {
    statuses,
    /** Waits for all results. */
    read: (queries: readonly StatusQuery[]) => Promise.all(statuses.read(queries)),
  };
}

/** Answers with the same status for every requested file. */
export const all =
  (status: string): Answer =>
  ({ url }) =>
    reply(200, { results: Object.fromEntries((idsIn(url) ?? []).map((id) => [id, { id, status }])) });

export const given =
  (body: unknown, status = 200): Answer =>
  () =>
    reply(status, body);
