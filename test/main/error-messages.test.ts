// Each error code in a run: its message in the log, and its hint in the summary.
// `PRINT_ERRORS=1 npx vitest run test/main/error-messages.test.ts` prints them all as a table.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { ADVISED_IN_MESSAGE, ERROR_CODES, type ErrorCode } from '../../src/errors/error-codes.ts';
import { pdf } from '../support/documents.ts';
import { gif, lfsPointer, mp4, png } from '../support/media.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import type { CallName, Fault } from '../world/faults.ts';
import { type Asset, publishRelease, type Release } from '../world/github/releases.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';
import { type UploadRun, type UploadSetup, Uploads } from '../world/uploads.ts';

interface Scene extends Partial<Omit<UploadSetup, 'onCall'>> {
  /** Published on GitHub, as v1.0. */
  readonly release?: Release;
  /** Happens to the workspace before the first registration. */
  readonly meanwhile?: (workspace: string) => void;
  /** Text that the message must contain, such as the name of a file. */
  readonly names?: string;
  /** Where it is not that of the code. */
  readonly hint?: string;
}

const A = 'media/a.png';
const POLLED = { inputs: { 'image-upload': 'asynchronous' } };
const VIDEO = { files: { 'a.mp4': mp4({ dataBytes: 1_000_000 }) }, names: 'media/a.mp4' };
const IN_PARTS = { ...VIDEO, inputs: { 'multipart-threshold-mb': '1' } };
const SLOW = { linkedin: { processingMs: 3_600_000 } };
const one = (content: string | Uint8Array): Scene => ({ files: { 'a.png': content }, names: A });
const parts = (patch: unknown) => ({
  value: { uploadMechanism: { 'com.linkedin.digitalmedia.uploading.MultipartUpload': patch } },
});
const always = (on: FaultRule['on'], rule: Omit<FaultRule, 'on' | 'every'>): Scene => ({
  linkedin: { faults: [{ on, every: true, ...rule }] },
});
const refusing = (on: FaultRule['on'], status: number, body: unknown = { status }): Scene =>
  always(on, { reply: { status, body } });
const failing = (on: CallName, fault: Omit<Fault, 'on' | 'nth'>): Scene => ({
  faults: [{ on, nth: 1, every: true, ...fault }],
});
const releasing = (asset: Partial<Asset>): Scene => ({
  release: { assets: [{ name: 'r.png', content: png(), ...asset }] },
  names: 'release:v1.0/r.png',
});
/** GitHub answers a release as long as that with this. */
const answering = (status: number, body = ''): Scene => ({
  release: { assets: [] },
  github: { faults: Array(20).fill({ on: /^/, response: { status, body } }) },
});

const APP = { clientId: '86abcdefgh1234', clientSecret: 'WPL_AP1.of-the-app==' };
const CLIENT = { 'client-id': APP.clientId, 'client-secret': APP.clientSecret };

/** Codes of the post action, which an upload cannot end with. */
type PostCode = Extract<ErrorCode, `POST_${string}` | `COMMENT_${string}`>;

const SCENES: Readonly<Record<Exclude<ErrorCode, PostCode>, Scene>> = {
  INPUT_MISSING: { inputs: { owner: '' } },
  TOKEN_MISSING: { inputs: { 'access-token': '' } },
  INPUT_INVALID: { inputs: { mode: 'dry-run' } },
  FILES_NOT_FOUND: { inputs: { files: 'nothing/**' }, names: 'nothing/**' },
  WORKSPACE_EMPTY: { files: {} },
  FILES_TOO_MANY: { files: { 'a.png': png(), 'b.png': png() }, inputs: { 'max-files': '1' } },
  RELEASE_NOT_FOUND: { release: { assets: [], isDraft: true }, names: 'v1.0' },
  RELEASE_UNMATCHED: {
    ...releasing({}),
    inputs: { files: '', 'release-assets': '*.webm' },
    names: 'r.png',
  },
  ASSET_UNFINISHED: releasing({ state: 'open' }),
  ASSET_DIFFERS: releasing({
    digest: `sha256:${'0'.repeat(64)}`,
    api: [{ status: 200, body: png() }],
  }),
  ASSET_UNREACHED: releasing({ api: [{ status: 410 }] }),
  GITHUB_DENIED: answering(403, '{"message":"No."}'),
  GITHUB_FAILED: answering(503),
  FILE_EMPTY: one(''),
  FILE_TRUNCATED: one(png().subarray(0, -12)),
  FILE_UNREADABLE: {
    names: A,
    open: () =>
      Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })),
  },
  FILE_CHANGED: {
    ...one(png()),
    meanwhile: (workspace) => writeFileSync(join(workspace, A), 'changed'),
  },
  FILE_LFS_POINTER: one(lfsPointer()),
  FILE_TYPE: one('plain text'),
  FILE_PIXELS: one(png({ width: 6014, height: 6014 })),
  FILE_FRAMES: one(gif({ frames: 251 })),
  FILE_SIZE: {
    ...one(Buffer.concat([pdf(), Buffer.alloc(100_000_000), pdf()])),
    inputs: { api: 'media' },
    hint: 'Export it with smaller images, or split it.',
  },
  FILE_API: one(pdf()),
  FILE_RECIPE: { names: A, inputs: { recipe: 'feedshare-video' } },
  FILE_SIDECAR: {
    files: { 'a.srt': 'x' },
    inputs: { api: 'media', sidecars: 'true' },
    names: 'media/a.srt',
  },
  MANIFEST_INVALID: {
    files: { 'a.png': png(), 'kept.json': 'no JSON' },
    inputs: { manifest: 'media/kept.json' },
  },
  MANIFEST_WRITE: {
    files: { 'a.png': png(), 'kept/x': '' },
    inputs: { manifest: 'media/kept/manifest.json', files: 'media/*.png' },
    meanwhile: (workspace) => {
      rmSync(join(workspace, 'media/kept'), { recursive: true, force: true });
      writeFileSync(join(workspace, 'media/kept'), '');
    },
  },
  BRANCH_PROTECTED: {
    inputs: { 'manifest-branch': 'linkedin-media' },
    github: { forbids: ['creation'] },
  },
  NETWORK_FAILED: failing('register', { kind: 'unreachable' }),
  NETWORK_TIMEOUT: failing('register', { kind: 'ignored' }),
  TLS_FAILED: {
    openDispatcher: () =>
      new SandboxDispatcher(() =>
        Promise.reject(
          Object.assign(new Error('wrong version'), { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }),
        ),
      ),
  },
  TLS_UNCHECKED: { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  PROXY_INVALID: { env: { https_proxy: 'socks5://proxy.example' } },
  PROXY_REFUSED: failing('register', { kind: 'proxy', status: 407 }),
  HTTP_UNEXPECTED: always('register', {
    reply: { status: 302, headers: { location: 'https://login.example/' } },
  }),
  TOKEN_REFUSED: { inputs: { 'access-token': 'another-token-of-no-worth' } },
  REFRESH_REFUSED: {
    inputs: { ...CLIENT, 'refresh-token': 'AQW-a-refresh-token-of-last-year' },
    linkedin: { oauth: { ...APP, refreshToken: 'AQW-of-today', accessToken: 'AQX-of-today' } },
  },
  CLIENT_REFUSED: { inputs: { ...CLIENT, 'refresh-token': 'AQW-of-today' } },
  ACCESS_DENIED: refusing('register', 403, {
    status: 403,
    serviceErrorCode: 100,
    message: 'Not enough permissions to access: POST /assets',
  }),
  VERSION_INACTIVE: { inputs: { 'linkedin-version': '202511' } },
  MEMBER_RESTRICTED: refusing('register', 401, { status: 401, code: 'RESTRICTED_MEMBER' }),
  LIMIT_REACHED: failing('register', { kind: 'status', status: 429, retryAfterS: 36_000 }),
  DAILY_LIMIT: refusing('register', 429, {
    status: 429,
    message: 'Resource level throttle APPLICATION DAY limit for calls to this resource is reached.',
  }),
  RETRIES_SPENT: {
    ...failing('register', { kind: 'status', status: 503 }),
    files: Object.fromEntries(
      Array.from({ length: 40 }, (_, index) => [
        `${index}.png`,
        png({ width: 10 + index, height: 9 }),
      ]),
    ),
  },
  VALUE_REFUSED: refusing('register', 403, {
    status: 403,
    message: 'Field Value validation failed in REQUEST_BODY: Data Processing Exception [/owner]',
  }),
  REQUEST_REFUSED: { ...refusing('register', 400, { status: 400, message: 'No.' }), names: A },
  SERVER_FAILED: { ...refusing('register', 503), names: A },
  REPLY_SHAPE: { ...always('register', { mutate: { value: { asset: null } } }), names: A },
  UPLOAD_URL: {
    ...always('register', {
      mutate: {
        value: {
          uploadMechanism: {
            'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': {
              uploadUrl: 'https://a.example/',
            },
          },
        },
      },
    }),
    names: A,
  },
  UPLOAD_EXPIRED: { ...always('upload', { reply: { status: 410 } }), names: A },
  UPLOAD_INCOMPLETE: { ...IN_PARTS, ...always('upload', { reply: { status: 202 } }) },
  PART_PLAN: {
    ...IN_PARTS,
    ...always('register', {
      mutate: parts({ partUploadRequests: { 1: { byteRange: { firstByte: 7 } } } }),
    }),
  },
  ETAG_MISSING: { ...IN_PARTS, ...always('upload', { omitEtag: true }) },
  MEDIA_REJECTED: { ...IN_PARTS, ...always('complete', { finalStatus: 'CLIENT_ERROR' }) },
  PROCESSING_FAILED: { ...always('upload', { finalStatus: 'SERVER_ERROR' }), ...POLLED, names: A },
  ASSET_WITHDRAWN: { ...always('upload', { assetStatus: 'BLOCKED' }), ...POLLED, names: A },
  PROCESSING_TIMEOUT: { ...VIDEO, ...SLOW, inputs: { 'wait-minutes': '1' } },
  RUN_STOPPED: {
    ...refusing('register', 426, { status: 426, code: 'NONEXISTENT_VERSION' }),
    files: { 'a.png': png(), 'b.png': png({ width: 9, height: 9 }) },
  },
  RUN_CANCELLED: { ...VIDEO, ...SLOW, fate: { cancelAfterMs: 5000 }, names: '' },
  OUTPUT_FAILED: { env: { GITHUB_STEP_SUMMARY: '/' } },
  INTERNAL: { clock: { epochMs: () => (null as unknown as Date).getTime() } },
};

async function play({ release, meanwhile, inputs = {}, ...scene }: Scene): Promise<UploadRun> {
  const released = release === undefined ? {} : { 'release-tag': 'v1.0', 'release-assets': '*' };
  const uploads = new Uploads({
    files: { 'a.png': png() },
    ...scene,
    inputs: { ...released, ...inputs },
    onCall: () => meanwhile?.(uploads.workspace),
  });
  if (release !== undefined) onTestFinished((await publishRelease(uploads.github, release)).close);
  return await uploads.run(scene);
}

const messages: string[] = [];

describe('Error messages', () => {
  afterAll(() => {
    // biome-ignore lint/suspicious/noConsole: PRINT_ERRORS asks for this output.
    if (process.env.PRINT_ERRORS) console.log(messages.join('\n'));
  });

  it.each(Object.entries(SCENES))(
    'the error %s has a message that says what to do, or a hint',
    async (code, scene) => {
      const run = await play(scene);
      const codeHint = ADVISED_IN_MESSAGE.has(code as ErrorCode)
        ? ''
        : ERROR_CODES[code as ErrorCode].hint;
      const { hint = codeHint } = scene;
      const annotation = run.errors.find((error) => error.endsWith(hint))?.replace(/^.*?: /s, '');
      // An error that follows from one of the whole run is only in its rows.
      const row = run.rows.find(({ error }) => error?.code === code)?.error;
      const text = annotation ?? `${row?.message}. ${row?.hint}`;
      expect(text, run.log).toContain(hint);
      messages.push(`${code}\n    ${text.replace(hint, '').trim()}\n    → ${hint}\n`);
      expect(run.exitCode).toBe(1);
      const what = hint === '' ? `${text}.` : text.slice(0, text.indexOf(hint)).trim();
      // A sentence: no code, no stack, no URL with a query.
      expect(what).toMatch(/^\S.*[.…”"!?]$/s);
      expect(what.length).toBeGreaterThan(10);
      expect(what).not.toMatch(/undefined|\[object|^\s+at |\?sau=/m);
      if (scene.names !== undefined) expect(what).toContain(scene.names);
      if (annotation !== undefined && code !== 'OUTPUT_FAILED') {
        const plain = run.summary
          .replaceAll(/<[^>]+>|[`]/g, '')
          .replaceAll(/&#(\d+);/g, (_, digits) => String.fromCodePoint(digits));
        expect(plain).toContain(hint.replaceAll('`', ''));
      }
    },
  );
});
