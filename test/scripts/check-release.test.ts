// The tags that can be released, and their release notes.

import { expect, it } from 'vitest';
import { readNotes } from '../../scripts/check-release.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

- Later.

## [1.2.3] - 2026-11-25

### Added

- This.

## [1.2.2] - 2026-11-01

- That.
`;
const release = {
  tag: 'v1.2.3',
  manifest: '{"version":"1.2.3"}',
  lock: '{"version":"1.2.3"}',
  changelog: CHANGELOG,
};

it('the release notes are the changelog section of the version', () => {
  expect(readNotes(release)).toBe('### Added\n\n- This.');
});

it.each([
  ['a tag that is not a version', { tag: '1.2.3' }, /^1\.2\.3 is not a release tag/],
  [
    'another version in package.json',
    { manifest: '{"version":"1.2.4"}' },
    /^package\.json has version 1\.2\.4/,
  ],
  [
    'another version in the lock file',
    { lock: '{"version":"1.2.2"}' },
    /^package-lock\.json has version/,
  ],
  [
    'a changelog without the version',
    { changelog: CHANGELOG.replace('[1.2.3]', '[1.2.30]') },
    /no heading "## \[1\.2\.3\]/,
  ],
  [
    'an empty section',
    { changelog: CHANGELOG.replace('### Added\n\n- This.\n', '') },
    /empty section for 1\.2\.3/,
  ],
])('a release is rejected for %s', (_, change, message) => {
  expect(() => readNotes({ ...release, ...change })).toThrow(message);
});
