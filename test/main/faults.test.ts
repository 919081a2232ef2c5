// The upload action with errors: what it reports, what it keeps, and what it does not send.

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mp4, png } from '../support/media.ts';
import { endsOf, publish, rowsOf, TOKEN } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';
import type { LinkedInOptions } from '../world/linkedin-faults.ts';
import { upload } from '../world/uploads.ts';

const NO_CALLS = { register: 0, upload: 0, complete: 0, status: 0 };

/** No user should have to read a stack. */
function expectNoStack(run: StepRun): void {
  expect(run.rawLog.join('\n')).not.toMatch(
    /^\s+at .+:\d+:\d+\)?$|node:internal|dist\/index\.js:\d+/m,
  );
}

const INVALID = {
  'access-token': `Bearer ${TOKEN}`,
  owner: 'Acme Inc.',
  files: '',
  recipe: 'feed share',
  'image-upload': 'sometimes',
  'linkedin-version': '202613',
  'if-no-files-found': 'shrug',
  'fail-on': 'maybe',
  concurrency: '0',
  'multipart-threshold-mb': '201',
  'wait-minutes': '1.5',
  'max-files': 'many',
  'follow-symlinks': 'yes',
  'include-hidden-files': '1',
  summary: 'on',
};

it('all input errors are reported in one run, each under its input, and nothing is sent', async () => {
  const { run, sandbox } = await publish({ inputs: INVALID });
  expect(run.exitCode).toBe(1);
  const log = run.log.join('\n');
  for (const name of Object.keys(INVALID))
    expect(log).toMatch(new RegExp(`^(Error: )?${name} `, 'm'));
  expect(run.annotations.map(({ title }) => title)).toContain('input owner');
  expect(log).not.toContain(TOKEN);
  expect(sandbox.model.calls()).toEqual(NO_CALLS);
  expect(sandbox.model.log).toEqual([]);
  expectNoStack(run);
  expect(run.json('results')).toEqual([]);
  expect(run.outputs['failed-count']).toBe('0');
  expect(run.outputs['asset-urn']).toBe('');
  expect(JSON.parse(readFileSync(run.outputs['results-file'] ?? '', 'utf8'))).toEqual([]);
  expect(run.summary).toContain('15 inputs to correct');
});

const refuse = (status: number, body: unknown, more = {}): LinkedInOptions => ({
  faults: [{ on: 'register', every: true, reply: { status, body }, ...more }],
});

it.each([
  [
    'an expired token',
    401,
    { status: 401, code: 'EXPIRED_ACCESS_TOKEN', serviceErrorCode: 65602 },
    'TOKEN_REFUSED',
  ],
  [
    'a missing permission',
    403,
    { status: 403, serviceErrorCode: 100, message: 'Not enough permissions' },
    'ACCESS_DENIED',
  ],
  ['an inactive version', 426, { status: 426, code: 'NONEXISTENT_VERSION' }, 'VERSION_INACTIVE'],
])(
  '%s costs one call, stops the run and is reported with a hint',
  async (_, status, body, code) => {
    const { run, sandbox } = await publish({ sandboxOptions: refuse(status, body) });
    expect(sandbox.model.calls()).toEqual({ ...NO_CALLS, register: 1 });
    const rows = rowsOf(run);
    expect(rows.map(({ state }) => state)).toEqual(['failed', 'skipped', 'skipped', 'skipped']);
    expect(rows.map(({ error }) => error?.code)).toEqual([
      code,
      'RUN_STOPPED',
      'RUN_STOPPED',
      'RUN_STOPPED',
    ]);
    expect(run.exitCode).toBe(1);
    expect(run.outputs['failed-count']).toBe('4');
    expect(run.annotations.filter(({ title }) => title === code).length).toBeGreaterThan(0);
    expectNoStack(run);
  },
);

it.each([
  ['any', 1],
  ['all', 1],
  ['never', 0],
])(
  'LinkedIn stops a run under `fail-on: %s`: it exits with %i, and the error is annotated',
  async (failOn, exitCode) => {
    const body = { status: 401, code: 'EXPIRED_ACCESS_TOKEN', serviceErrorCode: 65602 };
    const { run } = await publish({
      inputs: { 'fail-on': failOn },
      sandboxOptions: refuse(401, body),
    });
    expect(run.exitCode).toBe(exitCode);
    const errors = run.annotations.filter(({ level }) => level === 'error');
    expect(errors.map(({ title }) => title)).toContain('TOKEN_REFUSED');
  },
);

it('a run that LinkedIn stopped after a file succeeded obeys `fail-on: all`, and its error is annotated', async () => {
  const run = await upload({
    files: { 'a.png': png(), 'b.mp4': mp4() },
    inputs: { 'fail-on': 'all' },
    faults: [{ on: 'status', nth: 1, every: true, kind: 'status', status: 401 }],
  });
  expect(run.ends).toMatchObject({ 'a.png': 'available' });
  expect(run.exitCode).toBe(0);
  expect(run.errors.join()).toContain('TOKEN_REFUSED');
});

it.each([
  ['too many files', { 'max-files': '3' }, 'max-files is 3, but the patterns match 4 files'],
  ['no file', { files: 'none/*.png' }, 'files matches no file that can be uploaded'],
])(
  '%s fails the step even with `fail-on: never`, and nothing is sent',
  async (_, inputs, message) => {
    const { run, sandbox } = await publish({ inputs: { 'fail-on': 'never', ...inputs } });
    expect(run.exitCode).toBe(1);
    expect(run.messages('error').join()).toContain(message);
    expect(sandbox.model.calls()).toEqual(NO_CALLS);
  },
);

it('a 403 with an empty message names the owner as a possible cause', async () => {
  const { run } = await publish({
    ...PNG,
    sandboxOptions: refuse(403, { message: '', status: 403 }),
  });
  expect(endsOf(run)).toEqual({ 'media/hero.png': 'ACCESS_DENIED' });
  expect(rowsOf(run)[0]?.error?.message).toMatch(
    /^LinkedIn rejected the registration \(403\)( \[|$)/,
  );
  expect(run.messages('error')[0]).toContain('Check the id in `owner` too');
});

const PNG = { files: { 'media/hero.png': { sample: 'hero.png' } } };

it('an unreachable LinkedIn is reported with its network error in the annotation and in every row', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [
      `${index}.png`,
      png({ width: 10 + index, height: 5 }),
    ]),
  );
  const faults = [{ on: 'register', nth: 1, every: true, kind: 'unreachable' } as const];
  const { rows, errors, log } = await upload({ files, faults });
  expect(errors[0]).toMatch(/^RETRIES_SPENT: .*ECONNREFUSED/s);
  for (const { error } of rows) expect(error?.message).toContain('ECONNREFUSED');
  expect(log).toMatch(
    /: the registration is retried in [0-9.]+ s \(attempt 2 of 5\): .*ECONNREFUSED/,
  );
  expect(log).toMatch(/all files pause for .*ECONNREFUSED/);
  expect(log.match(/ is retried /g)?.length).toBeLessThan(100);
});
