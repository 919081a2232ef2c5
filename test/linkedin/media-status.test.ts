// Status reads of one image or video: the meaning of each status, and the request.

import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { interpretRecord, MediaStatusReader, statusRecord } from '../../src/linkedin/media-status.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { StatusQuery } from '../../src/linkedin/session.ts';
import { broken } from '../errors/failures.ts';
import { IMAGE_URN, VIDEO_URN } from './media-sessions.ts';
import { reply, ScriptedClient, straight, withErrors } from './scripted-client.ts';

const image: StatusQuery = { api: 'media', urn: IMAGE_URN, kind: 'image', recipe: null };
const video: StatusQuery = { ...image, urn: VIDEO_URN, kind: 'video' };

const URL_EXPIRY = 1_691_456_400_000;

describe('media statuses', () => {
  it.each([
    ['WAITING_UPLOAD', 'waiting'],
    ['PROCESSING', 'waiting'],
    ['AVAILABLE', 'available'],
    ['PROCESSING_FAILED', 'failed'],
    // An unknown status means waiting, and is never looked up on a prototype.
    ['REHEARSING', 'waiting'],
    ['FAILED', 'waiting'],
    ['available', 'waiting'],
    ['constructor', 'waiting'],
    ['', 'waiting'],
  ])('the status %j means %s', (status, state) => {
    expect(interpretRecord({ status, artifacts: [] }, image)).toMatchObject({ state, status });
  });

  it.each([
    [undefined, '(PROCESSING_FAILED)'],
    ['', '(PROCESSING_FAILED)'],
    ['The codec is not supported', '(PROCESSING_FAILED): "The codec is not supported"'],
    ['x'.repeat(5000), `(PROCESSING_FAILED): "${'x'.repeat(300)}"`],
  ])('a failed file has an error with the reason from LinkedIn (%j)', (processingFailureReason, ending) => {
    const failed = { status: 'PROCESSING_FAILED', processingFailureReason, artifacts: [] };
    const reading = interpretRecord(failed, video);
    if (reading.state !== 'failed') throw new RangeError('this video has failed');
    expect(reading.error).toBeInstanceOf(ActionError);
    expect(reading.error).toMatchObject({ code: 'PROCESSING_FAILED', urn: VIDEO_URN });
    expect(reading.error.message).toBe(`LinkedIn failed to process the file ${ending}`);
  });
});

describe('download URLs', () => {
  const downloadUrl = 'https://media.licdn.com/x?e=1&t=secret';
  it.each([
    ['no download URL', {}, []],
    [
      'a download URL without expiry',
      { downloadUrl },
      [{ kind: 'download', addresses: [{ url: downloadUrl }] }],
    ],
    [
      'a download URL with an expiry',
      { downloadUrl, downloadUrlExpiresAt: URL_EXPIRY },
      [{ kind: 'download', addresses: [{ url: downloadUrl, expiresAt: '2023-08-08T01:00:00.000Z' }] }],
    ],
    [
      'an expiry that no date can hold',
      { downloadUrl, downloadUrlExpiresAt: 1e20 },
      [{ kind: 'download', addresses: [{ url: downloadUrl }] }],
    ],
  ])('an available file with %s gives the matching artifacts', (_name, found, artifacts) => {
    expect(interpretRecord(statusRecord.parse({ status: 'AVAILABLE', ...found }), image)).toEqual({
      state: 'available',
      status: 'AVAILABLE',
      artifacts,
    });
  });

  it('a file that is still processing has no artifacts', () => {
    const found = statusRecord.parse({ status: 'PROCESSING', downloadUrl });
    expect(interpretRecord(found, image)).not.toHaveProperty('artifacts');
  });
});

describe('single status reads', () => {
  /** LinkedIn rejects the batch read that comes first. */
  const read = async (
    query: StatusQuery,
    answer: HttpResponse | Error,
    client = new ScriptedClient([reply(403), answer]),
  ) => {
    const statuses = new MediaStatusReader(new RestClient(client, '202609'), straight);
    return await Promise.all(statuses.read([query]));
  };

  it.each([
    [image, 'https://api.linkedin.com/rest/images/urn%3Ali%3Aimage%3AC4E10AQFoyyAjHPMQuQ'],
    [video, 'https://api.linkedin.com/rest/videos/urn%3Ali%3Avideo%3AC5F10AQGKQg_6y2a4sQ'],
  ])('a status read has the whole URN as one encoded key in its URL: $urn', async (query, address) => {
    const client = new ScriptedClient([reply(403), reply(200, { status: 'PROCESSING' })]);
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

  it('a status is read although other fields have unexpected values', async () => {
    const odd = { downloadUrl: null, downloadUrlExpiresAt: 'never', processingFailureReason: null };
    for (const status of ['PROCESSING', 'AVAILABLE', 'PROCESSING_FAILED']) {
      const [reading] = await read(video, reply(200, { status, ...odd, aspectRatioWidth: 1.75, new: [] }));
      expect(reading).toMatchObject({ status });
    }
  });

  it('a 403 means that the status is unreadable', async () => {
    const body = { message: 'Accessing this video resource is forbidden.', status: 403 };
    expect(await read(video, reply(403, body))).toMatchObject([
      { state: 'unreadable', error: { code: 'ACCESS_DENIED', status: 403 } },
    ]);
  });

  it.each<[name: string, answer: HttpResponse | Error, Kind: new (...args: never) => Error, code: string]>([
    ['a reply without a status', reply(200, { id: IMAGE_URN }), CallError, 'REPLY_SHAPE'],
    ['a missing image', reply(404, { status: 404 }), CallError, 'REQUEST_REFUSED'],
    ['a network error', broken('status', 'all'), CallError, 'NETWORK_FAILED'],
  ])('%s is returned as the error of the file', async (_name, answer, Kind, code) => {
    const [error] = withErrors(await read(image, answer));
    expect(error).toBeInstanceOf(Kind);
    expect(error).toMatchObject({ code });
  });
});
