// The table of uploads: the key of an upload, and the calls of each day.

import { describe, expect, it } from 'vitest';
import { draftOf, EMPTY } from '../../src/memory/content.ts';
import { apiBaseOf, makeUploadEntry, type UploadKey, uploadKeyText } from '../../src/memory/upload-entry.ts';
import { callsOn, setCalls } from '../../src/memory/uploads.ts';
import { imageOf, keyOf } from './entries.ts';
import { freshPath, open, reread } from './samples.ts';

it('a registration does not replace an upload of another run, which LinkedIn has with all bytes', async () => {
  const path = freshPath();
  const first = await open(path);
  first.uploads.record(keyOf(1), { ...imageOf(1), state: 'uploaded' });
  await first.memory.close();
  const second = await open(path);
  const urn = 'urn:li:image:OTHER';
  second.uploads.record(keyOf(1), { ...imageOf(1), urn, state: 'registered' });
  await second.memory.close();
  expect((await reread(path)).find(keyOf(1))).toMatchObject({ urn: imageOf(1).urn, state: 'uploaded' });
  const third = await open(path);
  third.uploads.record(keyOf(1), { ...imageOf(1), urn, state: 'uploaded' });
  await third.memory.close();
  expect((await reread(path)).find(keyOf(1))).toMatchObject({ urn, state: 'uploaded' });
});

describe('setCalls', () => {
  it('a job sets the number of its calls, so that a repeated write counts nothing twice', () => {
    const draft = draftOf(EMPTY);
    const set = (job: string, count: number) => setCalls(draft, { day: '2026-11-25', job, count });
    expect([set('a', 3), set('a', 3), set('b', 4), set('a', 5)]).toEqual([true, false, true, true]);
    expect(callsOn(draft, '2026-11-25')).toBe(9);
  });

  it('the counts of the newest seven days are kept', () => {
    const draft = draftOf(EMPTY);
    for (let day = 10; day < 20; day += 1) setCalls(draft, { day: `2026-11-${day}`, job: 'a', count: 1 });
    expect(Object.keys(draft.calls)).toEqual([13, 14, 15, 16, 17, 18, 19].map((day) => `2026-11-${day}`));
  });
});

describe('upload key', () => {
  const key = keyOf(1);

  it.each<[string, Partial<UploadKey>]>([
    ['digest', { sha256: keyOf(2).sha256 }],
    ['size', { sizeBytes: 1 }],
    ['owner', { owner: 'urn:li:person:x' }],
    ['api', { api: 'media' }],
    ['recipe', { recipe: null }],
    ['API base', { apiUrl: 'https://gateway.test/linkedin' }],
    ['captions digest', { captionsSha256: keyOf(2).sha256 }],
    ['thumbnail digest', { thumbnailSha256: keyOf(2).sha256 }],
  ])('the key of an upload differs for another %s', (_, change) => {
    expect(uploadKeyText({ ...key, ...change })).not.toBe(uploadKeyText(key));
  });

  it('the key of an upload is the same for both spellings of an ad account', () => {
    const keyFor = (kind: string) => uploadKeyText({ ...key, owner: `urn:li:${kind}:5` });
    expect(keyFor('sponsoredAdAccount')).toBe(keyFor('sponsoredAccount'));
  });

  it('an upload to a sandbox is not found by the next run, so that its URN never reaches LinkedIn', async () => {
    const path = freshPath();
    const { uploads, memory } = await open(path);
    uploads.record({ ...key, apiUrl: 'http://127.0.0.1:4000' }, imageOf(1));
    await memory.close();
    expect((await reread(path)).find(key)).toBeNull();
  });
});

it.each([
  ['https://api.linkedin.com', 'https://api.linkedin.com'],
  ['https://api.linkedin.com/', 'https://api.linkedin.com'],
  ['https://API.linkedin.com:443/', 'https://api.linkedin.com'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://[::1]:80/', 'http://[::1]'],
  ['https://gateway.test/linkedin//', 'https://gateway.test/linkedin'],
])('the API base of %s is %s and is valid in an entry', (url, base) => {
  const apiUrl = apiBaseOf(new URL(url));
  expect(apiUrl).toBe(base);
  expect(
    makeUploadEntry({ ...keyOf(1), ...imageOf(1), apiUrl, updatedAt: '2026-11-25T12:00:00Z' }),
  ).toMatchObject({
    apiUrl,
  });
});
