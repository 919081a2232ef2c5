// The post action with the key `revision`: a person asks that the text on LinkedIn is replaced.

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { emptyResponse } from '../../src/sandbox/messages.ts';
import {
  type Files,
  type Inputs,
  MEMORY_BRANCH,
  type Posting,
  postEnds,
  postRows,
  startPosting,
} from '../support/posting.ts';
import type { StepRun } from '../support/runner.ts';
import type { RunningStep } from '../support/step-process.ts';
import type { GitHubReviews } from '../world/github/reviews.ts';

let posting: Posting;

beforeEach(async () => {
  posting = await startPosting();
});
afterEach(() => posting.close());

async function restart(...given: Parameters<typeof startPosting>): Promise<void> {
  await posting.close();
  posting = await startPosting(...given);
}

/** The claims of edits are 21 minutes older from now on. */
function ageClaims(): void {
  const { posts, ...memory } = JSON.parse(posting.github.file(MEMORY_BRANCH) ?? '{}');
  for (const { editing } of Object.values<{ editing?: { claimedAt: string } }>(posts))
    if (editing !== undefined)
      editing.claimedAt = new Date(Date.parse(editing.claimedAt) - 21 * 60_000).toISOString();
  posting.github.commit(MEMORY_BRANCH, { 'linkedin.json': JSON.stringify({ ...memory, posts }) });
}

/** Another run stores a greater revision while LinkedIn handles the request that `isMeanwhile` selects. */
const restartBesideRun = (revision: number, isMeanwhile: (path: string) => boolean) =>
  restart({}, {}, (handle) => async (request) => {
    const answer = await handle(request);
    if (!isMeanwhile(request.path)) return answer;
    const memory = posting.github.file(MEMORY_BRANCH) ?? '';
    const changed = memory.replaceAll('"revision":0', `"revision":${revision}`);
    posting.github.commit(MEMORY_BRANCH, { 'linkedin.json': changed });
    return answer;
  });

const publish = (files: Files, inputs: Inputs = {}) =>
  posting.run(files, { posts: 'posts/*.md', ...inputs });
const file = (text: string, revision: number | null = null, ...keys: string[]) => {
  const lines = revision === null ? keys : [...keys, `revision: ${revision}`];
  return ['---', ...lines, '---', text, ''].join('\n');
};
const endOfA = async (text: string) =>
  postEnds(await publish({ 'posts/a.md': text }))['posts/a.md'];
/** The texts that LinkedIn shows, oldest first. */
const shown = () => posting.sandbox.model.storedPosts.map(({ fields }) => fields.commentary);
const edits = () => posting.sandbox.model.otherCalls().postEdit;

it('a greater revision replaces the text: edit, edit again, back, rename, re-run of an old commit', async () => {
  const ends: Record<string, string>[] = [];
  const run = async (files: Files) => void ends.push(postEnds(await publish(files)));
  await run({ 'posts/a.md': file('One') });
  await run({ 'posts/a.md': file('Two') });
  expect(shown()).toEqual(['One']);
  await run({ 'posts/a.md': file('Two (2)', 1) });
  expect(shown()).toEqual([String.raw`Two \(2\)`]);
  await run({ 'posts/a.md': file('Two (2)', 1) });
  await run({ 'posts/a.md': file('One', 2) });
  expect(shown()).toEqual(['One']);
  await run({ 'posts/b.md': file('One', 2) });
  await run({ 'posts/b.md': file('Three', 7) });
  await run({ 'posts/a.md': file('One', 2) });
  await run({ 'posts/a.md': file('One') });
  expect(shown()).toEqual(['Three']);
  expect(ends.flatMap((one) => Object.values(one))).toEqual([
    ...['posted', 'known', 'edited', 'known', 'edited', 'known', 'edited', 'known', 'known'],
  ]);
  expect([posting.sent.length, edits()]).toEqual([1, 3]);
});

it('the row of an edit has the URN of the post, and says what stays as it was', async () => {
  const [post] = postRows(await publish({ 'posts/a.md': file('One') }));
  const run = await publish({
    'posts/a.md': file('Two', 1),
    'posts/b.md': file('Other', null, 'draft: true'),
  });
  expect(run.exitCode).toBe(0);
  expect(postRows(run)[0]).toMatchObject({
    state: 'edited',
    urn: post?.urn,
    url: post?.url,
    text: 'Two',
  });
  expect(run.outputs).toMatchObject({
    'post-urn': post?.urn,
    'edited-count': '1',
    'known-count': '0',
  });
  expect(run.json('urns')).toEqual({ 'posts/a.md': post?.urn });
  const why =
    /pictures, alternative texts, title, link, poll, visibility and comment stay as they were published/;
  expect(run.printed).toMatch(why);
  expect(run.printed).toMatch(/1 edit went out/);
});

it('a `urn` that a person gave stores the revision that the file has then, and an edit needs a greater one', async () => {
  const urn = 'urn: urn:li:share:7111111111111111111';
  await publish({ 'posts/a.md': file('One', 3, urn) });
  expect(posting.github.file(MEMORY_BRANCH)).toContain('"revision":3');
  expect(await endOfA(file('Two', 3, urn))).toBe('known');
  expect(await endOfA(file('Two', 4, urn))).toBe('failed POST_REFUSED');
});

it('a plan says that the text will be replaced, links the post that loses it, counts edits apart from posts, shows the new text and what stays, and sends nothing', async () => {
  const keys = ['media: [{ file: hero.png, alt: Hero }]', 'comment: Our docs'];
  const picture = { 'hero.png': { sample: 'hero.png' } };
  await publish({ 'posts/a.md': file('One') });
  const edit = { 'posts/a.md': file('Two', 1, ...keys), ...picture };
  const headlineOf = (text: string) => /^## . (.*)$/m.exec(text)?.[1];
  const previewOf = (run: StepRun) => readFileSync(String(run.outputs['preview-file']), 'utf8');
  const poll = ['poll:', '  question: Which one?', '  options: [A, B]'];
  const both = await publish({ ...edit, 'posts/b.md': file('New') }, { mode: 'plan' });
  expect(headlineOf(previewOf(both))).toBe('1 post and 1 edit would go out');
  const plan = await publish(edit, { mode: 'plan' });
  expect(headlineOf(previewOf(plan))).toBe('1 edit would go out');
  expect(postEnds(plan)).toEqual({ 'posts/a.md': 'planned' });
  expect(previewOf(plan)).toMatch(/the text will be replaced \(revision 1\).*Two/s);
  const polled = await publish({ 'posts/a.md': file('Two', 1, ...poll) }, { mode: 'plan' });
  expect([shown(), edits()]).toEqual([['One'], 0]);
  const [post] = postRows(plan);
  expect(previewOf(plan)).toMatch(
    `<a href="${post?.url}" rel="noreferrer">the post that loses its text</a>`,
  );
  expect(plan.printed).toContain(
    `planned as ${post?.urn} (${post?.url}): the text will be replaced`,
  );
  const stays = 'Stays as it was published (here as the file has it now):';
  expect(previewOf(plan)).toContain(`${stays} 1 picture, first comment`);
  expect(previewOf(plan)).toMatch(/hero\.png.*<b>First comment<\/b><br>Our docs/s);
  expect(previewOf(polled)).toContain(`${stays} poll`);
  expect(previewOf(polled)).toContain('Which one?');
  const edited = await publish(edit);
  for (const run of [plan, polled, edited]) {
    expect(previewOf(run)).toMatch(
      /link, poll, visibility and comment stay as they were published/,
    );
    expect(previewOf(run)).toMatch(/<small>published earlier<\/small>.*Two/s);
    expect(previewOf(run)).not.toMatch(/now ·/);
  }
});

it('media that are gone do not stop an edit, a wrong text does, and neither a copy nor a draft edits', async () => {
  const keys = ['media: [{ file: hero.png, alt: Hero }]'];
  await publish({ 'posts/a.md': file('One', null, ...keys), 'hero.png': { sample: 'hero.png' } });
  expect(await endOfA(file('x'.repeat(3001), 1, ...keys))).toBe('failed POST_TEXT');
  expect(await endOfA(file('Two', 1, ...keys, 'draft: true'))).toBe('draft');
  expect(shown()).toEqual(['One']);
  expect(await endOfA(file('Two', 1, ...keys))).toBe('edited');
  const both = { 'posts/a.md': file('Three', 1), 'posts/b.md': file('Three', 9) };
  await publish({ 'posts/a.md': file('Three', 1) });
  expect(postEnds(await publish(both))).toEqual({ 'posts/a.md': 'known', 'posts/b.md': 'known' });
  expect(shown()).toEqual(['Two']);
});

it('edits take no turn of `max-posts`', async () => {
  await publish({ 'posts/a.md': file('One') });
  const run = await publish(
    { 'posts/a.md': file('Two', 1), 'posts/b.md': file('New') },
    { 'max-posts': '1' },
  );
  expect(postEnds(run)).toEqual({ 'posts/a.md': 'edited', 'posts/b.md': 'posted' });
  expect(run.outputs['post-urn']).toBe(postRows(run)[1]?.urn);
});

it('an edit whose answer is lost is repeated', async () => {
  await restart({ faults: [{ on: 'postEdit', reply: { status: 503 } }] });
  await publish({ 'posts/a.md': file('One') });
  expect(await endOfA(file('Two', 1))).toBe('edited');
  expect([shown(), edits()]).toEqual([['Two'], 2]);
});

it.each([
  [
    403,
    'Unpermitted fields present in PARTIAL_UPDATE: Data Processing Exception while processing fields [/x]',
  ],
  [404, 'Post not found'],
  [400, 'The text is refused'],
])(
  'a refusal of %i fails the edit with LinkedIn’s reason, publishes nothing, and the next run asks again',
  async (status, message) => {
    await restart({ faults: [{ on: 'postEdit', reply: { status, body: { status, message } } }] });
    await publish({ 'posts/a.md': file('One') });
    const run = await publish({ 'posts/a.md': file('Two', 1) });
    expect([run.exitCode, postEnds(run)]).toEqual([1, { 'posts/a.md': 'failed POST_REFUSED' }]);
    expect(run.messages('error').join()).toContain(message);
    expect(await endOfA(file('Two', 1))).toBe('edited');
    expect(posting.sent).toHaveLength(1);
  },
);

it('if another run stores a greater revision meanwhile, the row fails and says that the next number repairs the text', async () => {
  await restartBesideRun(2, (path) => path.startsWith('/rest/posts/'));
  await publish({ 'posts/a.md': file('One') });
  const run = await publish({ 'posts/a.md': file('Two', 1) });
  expect([run.exitCode, postEnds(run)]).toEqual([1, { 'posts/a.md': 'failed POST_REFUSED' }]);
  expect(run.messages('error').join()).toMatch(
    /sent revision 2 while this one sent revision 1, so LinkedIn may show the older text.*`revision: 3`/,
  );
  expect(run.messages('error').join()).not.toContain('replaces it again');
  expect(posting.sent).toHaveLength(1);
});

it('if another run has stored the revision before the edit, the row is known, and a notice says that nothing is sent', async () => {
  await restartBesideRun(1, (path) => path === '/rest/posts' && posting.sent.length === 2);
  await publish({ 'posts/b.md': file('One') });
  const run = await publish({ 'posts/a.md': file('New'), 'posts/b.md': file('Two', 1) });
  expect(postEnds(run)).toEqual({ 'posts/a.md': 'posted', 'posts/b.md': 'known' });
  expect(run.messages('notice').join()).toContain(
    'b.md has changed since it was posted; nothing is sent',
  );
  expect(shown()).toEqual(['One', 'New']);
});

it('an edit that is on its way when the run is cancelled is not cut off: its answer is waited for, and stored', async () => {
  let interrupt: RunningStep['send'] = () => {};
  await restart({}, {}, (handle) => async (request) => {
    const answer = await handle(request);
    if (request.path.startsWith('/rest/posts/')) interrupt('SIGINT');
    return answer;
  });
  await publish({ 'posts/a.md': file('One') });
  const onStart = ({ send }: RunningStep) => {
    interrupt = send;
  };
  const run = await posting.run(
    { 'posts/a.md': file('Two', 1) },
    { posts: 'posts/*.md' },
    { onStart },
  );
  expect([shown(), postEnds(run)]).toEqual([['Two'], { 'posts/a.md': 'edited' }]);
  expect(await endOfA(file('Two', 1))).toBe('known');
});

it.each<[title: string, statuses: readonly number[], isMade: boolean, end: string]>([
  [
    'whose answers are all lost says that LinkedIn may show the new text',
    [500, 500, 500, 500],
    true,
    'failed SERVER_FAILED',
  ],
  [
    'that ends in a conflict says that LinkedIn may show the new text',
    [409, 409, 409, 409],
    true,
    'failed REQUEST_REFUSED',
  ],
  [
    'that is refused after a lost answer says that LinkedIn may show the new text',
    [500, 422],
    true,
    'failed POST_REFUSED',
  ],
  ['that is refused leaves the old text', [422], false, 'failed POST_REFUSED'],
])('an edit %s', async (_, statuses, isMade, end) => {
  const left = [...statuses];
  await restart({}, {}, (handle) => async (request) => {
    const status = request.path.startsWith('/rest/posts/') ? left.shift() : undefined;
    if (status === undefined) return await handle(request);
    if (isMade) await handle(request);
    return emptyResponse(status);
  });
  await publish({ 'posts/a.md': file('One') });
  const run = await publish({ 'posts/a.md': file('Two', 1) });
  expect([shown(), postEnds(run)]).toEqual([[isMade ? 'Two' : 'One'], { 'posts/a.md': end }]);
  const says = /LinkedIn may show the new text, and a run after 20\S+Z replaces it again/;
  expect(says.test(run.messages('error').join())).toBe(isMade);
  if (isMade) {
    expect(await endOfA(file('Two', 1))).toBe('skipped POST_CLAIMED');
    ageClaims();
  }
  expect(await endOfA(file('Two', 1))).toBe('edited');
});

it('an approval for the old text does not let the new one out', async () => {
  const hub: GitHubReviews = posting.github;
  const run = (files: Files) =>
    posting.run(
      files,
      { posts: 'posts/*.md', approval: 'review' },
      { env: { GITHUB_SHA: hub.git.head('main') } },
    );
  const merge = (files: Record<string, string>) => {
    hub.mergeApproved(files);
    return files;
  };
  await run(merge({ 'posts/a.md': file('One') }));
  const pushed = { 'posts/a.md': file('Two', 1) };
  hub.push(pushed);
  expect(postEnds(await run(pushed))).toEqual({ 'posts/a.md': 'failed POST_UNAPPROVED' });
  expect(shown()).toEqual(['One']);
  const merged = await run(merge({ 'posts/a.md': file('Three', 1) }));
  expect(postEnds(merged)).toEqual({ 'posts/a.md': 'edited' });
  expect(shown()).toEqual(['Three']);
});

it('a post that was named by hand is edited', async () => {
  await publish({ 'posts/a.md': file('One') });
  const urn = String(postRows(await publish({ 'posts/a.md': file('One') }))[0]?.urn);
  const run = (text: string, revision: number | null) =>
    publish({ 'posts/a.md': file(text, revision, `urn: ${urn}`) }, { manifest: 'other.json' });
  expect(postEnds(await run('One', null))).toEqual({ 'posts/a.md': 'known' });
  expect(postEnds(await run('Two', 1))).toEqual({ 'posts/a.md': 'edited' });
  expect([shown(), posting.sent.length]).toEqual([['Two'], 1]);
});

it('a plan of an edit that another run has claimed is planned, and says so, as the preview of an edit', async () => {
  const slow = { on: 'postEdit', reply: { status: 503 }, every: true } as const;
  await restart({ faults: [slow] });
  await publish({ 'posts/a.md': file('One') });
  const [post] = postRows(await publish({ 'posts/a.md': file('Two', 1) }));
  expect(post?.state).toBe('failed');
  const skipped = await publish({ 'posts/a.md': file('Two', 1) });
  expect(postRows(skipped)).toMatchObject([
    { state: 'skipped', urn: post?.urn, error: { code: 'POST_CLAIMED' } },
  ]);
  const plan = await publish({ 'posts/a.md': file('Two', 1) }, { mode: 'plan' });
  expect(postEnds(plan)).toEqual({ 'posts/a.md': 'planned' });
  expect(plan.messages('notice').join()).toMatch(
    /waits: another run .*is replacing its text \(revision 1\)/,
  );
  expect(plan.printed).toContain('1 edit would go out');
});
