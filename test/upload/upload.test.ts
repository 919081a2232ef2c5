// Lost responses: LinkedIn may have done what it was asked. Nothing is sent twice that it has, and no URN is lost.

import { describe, expect, it } from 'vitest';
import { mp4, png } from '../support/media.ts';
import { arrivedWhole } from '../support/publishing.ts';
import type { Fault } from '../world/faults.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';
import { type UploadSetup, Uploads, upload } from '../world/uploads.ts';

const PICTURE = png({ width: 320, height: 200 });
const FILM = mp4({ dataBytes: 1_000_003 });
const [ONE, IN_PARTS] = [{ 'a.png': PICTURE }, { 'a.mp4': FILM }];
/** Read by its status, so that a run shows whether LinkedIn has it. */
const POLLED = { 'image-upload': 'asynchronous' };
const PARTS = { 'multipart-threshold-mb': '1', concurrency: '1' };

describe('lost responses to registrations', () => {
  const LOST: Omit<Fault, 'on' | 'nth'>[] = [
    { kind: 'lost request' },
    { kind: 'lost response' },
    { kind: 'silent' },
    { kind: 'cut answer' },
    { kind: 'status after effect', status: 503 },
    { kind: 'status', status: 409 },
  ];

  it.each(LOST)(
    'a registration with $kind $status is repeated, and counts as a possible orphan',
    async (lost) => {
      const run = await upload({ files: ONE, faults: [{ on: 'register', nth: 1, ...lost }] });
      expect(run.row('a.png')).toMatchObject({ state: 'available', attempts: 1, possibleOrphans: 1 });
      expect(run.names()).toEqual(['register', 'register', 'upload']);
    },
  );

  it('a registration is repeated twice at most, and each attempt counts as a possible orphan', async () => {
    const faults = [{ on: 'register', nth: 1, every: true, kind: 'lost response' } as const];
    const run = await upload({ files: ONE, faults });
    expect(run.ends).toEqual({ 'a.png': 'failed NETWORK_FAILED' });
    expect(run.row('a.png')).toMatchObject({ attempts: 0, possibleOrphans: 3 });
    expect(run.names()).toEqual(['register', 'register', 'register']);
  });

  it('a registration that did not reach LinkedIn is repeated four times, and leaves no possible orphan', async () => {
    const run = await upload({
      files: ONE,
      faults: [{ on: 'register', nth: 1, every: true, kind: 'unreachable' }],
    });
    expect(run.ends).toEqual({ 'a.png': 'failed NETWORK_FAILED' });
    expect(run.row('a.png')).not.toHaveProperty('possibleOrphans');
    expect(run.names()).toHaveLength(5);
  });

  it('a registration that a cancellation interrupts counts as a possible orphan, and a file that waits does not', async () => {
    const run = await upload({
      files: { ...ONE, 'b.png': png() },
      onCall: ({ name }, _, machine) => name === 'register' && machine.cancel(),
    });
    expect(run.ends).toEqual({ 'a.png': 'failed RUN_CANCELLED', 'b.png': 'skipped RUN_CANCELLED' });
    expect(run.rows.map(({ possibleOrphans }) => possibleOrphans)).toEqual([1, undefined]);
  });

  it('an asset that LinkedIn returns twice belongs to the first file, and the other file sends nothing', async () => {
    const asset = 'urn:li:digitalmediaAsset:SIMULATED-C5622AQ000001';
    const faults: FaultRule[] = [{ on: 'register', nth: 2, every: true, mutate: { value: { asset } } }];
    const run = await upload({ files: { ...ONE, 'b.png': png() }, linkedin: { faults } });
    expect(run.ends).toEqual({ 'a.png': 'available', 'b.png': 'failed REPLY_SHAPE' });
    expect(run.row('b.png').error?.message).toContain('belongs to media/a.png');
    expect(run.names().filter((name) => name === 'upload')).toHaveLength(1);
  });
});

describe('lost responses to uploads', () => {
  const polled = (faults: Fault[], more: Partial<UploadSetup> = {}) =>
    upload({ files: ONE, inputs: POLLED, faults, ...more });
  const LOST: Fault = { on: 'upload', nth: 1, kind: 'lost response' };

  it.each<Fault['kind']>(['lost response', 'silent', 'cut answer'])(
    'an upload with %s is not sent again when the status shows it',
    async (kind) => {
      const run = await polled([{ on: 'upload', nth: 1, kind }]);
      expect(run.row('a.png')).toMatchObject({ state: 'available', attempts: 1 });
      expect(run.names().slice(0, 3)).toEqual(['register', 'upload', 'status']);
      expect(run.model.calls().upload).toBe(1);
    },
  );

  it.each([202, 299])(
    'an upload with the answer %i is not sent again when the status shows it',
    async (status) => {
      const faults: FaultRule[] = [{ on: 'upload', reply: { status } }];
      const run = await upload({ files: ONE, inputs: POLLED, linkedin: { faults } });
      expect(run.row('a.png')).toMatchObject({ state: 'available', attempts: 1 });
      expect(run.model.calls().upload).toBe(1);
    },
  );

  it('the status is read again after a second when LinkedIn does not show the upload yet', async () => {
    const run = await polled([LOST, { on: 'status', nth: 1, kind: 'status', status: 404 }]);
    const reads = run.calls.filter(({ name }) => name === 'status').map(({ atMs }) => atMs);
    expect(reads.slice(0, 2)).toEqual([0, 1000]);
    expect(run.model.calls().upload).toBe(1);
  });

  it.each<[string, Fault[]]>([
    ['in two reads', [{ on: 'upload', nth: 1, kind: 'lost request' }]],
    [
      'because it may not be read',
      [
        { on: 'upload', nth: 1, kind: 'lost request' },
        { on: 'status', nth: 1, kind: 'status', status: 403 },
      ],
    ],
    [
      'because the read fails',
      [
        { on: 'upload', nth: 1, kind: 'lost request' },
        { on: 'status', nth: 1, kind: 'status', status: 503 },
      ],
    ],
  ])(
    'an upload with a lost response is sent again when the status does not show it %s',
    async (_, faults) => {
      const run = await polled(faults);
      expect(run.row('a.png')).toMatchObject({ state: 'available', attempts: 1 });
      const reads = faults.length === 1 ? ['status', 'status'] : ['status'];
      expect(run.names().slice(0, 3 + reads.length)).toEqual(['register', 'upload', ...reads, 'upload']);
      expect(run.log).toContain('uploaded, ');
    },
  );

  it('the status is read once more when LinkedIn rejects the upload that was sent again', async () => {
    const run = await polled([
      LOST,
      { on: 'status', nth: 1, kind: 'status', status: 404 },
      { on: 'status', nth: 2, kind: 'status', status: 404 },
      { on: 'upload', nth: 2, kind: 'status', status: 409 },
    ]);
    expect(run.row('a.png')).toMatchObject({ state: 'available', attempts: 1 });
    expect(run.model.calls()).toMatchObject({ register: 1, upload: 1 });
  });

  it.each<Fault['kind']>(['unreachable', 'reset midway'])(
    'an upload that was not sent in full (%s) is sent again without a status read',
    async (kind) => {
      const run = await polled([{ on: 'upload', nth: 1, kind }]);
      expect(run.names().slice(0, 4)).toEqual(['register', 'upload', 'upload', 'status']);
      expect(run.row('a.png')).toMatchObject({ state: 'available', attempts: 1 });
    },
  );

  it('a cancelled run does not read the status again', async () => {
    const run = await polled([LOST, { on: 'status', nth: 1, kind: 'status', status: 404 }], {
      fate: { cancelAfterMs: 500 },
    });
    expect(run.ends).toEqual({ 'a.png': 'failed RUN_CANCELLED' });
    expect(run.names()).toEqual(['register', 'upload', 'status']);
  });

  it('a part with a lost response is sent again without a status read', async () => {
    const run = await upload({ files: IN_PARTS, inputs: PARTS, faults: [LOST] });
    expect(run.row('a.mp4')).toMatchObject({ state: 'available', attempts: 1 });
    expect(run.names()).toEqual(['register', 'upload', 'upload', 'upload', 'upload', 'complete', 'status']);
  });

  it('an upload without its answer fails when its status is a failure', async () => {
    const faults: FaultRule[] = [{ on: 'upload', finalStatus: 'CLIENT_ERROR' }];
    const run = await polled([LOST], { linkedin: { faults } });
    expect(run.ends).toEqual({ 'a.png': 'failed MEDIA_REJECTED' });
    expect(run.names()).toEqual(['register', 'upload', 'status']);
  });

  it.each([
    ['0', 'processing'],
    ['30', 'available'],
  ])(
    'an upload without its answer gets one new session for SERVER_ERROR, with %s min to wait',
    async (wait, state) => {
      const faults: FaultRule[] = [{ on: 'upload', finalStatus: 'SERVER_ERROR' }];
      const inputs = { ...POLLED, 'wait-minutes': wait };
      const run = await polled([LOST], { linkedin: { faults }, inputs });
      expect(run.row('a.png')).toMatchObject({ state, attempts: 2 });
      expect(run.row('a.png').abandonedUrns).toHaveLength(1);
    },
  );
});

describe('lost responses to completions', () => {
  const completing = (faults: Fault[], linkedin = {}) =>
    upload({ files: IN_PARTS, inputs: PARTS, faults, linkedin });
  const SENT = ['register', 'upload', 'upload', 'upload', 'complete', 'status'];

  it.each<Omit<Fault, 'on' | 'nth'>>([
    { kind: 'lost response' },
    { kind: 'silent' },
    { kind: 'status after effect', status: 500 },
    { kind: 'status after effect', status: 409 },
  ])('a completion with $kind $status is not repeated when the status shows its effect', async (fault) => {
    const run = await completing([{ on: 'complete', nth: 1, ...fault }], { processingMs: 1000 });
    expect(run.row('a.mp4')).toMatchObject({ state: 'available', attempts: 1 });
    expect(run.names().slice(0, 6)).toEqual(SENT);
    expect(run.model.calls().complete).toBe(1);
    expect(run.model.assets().every((asset) => arrivedWhole(asset, FILM))).toBe(true);
  });

  it.each<Omit<Fault, 'on' | 'nth'>>([{ kind: 'lost request' }, { kind: 'status', status: 409 }])(
    'a completion with $kind $status is repeated when the status shows no effect',
    async (fault) => {
      const run = await completing([{ on: 'complete', nth: 1, ...fault }]);
      expect(run.names().slice(0, 8)).toEqual([...SENT, 'status', 'complete']);
      expect(run.row('a.mp4')).toMatchObject({ state: 'available', attempts: 1 });
    },
  );

  it('the status is read once more when LinkedIn rejects the completion that was repeated', async () => {
    const run = await completing([
      { on: 'complete', nth: 1, kind: 'lost response' },
      { on: 'status', nth: 1, kind: 'status', status: 404 },
      { on: 'complete', nth: 2, kind: 'status', status: 400 },
    ]);
    expect(run.row('a.mp4')).toMatchObject({ state: 'available', attempts: 1 });
  });
});

describe('lost sessions', () => {
  it('sessions that are lost for different reasons count together', async () => {
    const faults: FaultRule[] = [
      { on: 'upload', reply: { status: 410 } },
      { on: 'complete', every: true, reply: { status: 400 } },
    ];
    const run = await upload({ files: IN_PARTS, inputs: PARTS, linkedin: { faults } });
    expect(run.row('a.mp4')).toMatchObject({ state: 'failed', attempts: 2 });
    expect(run.row('a.mp4').abandonedUrns).toHaveLength(1);
  });

  it('a URN that was given up is kept when the next registration fails', async () => {
    const faults: FaultRule[] = [
      { on: 'upload', reply: { status: 410 } },
      { on: 'register', nth: 2, reply: { status: 400 } },
    ];
    const run = await upload({ files: ONE, linkedin: { faults } });
    expect(run.row('a.png')).toMatchObject({ state: 'failed', attempts: 1 });
    expect(run.row('a.png').abandonedUrns).toHaveLength(1);
    expect(run.row('a.png')).not.toHaveProperty('assetUrn');
  });

  it('a file whose session is lost is not registered again after the run was stopped', async () => {
    const faults: FaultRule[] = [
      { on: 'upload', reply: { status: 410 } },
      { on: 'register', nth: 2, reply: { status: 403 } },
    ];
    const uploads = new Uploads({
      files: { ...ONE, 'b.png': png() },
      linkedin: { faults },
      onCall: ({ name }) => name === 'upload' && uploads.time.sleep(5000),
    });
    const run = await uploads.run();
    expect(run.ends).toEqual({ 'a.png': 'failed RUN_STOPPED', 'b.png': 'failed ACCESS_DENIED' });
    expect(run.row('a.png').abandonedUrns).toHaveLength(1);
  });
});
