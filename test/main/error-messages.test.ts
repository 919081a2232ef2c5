// Each error code in a run: its message in the log, and its hint in the summary.
// `PRINT_ERRORS=1 npx vitest run test/main/error-messages.test.ts` prints them all as a table.

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { ERROR_CODES, type ErrorCode } from '../../src/error-codes.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { pdf } from '../support/documents.ts';
import { hurried, hurriedWaits } from '../support/hurried-clock.ts';
import { gif, lfsPointer, mp4, png } from '../support/media.ts';
import { makeWorkspace, OWNER, type ResultRow, TOKEN } from '../support/publishing.ts';
import { runProgram, type StepRun } from '../support/runner.ts';
import {
  always,
  closeServers,
  hasty,
  nobody,
  refusing,
  refusingProxy,
  releasing,
  type Scene,
  serve,
  silence,
} from '../support/scenes.ts';
import { GitHub } from '../world/github/github.ts';
import { startReleases } from '../world/github/releases.ts';

const A = 'media/a.png';
const GATEWAY = 'https://gateway.example';
const POLLED = { inputs: { 'image-upload': 'asynchronous' } };
const VIDEO = { files: { 'media/a.mp4': { sample: 'launch.mp4' } }, names: 'media/a.mp4' };
const IN_PARTS = { ...VIDEO, inputs: { 'multipart-threshold-mb': '1' } };
const one = (content: string | Uint8Array): Scene => ({ files: { [A]: content }, names: A });
const parts = (patch: unknown) => ({
  value: { uploadMechanism: { 'com.linkedin.digitalmedia.uploading.MultipartUpload': patch } },
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
  FILES_TOO_MANY: { files: { [A]: png(), 'media/b.png': png() }, inputs: { 'max-files': '1' } },
  RELEASE_NOT_FOUND: { github: { assets: [], isDraft: true }, names: 'v1.0' },
  RELEASE_UNMATCHED: { ...releasing({}), inputs: { files: '', 'release-assets': '*.webm' }, names: 'r.png' },
  ASSET_UNFINISHED: releasing({ state: 'open' }),
  ASSET_DIFFERS: releasing({ digest: `sha256:${'0'.repeat(64)}` }),
  ASSET_UNREACHED: releasing({ api: [{ status: 404 }] }),
  GITHUB_DENIED: { github: { assets: [], answers: [{ status: 403, body: '{"message":"No."}' }] } },
  GITHUB_FAILED: {
    github: { assets: [], answers: Array.from({ length: 6 }, () => ({ status: 503 })) },
    clock: hurriedWaits,
  },
  FILE_EMPTY: one(''),
  FILE_TRUNCATED: one(png().subarray(0, -12)),
  FILE_UNREADABLE: {
    names: A,
    open: () => Promise.reject(Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' })),
  },
  FILE_CHANGED: {
    names: 'media/b.png',
    files: { [A]: png(), 'media/b.png': png() },
    inputs: { concurrency: '1', 'image-upload': 'asynchronous' },
    meanwhile: (line, workspace) => {
      if (line.includes('a.png: registered')) writeFileSync(join(workspace, 'media/b.png'), 'changed');
    },
  },
  FILE_LFS_POINTER: one(lfsPointer()),
  FILE_TYPE: one('plain text'),
  FILE_PIXELS: one(png({ width: 6014, height: 6014 })),
  FILE_FRAMES: one(gif({ frames: 251 })),
  FILE_SIZE: { ...one(Buffer.concat([pdf(), Buffer.alloc(100_000_000), pdf()])), inputs: { api: 'media' } },
  FILE_PAGES: { ...one(pdf({ pages: 301 })), inputs: { api: 'media' } },
  FILE_API: one(pdf()),
  FILE_RECIPE: { names: A, inputs: { recipe: 'feedshare-video' } },
  FILE_SIDECAR: {
    files: { 'media/a.srt': 'x' },
    inputs: { api: 'media', sidecars: 'true' },
    names: 'media/a.srt',
  },
  MANIFEST_INVALID: { files: { [A]: png(), 'kept.json': 'no JSON' }, inputs: { manifest: 'kept.json' } },
  MANIFEST_WRITE: {
    files: { [A]: png(), 'kept/x': '' },
    inputs: { manifest: 'kept/manifest.json' },
    meanwhile: (line, workspace) => {
      if (!line.includes('results file')) return;
      rmSync(join(workspace, 'kept'), { recursive: true, force: true });
      writeFileSync(join(workspace, 'kept'), '');
    },
  },
  BRANCH_PROTECTED: {
    inputs: { 'manifest-branch': 'linkedin-media' },
    env: async () => ({
      GITHUB_API_URL: await serve(new GitHub({ forbids: ['creation'] }).listener),
    }),
  },
  NETWORK_FAILED: { linkedin: nobody, clock: hurriedWaits },
  NETWORK_TIMEOUT: { linkedin: silence, clock: () => hurried(200) },
  TLS_FAILED: { linkedin: async () => (await serve(() => {})).replace('http:', 'https:') },
  TLS_UNCHECKED: { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } },
  PROXY_INVALID: { inputs: { 'api-url': GATEWAY }, env: { https_proxy: 'socks5://proxy.example' } },
  PROXY_REFUSED: { inputs: { 'api-url': GATEWAY }, env: refusingProxy },
  HTTP_UNEXPECTED: {
    linkedin: () =>
      serve((_, response) => response.writeHead(302, { location: 'https://login.example/' }).end()),
  },
  TOKEN_REFUSED: { inputs: { 'access-token': 'another-token-of-no-worth' } },
  REFRESH_REFUSED: {
    inputs: { ...CLIENT, 'refresh-token': 'AQW-a-refresh-token-of-last-year' },
    sandboxOptions: { oauth: { ...APP, refreshToken: 'AQW-of-today', accessToken: 'AQX-of-today' } },
  },
  CLIENT_REFUSED: { inputs: { ...CLIENT, 'refresh-token': 'AQW-of-today' } },
  ACCESS_DENIED: refusing('register', 403, {
    status: 403,
    serviceErrorCode: 100,
    message: 'Not enough permissions to access: POST /assets',
  }),
  VERSION_INACTIVE: { inputs: { 'linkedin-version': '202511' } },
  MEMBER_RESTRICTED: refusing('register', 401, { status: 401, code: 'RESTRICTED_MEMBER' }),
  LIMIT_REACHED: {
    ...always('register', { reply: { status: 429, headers: { 'retry-after': '36000' } } }),
    inputs: { 'wait-minutes': '1' },
    clock: hurriedWaits,
  },
  DAILY_LIMIT: refusing('register', 429, {
    status: 429,
    message: 'Resource level throttle APPLICATION DAY limit for calls to this resource is reached.',
  }),
  RETRIES_SPENT: {
    ...refusing('register', 503),
    files: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`media/${index}.png`, png()])),
    clock: hurriedWaits,
  },
  VALUE_REFUSED: refusing('register', 403, {
    status: 403,
    message: 'Field Value validation failed in REQUEST_BODY: Data Processing Exception [/owner]',
  }),
  REQUEST_REFUSED: { ...refusing('register', 400, { status: 400, message: 'No.' }), names: A },
  SERVER_FAILED: { ...refusing('register', 503), names: A, clock: hurriedWaits },
  REPLY_SHAPE: { ...always('register', { mutate: { value: { asset: null } } }), names: A },
  UPLOAD_URL: {
    ...always('register', {
      mutate: {
        value: {
          uploadMechanism: {
            'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': { uploadUrl: 'https://a.example/' },
          },
        },
      },
    }),
    names: A,
  },
  UPLOAD_EXPIRED: { ...always('upload', { reply: { status: 410 } }), names: A },
  UPLOAD_INCOMPLETE: {
    linkedin: hasty,
    files: { 'media/a.mp4': Buffer.concat([mp4(), Buffer.alloc(60_000_000)]) },
    inputs: { 'wait-minutes': '1' },
    // Slower than the other scenes: the timeout of a disk read runs on the same clock.
    clock: () => hurried(20),
    names: 'media/a.mp4',
  },
  PART_PLAN: {
    ...IN_PARTS,
    ...always('register', { mutate: parts({ partUploadRequests: { 1: { byteRange: { firstByte: 7 } } } }) }),
  },
  ETAG_MISSING: { ...IN_PARTS, ...always('upload', { omitEtag: true }), clock: hurriedWaits },
  MEDIA_REJECTED: { ...IN_PARTS, ...always('complete', { finalStatus: 'CLIENT_ERROR' }) },
  PROCESSING_FAILED: { ...always('upload', { finalStatus: 'SERVER_ERROR' }), ...POLLED, names: A },
  ASSET_WITHDRAWN: { ...always('upload', { assetStatus: 'BLOCKED' }), ...POLLED, names: A },
  PROCESSING_TIMEOUT: {
    ...VIDEO,
    sandboxOptions: { processingMs: 3_600_000 },
    inputs: { 'wait-minutes': '1' },
    clock: hurriedWaits,
  },
  RUN_STOPPED: {
    ...refusing('register', 426, { status: 426, code: 'NONEXISTENT_VERSION' }),
    files: { [A]: png(), 'media/b.png': png() },
  },
  RUN_CANCELLED: {
    ...VIDEO,
    sandboxOptions: { processingMs: 3_600_000 },
    signalWhen: { line: /uploaded/, signal: 'SIGINT' },
    names: '',
  },
  OUTPUT_FAILED: { env: { GITHUB_STEP_SUMMARY: '/' } },
  INTERNAL: { clock: () => ({ ...systemClock, epochMs: () => (null as unknown as Date).getTime() }) },
};

async function play(scene: Scene): Promise<StepRun> {
  const sandbox = await startSandbox({ token: TOKEN, processingMs: 0, ...scene.sandboxOptions });
  const workspace = await makeWorkspace(scene.files ?? { [A]: png() });
  const url = (await scene.linkedin?.()) ?? sandbox.url;
  const github = scene.github && (await startReleases(scene.github));
  const release = github && { 'release-tag': 'v1.0', 'release-assets': '*' };
  const inputs = {
    'access-token': TOKEN,
    owner: OWNER,
    files: 'media/**',
    'api-url': url,
    ...release,
    ...scene.inputs,
  };
  try {
    return await runProgram({
      workspace,
      inputs,
      env: {
        ...(typeof scene.env === 'function' ? await scene.env() : scene.env),
        ...(github && { GITHUB_API_URL: github.apiUrl }),
      },
      ...(scene.signalWhen && { signalWhen: scene.signalWhen }),
      world: { clock: scene.clock?.() ?? systemClock, ...(scene.open && { open: scene.open }) },
      onLine: (line) => scene.meanwhile?.(line, workspace),
    });
  } finally {
    await Promise.all([sandbox.close(), github?.close()]);
  }
}

const messages: string[] = [];

describe('Error messages', () => {
  afterAll(() => {
    closeServers();
    // biome-ignore lint/suspicious/noConsole: PRINT_ERRORS asks for this output.
    if (process.env.PRINT_ERRORS) console.log(messages.join('\n'));
  });

  it.each(Object.entries(SCENES))('the error %s has a message and a hint', async (code, scene) => {
    const run = await play(scene);
    const hint = ERROR_CODES[code as ErrorCode].hint;
    const annotation = run.annotations.find(
      ({ level, message }) => level === 'error' && message.endsWith(hint),
    );
    // An error that follows from one of the whole run is only in its rows.
    const row = run.json<ResultRow[]>('results').find(({ error }) => error?.code === code)?.error;
    const text = annotation?.message ?? `${row?.message}. ${row?.hint}`;
    expect(text, run.log.join('\n')).toContain(hint);
    messages.push(`${code}\n    ${text.replace(hint, '').trim()}\n    → ${hint}\n`);
    expect(run.exitCode).toBe(1);
    const what = text.slice(0, text.indexOf(hint)).trim();
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
  });
});
