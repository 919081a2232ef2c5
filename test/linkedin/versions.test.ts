// Versions of LinkedIn's API: their format, and the warnings before and after a version ends.

import { describe, expect, it } from 'vitest';
import { DATED_VERSION, NEWEST_KNOWN_VERSION, versionWarning } from '../../src/linkedin/versions.ts';

const on = (day: string, time = '12:00:00') => Date.parse(`${day}T${time}Z`);

describe('format of a dated version', () => {
  it.each([
    ['202609', true],
    [NEWEST_KNOWN_VERSION, true],
    ['202600', false],
    ['202613', false],
    ['20260901', false],
    ['202609\n', false],
    ['v2', false],
    ['', false],
  ])('%j is a dated version: %s', (text, isDated) => {
    expect(DATED_VERSION.test(text)).toBe(isDated);
  });
});

describe('versions without a warning', () => {
  it.each([
    ['202609', '2026-11-25', 'the newest one, soon after its release'],
    ['202601', '2026-11-30', 'one with 46 days left'],
    ['202609', '2027-07-31', 'one that is expected to end in 46 days'],
    ['202610', '2030-01-01', 'one that is newer than this release'],
    ['202611', '2026-11-01', 'one of this month'],
    ['v2', '2030-01-01', 'the unversioned paths'],
  ])('version %s gives no warning on %s: %s', (version, day) => {
    expect(versionWarning(version, on(day))).toBeNull();
  });
});

describe('version warnings', () => {
  const instead = 'set a newer one, such as 202609';
  it.each([
    ['202601', '2026-12-01', `LinkedIn ends version 202601 around 2027-01-15, in 45 days; ${instead}`],
    ['202601', '2027-01-14', `LinkedIn ends version 202601 around 2027-01-15, in 1 day; ${instead}`],
    ['202601', '2027-01-15', `LinkedIn has probably ended version 202601, around 2027-01-15; ${instead}`],
    ...['202612', '203012'].map((version) => [
      version,
      '2026-11-25',
      `LinkedIn cannot have published version ${version} yet; set the newest one, such as 202609`,
    ]),
    ['202405', '2026-11-25', `LinkedIn has probably ended version 202405, around 2025-05-15; ${instead}`],
    [
      '202609',
      '2027-09-01',
      'LinkedIn ends version 202609 around 2027-09-15, in 14 days; look for a newer release of this action',
    ],
  ])('version %s gives a warning on %s: %s', (version, day, text) => {
    expect(versionWarning(version, on(day))).toBe(text);
  });

  it('the newest known version gives a warning within 13 months', () => {
    const newest = Date.UTC(
      Number(NEWEST_KNOWN_VERSION.slice(0, 4)) + 1,
      Number(NEWEST_KNOWN_VERSION.slice(4)),
    );
    expect(versionWarning(NEWEST_KNOWN_VERSION, newest)).not.toBeNull();
  });
});
