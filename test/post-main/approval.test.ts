// The post action with `approval`: a post goes out only after a person has decided.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pdf } from '../support/documents.ts';
import { png } from '../support/media.ts';
import { type Files, type Posting, postEnds, startPosting } from '../support/posting.ts';
import type { GitHubReviews } from '../world/github/reviews.ts';
import type { LinkedInOptions } from '../world/linkedin-faults.ts';

const FILES: Files = {
  'posts/a.md': '---\nmedia: [pic.png]\n---\nOut now\n',
  'pic.png': { sample: 'hero.png' },
  'pic.alt.txt': 'The hero\n',
};
const POSTS = { posts: 'posts/*.md' };

let hub: GitHubReviews;
let posting: Posting;

async function start(options: LinkedInOptions = {}): Promise<void> {
  posting = await startPosting(options);
  hub = posting.github;
  hub.accounts.set('bob', { type: 'User', access: 'write' });
}

beforeEach(async () => {
  await start();
});
afterEach(async () => {
  await posting.close();
});

describe('approval: review', () => {
  const run = (files: Files, inputs = {}) =>
    posting.run(
      files,
      { ...POSTS, approval: 'review', ...inputs },
      { env: { GITHUB_SHA: hub.git.head('main') } },
    );
  const TEXTS = { 'posts/a.md': '---\n---\nOut now\n' };

  it('an approved post goes out, and one that nobody has approved fails alone', async () => {
    hub.mergeApproved(TEXTS);
    const both = { ...TEXTS, 'posts/b.md': '---\n---\nPushed\n' };
    hub.push({ 'posts/b.md': both['posts/b.md'] });
    const step = await run(both, { 'max-posts': '2' });
    expect(step.exitCode).toBe(1);
    expect(postEnds(step)).toEqual({
      'posts/a.md': 'posted',
      'posts/b.md': 'failed POST_UNAPPROVED',
    });
    const error = step.annotations.find(({ title }) => title === 'POST_UNAPPROVED');
    expect(error).toMatchObject({ file: 'posts/b.md', line: 1 });
    expect(error?.message).toContain('pull-requests: read');
  });

  it('a post that gets the turn of failed ones is asked for its approval too', async () => {
    await posting.close();
    const refused = { status: 400 };
    await start({
      faults: [
        { on: 'upload', nth: 1, reply: refused },
        { on: 'upload', nth: 2, reply: refused },
      ],
    });
    const first = { 'posts/0.md': '---\n---\nFirst of all\n' };
    hub.mergeApproved(first);
    expect((await run(first)).exitCode).toBe(0);
    const at = (minutes: number) =>
      new Date(Date.now() - minutes * 60_000).toISOString().replace(/\.\d+/, '');
    const approved = {
      'posts/a.md': `---\nat: ${at(30)}\nmedia: [a.png]\n---\nA\n`,
      'posts/b.md': `---\nat: ${at(20)}\nmedia: [b.png]\n---\nB\n`,
      'a.png': png(),
      'b.png': png({ width: 2, height: 4 }),
    };
    hub.mergeApproved(approved);
    const pushed = { 'posts/c.md': `---\nat: ${at(10)}\n---\nNobody has seen this\n` };
    hub.push(pushed);
    const step = await run({ ...first, ...approved, ...pushed });
    expect(postEnds(step)).toEqual({
      'posts/0.md': 'known',
      'posts/a.md': 'failed REQUEST_REFUSED',
      'posts/b.md': 'failed REQUEST_REFUSED',
      'posts/c.md': 'failed POST_UNAPPROVED',
    });
    expect(posting.sent).toHaveLength(1);
  });

  it('an unapproved post does not use up `max-posts`: the other post goes on', async () => {
    hub.mergeApproved({ 'posts/b.md': '---\n---\nOut now\n' });
    const both = { 'posts/a.md': '---\n---\nPushed\n', 'posts/b.md': '---\n---\nOut now\n' };
    hub.push({ 'posts/a.md': both['posts/a.md'] });
    const step = await run(both);
    expect(postEnds(step)).toEqual({
      'posts/a.md': 'failed POST_UNAPPROVED',
      'posts/b.md': 'posted',
    });
    expect(step.annotations.map(({ title }) => title)).not.toContain('input max-posts');
  });

  it('more approved posts than `max-posts` stop the run, which asks for no further approvals', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `posts/${name}.md`);
    const all = Object.fromEntries(names.map((name) => [name, `---\n---\nPost ${name}\n`]));
    for (const [name, text] of Object.entries(all)) hub.mergeApproved({ [name]: text });
    const step = await run(all);
    expect(Object.values(postEnds(step))).toEqual(Array(5).fill('skipped RUN_STOPPED'));
    expect(step.messages('error').join()).toContain('max-posts is 1, but 5 posts are due');
    expect(hub.requests.filter((request) => request.includes('/reviews'))).toHaveLength(2);
    expect(posting.sent).toEqual([]);
  });

  it('a URN given by hand in an approved file is remembered', async () => {
    const byHand = { 'posts/old.md': '---\nurn: urn:li:share:7123\n---\nOut now\n' };
    hub.mergeApproved(byHand);
    expect(postEnds(await run(byHand))).toEqual({ 'posts/old.md': 'known' });
    expect(posting.github.file('linkedin-media')).toContain('urn:li:share:7123');
  });

  it('a URN given by hand in a file that nobody has approved does not make the approved post of its id known', async () => {
    const byHand = { 'posts/old.md': '---\nid: launch\nurn: urn:li:share:7123\n---\nOut now\n' };
    hub.push(byHand);
    const first = await run(byHand);
    expect(postEnds(first)).toEqual({ 'posts/old.md': 'failed POST_UNAPPROVED' });
    expect(first.outputs['post-urn']).toBe('');
    expect(posting.github.file('linkedin-media') ?? '').not.toContain('7123');
    const launch = { 'posts/a.md': '---\nid: launch\n---\nOut now\n' };
    hub.mergeApproved({ ...launch, 'posts/old.md': null });
    expect(postEnds(await run(launch))).toEqual({ 'posts/a.md': 'posted' });
  });

  it('a renamed post is known only if its new file is approved: it cannot take the id of another post', async () => {
    const old = { 'posts/old.md': '---\n---\nOut now\n' };
    hub.mergeApproved(old);
    expect(postEnds(await run(old))).toEqual({ 'posts/old.md': 'posted' });
    const renamed = { 'posts/new.md': '---\nid: launch\n---\nOut now\n' };
    hub.push({ 'posts/old.md': null, ...renamed });
    expect(postEnds(await run(renamed))).toEqual({ 'posts/new.md': 'failed POST_UNAPPROVED' });
    expect(posting.github.file('linkedin-media')).not.toContain('launch');
    const launch = { 'posts/a.md': '---\nid: launch\n---\nThe launch\n' };
    hub.mergeApproved({ ...launch, 'posts/new.md': null });
    expect(postEnds(await run(launch))).toEqual({ 'posts/a.md': 'posted' });
    const moved = { 'posts/b.md': '---\n---\nThe launch\n' };
    hub.mergeApproved({ ...moved, 'posts/a.md': null });
    expect(postEnds(await run(moved))).toEqual({ 'posts/b.md': 'known' });
  });

  it('a document whose line ends git changed in the checkout is not approved, but a post file is', async () => {
    const document = pdf().toString('latin1');
    const text = '---\nmedia: [report.pdf]\ntitle: Report\n---\nOut now\n';
    const files = { 'posts/a.md': text, 'report.pdf': document };
    hub.mergeApproved(files);
    const crlf = (content: string) => Buffer.from(content.replaceAll('\n', '\r\n'), 'latin1');
    const changed = await run({ ...files, 'report.pdf': crlf(document) });
    expect(postEnds(changed)).toEqual({ 'posts/a.md': 'failed POST_UNAPPROVED' });
    expect(changed.messages('error').join()).toContain('git changed its line ends');
    const step = await run({ ...files, 'posts/a.md': crlf(text) });
    expect(postEnds(step)).toEqual({ 'posts/a.md': 'posted' });
  });

  it('in a run for a release, a post that was made a draft on the default branch since stays one', async () => {
    hub.mergeApproved(TEXTS);
    const env = { GITHUB_SHA: hub.git.head('main'), GITHUB_REF: 'refs/tags/v1' };
    hub.mergeApproved({ 'posts/a.md': '---\ndraft: true\n---\nOut now\n' });
    const step = await posting.run(TEXTS, { ...POSTS, approval: 'review' }, { env });
    expect(postEnds(step)).toEqual({ 'posts/a.md': 'failed POST_UNAPPROVED' });
    expect(step.messages('error').join()).toContain('posts/a.md is another one on main now');
    hub.mergeApproved(TEXTS);
    const again = await posting.run(TEXTS, { ...POSTS, approval: 'review' }, { env });
    expect(postEnds(again)).toEqual({ 'posts/a.md': 'posted' });
  });

  it.each([
    ['in the same run', { 'posts/b.md': '---\n---\nThe launch\n' }],
    ['in a later run', {}],
  ])(
    'a published file that somebody edits without a review does not make an approved post known: %s',
    async (_, other) => {
      hub.mergeApproved(TEXTS);
      expect(postEnds(await run(TEXTS))).toEqual({ 'posts/a.md': 'posted' });
      const edited = { 'posts/a.md': '---\n---\nThe launch\n' };
      hub.mergeApproved(other);
      hub.push(edited);
      expect(postEnds(await run({ ...edited, ...other }))).toMatchObject({ 'posts/a.md': 'known' });
      const launch = { 'posts/b.md': '---\n---\nThe launch\n' };
      hub.mergeApproved(launch);
      const step = await run({ ...edited, ...launch });
      expect(postEnds(step)['posts/b.md']).toMatch(/^(?:posted|known)$/);
      expect(posting.sent.map(({ commentary }) => commentary)).toEqual(['Out now', 'The launch']);
    },
  );

  it('the new text of a published file counts as seen once it is approved', async () => {
    hub.mergeApproved(TEXTS);
    expect(postEnds(await run(TEXTS))).toEqual({ 'posts/a.md': 'posted' });
    const edited = { 'posts/a.md': '---\n---\nThe launch\n' };
    hub.mergeApproved(edited);
    const first = await run(edited);
    expect(first.messages('warning').join()).toContain('has changed since it was posted');
    const copied = { 'posts/b.md': '---\n---\nThe launch\n' };
    hub.mergeApproved(copied);
    const step = await run({ ...edited, ...copied });
    expect(postEnds(step)).toEqual({ 'posts/a.md': 'known', 'posts/b.md': 'known' });
    expect(posting.sent).toHaveLength(1);
  });

  it('a post without a file has no review: it fails unapproved, and nothing is sent', async () => {
    const text = { text: 'Out now', approval: 'review' };
    const step = await posting.run({}, text);
    expect([step.exitCode, Object.values(postEnds(step))]).toEqual([1, ['failed POST_UNAPPROVED']]);
    expect(step.messages('error').join()).toContain('not available for a post without a post file');
    expect(posting.sent).toEqual([]);
    for (const [mode, state] of [
      ['plan', 'planned'],
      ['simulate', 'posted'],
    ] as const) {
      const without = await posting.run({}, { ...text, mode, 'access-token': '' });
      expect([without.exitCode, Object.values(postEnds(without))]).toEqual([0, [state]]);
    }
  });

  it('a plan does not ask for the approval', async () => {
    const step = await run(FILES, { mode: 'plan', 'access-token': '' });
    expect(postEnds(step)).toEqual({ 'posts/a.md': 'planned' });
    const ofApproval = hub.requests.filter((request) =>
      /pulls|reviews|commits|permission/.test(request),
    );
    expect(ofApproval).toEqual([]);
  });
});

const run = (files: Files = FILES) =>
  posting.run(
    files,
    { ...POSTS, approval: 'environment', environment: 'linkedin' },
    { env: { GITHUB_RUN_ID: hub.runId } },
  );

it('a post goes out after the approval of the environment, and not before', async () => {
  const before = await run();
  expect(postEnds(before)).toEqual({ 'posts/a.md': 'failed POST_UNAPPROVED' });
  hub.approvals.push({ state: 'approved', environments: ['linkedin'], login: 'bob' });
  const after = await run();
  expect(postEnds(after)).toEqual({ 'posts/a.md': 'posted' });
  // A post that is known needs no approval.
  hub.approvals.length = 0;
  expect(postEnds(await run())).toEqual({ 'posts/a.md': 'known' });
});

it('the name of an environment with the Kelvin sign does not count as the one with a `k`', async () => {
  hub.approvals.push({ state: 'approved', environments: ['lin\u212aedin'], login: 'bob' });
  expect(postEnds(await run())).toEqual({ 'posts/a.md': 'failed POST_UNAPPROVED' });
  hub.approvals.push({ state: 'approved', environments: ['LinKedIn'], login: 'bob' });
  expect(postEnds(await run())).toEqual({ 'posts/a.md': 'posted' });
});

it('media are uploaded by the run whose posts need an approval, whatever the memory says of their digests', async () => {
  const earlier = { ...FILES, 'posts/a.md': '---\nmedia: [pic.png]\n---\nAn earlier post\n' };
  await posting.run(earlier, POSTS);
  const remembered = posting.sandbox.model.calls().register;
  hub.approvals.push({ state: 'approved', environments: ['linkedin'], login: 'bob' });
  const step = await run({ ...FILES, 'posts/b.md': '---\nmedia: [pic.png]\n---\nAnother one\n' });
  expect(postEnds(step)).toEqual({ 'posts/a.md': 'known', 'posts/b.md': 'posted' });
  expect(posting.sandbox.model.calls().register).toBe(remembered + 1);
});
