// A bad line between a run and LinkedIn, on real sockets: what was heard is not said twice, what was not is said
// again, and in the end every byte is there, once.

import { createServer } from 'node:net';
import { buildConnector } from 'undici';
import { describe, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { arrivedWhole } from '../support/publishing.ts';
import { type Call, startFaultServer, WRONGS, type Wrong } from './fault-server.ts';
import { publishOverWire, video } from './over-wire.ts';

const HERO = png({ width: 320, height: 200 });
const CLIP = video(900_011);
const FILM = video(2_700_023);
const FILES = { 'hero.png': HERO, 'clip.mp4': CLIP, 'film.mp4': FILM };
const options = { partSizeBytes: 999_983 };

const ALL = Object.entries(WRONGS) as [keyof typeof WRONGS, Wrong][];
const EARLY: readonly string[] = ['answered too early, and well', 'answered too early, and badly'];
// The bodies of calls fit into one packet, and a read has none: nothing breaks within them.
const WITHIN_BODY: readonly string[] = [...EARLY, 'reset in its body'];

function wrongsOf(call: Call) {
  return ALL.filter(([name]) => call === 'upload' || !WITHIN_BODY.includes(name)).map(([name, wrong]) => ({
    name,
    wrong,
  }));
}

async function publishOne(file: keyof typeof FILES, on: Call, wrong: Wrong) {
  const server = await startFaultServer({ on, wrong, options });
  const run = await publishOverWire({ [file]: FILES[file] }, server);
  expect(server.told.wronged).toBe(1);
  const entry = run.entryOf(file);
  expect(entry).toMatchObject({ state: 'available', sentBytes: FILES[file].length, isUploaded: true });
  expect(arrivedWhole(run.assetOf(file), FILES[file])).toBe(true);
  return { ...run, entry, calls: server.model.calls() };
}

describe('a registration', () => {
  it.each(wrongsOf('register'))('$name is made again, and may have left an orphan', async ({ wrong }) => {
    const { entry, model } = await publishOne('hero.png', 'register', wrong);
    expect(entry).toMatchObject({ attempts: 1, possibleOrphans: 1, abandonedUrns: [] });
    // Never fewer told than there are.
    expect(model.assets()).toHaveLength(wrong.isHeard ? 2 : 1);
  });
});

describe('an upload of one request', () => {
  const files = ['hero.png', 'clip.mp4'] as const;
  const cases = files.flatMap((file) =>
    wrongsOf('upload').flatMap((one) => (one.name === EARLY[0] ? [] : [{ ...one, file }])),
  );
  it.each(cases)(
    'of $file, $name, goes to the same asset, and not again when it was heard',
    async ({ file, wrong }) => {
      const { entry, model, calls } = await publishOne(file, 'upload', wrong);
      expect(entry).toMatchObject({ attempts: 1, possibleOrphans: 0 });
      expect(model.assets()).toHaveLength(1);
      expect(calls.upload).toBe(1);
    },
  );
});

describe('an answer that is too early, and good', () => {
  // Whether all bytes had left by then is for the buffers of both sides to say.
  it.each(['hero.png', 'clip.mp4'] as const)('is not the end of %s', async (file) => {
    const { entry } = await publishOne(file, 'upload', WRONGS['answered too early, and well']);
    expect(entry.abandonedUrns).toHaveLength(entry.attempts - 1);
  });
});

describe('a part', () => {
  it.each(wrongsOf('upload'))('$name is sent again alone', async ({ wrong }) => {
    const { entry, model, calls } = await publishOne('film.mp4', 'upload', wrong);
    expect(entry).toMatchObject({ attempts: 1, possibleOrphans: 0, parts: 3 });
    expect(model.assets()).toHaveLength(1);
    expect(calls).toMatchObject({ upload: wrong.isHeard ? 4 : 3, complete: 1 });
  });
});

describe('a completion', () => {
  it.each(wrongsOf('complete'))('$name is not made again when it was heard', async ({ wrong }) => {
    const { entry, calls } = await publishOne('film.mp4', 'complete', wrong);
    expect(entry.attempts).toBe(1);
    expect(calls).toMatchObject({ complete: 1, upload: 3 });
  });
});

describe('a status read', () => {
  it.each(wrongsOf('status'))('$name comes again', async ({ wrong }) => {
    const { entry, calls } = await publishOne('film.mp4', 'status', wrong);
    expect(entry.attempts).toBe(1);
    expect(calls).toMatchObject({ register: 1, upload: 3, complete: 1 });
  });
});

describe('several files on a bad line', () => {
  it.each(ALL)('%s: one file gets through it, and the others do not notice', async (_, wrong) => {
    const server = await startFaultServer({ on: 'upload', nth: 2, wrong, options });
    const run = await publishOverWire(FILES, server);
    for (const [name, bytes] of Object.entries(FILES)) {
      expect(run.entryOf(name)).toMatchObject({ state: 'available', sentBytes: bytes.length });
      expect(arrivedWhole(run.assetOf(name), bytes)).toBe(true);
    }
    expect(run.ledger.stopReason).toBeNull();
  });

  it.each(ALL)('%s, every time: no file is told as published', async (_, wrong) => {
    const server = await startFaultServer({ on: 'upload', every: true, wrong, options });
    const run = await publishOverWire(FILES, server);
    const known = new Set(
      run.ledger.entries.flatMap(({ identity, abandonedUrns }) => [identity?.urn, ...abandonedUrns]),
    );
    for (const { planned, state } of run.ledger.entries) {
      const { path } = planned.file;
      // What was heard shows in the status, however often its answer is lost: but not a part's receipt.
      const isSeen = wrong.isHeard && path !== 'film.mp4';
      expect([path, state === 'available']).toEqual([path, isSeen]);
    }
    for (const { id } of server.model.assets()) expect(known).toContain(`urn:li:digitalmediaAsset:${id}`);
  });
});

describe('a connection that is refused', () => {
  /** Each of the first `count` connections goes to a port where nobody listens. */
  async function refusing(count: number) {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    await new Promise((resolve) => other.close(resolve));
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const connect = buildConnector({});
    let connections = 0;
    const refuse: buildConnector.connector = (target, callback) => {
      connections += 1;
      connect(connections <= count ? { ...target, port } : target, callback);
    };
    return refuse;
  }

  it('is tried again, and no registration can have been lost by it', async () => {
    const server = await startFaultServer({ on: 'register', nth: 99, wrong: WRONGS['answered with noise'] });
    const run = await publishOverWire({ 'hero.png': HERO }, server, { connect: await refusing(3) });
    expect(run.entryOf('hero.png')).toMatchObject({ state: 'available', attempts: 1, possibleOrphans: 0 });
    expect(server.model.assets()).toHaveLength(1);
  });

  it('for good costs one call a file and twenty more', async () => {
    const server = await startFaultServer({ on: 'register', nth: 99, wrong: WRONGS['answered with noise'] });
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`${index}.png`, HERO]));
    const run = await publishOverWire(files, server, { connect: await refusing(1000) });
    expect(run.ledger.requests.calls).toBeLessThanOrEqual(12 + 20);
    expect(run.ledger.stopReason).toMatchObject({ code: 'RETRIES_SPENT' });
    expect(run.ledger.entries.every(({ possibleOrphans }) => possibleOrphans === 0)).toBe(true);
  });
});
