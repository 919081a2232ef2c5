// The HTML of the page: its head, and its policy.

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { ActionError, FileError, runStoppedError } from '../../../src/errors/action-error.ts';
import {
  buildPage,
  type PageBody,
  type PageHead,
  renderRemarks,
  renderUrn,
} from '../../../src/report/page/page.ts';
import type { RowView } from '../../../src/report/row-view.ts';

const HEAD: PageHead = {
  title: 'LinkedIn upload',
  headline: '1 of 2 files is on LinkedIn',
  counts: [
    { text: '1 failed', isBad: true, anchor: 'failed' },
    { text: '1 uploaded', isBad: false, anchor: 'available' },
  ],
  failed: true,
  origin: [
    { text: 'octocat/media', url: 'https://github.example/octocat/media' },
    { text: 'main', url: null },
  ],
  errors: [{ message: 'the run was stopped', hint: 'Run `it` again.' }],
};

async function htmlOf(body: PageBody = [], head: Partial<PageHead> = {}): Promise<string> {
  return (await Array.fromAsync(buildPage({ ...HEAD, ...head }, body))).join('');
}

it('the head has the verdict, the counts with the exceptions marked, where it comes from, and the errors of the run', async () => {
  const page = await htmlOf();
  expect(page).toMatch(/<h1 class="failed"><span>1 of 2 files is on LinkedIn<\/span><\/h1>/);
  expect(page).toContain(
    '<li class="bad"><a href="#failed">1 failed</a></li><li class="quiet"><a href="#available">1 uploaded</a></li>',
  );
  expect(page).toContain(
    '<a href="https://github.example/octocat/media" rel="noreferrer">octocat/media</a> · main</p>',
  );
  expect(page).toContain(
    '<p class="error">The run was stopped<br><span class="hint">Run <code>it</code> again.',
  );
});

it.each([
  [{ failed: false }, 'good'],
  [{ failed: false, isPartial: true }, 'partial'],
])('a verdict %j is shown as %s', async (verdict, name) => {
  expect(await htmlOf([], verdict)).toContain(`<h1 class="${name}"`);
});

it('the policy of the page allows its own style and script, embedded pictures and videos, and no request', async () => {
  const page = await htmlOf([renderUrn({ label: 'image', urn: 'urn:li:image:A' })]);
  const policy =
    /Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#39;', "'") ?? '';
  const hashOf = (tag: string) => {
    const source = new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`).exec(page)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(source).digest('base64')}'`;
  };
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    'img-src data:',
    'media-src data:',
    `style-src ${hashOf('style')}`,
    `script-src ${hashOf('script')}`,
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  expect(page).not.toMatch(/ (?:on\w+|style)=/);
});

const ROW = {
  noun: 'file',
  name: 'a.png',
  file: 'a.png',
  state: 'failed',
  stateText: 'failed',
  isGood: false,
  isHandled: true,
  isShown: true,
} as const;

it.each<[string, readonly ActionError[], RowView['warnings'], string]>([
  [
    'an error of the file, with what to do',
    [new FileError('FILE_EMPTY', 'a.png', 'is empty', { hint: 'Commit `it`.' })],
    [],
    '<p class="error">The file is empty<br><span class="hint">Commit <code>it</code>.</span></p>\n',
  ],
  [
    'an error of a call',
    [new ActionError('SERVER_FAILED', 'the server is `down`', { hint: '' })],
    [],
    '<p class="error">The server is <code>down</code></p>\n',
  ],
  [
    'an error at a line',
    [new ActionError('POST_KEY', 'x is no key', { subject: { file: 'a.png', line: 3 }, hint: '' })],
    [],
    '<p class="error">Line 3: x is no key</p>\n',
  ],
  [
    'an error at a line, with the corrected line in a line of its own',
    [
      new ActionError(
        'POST_KEY',
        '`at` has no zone: write `at: 2026-12-03 09:00 Europe/Berlin`, with yours',
        {
          subject: { file: 'a.png', line: 3 },
          hint: '',
        },
      ),
    ],
    [],
    '<p class="error">Line 3: <code>at</code> has no zone: write the line below, with yours</p>\n<pre><code>at: 2026-12-03 09:00 Europe/Berlin</code>\n</pre>\n',
  ],
  [
    'an error that begins with the name of another file',
    [new ActionError('POST_MEDIA', 'b.png is long', { hint: '' })],
    [],
    '<p class="error">b.png is long</p>\n',
  ],
  [
    'an error of a stopped run, which the head has',
    [runStoppedError('not sent', new ActionError('SERVER_FAILED', 'down'))],
    [],
    '',
  ],
  [
    'a warning',
    [],
    [{ subject: { file: 'a.png' }, problem: 'has a `password`' }],
    '<p class="warning">⚠ The file has a <code>password</code></p>\n',
  ],
])('%s is a sentence below the name of its file', (_, errors, warnings, expected) => {
  const remarks = renderRemarks({ ...ROW, errors, warnings });
  expect(remarks.map(({ markup }) => markup).join('')).toBe(expected);
});
