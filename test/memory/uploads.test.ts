// The table of uploads: the key of an upload, and the calls of each day.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { apiBaseOf } from '../../src/http/allowed-hosts.ts';
import {
  type UploadKey,
  type UploadRecord,
  uploadEntry,
  uploadKeyText,
} from '../../src/memory/upload-entry.ts';
import { TestClock } from '../support/clock.ts';
import { BranchFixture } from './branch-fixture.ts';
import { entryOf, imageOf, keyOf } from './entries.ts';
import { freshPath, open, reread, TODAY_MS, written } from './samples.ts';

it('an upload is found at once and by the next run, under the newest of its changes', async () => {
  const path = await written(1);
  const { uploads, memory } = await open(path, new TestClock({ epochMs: TODAY_MS + 60_000 }));
  uploads.record(keyOf(0), imageOf(0, { state: 'available', status: 'AVAILABLE' }));
  uploads.record(keyOf(0), imageOf(0, { state: 'available' }));
  const entry = {
    ...keyOf(0),
    ...imageOf(0, { state: 'available' }),
    updatedAt: '2026-11-25T12:01:00.000Z',
  };
  expect([uploads.find(keyOf(0)), uploads.find(keyOf(1))]).toEqual([entry, null]);
  await memory.close();
  expect((await reread(path)).find(keyOf(0))).toEqual(entry);
});

it('an upload that LinkedIn has lost is not reused by this run and the next one', async () => {
  const path = await written(2);
  const { uploads, memory } = await open(path);
  uploads.forget(new Set([imageOf(1).urn]));
  expect(uploads.find(keyOf(1))).toMatchObject({ state: 'registered', urn: imageOf(1).urn });
  await memory.close();
  const again = await reread(path);
  expect([0, 1].map((n) => again.find(keyOf(n))?.state)).toEqual(['uploaded', 'registered']);
});

it('an entry with an unknown field or an invalid one is left out, and a status that is not a word is dropped', async () => {
  const { uploads, memory, path } = await open(freshPath());
  const status = 'https://www.linkedin.com/?sau=CANARY-1';
  uploads.record({ ...keyOf(1) }, { ...imageOf(1), status });
  uploads.record({ ...keyOf(2) }, { ...imageOf(2), ...{ uploadUrl: 'CANARY-2' } });
  uploads.record({ ...keyOf(3), owner: 'urn:li:share:1' }, imageOf(3));
  await memory.close();
  expect(readFileSync(path, 'utf8')).not.toContain('CANARY');
  const { uploads: stored } = JSON.parse(readFileSync(path, 'utf8'));
  expect(stored).toMatchObject([{ file: imageOf(1).file }]);
});

it('a registration does not replace an upload of another run, which LinkedIn has with all bytes', async () => {
  const path = freshPath();
  const urn = 'urn:li:image:OTHER';
  const record = async (change: Partial<UploadRecord>) => {
    const { uploads, memory } = await open(path);
    uploads.record(keyOf(1), imageOf(1, change));
    await memory.close();
    return (await reread(path)).find(keyOf(1));
  };
  await record({ state: 'uploaded' });
  expect(await record({ urn, state: 'registered' })).toMatchObject({
    urn: imageOf(1).urn,
    state: 'uploaded',
  });
  expect(await record({ urn, state: 'uploaded' })).toMatchObject({ urn, state: 'uploaded' });
});

it('the calls of all jobs are counted, of the newest seven days', async () => {
  const jobs = BranchFixture.holding([0]);
  const [one, two] = await jobs.openJobs(2);
  if (one === undefined || two === undefined) throw new RangeError('two jobs');
  one.call(3);
  await jobs.finish(one.memory.update());
  two.call(4);
  await jobs.finish(two.memory.update());
  one.call(2);
  await jobs.finish(one.memory.update());
  expect(jobs.storedCalls()).toBe(9);
  expect(one.memory.uploads.callsOn('2026-11-25')).toBe(9);
  expect(one.memory.uploads.callsOn('2026-11-24')).toBe(0);
  for (let day = 1; day <= 8; day += 1) {
    await jobs.clock.advance(86_400_000);
    one.call();
    await jobs.finish(one.memory.update());
  }
  expect(Object.keys(jobs.content.calls)).toEqual(
    ['27', '28', '29', '30']
      .map((day) => `2026-11-${day}`)
      .concat(['01', '02', '03'].map((day) => `2026-12-${day}`)),
  );
});

const key = keyOf(1);

it.each<[string, Partial<UploadKey>]>([
  ['digest', { sha256: keyOf(2).sha256 }],
  ['size', { sizeBytes: 1 }],
  ['owner', { owner: 'urn:li:person:x' }],
  ['api', { api: 'media' }],
  ['recipe', { recipe: null }],
  // So that a URN of a sandbox never reaches LinkedIn.
  ['API base', { apiUrl: 'http://127.0.0.1:4000' }],
  ['captions digest', { captionsSha256: keyOf(2).sha256 }],
  ['thumbnail digest', { thumbnailSha256: keyOf(2).sha256 }],
])('the key of an upload differs for another %s', (_, change) => {
  expect(uploadKeyText({ ...key, ...change })).not.toBe(uploadKeyText(key));
});

it('the key of an upload is the same for both spellings of an ad account', () => {
  const keyFor = (kind: string) => uploadKeyText({ ...key, owner: `urn:li:${kind}:5` });
  expect(keyFor('sponsoredAdAccount')).toBe(keyFor('sponsoredAccount'));
});

it.each([
  ['https://api.linkedin.com/', 'https://api.linkedin.com'],
  ['https://API.linkedin.com:443/', 'https://api.linkedin.com'],
  ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
  ['http://[::1]:80/', 'http://[::1]'],
  ['https://gateway.test/linkedin//', 'https://gateway.test/linkedin'],
])('the API base of %s is %s and is valid in an entry', (url, base) => {
  const apiUrl = apiBaseOf(new URL(url));
  expect(apiUrl).toBe(base);
  expect(uploadEntry.parse(entryOf(1, { apiUrl }))).toMatchObject({ apiUrl });
});
