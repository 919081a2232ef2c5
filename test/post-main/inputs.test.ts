// The post action with the post of its inputs: text, media patterns, link cards, release notes, and wrong inputs.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { png } from '../support/media.ts';
import { type Files, type Inputs, postEnds, postRows, runAlone } from '../support/posting.ts';
import { OWNER } from '../support/publishing.ts';
import { startReleases } from '../world/github/releases.ts';

const simulate = (inputs: Inputs, files: Files = {}, env: Record<string, string> = {}) =>
  runAlone(files, { mode: 'simulate', ...inputs }, { env });

/** The environment of a run that a release started. */
function releaseEvent(release: object): Record<string, string> {
  const file = join(mkdtempSync(join(tmpdir(), 'event-')), 'event.json');
  writeFileSync(file, JSON.stringify({ action: 'published', release }));
  return { GITHUB_EVENT_NAME: 'release', GITHUB_EVENT_PATH: file };
}

const RELEASE = {
  tag_name: 'v2.0',
  name: 'Version 2',
  html_url: 'https://github.com/octocat/media/releases/tag/v2.0',
  body: 'Intro\n\n<!-- linkedin -->\n## **Version 2** is out\n\n- Read the [docs](https://example.org/docs)\n<!-- /linkedin -->\n',
};

it('a path of more than 65,536 characters in `media` is an error of its post, at its line', async () => {
  const files = {
    'posts/a.md': `---\nmedia:\n  - ${'m/'.repeat(40_000)}a.png\n---\nText\n`,
    'posts/b.md': '---\n---\nText\n',
  };
  const run = await simulate({ posts: 'posts/*.md' }, files);
  expect(postEnds(run)).toEqual({
    'posts/a.md': 'failed POST_MEDIA',
    'posts/b.md': 'skipped RUN_STOPPED',
  });
  const [error] = run.annotations.filter(({ title }) => title === 'POST_MEDIA');
  expect(error).toMatchObject({ file: 'posts/a.md', line: 3 });
});

describe('A post of inputs', () => {
  it('a text alone is posted, and its id is a digest of author and text', async () => {
    const run = await simulate({ text: 'Hello #services' });
    expect(run.exitCode).toBe(0);
    const [row] = postRows(run);
    expect(row).toMatchObject({
      file: null,
      state: 'posted',
      author: OWNER,
      text: 'Hello #services',
      media: [],
    });
    expect(row?.id).toMatch(/^[0-9a-f]{64}$/);
    const again = await simulate({ text: 'Hello #services' });
    expect(postRows(again)[0]?.id).toBe(row?.id);
  });

  it('`alt` has the alternative texts of the media, one per line, in the order in which they are shown', async () => {
    const files: Files = {
      ...Object.fromEntries(
        ['b.png', '2.png', '10.png'].map((name, index) => [
          name,
          png({ width: index + 1, height: 4 }),
        ]),
      ),
      'b.alt.txt': 'Not read',
    };
    const media = 'b.png\n*0.png\n2.png';
    const inputs = { text: 'Out now', media, alt: 'A chart of {{tag}}\n\n# 10\nTwo' };
    const run = await simulate(inputs, files, releaseEvent(RELEASE));
    expect(run.messages('warning')).toEqual([]);
    expect(postRows(run)[0]).toMatchObject({
      state: 'posted',
      media: [
        { file: 'b.png', alt: 'A chart of v2.0' },
        { file: '10.png', alt: '# 10' },
        { file: '2.png', alt: 'Two' },
      ],
    });
    const fewer = await simulate({ ...inputs, alt: 'A chart' }, files, releaseEvent(RELEASE));
    expect(fewer.messages('error').slice(0, 1)).toEqual([
      'alt has 1 line, but the post has 3 files (b.png, 10.png, 2.png): write one line for each, in this order',
    ]);
    expect(fewer.messages('warning')).toEqual([]);
  });

  it('a pattern of `media` may match the alternative text of a picture, too', async () => {
    const run = await simulate(
      { text: 'x', media: '*' },
      { 'a.png': png(), 'a.alt.txt': 'A chart' },
    );
    expect(run.messages('error')).toEqual([]);
    expect(postRows(run)[0]?.media).toMatchObject([{ file: 'a.png', alt: 'A chart' }]);
  });

  it('the text comes from a file, in the workspace or outside it', async () => {
    const inside = await simulate({ 'text-file': 'text.md' }, { 'text.md': 'From a file\n' });
    expect(postRows(inside)[0]?.text).toBe('From a file');
    const outside = join(mkdtempSync(join(tmpdir(), 'text-')), 'text.md');
    writeFileSync(outside, 'From an earlier step');
    expect(postRows(await simulate({ 'text-file': outside }))[0]?.text).toBe(
      'From an earlier step',
    );
    const missing = await simulate({ 'text-file': 'none.md' });
    expect(missing.annotations[0]?.title).toBe('input text-file');
  });

  it('the name of a release is not used as a pattern', async () => {
    const files: Files = { 'secret.png': png() };
    for (const name of ['*', '!x', '../secret', 'a\nsecret', '/etc/a'])
      for (const media of ['{{name}}.png', 'x.png\n{{name}}']) {
        const run = await simulate({ text: 'x', media }, files, releaseEvent({ ...RELEASE, name }));
        expect(Object.values(postEnds(run))).toEqual(['failed POST_MEDIA']);
        expect(run.messages('error').join()).toContain('cannot be used in a pattern');
      }
  });

  it('`text: release-notes` takes the part for LinkedIn without its Markdown', async () => {
    const run = await simulate({ text: 'release-notes' }, {}, releaseEvent(RELEASE));
    expect(postRows(run)[0]?.text).toBe(
      'Version 2 is out\n\n• Read the docs (https://example.org/docs)',
    );
    const long = `<!-- linkedin -->${'x'.repeat(3001)}<!-- /linkedin -->`;
    for (const [body, problem] of [
      ['Nothing', 'have no part between'],
      [long, 'has 3,001 characters'],
    ]) {
      const without = await simulate(
        { text: 'release-notes' },
        {},
        releaseEvent({ ...RELEASE, body }),
      );
      expect(without.annotations[0]?.title).toBe('input text');
      expect(without.messages('error')[0]).toMatch(
        RegExp(`${problem}.*\\(\`workflow_dispatch\`\\) with`),
      );
    }
  });

  it('assets of the release are downloaded, shown in natural order, and described by their text files', async () => {
    const assets = ['10.png', '9.png', '9.alt.txt', 'notes.txt'].map((name, index) => ({
      name,
      content: name.endsWith('.png')
        ? png({ width: index + 1, height: 4 })
        : Buffer.from('The ninth'),
    }));
    const github = await startReleases({ assets, tag: 'v2.0', name: 'Version 2' });
    try {
      const run = await simulate(
        { text: '{{name}}', media: 'release:*.png', 'release-tag': 'v2.0' },
        {},
        { GITHUB_API_URL: github.apiUrl },
      );
      expect(postRows(run)[0]).toMatchObject({
        text: 'Version 2',
        state: 'posted',
        media: [
          { file: 'release:v2.0/9.png', alt: 'The ninth' },
          { file: 'release:v2.0/10.png', alt: null },
        ],
      });
      expect(github.requests.join('\n')).not.toContain('notes.txt');
      expect(github.breaches).toEqual([]);
    } finally {
      await github.close();
    }
  });
});

const titles = async (inputs: Inputs, files: Files = {}) => {
  const run = await simulate(inputs, files);
  expect(run.exitCode).toBe(1);
  return run.annotations.flatMap(({ title }) =>
    title?.startsWith('input ') ? [title.slice(6)] : [],
  );
};

it('a text file that is missing is reported after the errors of the inputs, and before any call to GitHub', async () => {
  expect(await titles({ 'text-file': 'none.md', link: 'x', title: 'T' })).toEqual(['link']);
  expect(await titles({ 'text-file': 'none.md' })).toEqual(['text-file']);
  const release = await titles({
    'text-file': 'none.md',
    'release-tag': 'v1',
    'github-token': 'x',
  });
  expect(release).toEqual(['text-file']);
});

it('a post file as the text is an error, and a text with lines `---` is a text', async () => {
  const text = (content: string) => ({ 'post.md': content });
  const inputs = { 'text-file': 'post.md' };
  for (const post of [
    '---\nmedia:\n  - a.png\n---\nText\n',
    '---\r\n---\r\nText\r\n',
    '---\n# x\n\nat: x\n---',
  ])
    expect(await titles(inputs, text(post))).toEqual(['text-file']);
  for (const post of [
    '---\nOut now\n---\n',
    'media: x\n---\nText\n',
    '---\nOut now',
    '----\n---\nText',
  ]) {
    const run = await simulate(inputs, text(post));
    expect(postRows(run)[0]).toMatchObject({ state: 'posted', text: post.trim() });
  }
});

it('an empty workspace, which no step has checked out, is an error', async () => {
  const run = await simulate({ posts: 'posts/*.md' });
  expect(run.messages('error')[0]).toMatch(
    /^posts matches no file, .*: the workspace is empty, .*Add actions\/checkout/,
  );
});

it('a `!` line of media that excludes nothing gets a warning, also one for assets', async () => {
  const files: Files = { 'a.png': png(), 'b/c.png': png({ width: 2, height: 4 }) };
  const inputs = {
    text: 'x',
    media: 'a.png\nb/*\n!b/d*\n!a.png/x\n!b/*.gif\n!release:x',
    'alt-text': 'off',
  };
  const run = await simulate(inputs, files);
  expect(run.messages('warning')).toEqual(
    ['!b/d*', '!a.png/x', '!b/*.gif', '!release:x'].map(
      (line) => `the pattern ${line} excludes nothing; correct it, or remove the line`,
    ),
  );
  const used = await simulate({ ...inputs, media: 'a.png\nb/*\n*/*\n!b/c.png' }, files);
  expect(used.messages('warning')).toEqual([]);
});

it('media are shown in the order of the lines and, within a pattern, in natural order', async () => {
  const files: Files = Object.fromEntries(
    ['slides/10.png', 'slides/2.png', 'slides/1.png', 'cover.png', 'slides/draft.png'].map(
      (name, index) => [name, png({ width: index + 1, height: 4 })],
    ),
  );
  const run = await simulate(
    { text: 'Slides', media: 'cover.png\nslides/*.png\n!slides/draft.png', id: 'slides' },
    files,
  );
  const [row] = postRows(run);
  const shown = (row?.media ?? []).map(({ file }) => file);
  expect(shown).toEqual(['cover.png', 'slides/1.png', 'slides/2.png', 'slides/10.png']);
  expect([row?.id, row?.state]).toEqual(['slides', 'posted']);
  expect(run.messages('warning').join()).toContain(
    'cover.png, slides/1.png, slides/2.png and slides/10.png have no alternative text',
  );
});

it('all input errors are reported together', async () => {
  const wrong = {
    text: 'x',
    'text-file': 'y',
    link: 'nowhere',
    visibility: 'friends',
    'max-posts': '0',
    'wait-minutes': '0',
    approval: 'environment',
    'alt-text': 'maybe',
  };
  expect(await titles(wrong)).toEqual([
    'text-file',
    'link',
    'title',
    'visibility',
    'max-posts',
    'environment',
    'alt-text',
    'wait-minutes',
  ]);
});

it.each([
  [
    'is for a picture',
    { media: 'deck.pdf', title: 'T', alt: 'x' },
    'alt cannot be used: `alt` is for images, but deck.pdf is a document',
  ],
  [
    'is too long',
    { media: 'a.png', alt: 'x'.repeat(4087) },
    'alt cannot be used: the alternative text of a.png is longer than 4,086 characters',
  ],
  [
    'has a field without a release',
    { media: 'a.png', alt: '{{tag}}' },
    'alt has {{tag}}, but there is no release',
  ],
])('an error of `alt` names it: it %s', async (_, inputs, message) => {
  const files: Files = { 'a.png': png(), 'deck.pdf': { sample: 'deck.pdf' } };
  const run = await simulate({ text: 'x', ...inputs }, files);
  expect(run.messages('error')[0]).toContain(message);
});
