// The inputs of the post action: defaults, values, errors, and what each mode needs.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import type { InputError } from '../../src/errors/action-error.ts';
import {
  type ContentInputs,
  findContentErrors,
  type PostInputs,
  readPostInputs,
} from '../../src/inputs/read-post-inputs.ts';
import { Secret } from '../../src/secret.ts';
import {
  errorsOf as errorsIn,
  GITHUB_TOKEN,
  stepOf,
  TOKEN,
  type With,
  WORKSPACE,
} from './step-inputs.ts';

const GOOD: With = {
  'access-token': TOKEN,
  owner: 'urn:li:organization:24141830',
  posts: 'posts/*.md',
  'github-token': GITHUB_TOKEN,
};

const envOf = (given: With) => stepOf({ ...GOOD, ...given });

function readGood(env: NodeJS.ProcessEnv, mask: (secret: string) => void = () => {}): PostInputs {
  const inputs = readPostInputs(env, mask);
  return inputs.mode === 'check' ? expect.fail('these are inputs of `mode: check`') : inputs;
}

function readErrors(given: With = {}): readonly InputError[] {
  return errorsIn(() => readPostInputs(envOf(given), () => {}));
}

const read = (given: With = {}) => readGood(envOf(given));
const errorsOf = (given: With = {}) => readErrors(given).map(({ input }) => input);

it('the defaults are those of post/action.yml, and media use the Media APIs', () => {
  const inputs = read();
  expect(errorsOf()).toEqual([]);
  expect(inputs).toMatchObject({
    mode: 'publish',
    posts: 'posts/*.md',
    workspace: WORKSPACE,
    api: 'media',
    owner: GOOD.owner,
    maxPosts: 1,
    maxAgeHours: 48,
    approval: 'none',
    altText: 'warn',
    release: null,
    githubError: null,
    branch: { branch: 'linkedin-media', path: 'linkedin.json' },
    linkedinVersion: '202609',
    concurrency: 8,
    waitMs: 1_800_000,
    readsArtifacts: false,
  });
  expect(inputs.apiUrl.href).toBe('https://api.linkedin.com/');
});

it.each<[string, string, (inputs: PostInputs) => unknown, unknown]>([
  ['max-posts', '50', ({ maxPosts }) => maxPosts, 50],
  ['max-age-hours', '0', ({ maxAgeHours }) => maxAgeHours, 0],
  ['max-age-hours', '87600', ({ maxAgeHours }) => maxAgeHours, 87_600],
  [
    'timezone',
    'America/Argentina/Buenos_Aires',
    ({ timezone }) => timezone,
    'America/Argentina/Buenos_Aires',
  ],
  ['timezone', 'UTC', ({ timezone }) => timezone, 'UTC'],
  ['timezone', '', ({ timezone }) => timezone, null],
  ['approval', 'review', ({ approval }) => approval, 'review'],
  ['alt-text', 'error', ({ altText }) => altText, 'error'],
  ['manifest', 'memory/posts.json', ({ branch }) => branch?.path, 'memory/posts.json'],
  ['manifest-branch', 'memory', ({ branch }) => branch?.branch, 'memory'],
  ['wait-minutes', '1', ({ waitMs }) => waitMs, 60_000],
  ['release-tag', 'v1', ({ release }) => release, { tag: 'v1', event: null }],
  ['owner', 'urn:li:person:a-B_1', ({ owner }) => owner, 'urn:li:person:a-B_1'],
])('%s: %s is accepted', (name, value, pick, expected) => {
  expect(errorsOf({ [name]: value })).toEqual([]);
  expect(pick(read({ [name]: value }))).toEqual(expected);
});

it.each([
  ['max-posts', '0'],
  ['max-posts', '51'],
  ['max-age-hours', '-1'],
  ['max-age-hours', '87601'],
  ['timezone', 'CET'],
  ['timezone', '+01:00'],
  ['approval', 'yes'],
  ['environment', 'linkedin'],
  ['alt-text', 'true'],
  ['manifest', '/tmp/linkedin.json'],
  ['manifest-branch', 'origin/linkedin-media'],
  ['wait-minutes', '0'],
  ['wait-minutes', '1441'],
  ['linkedin-version', 'v2'],
  ['concurrency', '65'],
  ['mode', 'dry-run'],
  ['summary', 'yes'],
  ['token-warn-days', 'x'],
  ['owner', 'urn:li:sponsoredAccount:1'],
  ['owner', ''],
  ['access-token', ''],
  ['github-token', ''],
  ['posts', 'posts/../x.md'],
])('%s: %s is an error under its name', (name, value) => {
  expect(errorsOf({ [name]: value })).toEqual([name]);
});

it.each(['tz', 'time-zone', 'time_zone'])(
  '%s is answered with the name of the input `timezone`',
  (name) => {
    expect(readErrors({ [name]: 'Europe/Berlin' }).map(({ message }) => message)).toEqual([
      `${name} is not an input of this action; did you mean \`timezone\`?`,
    ]);
  },
);

it.each([
  ['Europe/Berln', 'Europe/Berlin'],
  ['berlin', 'Europe/Berlin'],
  ['PST', 'America/Los_Angeles'],
  ['+01:00', 'Europe/Berlin'],
  ['Middle-earth', 'Europe/Berlin'],
])('the error of the timezone %s shows the nearest name, or an example: %s', (name, shown) => {
  expect(readErrors({ timezone: name }).map(({ message }) => message)).toEqual([
    `timezone is "${name}", but must be the IANA name of a time zone, such as ${shown}`,
  ]);
});

it.each(['max-posts', 'max-age-hours'])('the description of %s names its highest value', (name) => {
  const path = resolve(import.meta.dirname, '../../post/action.yml');
  const { description } = parse(readFileSync(path, 'utf8')).inputs[name];
  const [error] = readErrors({ [name]: '999999' });
  const [, highest = ''] = /whole number from \d to (\d+)/.exec(error?.message ?? '') ?? [];
  expect(highest).not.toBe('');
  expect(description).toContain(highest);
});

const UNMERGED = [
  'refs/pull/7/merge',
  'refs/pull/7/head',
  'refs/heads/gh-readonly-queue/main/pr-7-0a1b2c',
];

it.each(UNMERGED)(
  '`publish` refuses the ref %s, which is not merged, and names `mode: plan`',
  (ref) => {
    const errors = errorsIn(() => readPostInputs({ ...envOf({}), GITHUB_REF: ref }, () => {}));
    expect(errors.map(({ input, message }) => [input, message])).toEqual([
      [
        'mode',
        `mode is publish, but this run is for ${ref}, which is not merged; use \`mode: plan\` for pull requests and merge queues`,
      ],
    ]);
  },
);

it.each(UNMERGED)('`plan`, `simulate` and `check` accept the ref %s', (ref) => {
  for (const mode of ['plan', 'simulate', 'check'])
    expect(() => readPostInputs({ ...envOf({ mode }), GITHUB_REF: ref }, () => {})).not.toThrow();
});

it.each(['refs/heads/main', 'refs/heads/pull/7/merge', 'refs/tags/refs/pull/7', ''])(
  '`publish` accepts the ref %j',
  (ref) => {
    expect(() => readPostInputs({ ...envOf({}), GITHUB_REF: ref }, () => {})).not.toThrow();
  },
);

it('an invalid mode does not also require a token', () => {
  expect(errorsOf({ mode: 'dry-run', 'access-token': '', 'github-token': '' })).toEqual(['mode']);
});

it('`plan` and `simulate` need neither a token of LinkedIn nor one of GitHub', () => {
  for (const mode of ['plan', 'simulate']) {
    expect(errorsOf({ mode, 'access-token': '', 'github-token': '' })).toEqual([]);
    expect(read({ mode, 'github-token': '' })).toMatchObject({ branch: null, github: null });
  }
  expect(read({ mode: 'plan' }).branch).not.toBeNull();
  expect(read({ mode: 'simulate' }).branch).toBeNull();
  expect(read({ mode: 'simulate' }).github).not.toBeNull();
});

it('every secret is masked and removed from the environment, in every mode', () => {
  for (const mode of ['publish', 'plan', 'simulate']) {
    const masked: string[] = [];
    const env = envOf({
      mode,
      'client-id': 'client-id-1234',
      'client-secret': 'client-secret-1234',
    });
    const inputs = readGood(env, (secret) => void masked.push(secret));
    expect(masked).toEqual(expect.arrayContaining([TOKEN, GITHUB_TOKEN, 'client-secret-1234']));
    expect(JSON.stringify(env)).not.toContain(TOKEN);
    expect(JSON.stringify(env)).not.toContain(GITHUB_TOKEN);
    expect(inputs.token).toBeInstanceOf(Secret);
  }
});

const BLANK = {
  ...{ posts: '', text: '', textFile: '', media: [], alt: [], link: '', title: '', comment: '' },
  ...{ visibility: '', id: '', resend: 0, releaseTag: '' },
  owner: 'urn:li:organization:24141830',
  env: { GITHUB_WORKSPACE: WORKSPACE },
};
type Given = Partial<ContentInputs>;
const contentErrorsOf = (given: Given) =>
  [...findContentErrors({ ...BLANK, ...given })].map(({ input }) => input);

it('the parts of a post cannot be combined with post files, and each one is named', () => {
  const parts = {
    text: 'x',
    textFile: 'x.md',
    media: ['x.png'],
    alt: ['x'],
    link: 'https://a.example',
    title: 'T',
    comment: 'C',
    visibility: 'public',
    id: 'i',
    resend: 1,
  };
  expect(contentErrorsOf({ posts: 'posts/*.md', ...parts })).toEqual(
    Object.keys(parts).map((name) => name.replace('textFile', 'text-file')),
  );
  expect(contentErrorsOf({ posts: 'posts/*.md', resend: 0 })).toEqual([]);
});

it.each<[string, Given, string[]]>([
  ['nothing to post', {}, ['posts']],
  ['two texts', { text: 'x', textFile: 'y' }, ['text-file']],
  ['a field without a release', { text: 'x {{tag}}', media: ['{{tag}}/*.png'] }, ['media', 'text']],
  ['release notes without a release', { text: 'release-notes' }, ['text']],
  ['a text that is too long', { text: 'x'.repeat(3001) }, ['text']],
  [
    'a link with media',
    { text: 'x', link: 'https://a.example', title: 't', media: ['a.png'] },
    ['link'],
  ],
  ['`connections` for a page', { text: 'x', visibility: 'connections' }, ['visibility']],
  ['alternative texts without media', { text: 'x', alt: ['A chart'] }, ['alt']],
  ['media that are only excluded', { text: 'x', media: ['!a.png'] }, ['media']],
])('%s is an error', (_, given, names) => {
  expect(contentErrorsOf(given)).toEqual(names);
});
