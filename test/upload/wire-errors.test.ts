// A bad connection between a run and LinkedIn, on real sockets: executed calls are not repeated, other calls are, and
// every byte arrives once.

import { createServer } from 'node:net';
import { buildConnector } from 'undici';
import { describe, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { arrivedWhole } from '../support/publishing.ts';
import { type Call, startFaultServer, WIRE_FAULTS, type WireFault } from './fault-server.ts';
import { publishOverWire, video } from './over-wire.ts';

const HERO = png({ width: 320, height: 200 });
const CLIP = video(900_011);
const FILM = video(2_700_023);
const FILES = { 'hero.png': HERO, 'clip.mp4': CLIP, 'film.mp4': FILM };
const options = { partSizeBytes: 999_983 };

const ALL = Object.entries(WIRE_FAULTS) as [keyof typeof WIRE_FAULTS, WireFault][];
const EARLY: readonly string[] = ['early success response', 'early error response'];
// The bodies of calls fit into one packet, and a read has no body: nothing breaks within them.
const WITHIN_BODY: readonly string[] = [...EARLY, 'reset in the body'];

function faultsOf(call: Call) {
  return ALL.filter(([name]) => call === 'upload' || !WITHIN_BODY.includes(name)).map(([name, fault]) => ({
    name,
    fault,
  }));
}

async function publishOne(file: keyof typeof FILES, on: Call, fault: WireFault) {
  const server = await startFaultServer({ on, fault, options });
  const run = await publishOverWire({ [file]: FILES[file] }, server);
  expect(server.counts.faults).toBe(1);
  const entry = run.entryOf(file);
  expect(entry).toMatchObject({ state: 'available', sentBytes: FILES[file].length, isUploaded: true });
  expect(arrivedWhole(run.assetOf(file), FILES[file])).toBe(true);
  return { ...run, entry, calls: server.model.calls() };
}

describe('faulty registrations', () => {
  it.each(faultsOf('register'))(
    'a registration ($name) is repeated and counts as a possible orphan',
    async ({ fault }) => {
      const { entry, model } = await publishOne('hero.png', 'register', fault);
      expect(entry).toMatchObject({ attempts: 1, possibleOrphans: 1, abandonedUrns: [] });
      // The count of orphans is never too low.
      expect(model.assets()).toHaveLength(fault.isExecuted ? 2 : 1);
    },
  );
});

describe('faulty uploads in one request', () => {
  const files = ['hero.png', 'clip.mp4'] as const;
  const cases = files.flatMap((file) =>
    faultsOf('upload').flatMap((one) => (one.name === EARLY[0] ? [] : [{ ...one, file }])),
  );
  it.each(cases)(
    'an upload of $file ($name) goes to the same asset and is stored once',
    async ({ file, fault }) => {
      const { entry, model, calls } = await publishOne(file, 'upload', fault);
      expect(entry).toMatchObject({ attempts: 1, possibleOrphans: 0 });
      expect(model.assets()).toHaveLength(1);
      expect(calls.upload).toBe(1);
    },
  );
});

describe('early success responses', () => {
  // The socket buffers decide whether all bytes were sent by then.
  it('an early success response does not fail a video', async () => {
    const { entry } = await publishOne('clip.mp4', 'upload', WIRE_FAULTS['early success response']);
    expect(entry.abandonedUrns).toHaveLength(entry.attempts - 1);
  });

  it('a 201 for an image that was sent in full is trusted without a status read', async () => {
    const fault = WIRE_FAULTS['early success response'];
    const server = await startFaultServer({ on: 'upload', fault, options });
    const { entryOf, model } = await publishOverWire({ 'hero.png': HERO }, server);
    expect(entryOf('hero.png')).toMatchObject({ state: 'available', status: null, attempts: 1 });
    expect(model.calls().status).toBe(0);
  });
});

describe('faulty parts', () => {
  it.each(faultsOf('upload'))('a part ($name) is sent again alone', async ({ fault }) => {
    const { entry, model, calls } = await publishOne('film.mp4', 'upload', fault);
    expect(entry).toMatchObject({ attempts: 1, possibleOrphans: 0, parts: 3 });
    expect(model.assets()).toHaveLength(1);
    expect(calls).toMatchObject({ upload: fault.isExecuted ? 4 : 3, complete: 1 });
  });
});

describe('faulty completions', () => {
  it.each(faultsOf('complete'))('a completion ($name) is executed once', async ({ fault }) => {
    const { entry, calls } = await publishOne('film.mp4', 'complete', fault);
    expect(entry.attempts).toBe(1);
    expect(calls).toMatchObject({ complete: 1, upload: 3 });
  });
});

describe('faulty status reads', () => {
  it.each(faultsOf('status'))('a status read ($name) is repeated', async ({ fault }) => {
    const { entry, calls } = await publishOne('film.mp4', 'status', fault);
    expect(entry.attempts).toBe(1);
    expect(calls).toMatchObject({ register: 1, upload: 3, complete: 1 });
  });
});

describe('several files on a bad connection', () => {
  it.each(ALL)('all files are published when one upload meets a fault: %s', async (_, fault) => {
    const server = await startFaultServer({ on: 'upload', nth: 2, fault, options });
    const run = await publishOverWire(FILES, server);
    for (const [name, bytes] of Object.entries(FILES)) {
      expect(run.entryOf(name)).toMatchObject({ state: 'available', sentBytes: bytes.length });
      expect(arrivedWhole(run.assetOf(name), bytes)).toBe(true);
    }
    expect(run.ledger.stopReason).toBeNull();
  });

  it.each(ALL)(
    'no unconfirmed file is reported as available when every upload meets a fault: %s',
    async (name, fault) => {
      const server = await startFaultServer({ on: 'upload', every: true, fault, options });
      const run = await publishOverWire(FILES, server);
      const known = new Set(
        run.ledger.entries.flatMap(({ identity, abandonedUrns }) => [identity?.urn, ...abandonedUrns]),
      );
      for (const { planned, state } of run.ledger.entries) {
        const { path } = planned.file;
        // The status shows an executed upload whose response is lost, but it does not show the ETag of a part.
        const isSeen = fault.isExecuted && path !== 'film.mp4';
        const isConfirmed = name === EARLY[0] && path === 'hero.png';
        expect([path, state === 'available']).toEqual([path, isSeen || isConfirmed]);
      }
      for (const { id } of server.model.assets()) expect(known).toContain(`urn:li:digitalmediaAsset:${id}`);
    },
  );
});

describe('refused connections', () => {
  /** Each of the first `count` connections goes to a port where nothing listens. */
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

  it('a refused connection is retried and leaves no possible orphan', async () => {
    const server = await startFaultServer({
      on: 'register',
      nth: 99,
      fault: WIRE_FAULTS['noise as response'],
    });
    const run = await publishOverWire({ 'hero.png': HERO }, server, { connect: await refusing(3) });
    expect(run.entryOf('hero.png')).toMatchObject({ state: 'available', attempts: 1, possibleOrphans: 0 });
    expect(server.model.assets()).toHaveLength(1);
  });

  it('connections that stay refused cost one call per file and twenty more', async () => {
    const server = await startFaultServer({
      on: 'register',
      nth: 99,
      fault: WIRE_FAULTS['noise as response'],
    });
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`${index}.png`, HERO]));
    const run = await publishOverWire(files, server, { connect: await refusing(1000) });
    expect(run.ledger.requests.calls).toBeLessThanOrEqual(12 + 20);
    expect(run.ledger.stopReason).toMatchObject({ code: 'RETRIES_SPENT' });
    expect(run.ledger.entries.every(({ possibleOrphans }) => possibleOrphans === 0)).toBe(true);
  });
});
