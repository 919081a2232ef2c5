// A LinkedIn connection over a real socket: a session from registration to completion, and parallel status reads.

import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { LinkedIn, StatusQuery } from '../../src/linkedin/session.ts';
import { HttpFixture } from '../http/http-fixture.ts';
import statusSample from '../replies/status.json' with { type: 'json' };
import { straight } from './scripted-client.ts';

const fixture = new HttpFixture();
afterEach(() => fixture.close());

async function open(listener: RequestListener): Promise<LinkedIn> {
  return openLinkedIn({
    ...fixture.options(await fixture.http(listener)),
    api: 'assets',
    version: '202609',
    onSecret: () => {},
    withReadSlot: straight,
  });
}

function queryOf(id: string): StatusQuery {
  const recipe = 'urn:li:digitalmediaRecipe:feedshare-video';
  return { api: 'assets', urn: `urn:li:digitalmediaAsset:${id}`, kind: 'video', recipe };
}

describe('status reads', () => {
  it('status reads return results in the requested order, and an error only for its own file', async () => {
    const ready = { ...statusSample.reply, recipes: [{ recipe: queryOf('').recipe, status: 'AVAILABLE' }] };
    const answers = new Map<string | undefined, [status: number, body: string]>([
      ['/rest/assets/Fine', [200, JSON.stringify(ready)]],
      ['/rest/assets/Denied', [403, JSON.stringify({ status: 403, code: 'ACCESS_DENIED', message: 'No' })]],
      ['/rest/assets/Gone', [404, JSON.stringify({ status: 404 })]],
      ['/rest/assets/Odd', [200, '<html>']],
      ['/rest/assets/Busy', [200, JSON.stringify(statusSample.reply)]],
    ]);
    const linkedin = await open((request, response) => {
      const [status, body] = answers.get(request.url) ?? [500, ''];
      // The first request is answered last.
      if (request.url === '/rest/assets/Fine') setImmediate(() => response.writeHead(status).end(body));
      else response.writeHead(status).end(body);
    });
    const queries = ['Fine', 'Denied', 'Gone', 'Odd', 'Busy', 'Fine'].map(queryOf);
    const readings = await Promise.all(linkedin.statuses.read(queries));
    expect(readings).toMatchObject([
      { state: 'available', status: 'AVAILABLE' },
      { state: 'unreadable', error: { code: 'ACCESS_DENIED' } },
      { state: 'unread', error: { code: 'REQUEST_REFUSED', status: 404 } },
      { state: 'unread', error: { code: 'REPLY_SHAPE' } },
      { state: 'waiting', status: 'PROCESSING' },
      { state: 'available', status: 'AVAILABLE' },
    ]);
  });
});
