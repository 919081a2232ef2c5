// Inputs that depend on one another: values that `api` forbids.

import { describe, expect, it } from 'vitest';
import { inputErrorsOf, read, type With } from './step-inputs.ts';

describe('inputs with `api: media`', () => {
  it('sidecars and a dated version are accepted with `api: media`', () => {
    const { planSettings, sidecars, connect } = read({
      api: 'media',
      sidecars: 'true',
      'linkedin-version': '202612',
    });
    expect([planSettings.api, sidecars, connect.version]).toEqual(['media', true, '202612']);
  });

  it.each(['v2', 'V2', '2026-09'])(
    'linkedin-version: %s is rejected with `api: media`, and the error does not offer v2',
    (version) => {
      const errors = inputErrorsOf({ api: 'media', 'linkedin-version': version });
      expect(errors).toMatchObject([{ code: 'INPUT_INVALID', input: 'linkedin-version' }]);
      expect(errors[0]?.problem).toBe(
        `is "${version}", but must be YYYYMM, such as 202609, with \`api: media\``,
      );
    },
  );
});

describe('inputs with `api: assets`', () => {
  it.each([{}, { api: 'assets' }, { api: ' ' }])(
    '`sidecars: true` is rejected with an error that names `api: media`: %o',
    (api) => {
      expect(inputErrorsOf({ ...api, sidecars: 'true' })).toMatchObject([
        {
          code: 'INPUT_INVALID',
          input: 'sidecars',
          problem: 'needs `api: media`: the Assets API accepts neither captions nor thumbnails',
        },
      ]);
    },
  );

  it('`sidecars: false` and version v2 are accepted with `api: assets`', () => {
    const { connect, sidecars } = read({ api: 'assets', sidecars: 'FALSE', 'linkedin-version': 'v2' });
    expect([connect.version, sidecars]).toEqual(['v2', false]);
  });
});

describe('errors of dependent inputs', () => {
  it.each<[With, string[]]>([
    [{ api: 'media', 'linkedin-version': 'v2', sidecars: 'maybe' }, ['linkedin-version', 'sidecars']],
    [{ sidecars: 'true', 'media-artifacts': 'maybe', owner: '' }, ['owner', 'sidecars', 'media-artifacts']],
    // The intended API is unknown, so the inputs that depend on it are not checked against it.
    [{ api: 'images', sidecars: 'true' }, ['api']],
    [{ api: 'images', 'linkedin-version': 'v2' }, ['api']],
    [{ api: 'images', 'linkedin-version': 'x', sidecars: 'x' }, ['api', 'linkedin-version', 'sidecars']],
  ])('the inputs %o give errors for %j', (given, names) => {
    expect(inputErrorsOf(given).map(({ input }) => input)).toEqual(names);
  });
});
