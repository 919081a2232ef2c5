// A LinkedIn connection over a real socket: a session from registration to completion, and parallel status reads.

import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { LinkedIn, Receipt, StatusQuery } from '../../src/linkedin/session.ts';
import { HttpFixture, TOKEN } from '../http/http-fixture.ts';
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import statusSample from '../replies/status.json' with { type: 'json' };
import { inParts, MULTIPART } from './asset-sessions.ts';
import { partBody, straight } from './scripted-client.ts';

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
  it('status reads of no files send no request', async () => {
    let calls = 0;
    const linkedin = await open((_request, response) => {
      calls += 1;
      response.end('{}');
    });
    expect(await Promise.all(linkedin.statuses.read([]))).toEqual([]);
    expect(calls).toBe(0);
  });

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

  it('status reads of a cancelled run return RUN_CANCELLED for each file and do not throw', async () => {
    const signal = AbortSignal.abort();
    const apiUrl = await fixture.http((_request, response) => response.end('{}'));
    const linkedin = openLinkedIn({
      ...fixture.options(apiUrl, { signal }),
      api: 'assets',
      version: '202609',
      onSecret: () => {},
      withReadSlot: straight,
    });
    const readings = await Promise.all(linkedin.statuses.read([queryOf('A'), queryOf('B')]));
    const cancelled = { state: 'unread', error: { code: 'RUN_CANCELLED' } };
    expect(readings).toMatchObject([cancelled, cancelled]);
  });
});

it('a session uploads and completes a multipart video over a real socket', async () => {
  const requests: string[] = [];
  let completion: unknown;
  const linkedin = await open(async (request, response) => {
    const { method, url: path = '', headers } = request;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    requests.push(`${method} ${path} ${headers.authorization ?? 'no token'}`);
    if (path.includes('registerUpload')) {
      const reply = structuredClone(registerParts.reply);
      const { partUploadRequests } = reply.value.uploadMechanism[MULTIPART];
      for (const [index, part] of partUploadRequests.entries())
        part.url = `http://${headers.host}/part/${index}`;
      response.setHeader('date', 'Sat, 05 Sep 2020 17:10:00 GMT').end(JSON.stringify(reply));
    } else if (method === 'PUT') {
      response.setHeader('etag', `"${createHash('md5').update(body).digest('hex')}"`).end();
    } else {
      completion = JSON.parse(body.toString());
      response.end();
    }
  });

  const session = await linkedin.openSession(inParts);
  expect(linkedin.serverNow()).toBe(Date.UTC(2020, 8, 5, 17, 10));
  const receipts: Receipt[] = [];
  for (const part of session.parts) receipts.push(await part.put(partBody('abc')));
  await session.complete?.(receipts);

  const bearer = `Bearer ${TOKEN}`;
  expect(requests).toEqual([
    `POST /rest/assets?action=registerUpload ${bearer}`,
    'PUT /part/0 no token',
    'PUT /part/1 no token',
    `POST /rest/assets?action=completeMultiPartUpload ${bearer}`,
  ]);
  const response = { headers: { ETag: '900150983cd24fb0d6963f7d28e17f72' }, httpStatusCode: 200 };
  const { mediaArtifact, uploadMechanism } = registerParts.reply.value;
  expect(completion).toEqual({
    completeMultipartUploadRequest: {
      mediaArtifact,
      metadata: uploadMechanism[MULTIPART].metadata,
      partUploadResponses: [response, response],
    },
  });
});
