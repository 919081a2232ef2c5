// Inputs that mean something for others: what `api` forbids, and where `mode: simulate` goes.

import { describe, expect, it } from 'vitest';
import { sandboxSettings, wantsSummary } from '../../../src/action/inputs/read-inputs.ts';
import { inputErrorsOf, read, TOKEN, type With } from './step-inputs.ts';

describe('with `api: media`', () => {
  it('sidecars may be wanted, and any version but v2', () => {
    const { plan, sidecars, connect } = read({
      api: 'media',
      sidecars: 'true',
      'linkedin-version': '202612',
    });
    expect([plan.api, sidecars, connect.version]).toEqual(['media', true, '202612']);
  });

  it.each(['v2', 'V2', '2026-09'])('linkedin-version: %s is a fault that does not offer v2', (version) => {
    const faults = inputErrorsOf({ api: 'media', 'linkedin-version': version });
    expect(faults).toMatchObject([{ code: 'INPUT_INVALID', input: 'linkedin-version' }]);
    expect(faults[0]?.message).toBe(`is "${version}", but takes YYYYMM, such as 202609, with \`api: media\``);
  });
});

describe('with `api: assets`', () => {
  it.each([{}, { api: 'assets' }, { api: ' ' }])(
    'sidecars: true is a fault that names the other: %o',
    (api) => {
      expect(inputErrorsOf({ ...api, sidecars: 'true' })).toMatchObject([
        {
          code: 'INPUT_INVALID',
          input: 'sidecars',
          message: 'needs `api: media`: the Assets API takes neither captions nor thumbnails',
        },
      ]);
    },
  );

  it('sidecars: false is none, and v2 is a version', () => {
    const { connect, sidecars } = read({ api: 'assets', sidecars: 'FALSE', 'linkedin-version': 'v2' });
    expect([connect.version, sidecars]).toEqual(['v2', false]);
  });
});

describe('the faults of inputs that depend on one another', () => {
  it.each<[With, string[]]>([
    [{ api: 'media', 'linkedin-version': 'v2', sidecars: 'maybe' }, ['linkedin-version', 'sidecars']],
    [{ sidecars: 'true', 'media-artifacts': 'maybe', owner: '' }, ['owner', 'sidecars', 'media-artifacts']],
    // Nobody knows which API was meant: nothing follows from it.
    [{ api: 'images', sidecars: 'true' }, ['api']],
    [{ api: 'images', 'linkedin-version': 'v2' }, ['api']],
    [{ api: 'images', 'linkedin-version': 'x', sidecars: 'x' }, ['api', 'linkedin-version', 'sidecars']],
  ])('%o are %j', (given, names) => {
    expect(inputErrorsOf(given).map(({ input }) => input)).toEqual(names);
  });
});

it('mode: simulate goes to the sandbox, and never with the token', () => {
  const { connect } = read({ 'linkedin-version': '202511' });
  const target = sandboxSettings(connect, 'http://127.0.0.1:1234');
  expect(target.apiUrl.href).toBe('http://127.0.0.1:1234/');
  expect(target.version).toBe('202511');
  expect(target.token.reveal()).not.toContain(TOKEN);
});

it.each([
  ['', true],
  ['true', true],
  ['nonsense', true],
  ['false', false],
  ['FALSE', false],
  [' False ', false],
])('the summary is wanted with summary: %j: %j', (text, expected) => {
  expect(wantsSummary({ INPUT_SUMMARY: text })).toBe(expected);
  expect(wantsSummary({})).toBe(true);
});
