// The post action with times in a zone: what goes out, what people read, and what another input `timezone` changes.

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type Files,
  type Inputs,
  type Posting,
  postEnds,
  postRows,
  startPosting,
} from '../support/posting.ts';

let posting: Posting;

beforeEach(async () => {
  posting = await startPosting();
});
afterEach(() => posting.close());

const BERLIN: Inputs = { timezone: 'Europe/Berlin' };
const file = (text: string, at: string, ...keys: string[]) =>
  ['---', `at: ${at}`, ...keys, '---', text, ''].join('\n');
const publish = (files: Files, inputs: Inputs = {}) =>
  posting.run(files, { posts: 'posts/*.md', 'max-age-hours': '0', 'max-posts': '9', ...inputs });

it('a zone in the file, the input `timezone` and an offset are one moment in rows, output and summary', async () => {
  const files: Files = {
    'posts/input.md': file('One', '2031-12-03T09:00'),
    'posts/name.md': file('Two', '2031-12-03 09:00 Europe/Berlin'),
    'posts/offset.md': file('Three', '2031-12-03T09:00:00+01:00'),
  };
  const run = await publish(files, BERLIN);
  expect(postRows(run).map(({ state, at }) => [state, at])).toEqual(
    Array.from({ length: 3 }, () => ['scheduled', '2031-12-03T09:00:00+01:00']),
  );
  expect(run.outputs['next-at']).toBe('2031-12-03T09:00:00+01:00');
  const named = 'it is due on Wed 3 Dec 2031, 09:00 (Europe/Berlin, +01:00), and the first run';
  expect(run.summary?.split(named)).toHaveLength(3);
  expect(run.printed).toContain(`posts/name.md: scheduled: ${named}`);
  expect(run.printed).toContain(
    'posts/offset.md: scheduled: it is due on Wed 3 Dec 2031, 09:00 (+01:00), and',
  );
});

it('with another input `timezone` no post goes out again, and none counts as changed', async () => {
  const files: Files = {
    'posts/a.md': file('One', '2020-12-03 09:00'),
    'posts/b.md': file('Two', '2020-12-03T09:00:00'),
  };
  const first = await publish(files, BERLIN);
  expect(postEnds(first)).toEqual({ 'posts/a.md': 'posted', 'posts/b.md': 'posted' });
  for (const timezone of ['America/New_York', 'Asia/Tokyo', 'UTC', 'Europe/Berlin']) {
    const run = await publish(files, { timezone });
    expect(postEnds(run)).toEqual({ 'posts/a.md': 'known', 'posts/b.md': 'known' });
    expect(run.annotations).toEqual([]);
  }
  const renamed: Files = {
    'posts/c.md': files['posts/a.md'] ?? '',
    'posts/d.md': files['posts/b.md'] ?? '',
  };
  const run = await publish(renamed, { timezone: 'Asia/Tokyo' });
  expect(postEnds(run)).toEqual({ 'posts/c.md': 'known', 'posts/d.md': 'known' });
  expect(posting.sent).toHaveLength(2);
});

it('without the input `timezone`, a published post stays known, and a new one is an error that names the input', async () => {
  const published: Files = { 'posts/a.md': file('One', '2020-12-03 09:00') };
  await publish(published, BERLIN);
  expect(postEnds(await publish(published))).toEqual({ 'posts/a.md': 'known' });
  const run = await publish({ ...published, 'posts/b.md': file('Two', '2020-12-03 09:00') });
  expect(postEnds(run)).toEqual({ 'posts/a.md': 'known', 'posts/b.md': 'failed POST_KEY' });
  expect(run.messages('error').join()).toContain(
    '`at` is 2020-12-03 09:00, which has no time zone: write `at: 2020-12-03 09:00 Europe/Berlin`, with the name of your time zone, or set the input `timezone`',
  );
  expect(posting.sent).toHaveLength(1);
});

it('a scheduled post that names its zone later, at the same moment, is the same post', async () => {
  await publish({ 'posts/a.md': file('One', '2020-12-03T08:00:00Z') });
  const run = await publish({ 'posts/a.md': file('One', '2020-12-03 09:00 Europe/Berlin') });
  expect(postEnds(run)).toEqual({ 'posts/a.md': 'known' });
  expect(run.annotations).toEqual([]);
});

it('a time that the clocks skip is an error at its line that names the change, and nothing is sent', async () => {
  const run = await publish({
    'posts/a.md': file('One', '2026-03-29 02:30 Europe/Berlin'),
    'posts/b.md': '---\n---\nTwo\n',
  });
  expect(postEnds(run)).toEqual({
    'posts/a.md': 'failed POST_KEY',
    'posts/b.md': 'skipped RUN_STOPPED',
  });
  expect(run.annotations).toContainEqual(
    expect.objectContaining({
      file: 'posts/a.md',
      line: 2,
      message: expect.stringContaining(
        'the clocks of Europe/Berlin go from Sun 29 Mar 2026, 02:00 (+01:00) to Sun 29 Mar 2026, 03:00 (+02:00); write `at: 2026-03-29 03:30 Europe/Berlin`',
      ),
    }),
  );
  expect(posting.sent).toEqual([]);
});

it('an unknown `timezone` is an error of the input, with the nearest name', async () => {
  const run = await publish(
    { 'posts/a.md': file('One', '2020-12-03 09:00') },
    { timezone: 'Europe/Berln' },
  );
  expect(run.exitCode).toBe(1);
  expect(run.messages('error').join()).toContain(
    'timezone is "Europe/Berln", but must be the IANA name of a time zone, such as Europe/Berlin',
  );
});

it('a plan says since when a post is due, and when it expires, in the zone of the post', async () => {
  const files: Files = { 'posts/a.md': file('One', '2020-07-03 09:00 Europe/Berlin') };
  const planOf = async (hours: string) => {
    const run = await publish(files, { mode: 'plan', 'max-age-hours': hours });
    return { run, preview: readFileSync(String(run.outputs['preview-file']), 'utf8') };
  };
  const due =
    'it was due on Fri 3 Jul 2020, 09:00 (Europe/Berlin, +02:00); goes out with the next run that publishes';
  const limited = await planOf('87600');
  const until = ', or expires on Mon 1 Jul 2030, 09:00 (Europe/Berlin, +02:00)';
  expect(limited.preview).toContain(`planned: ${due}${until}`);
  expect(limited.run.summary).toContain(`planned: ${due}${until}`);
  expect(limited.run.log).toContain(`posts/a.md: planned: ${due}${until}`);
  expect(readFileSync(String(limited.run.outputs['page-file']), 'utf8')).toContain(
    `${due}${until}`,
  );
  const unlimited = await planOf('0');
  expect(unlimited.preview).toContain(`planned: ${due}`);
  expect(unlimited.preview).not.toContain('expires on');
});

it('a plan with errors says of a post that was due that it goes out once they are corrected', async () => {
  const files: Files = {
    'posts/a.md': file('One', '2020-07-03 09:00 Europe/Berlin'),
    'posts/b.md': file('Two', 'soon'),
  };
  const run = await publish(files, { mode: 'plan' });
  expect(run.summary).toContain(
    'it was due on Fri 3 Jul 2020, 09:00 (Europe/Berlin, +02:00); goes out once the errors are corrected',
  );
});
