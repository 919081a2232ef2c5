// Reading one image's or video's status: which of LinkedIn's words mean what, and how it is asked for.

import { describe, expect, it } from 'vitest';
import { LinkedInError, NetworkError, ReplyShapeError, UploadError } from '../../src/errors.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { StatusQuery } from '../../src/linkedin/session.ts';
import { interpretRecord, MediaStatusReader } from '../../src/linkedin/status.ts';
import { caught } from '../support/caught.ts';
import { IMAGE_URN, straight, VIDEO_URN } from './media-sessions.ts';
import { reply, ScriptedClient } from './scripted-client.ts';
import { readOn } from './status-batches.ts';

const image: StatusQuery = { api: 'media', urn: IMAGE_URN, kind: 'image', recipe: null };
const video: StatusQuery = { ...image, urn: VIDEO_URN, kind: 'video' };

const URL_EXPIRY = 1_691_456_400_000;

describe('a word of LinkedIn', () => {
  it.each([
    ['WAITING_UPLOAD', 'waiting'],
    ['PROCESSING', 'waiting'],
    ['AVAILABLE', 'available'],
    ['PROCESSING_FAILED', 'failed'],
    // Words that are not known are waited for, and never looked up on a prototype.
    ['REHEARSING', 'waiting'],
    ['FAILED', 'waiting'],
    ['available', 'waiting'],
    ['constructor', 'waiting'],
    ['', 'waiting'],
  ])('%j is %s', (status, state) => {
    expect(interpretRecord({ status }, image)).toMatchObject({ state, status });
  });

  it.each([
    [undefined, '(PROCESSING_FAILED)'],
    ['', '(PROCESSING_FAILED)'],
    ['The codec is not supported', '(PROCESSING_FAILED): "The codec is not supported"'],
    ['x'.repeat(5000), `(PROCESSING_FAILED): "${'x'.repeat(300)}"`],
  ])('of failure comes with its reason (%j)', (processingFailureReason, said) => {
    const reading = interpretRecord({ status: 'PROCESSING_FAILED', processingFailureReason }, video);
    if (reading.state !== 'failed') throw new RangeError('this video has failed');
    expect(reading.error).toBeInstanceOf(UploadError);
    expect(reading.error).toMatchObject({ code: 'PROCESSING_FAILED', urn: VIDEO_URN });
    expect(reading.error.message).toBe(`LinkedIn failed to process the file ${said}`);
  });
});

describe('an available file tells its address', () => {
  const downloadUrl = 'https://media.licdn.com/x?e=1&t=secret';
  it.each([
    ['none', {}, []],
    ['an empty one', { downloadUrl: '' }, []],
    ['one for good', { downloadUrl }, [{ kind: 'download', addresses: [{ url: downloadUrl }] }]],
    [
      'one for a while',
      { downloadUrl, downloadUrlExpiresAt: URL_EXPIRY },
      [{ kind: 'download', addresses: [{ url: downloadUrl, expiresAt: '2023-08-08T01:00:00.000Z' }] }],
    ],
  ])('%s', (_name, found, artifacts) => {
    expect(interpretRecord({ status: 'AVAILABLE', ...found }, image)).toEqual({
      state: 'available',
      status: 'AVAILABLE',
      artifacts,
    });
  });

  it('and no other does', () => {
    expect(interpretRecord({ status: 'PROCESSING', downloadUrl }, image)).not.toHaveProperty('artifacts');
  });

  it.each([
    [image, 'images'],
    [video, 'videos'],
  ])('when asked for alone too (%j)', async (query, resource) => {
    const client = new ScriptedClient([reply(200, { status: 'AVAILABLE', downloadUrl })]);
    const artifacts = await new MediaStatusReader(new RestClient(client, '202609')).readArtifacts(query);
    expect(artifacts).toEqual([{ kind: 'download', addresses: [{ url: downloadUrl }] }]);
    expect(client.last.url.pathname).toBe(`/rest/${resource}/${encodeURIComponent(query.urn)}`);
  });

  it('or its refusal', async () => {
    const statuses = new MediaStatusReader(new RestClient(new ScriptedClient([reply(403)]), '202609'));
    const error = await caught(() => statuses.readArtifacts(image), LinkedInError);
    expect(error).toMatchObject({ code: 'ACCESS_DENIED', status: 403 });
  });
});

describe('one file is read', () => {
  const read = (query: StatusQuery, answer: HttpResponse | Error, client = new ScriptedClient([answer])) =>
    readOn(client).read([query], straight);

  it.each([
    [image, 'https://api.linkedin.com/rest/images/urn%3Ali%3Aimage%3AC4E10AQFoyyAjHPMQuQ'],
    [video, 'https://api.linkedin.com/rest/videos/urn%3Ali%3Avideo%3AC5F10AQGKQg_6y2a4sQ'],
  ])('by its whole URN as one encoded key: $urn', async (query, address) => {
    const client = new ScriptedClient([reply(200, { status: 'PROCESSING' })]);
    const readings = await read(query, reply(200), client);
    expect(readings).toEqual([{ state: 'waiting', status: 'PROCESSING' }]);
    expect(client.last.url.href).toBe(address);
    expect(client.last).toMatchObject({
      method: 'GET',
      phase: 'status',
      idempotency: 'idempotent',
      bearer: true,
    });
  });

  it('in whatever form the other fields are', async () => {
    const odd = { downloadUrl: null, downloadUrlExpiresAt: 'never', processingFailureReason: null };
    for (const status of ['PROCESSING', 'AVAILABLE', 'PROCESSING_FAILED']) {
      const [reading] = await read(video, reply(200, { status, ...odd, aspectRatioWidth: 1.75, new: [] }));
      expect(reading).toMatchObject({ status });
    }
  });

  it('or not, where the token may not see it', async () => {
    const words = { message: 'Accessing this video resource is forbidden.', status: 403 };
    expect(await read(video, reply(403, words))).toMatchObject([
      { state: 'unreadable', error: { code: 'ACCESS_DENIED', status: 403 } },
    ]);
  });

  it.each<[name: string, answer: HttpResponse | Error, Kind: new (...args: never) => Error, code: string]>([
    ['no status', reply(200, { id: IMAGE_URN }), ReplyShapeError, 'REPLY_SHAPE'],
    ['a status that is no word', reply(200, { status: 200 }), ReplyShapeError, 'REPLY_SHAPE'],
    ['a page', reply(200, '<html>'), ReplyShapeError, 'REPLY_SHAPE'],
    ['no such image', reply(404, { status: 404 }), LinkedInError, 'REQUEST_REFUSED'],
    ['a raw colon, so to say', reply(400, { code: 'ILLEGAL_ARGUMENT' }), LinkedInError, 'REQUEST_REFUSED'],
    ['a dead token', reply(401, { status: 401 }), LinkedInError, 'TOKEN_REFUSED'],
    ['the end of a quota', reply(429), LinkedInError, 'LIMIT_REACHED'],
    ['an outage', reply(503), LinkedInError, 'SERVER_FAILED'],
    ['a broken line', new NetworkError('NETWORK_FAILED', 'gone'), NetworkError, 'NETWORK_FAILED'],
  ])('with %s as its error', async (_name, answer, Kind, code) => {
    const [error] = await read(image, answer);
    expect(error).toBeInstanceOf(Kind);
    expect(error).toMatchObject({ code });
  });

  it('and a bug is a bug', async () => {
    await expect(read(image, new TypeError('a bug'))).rejects.toThrow(TypeError);
  });
});
