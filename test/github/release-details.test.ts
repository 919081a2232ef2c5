// What posts may say of a release: from the event, or from GitHub's API.

import { expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { detailsOfEvent, fetchDetails } from '../../src/github/release.ts';
import { caught } from '../support/caught.ts';
import { setUpRelease } from './release-fixture.ts';

const url = 'https://github.com/octocat/media/releases/tag/v1.0';
const event = { tag_name: 'v1.0', name: ' Version 1 ', html_url: url, body: 'Notes' };

it('the event has the details, and a release without a name is called by its tag', () => {
  expect(detailsOfEvent({ tag: 'v1.0', event })).toEqual({
    tag: 'v1.0',
    name: 'Version 1',
    url,
    notes: 'Notes',
  });
  expect(detailsOfEvent({ tag: 'v1.0', event: { ...event, name: '', body: null } })).toMatchObject({
    name: 'v1.0',
    notes: '',
  });
});

it('an event that describes no release is not used', () => {
  expect(detailsOfEvent({ tag: 'v1.0', event: null })).toBeNull();
  expect(detailsOfEvent({ tag: 'v1.0', event: { ...event, html_url: 'javascript:alert(1)' } })).toBeNull();
});

it('the API has the details of any published release', async () => {
  const { github, fake } = await setUpRelease({ name: 'Version 1', body: 'Notes' });
  const details = await fetchDetails({ tag: 'v1.0', event: null }, github);
  expect(details).toEqual({ tag: 'v1.0', name: 'Version 1', url, notes: 'Notes' });
  expect(fake.breaches).toEqual([]);
});

it('a tag without a release is an error of `release-tag`', async () => {
  const { github } = await setUpRelease();
  const error = await caught(() => fetchDetails({ tag: 'v9', event: null }, github), InputError);
  expect([error.code, error.input]).toEqual(['RELEASE_NOT_FOUND', 'release-tag']);
});
