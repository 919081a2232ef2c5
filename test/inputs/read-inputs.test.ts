// From the strings of a `with:` block to settings: defaults, accepted values and rejected values.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { uploadInputs } from '../../src/inputs/upload-schema.ts';
import { readPatterns } from '../../src/media/find/patterns.ts';
import { fuzzed } from '../support/fuzz.ts';
import { GOOD, inputErrorsOf, read, TOKEN, type With, WORKSPACE } from './step-inputs.ts';

const { env: _, ...INPUTS } = uploadInputs.shape;

const EXPECTED = {
  mode: 'publish',
  files: 'media/**',
  workspace: WORKSPACE,
  followSymlinks: false,
  includeHiddenFiles: false,
  maxFiles: 100,
  sidecars: false,
  manifest: '',
  manifestFile: null,
  release: null,
  shard: null,
  branch: null,
  github: null,
  maxCalls: null,
  ifNoFilesFound: 'error',
  api: 'assets',
  owner: GOOD.owner,
  recipe: 'auto',
  imageUpload: 'synchronous',
  multipartThresholdBytes: 200_000_000,
  concurrency: 8,
  waitMs: 1_800_000,
  readsArtifacts: false,
  failOn: 'any',
  linkedinVersion: '202609',
};

it.each([
  ['absent', () => ({})],
  ['empty', () => emptied('')],
  ['blank', () => emptied(' \t\n')],
])('an input that is %s gets its default', (_, given) => {
  const inputs = read(given());
  expect(inputs).toMatchObject(EXPECTED);
  expect(inputs.apiUrl.href).toBe('https://api.linkedin.com/');
  expect(inputs.token.reveal()).toBe(TOKEN);
});

function emptied(text: string): With {
  const optional = Object.keys(INPUTS).filter((name) => !(name in GOOD));
  return Object.fromEntries(optional.map((name) => [name, text]));
}

it.each<[name: string, value: string, expected: Readonly<Record<string, unknown>>, more?: With]>([
  ['owner', 'urn:li:person:8675309', { owner: 'urn:li:person:8675309' }],
  ['owner', ' urn:li:organization:5\r\n', { owner: 'urn:li:organization:5' }],
  ['recipe', 'ads-image', { recipe: { urn: 'urn:li:digitalmediaRecipe:ads-image' } }],
  ['recipe', 'urn:li:digitalmediaRecipe:new', { recipe: { shortName: 'new' } }],
  // The Media APIs have no recipes.
  ['recipe', 'feed share', { recipe: { shortName: 'feed share' } }, { api: 'media' }],
  ['image-upload', 'asynchronous', { imageUpload: 'asynchronous' }],
  ['mode', 'plan', { mode: 'plan' }],
  ['mode', 'simulate', { mode: 'simulate' }],
  ['linkedin-version', 'v2', { linkedinVersion: 'v2' }],
  ['linkedin-version', '202612', { linkedinVersion: '202612' }, { api: 'media' }],
  ['shard', '2/3', { shard: { index: 2, count: 3 } }],
  [
    'manifest',
    '/elsewhere/m.json',
    { manifestFile: '/elsewhere/m.json', manifest: '/elsewhere/m.json' },
  ],
  // The URNs of a simulation are fake, so it leaves the manifest alone.
  ['manifest', '/m.json', { manifestFile: null, manifest: '/m.json' }, { mode: 'simulate' }],
  ['manifest', '/plan.json', { manifestFile: '/plan.json' }, { mode: 'plan' }],
  ['if-no-files-found', 'ignore', { ifNoFilesFound: 'ignore' }],
  ['fail-on', 'never', { failOn: 'never' }],
  ['concurrency', '1', { concurrency: 1 }],
  ['concurrency', ' 64 ', { concurrency: 64 }],
  ['multipart-threshold-mb', '1', { multipartThresholdBytes: 1_000_000 }],
  ['wait-minutes', '0', { waitMs: 0 }],
  ['wait-minutes', '1440', { waitMs: 1440 * 60_000 }],
  ['media-artifacts', 'true', { readsArtifacts: true }],
  ['sidecars', 'FALSE', { sidecars: false }],
  ['sidecars', 'true', { sidecars: true }, { api: 'media' }],
  ['max-files', '100000', { maxFiles: 100_000 }],
  ['follow-symlinks', 'true', { followSymlinks: true }],
  ['include-hidden-files', 'true', { includeHiddenFiles: true }],
])('the input %s accepts %j', (name, value, expected, more = {}) => {
  expect(read({ [name]: value, ...more })).toMatchObject(expected);
});

it('the lines of `files` are kept with any line ending', () => {
  const { files } = read({ files: '\r\nmedia/**\r\n!media/drafts/**\r\n# no more\r\n' });
  const patterns = readPatterns(files, { named: WORKSPACE, real: WORKSPACE }, 'files');
  expect(patterns.map(({ text }) => text)).toEqual(['media/**', '!media/drafts/**']);
});

/** Input, value, and the text that its error message must contain, given other inputs. */
const REJECTED: readonly [string, string, RegExp, With?][] = [
  ['owner', '', /^is empty$/],
  ['files', '', /^is empty, and `release-assets` is empty too; .*starts with `!` in quotes/],
  ['recipe', 'feed share', /"feed share".*feedshare-image/],
  ['recipe', 'urn:li:digitalmediaRecipe:', /`auto`/],
  ['recipe', 'urn:li:image:abc', /`auto`/],
  ['api', 'images', /one of: assets, media \(the Images, Videos and Documents APIs\)$/],
  ['image-upload', 'sync', /one of: synchronous, asynchronous/],
  [
    'mode',
    'dry-run',
    /one of: publish, check \(which says .*\), plan \(which sends nothing\), simulate/,
  ],
  [
    'linkedin-version',
    'v2',
    /must be YYYYMM, such as 202609, with `api: media`$/,
    { api: 'media' },
  ],
  ['linkedin-version', '202613', /YYYYMM, such as 202609, or v2/],
  ['linkedin-version', '2026-09', /YYYYMM/],
  [
    'sidecars',
    'true',
    /^needs `api: media`: the Assets API accepts neither captions nor thumbnails$/,
  ],
  ['api-url', 'api.linkedin.com', /https URL/],
  ['if-no-files-found', 'fail', /one of: error, warn, ignore/],
  ['fail-on', 'none', /one of: any, all, never/],
  ['concurrency', '0', /from 1 to 64/],
  ['concurrency', '65', /from 1 to 64/],
  ['multipart-threshold-mb', '0', /from 1 to 200/],
  ['multipart-threshold-mb', '201', /from 1 to 200/],
  ['wait-minutes', '1441', /from 0 to 1440/],
  ['max-files', '100001', /from 1 to 100000/],
  ['manifest', 'media/', /is a folder; add a file name/],
  ['max-calls', '0', /a whole number of at least 1$/],
  ['max-calls', '1.5', /a whole number of at least 1$/],
  ['max-calls', '150', /^needs `manifest-branch`, /],
  ['shard', '0/2', /i\/n with i from 1 to n .*, such as 2\/5/],
  ['shard', '3/2', /must be i\/n/],
  ['shard', '1/1001', /n at most 1000/],
  ['follow-symlinks', 'yes', /`true` or `false`/],
  ['include-hidden-files', '1', /`true` or `false`/],
  ['sidecars', 'yes', /`true` or `false`/],
  ['media-artifacts', '1', /`true` or `false`/],
  ['summary', 'off', /`true` or `false`/],
  ['token-warn-days', '366', /whole number from 0 to 365/],
  ['release-tag', 'v1.0', /is set, but `release-assets` is empty; set it/],
];

it.each<[string, string, RegExp, With?]>([...REJECTED])(
  'the input %s rejects %j',
  (name, value, text, more = {}) => {
    const errors = inputErrorsOf({ [name]: value, ...more });
    expect(errors.map(({ input }) => input)).toEqual([name]);
    expect(errors[0]?.code).toBe(value === '' ? 'INPUT_MISSING' : 'INPUT_INVALID');
    expect(errors[0]?.problem).toMatch(text);
  },
);

it('the input max-calls rejects a number of 400 digits', () => {
  expect(inputErrorsOf({ 'max-calls': '9'.repeat(400) })).toMatchObject([
    { code: 'INPUT_INVALID', problem: expect.stringMatching(/a whole number of at least 1$/) },
  ]);
});

it('an error shows at most 20 characters of a rejected value, which may be a token', () => {
  const token = 'AQX-canary_of_the-token_7f3e9d2b-Kz8Qw5';
  const isText = [
    'files',
    'manifest',
    'manifest-branch',
    'release-tag',
    'release-assets',
    'github-token',
  ];
  const names = Object.keys(INPUTS).filter(
    (name) => !isText.includes(name) && !/token$|client/.test(name),
  );
  for (const name of names) {
    const [error] =
      name === 'recipe' ? inputErrorsOf({ recipe: `${token}!` }) : inputErrorsOf({ [name]: token });
    expect(error).toMatchObject({ code: 'INPUT_INVALID', input: name });
    expect(error?.message).not.toContain(token.slice(0, 21));
  }
});

it.each<[With, string[]]>([
  [{ api: 'media', 'linkedin-version': 'v2', sidecars: 'maybe' }, ['linkedin-version', 'sidecars']],
  [
    { sidecars: 'true', 'media-artifacts': 'maybe', owner: '' },
    ['owner', 'sidecars', 'media-artifacts'],
  ],
  // The intended API is unknown, so the inputs that depend on it are not checked against it.
  [{ api: 'images', 'linkedin-version': 'v2', sidecars: 'true' }, ['api']],
  [
    { api: 'images', 'linkedin-version': 'x', sidecars: 'x' },
    ['api', 'linkedin-version', 'sidecars'],
  ],
])('the inputs %o give errors for %j', (given, names) => {
  expect(inputErrorsOf(given).map(({ input }) => input)).toEqual(names);
});

it('all input errors are reported in one run, in the order of action.yml', () => {
  const invalid = {
    'access-token': '"quoted"',
    'client-id': '"quoted"',
    'client-secret': 'two words',
    ...Object.fromEntries(
      REJECTED.filter(([name]) => name !== 'mode').map(([name, text]) => [name, text]),
    ),
  };
  expect(inputErrorsOf(invalid).map(({ input }) => input)).toEqual(
    // `mode` is valid. A refresh token would replace the access token. `release-assets` would make `release-tag` valid.
    // `manifest-branch` needs GitHub.
    Object.keys(INPUTS).filter(
      (name) =>
        !['mode', 'refresh-token', 'release-assets', 'manifest-branch', 'github-token'].includes(
          name,
        ),
    ),
  );
});

it('every error names an input and has a message, for any text in any input', () => {
  const anyInput = fc.constantFrom(...Object.keys(INPUTS));
  const property = fc.property(fc.dictionary(anyInput, fc.string({ unit: 'binary' })), (given) => {
    for (const error of inputErrorsOf(given)) {
      expect(error.input in INPUTS).toBe(true);
      expect(error.message).toMatch(/^\S.*\S$/s);
    }
  });
  fc.assert(property, fuzzed(200));
});
