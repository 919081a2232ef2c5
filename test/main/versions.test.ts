// The upload action and retired versions of LinkedIn's API: a warning before a run, an error when LinkedIn refuses one.

import { expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { endsOf, publish } from '../support/publishing.ts';

const files = { 'media/a.png': png() };

it.each(['plan', 'simulate'])('a retired version is a warning with mode: %s', async (mode) => {
  const { run } = await publish({ files, inputs: { mode, 'linkedin-version': '202511' } });
  expect(run.messages('warning')).toEqual([
    'linkedin-version: LinkedIn has ended version 202511 on 2026-11-16; set a newer one, such as 202609',
  ]);
});

it('a version that this release does not know is sent without a warning', async () => {
  const { run } = await publish({ files, inputs: { 'linkedin-version': '202610' } });
  expect(run.messages('warning')).toEqual([]);
  expect(endsOf(run)).toEqual({ 'media/a.png': 'available' });
});

it.each(['202511', '203001'])(
  'a version that LinkedIn refuses (%s) is reported by its input, with the newest known version',
  async (version) => {
    const inputs = { 'linkedin-version': version };
    const { run } = await publish({ files, inputs, sandboxOptions: { activeVersions: [] } });
    expect(endsOf(run)).toEqual({ 'media/a.png': 'VERSION_INACTIVE' });
    expect(run.messages('error')[0]).toMatch(/newest known version is 202609.*Set `linkedin-version`/s);
  },
);
