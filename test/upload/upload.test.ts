// The calls for one file when answers are lost or sessions end: LinkedIn may have done what it was asked. Nothing is sent twice that
// it has, no URN is lost, and each call has a limit of attempts.

import { expect, it } from 'vitest';
import { mp4, png } from '../support/media.ts';
import { arrivedWhole } from '../support/publishing.ts';
import type { CallName, Fault } from '../world/faults.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';
import { type UploadSetup, Uploads, upload } from '../world/uploads.ts';

const PICTURE = png({ width: 320, height: 200 });
const FILM = mp4({ dataBytes: 1_000_003 });
const ONE = { 'a.png': PICTURE };

/** A picture whose upload is proven by a 201, or by its status, and a film in three parts. */
const PICTURES = { files: ONE };
const POLLED = { files: ONE, inputs: { 'image-upload': 'asynchronous' } };
const PARTS = {
  files: { 'a.mp4': FILM },
  inputs: { 'multipart-threshold-mb': '1', concurrency: '1' },
};
const MEDIA = { files: ONE, inputs: { api: 'media' } };

type What = Omit<Fault, 'on' | 'nth'>;
const first = (on: CallName, ...faults: What[]): Fault[] =>
  faults.map((fault, index) => ({ on, nth: index + 1, ...fault }));
const always = (on: CallName, fault: What, nth = 1): Fault[] => [
  { on, nth, every: true, ...fault },
];
const status = (code: number): What => ({ kind: 'status', status: code });
const linkedin = (...faults: FaultRule[]) => ({ linkedin: { faults } });
const LOST: What = { kind: 'lost response' };
const OVER_DAY = {
  status: 429,
  message: 'Resource level throttle APPLICATION DAY limit is reached.',
};
const PARTS_SENT = 'register upload upload upload complete';

interface End {
  readonly end?: string;
  readonly attempts?: number;
  readonly abandoned?: number;
  readonly orphans?: number;
}

const LOST_REGISTRATIONS: What[] = [
  { kind: 'lost request' },
  LOST,
  { kind: 'silent' },
  { kind: 'cut answer' },
  { kind: 'status after effect', status: 503 },
  status(409),
];
const LOST_COMPLETIONS: What[] = [
  LOST,
  { kind: 'silent' },
  { kind: 'status after effect', status: 500 },
  { kind: 'status after effect', status: 409 },
];

type Case = [what: string, setup: UploadSetup, calls: string, end?: End];

const CASES: Case[] = [
  ...LOST_REGISTRATIONS.map(
    (fault): Case => [
      `a registration with ${fault.kind} ${fault.status ?? ''} is repeated, and counts as a possible orphan`,
      { ...PICTURES, faults: first('register', fault) },
      'register register upload',
      { orphans: 1 },
    ],
  ),
  [
    'a registration is repeated twice at most after lost answers, and each attempt counts as a possible orphan',
    { ...PICTURES, faults: always('register', LOST) },
    'register register register',
    { end: 'failed NETWORK_FAILED', attempts: 0, orphans: 3 },
  ],
  [
    'a registration that LinkedIn answers with 429 may have had an effect, and counts as a possible orphan',
    { ...PICTURES, faults: first('register', { kind: 'status after effect', status: 429 }) },
    'register register upload',
    { orphans: 1 },
  ],
  [
    'a registration is repeated more often than twice after rate limits, and each counts as a possible orphan',
    { ...PICTURES, faults: first('register', ...Array<What>(4).fill(status(429))) },
    'register register register register register upload',
    { orphans: 4 },
  ],
  [
    'a registration over the limit of a day leaves no possible orphan, because LinkedIn says that it did nothing',
    { ...PICTURES, ...linkedin({ on: 'register', reply: { status: 429, body: OVER_DAY } }) },
    'register',
    { end: 'failed DAILY_LIMIT', attempts: 0 },
  ],
  [
    'a registration that does not reach LinkedIn is repeated four times, and leaves no possible orphan',
    { ...PICTURES, faults: always('register', { kind: 'unreachable' }) },
    'register register register register register',
    { end: 'failed NETWORK_FAILED', attempts: 0 },
  ],

  ...(['lost response', 'silent', 'cut answer'] as const).map(
    (kind): Case => [
      `an upload with ${kind} is not sent again when the status shows it`,
      { ...POLLED, faults: first('upload', { kind }) },
      'register upload status status',
    ],
  ),
  ...[202, 299].map(
    (code): Case => [
      `an upload with the answer ${code} is not sent again when the status shows it`,
      { ...POLLED, ...linkedin({ on: 'upload', reply: { status: code } }) },
      'register upload status status',
    ],
  ),
  [
    'the status is read again when LinkedIn does not show the upload yet',
    { ...POLLED, faults: [...first('upload', LOST), ...first('status', status(404))] },
    'register upload status status status',
  ],
  [
    'an upload with a lost response is sent again when the status does not show it in two reads',
    { ...POLLED, faults: first('upload', { kind: 'lost request' }) },
    'register upload status status upload status',
  ],
  ...[403, 503].map(
    (code): Case => [
      `an upload with a lost response is sent again when the status read ends with ${code}`,
      {
        ...POLLED,
        faults: [...first('upload', { kind: 'lost request' }), ...first('status', status(code))],
      },
      'register upload status upload status',
    ],
  ),
  [
    'the status is read once more when LinkedIn rejects the upload that was sent again',
    {
      ...POLLED,
      faults: [...first('upload', LOST, status(409)), ...first('status', status(404), status(404))],
    },
    'register upload status status upload status status',
  ],
  ...(['unreachable', 'reset midway'] as const).map(
    (kind): Case => [
      `an upload that was not sent in full (${kind}) is sent again without a status read`,
      { ...POLLED, faults: first('upload', { kind }) },
      'register upload upload status',
    ],
  ),
  [
    'a part with a lost response is sent again without a status read',
    { ...PARTS, faults: first('upload', LOST) },
    'register upload upload upload upload complete status',
  ],
  [
    'a whole file is sent four times at most',
    { ...PICTURES, faults: always('upload', status(503)) },
    'register upload upload upload upload',
    { end: 'failed SERVER_FAILED' },
  ],
  [
    'an upload without its answer fails when its status is a failure',
    {
      ...POLLED,
      faults: first('upload', LOST),
      ...linkedin({ on: 'upload', finalStatus: 'CLIENT_ERROR' }),
    },
    'register upload status',
    { end: 'failed MEDIA_REJECTED' },
  ],
  ...[
    ['0', 'processing', ''],
    ['30', 'available', ' status'],
  ].map(
    ([wait = '', end = '', read = '']): Case => [
      `an upload without its answer gets one new session for SERVER_ERROR, with ${wait} min to wait`,
      {
        files: ONE,
        inputs: { ...POLLED.inputs, 'wait-minutes': wait },
        faults: first('upload', LOST),
        ...linkedin({ on: 'upload', finalStatus: 'SERVER_ERROR' }),
      },
      `register upload status register upload${read}`,
      { end, attempts: 2, abandoned: 1 },
    ],
  ),

  ...LOST_COMPLETIONS.map(
    (fault): Case => [
      `a completion with ${fault.kind} ${fault.status ?? ''} is not repeated when the status shows its effect`,
      { ...PARTS, linkedin: { processingMs: 1000 }, faults: first('complete', fault) },
      `${PARTS_SENT} status status`,
    ],
  ),
  ...[{ kind: 'lost request' } as const, status(409)].map(
    (fault): Case => [
      `a completion with ${fault.kind} ${fault.status ?? ''} is repeated when the status shows no effect`,
      { ...PARTS, faults: first('complete', fault) },
      `${PARTS_SENT} status status complete status`,
    ],
  ),
  [
    'the status is read once more when LinkedIn rejects the completion that was repeated',
    {
      ...PARTS,
      faults: [
        ...first('complete', LOST, status(400)),
        ...first('status', status(404), status(404)),
      ],
    },
    `${PARTS_SENT} status status complete status status`,
  ],
  [
    'a completion that does not reach LinkedIn is repeated three times',
    { ...PARTS, faults: always('complete', { kind: 'unreachable' }) },
    `${PARTS_SENT} complete complete complete`,
    { end: 'failed NETWORK_FAILED' },
  ],

  [
    'an upload that LinkedIn answers with 401 right after its registration gets a new session',
    { ...PICTURES, ...linkedin({ on: 'upload', reply: { status: 401 } }) },
    'register upload register upload',
    { attempts: 2, abandoned: 1 },
  ],
  [
    'a token counts as refused after a 401 to an upload when the next registration is refused too',
    {
      ...PICTURES,
      ...linkedin(
        { on: 'upload', reply: { status: 401 } },
        { on: 'register', nth: 2, reply: { status: 401 } },
      ),
    },
    'register upload register',
    { end: 'failed TOKEN_REFUSED', abandoned: 1 },
  ],
  [
    'an upload that LinkedIn answers with 401 in three sessions fails without a word about the token',
    { ...PICTURES, ...linkedin({ on: 'upload', every: true, reply: { status: 401 } }) },
    'register upload register upload register upload',
    { end: 'failed UPLOAD_EXPIRED', attempts: 3, abandoned: 2 },
  ],
  [
    'sessions that are lost for different reasons count together',
    {
      ...PARTS,
      ...linkedin(
        { on: 'upload', reply: { status: 410 } },
        { on: 'complete', every: true, reply: { status: 400 } },
      ),
    },
    `register upload ${PARTS_SENT}`,
    { end: 'failed REQUEST_REFUSED', attempts: 2, abandoned: 1 },
  ],
  [
    'a URN that was given up is kept when the next registration fails',
    {
      ...PICTURES,
      ...linkedin(
        { on: 'upload', reply: { status: 410 } },
        { on: 'register', nth: 2, reply: { status: 400 } },
      ),
    },
    'register upload register',
    { end: 'failed REQUEST_REFUSED', abandoned: 1 },
  ],
  [
    'an upload URL that is about to expire is not used, and the file is registered three times at most',
    { ...MEDIA, linkedin: { urlLifeMs: 29_000 } },
    'register register register',
    { end: 'failed UPLOAD_EXPIRED', attempts: 3, abandoned: 2 },
  ],
  [
    'an upload URL that is valid long enough is used',
    { ...MEDIA, linkedin: { urlLifeMs: 31_000 } },
    'register upload status',
  ],
];

it.each(CASES)('%s', async (_, setup, calls, expected = {}) => {
  const run = await upload(setup);
  const [row] = run.rows;
  const { attempts, abandonedUrns = [], possibleOrphans = 0 } = row ?? expect.fail('no row');
  const end = { end: Object.values(run.ends)[0], attempts, abandoned: abandonedUrns.length };
  const usual = { end: 'available', attempts: 1, abandoned: 0, orphans: 0 };
  expect([run.names().join(' '), { ...end, orphans: possibleOrphans }]).toEqual([
    calls,
    { ...usual, ...expected },
  ]);
  const kept = run.model
    .assets()
    .find(({ id }) => row?.assetUrn?.endsWith(id) && row.state === 'available');
  if (kept !== undefined)
    expect(arrivedWhole(kept, setup.files === ONE ? PICTURE : FILM)).toBe(true);
});

const files = { ...ONE, 'b.png': png() };

it('a registration that a cancellation interrupts counts as a possible orphan, and a file that waits does not', async () => {
  const run = await upload({
    files,
    onCall: ({ name }, _, machine) => name === 'register' && machine.cancel(),
  });
  expect(run.ends).toEqual({ 'a.png': 'failed RUN_CANCELLED', 'b.png': 'skipped RUN_CANCELLED' });
  expect(run.rows.map(({ possibleOrphans }) => possibleOrphans)).toEqual([1, undefined]);
});

it('an asset that LinkedIn returns twice belongs to the first file, and the other file sends nothing', async () => {
  const asset = 'urn:li:digitalmediaAsset:SIMULATED-C5622AQ000001';
  const run = await upload({
    files,
    ...linkedin({ on: 'register', nth: 2, every: true, mutate: { value: { asset } } }),
  });
  expect(run.ends).toEqual({ 'a.png': 'available', 'b.png': 'failed REPLY_SHAPE' });
  expect(run.row('b.png').error?.message).toContain('belongs to media/a.png');
  expect(run.names().filter((name) => name === 'upload')).toHaveLength(1);
});

it('a file whose session is lost is not registered again after the run was stopped', async () => {
  const uploads = new Uploads({
    files,
    ...linkedin(
      { on: 'upload', reply: { status: 410 } },
      { on: 'register', nth: 2, reply: { status: 403 } },
    ),
    onCall: ({ name }) => name === 'upload' && uploads.time.sleep(5000),
  });
  const run = await uploads.run();
  expect(run.ends).toEqual({ 'a.png': 'failed RUN_STOPPED', 'b.png': 'failed ACCESS_DENIED' });
  expect(run.row('a.png').abandonedUrns).toHaveLength(1);
});
