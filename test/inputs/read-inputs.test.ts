// From the strings of a `with:` block to settings: defaults, accepted values and rejected values.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../src/inputs/read-inputs.ts';
import { uploadInputs } from '../../src/inputs/upload-schema.ts';
import { readPatterns } from '../../src/media/find/patterns.ts';
import { fuzzed } from '../support/fuzz.ts';
import { GOOD, inputErrorsOf, read, TOKEN, type With, WORKSPACE } from './step-inputs.ts';

const { env: _, ...INPUTS } = uploadInputs.shape;

it('a recipe of any form is accepted with `api: media`, which has no recipes', () => {
  const { planSettings } = read({ api: 'media', recipe: 'feed share' });
  expect(planSettings.recipe).toMatchObject({ shortName: 'feed share' });
});

describe('default values', () => {
  const EXPECTED = {
    mode: 'publish',
    find: {
      patterns: 'media/**',
      workspace: WORKSPACE,
      followSymlinks: false,
      includeHiddenFiles: false,
      maxFiles: 100,
      sidecars: false,
      manifest: null,
    },
    release: null,
    sidecars: false,
    shard: null,
    manifest: null,
    branch: null,
    github: null,
    maxCalls: null,
    ifNoFilesFound: 'error',
    planSettings: {
      api: 'assets',
      owner: GOOD.owner,
      recipe: 'auto',
      imageUpload: 'synchronous',
      multipartThresholdBytes: 200_000_000,
    },
    upload: { concurrency: 8, waitMs: 1_800_000, readsArtifacts: false },
    failOn: 'any',
  };

  it.each([
    ['absent', () => ({})],
    ['empty', () => emptied('')],
    ['blank', () => emptied(' \t\n')],
  ])('an input that is %s gets its default', (_, given) => {
    const { connect, ...rest } = read(given());
    expect(rest).toEqual(EXPECTED);
    expect(connect.apiUrl.href).toBe('https://api.linkedin.com/');
    expect(connect.version).toBe('202609');
    expect(connect.token.reveal()).toBe(TOKEN);
  });

  function emptied(text: string): With {
    const optional = Object.keys(INPUTS).filter((name) => !(name in GOOD));
    return Object.fromEntries(optional.map((name) => [name, text]));
  }
});

/** Input, value, its place in the settings, and the expected setting. */
const ACCEPTED: readonly (readonly [string, string, (inputs: Inputs) => unknown, unknown])[] = [
  ['owner', 'urn:li:person:8675309', ({ planSettings }) => planSettings.owner, 'urn:li:person:8675309'],
  ['owner', ' urn:li:organization:5\r\n', ({ planSettings }) => planSettings.owner, 'urn:li:organization:5'],
  ['recipe', 'auto', ({ planSettings }) => planSettings.recipe, 'auto'],
  [
    'recipe',
    'ads-image',
    ({ planSettings }) => planSettings.recipe,
    expect.objectContaining({ urn: 'urn:li:digitalmediaRecipe:ads-image' }),
  ],
  [
    'recipe',
    'urn:li:digitalmediaRecipe:brand-new',
    ({ planSettings }) => planSettings.recipe,
    { urn: 'urn:li:digitalmediaRecipe:brand-new', shortName: 'brand-new' },
  ],
  ['api', 'media', ({ planSettings }) => planSettings.api, 'media'],
  ['image-upload', 'asynchronous', ({ planSettings }) => planSettings.imageUpload, 'asynchronous'],
  ['mode', 'plan', ({ mode }) => mode, 'plan'],
  ['mode', 'simulate', ({ mode }) => mode, 'simulate'],
  ['linkedin-version', 'v2', ({ connect }) => connect.version, 'v2'],
  ['linkedin-version', '202612', ({ connect }) => connect.version, '202612'],
  [
    'api-url',
    'https://gateway.example/linkedin/',
    ({ connect }) => connect.apiUrl.href,
    'https://gateway.example/linkedin/',
  ],
  ['shard', '2/3', ({ shard }) => shard, { index: 2, count: 3 }],
  ['manifest', '/elsewhere/m.json', ({ manifest }) => manifest, '/elsewhere/m.json'],
  ['if-no-files-found', 'warn', ({ ifNoFilesFound }) => ifNoFilesFound, 'warn'],
  ['if-no-files-found', 'ignore', ({ ifNoFilesFound }) => ifNoFilesFound, 'ignore'],
  ['fail-on', 'all', ({ failOn }) => failOn, 'all'],
  ['fail-on', 'never', ({ failOn }) => failOn, 'never'],
  ['concurrency', '1', ({ upload }) => upload.concurrency, 1],
  ['concurrency', ' 64 ', ({ upload }) => upload.concurrency, 64],
  ['multipart-threshold-mb', '1', ({ planSettings }) => planSettings.multipartThresholdBytes, 1_000_000],
  ['wait-minutes', '0', ({ upload }) => upload.waitMs, 0],
  ['wait-minutes', '1440', ({ upload }) => upload.waitMs, 1440 * 60_000],
  ['media-artifacts', 'true', ({ upload }) => upload.readsArtifacts, true],
  ['sidecars', 'False', ({ sidecars }) => sidecars, false],
  ['max-files', '100000', ({ find }) => find.maxFiles, 100_000],
  ['follow-symlinks', 'true', ({ find }) => find.followSymlinks, true],
  ['include-hidden-files', 'true', ({ find }) => find.includeHiddenFiles, true],
];

describe('accepted values', () => {
  it.each(ACCEPTED)('the input %s accepts %j', (name, value, where, expected) => {
    expect(where(read({ [name]: value }))).toEqual(expected);
  });

  it('the manifest is not updated with mode: simulate, whose URNs are fake', () => {
    const simulated = read({ mode: 'simulate', manifest: '/elsewhere/m.json' });
    expect(simulated.manifest).toBeNull();
    expect(simulated.find.manifest).toBe('/elsewhere/m.json');
    expect(read({ mode: 'plan', manifest: '/elsewhere/m.json' }).manifest).toBe('/elsewhere/m.json');
  });

  it('the lines of `files` are kept with any line ending', () => {
    const { find } = read({ files: '\r\nmedia/**\r\n!media/drafts/**\r\n# no more\r\n' });
    const patterns = readPatterns(find.patterns, { named: WORKSPACE, real: WORKSPACE });
    expect(patterns.map(({ text }) => text)).toEqual(['media/**', '!media/drafts/**']);
  });
});

/** Input, value, and the text that its error message must contain. */
const REJECTED: readonly (readonly [string, string, RegExp])[] = [
  ['owner', '', /^is empty$/],
  ['files', '', /^is empty, and `release-assets` is empty too; .*starts with `!` in quotes/],
  ['recipe', 'feed share', /"feed share".*feedshare-image/],
  ['recipe', 'urn:li:digitalmediaRecipe:', /`auto`/],
  ['recipe', 'urn:li:image:abc', /`auto`/],
  ['api', 'images', /one of: assets, media \(the Images, Videos and Documents APIs\)$/],
  ['api', 'Media', /one of: assets, media /],
  ['image-upload', 'sync', /one of: synchronous, asynchronous/],
  ['mode', 'dry-run', /one of: publish, check \(which says .*\), plan \(which sends nothing\), simulate/],
  ['mode', 'Plan', /one of: publish, check .*, plan /],
  ['linkedin-version', '202613', /YYYYMM, such as 202609, or v2/],
  ['linkedin-version', '2026-09', /YYYYMM/],
  ['linkedin-version', 'V2', /YYYYMM/],
  ['api-url', 'api.linkedin.com', /https URL/],
  ['if-no-files-found', 'fail', /one of: error, warn, ignore/],
  ['fail-on', 'none', /one of: any, all, never/],
  ['concurrency', '0', /from 1 to 64/],
  ['concurrency', '65', /from 1 to 64/],
  ['multipart-threshold-mb', '0', /from 1 to 200/],
  ['multipart-threshold-mb', '201', /from 1 to 200/],
  ['wait-minutes', '1441', /from 0 to 1440/],
  ['wait-minutes', '1.5', /whole number/],
  ['max-files', '100001', /from 1 to 100000/],
  ['manifest', 'media/', /is a folder; add a file name/],
  ['max-calls', '0', /a whole number of at least 1$/],
  ['max-calls', '-1', /a whole number of at least 1$/],
  ['max-calls', '1.5', /a whole number of at least 1$/],
  ['max-calls', '1e3', /a whole number of at least 1$/],
  ['max-calls', '9'.repeat(400), /a whole number of at least 1$/],
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

describe('rejected values', () => {
  it.each(REJECTED)('the input %s rejects %j', (name, value, text) => {
    const errors = inputErrorsOf({ [name]: value });
    expect(errors.map(({ input }) => input)).toEqual([name]);
    expect(errors[0]?.code).toBe(value === '' ? 'INPUT_MISSING' : 'INPUT_INVALID');
    expect(errors[0]?.problem).toMatch(text);
  });

  it('an error shows at most 20 characters of a rejected value, which may be a token', () => {
    const token = 'AQX-canary_of_the-token_7f3e9d2b-Kz8Qw5';
    const isText = ['files', 'manifest', 'release-tag', 'release-assets', 'github-token'];
    const names = Object.keys(INPUTS).filter((name) => !isText.includes(name) && !/token$|client/.test(name));
    for (const name of names) {
      const [error] =
        name === 'recipe' ? inputErrorsOf({ recipe: `${token}!` }) : inputErrorsOf({ [name]: token });
      expect(error).toMatchObject({ code: 'INPUT_INVALID', input: name });
      expect(error?.message).not.toContain(token.slice(0, 21));
    }
  });
});

describe('input errors', () => {
  it('all input errors are reported in one run, in the order of action.yml', () => {
    const invalid = {
      'access-token': '"quoted"',
      'client-id': '"quoted"',
      'client-secret': 'two words',
      ...Object.fromEntries(REJECTED.filter(([name]) => name !== 'mode').map(([name, text]) => [name, text])),
    };
    expect(inputErrorsOf(invalid).map(({ input }) => input)).toEqual(
      // `mode` is valid. A refresh token would replace the access token. `release-assets` would make `release-tag` valid.
      // `manifest-branch` needs GitHub.
      Object.keys(INPUTS).filter(
        (name) =>
          !['mode', 'refresh-token', 'release-assets', 'manifest-branch', 'github-token'].includes(name),
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
});
