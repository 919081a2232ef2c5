// The job summary: failures first, external text as plain text, and a size below GitHub's limit.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ActionError, FileError } from '../../src/errors/action-error.ts';
import type { Mode } from '../../src/inputs/input-types.ts';
import { buildSummary, errorBlocks, MAX_SUMMARY_BYTES } from '../../src/report/summary.ts';
import type { Ledger } from '../../src/upload/ledger.ts';
import { fuzzed } from '../support/fuzz.ts';
import { renderMarkdown } from '../support/github-markdown.ts';
import { HOSTILE, hostileText, ORDINARY } from '../support/hostile-names.ts';
import {
  changesUntil,
  itemAt,
  ledgerOf,
  mediaFile,
  mediaLedgerOf,
  picture,
  recordAll,
  refused,
  settle,
  video,
} from '../support/ledgers.ts';
import { type ReportOptions, reportOf } from './reporter-fixture.ts';

/** The entries of a section's lists, folded ones included. */
function entriesOf(summary: string, section: string): string[] {
  const [, own = ''] = summary.split(`### ${section}\n`);
  const [lines = ''] = own.split('\n### ');
  return lines.split('\n').filter((line) => line.startsWith('- '));
}

/** An entry as a reader sees it: without our own tags, and with entities decoded. */
function shown(text: string): string {
  return text
    .replaceAll(/<wbr>|\*\*|`/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll(/<br>|<pre>/g, '\n')
    .replaceAll('</pre>', '')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll(
      /&(amp|lt|gt);/g,
      (_, name: 'amp' | 'lt' | 'gt') => ({ amp: '&', lt: '<', gt: '>' })[name],
    );
}

const DROPPED_ABOVE_BYTES = 1_048_576;

function summaryOf(ledger: Ledger, options: ReportOptions = {}): string {
  return buildSummary(reportOf(ledger, options));
}

it('warnings of the search are listed before the files, as plain text', () => {
  const searchWarnings = [
    { about: 'files', text: 'the pattern *.PNG matched nothing (`!` _x_)' },
  ] as const;
  const ledger = ledgerOf([picture('a.png')]);
  const summary = summaryOf(ledger, { searchWarnings });
  expect(summary.match(/^###.*$/gm)).toEqual(['### Warnings', '### Files']);
  expect(entriesOf(summary, 'Warnings').map(shown)).toEqual([
    '- files: the pattern *.PNG matched nothing (! _x_)',
  ]);
  expect(summaryOf(ledger)).not.toContain('### Warnings');
});

it('the warning about an unknown recipe is in the summary too, with the nearest known one', () => {
  const text = 'feedshare-imge is unknown to this action; did you mean feedshare-image?';
  const inputWarnings = [{ about: 'recipe', text }];
  const summary = summaryOf(ledgerOf([picture('a.png')]), { inputWarnings });
  expect(entriesOf(summary, 'Warnings').map(shown)).toEqual([`- recipe: ${text}`]);
});

const ledger = ledgerOf([
  picture('a.png'),
  video('b.mp4'),
  refused('empty.png', new FileError('FILE_EMPTY', 'empty.png', 'is empty')),
]);
settle(ledger, 0, { state: 'available', id: 'ONE' });
settle(ledger, 1, {
  state: 'failed',
  id: 'TWO',
  error: new ActionError('MEDIA_REJECTED', 'LinkedIn could not use it'),
});
const summary = summaryOf(ledger);

it('the summary has the headline, a hint for each failure, and every file with its URNs, failures first', () => {
  expect(summary.match(/^##.*$/gm)).toEqual([
    '## ❌ 1 of 3 files is on LinkedIn',
    '### Errors',
    '### Files',
  ]);
  expect(entriesOf(summary, 'Errors').map(shown)).toEqual([
    '- MEDIA_REJECTED b.mp4: LinkedIn could not use it\n→ Check the format, codec and size of the file, and export it again.',
    '- FILE_EMPTY empty.png is empty\n→ Commit the real file, or leave it out of the post or, with a ! pattern, of files.',
  ]);
  expect(entriesOf(summary, 'Files').map(shown)).toEqual([
    '- b.mp4 failed, MP4, 64 × 36, 6.0 s, 1.0 MB\nasset urn:li:digitalmediaAsset:TWO\nvideo urn:li:video:TWO',
    '- empty.png failed, 0 B',
    '- a.png uploaded, PNG, 8 × 4, 1.0 kB\nasset urn:li:digitalmediaAsset:ONE\nimage urn:li:image:ONE',
  ]);
});

it('the summary shows the corrected lines of a post below the sentence, as lines of their own', () => {
  const lines = 'the lines `media:`, `  - file: a.png` and `    alt:`, and what the picture shows';
  const message = `posts/a.md, line 2: \`media\` must be a list: write ${lines}`;
  const place = { file: 'posts/a.md', hint: 'Do it.' };
  const [, withLine] = errorBlocks([{ title: 'POST_MEDIA', message, ...place, line: 2 }]);
  expect(withLine).toBe(
    '- `POST_MEDIA` **`posts/a.md`**, line 2: `media` must be a list: write the lines below, and what the picture shows<pre>`media:`<br>`   - file: a.png `<br>`     alt: `</pre>→ Do it.',
  );
  // GitHub removes one blank from each end of such code.
  expect(renderMarkdown(`${withLine}`)).toContain(
    '<code>  - file: a.png</code><br><code>    alt:</code></pre>',
  );
  const [, without] = errorBlocks([{ title: 'POST_MEDIA', message, ...place }]);
  expect(without).not.toContain('<pre>');
});

it('the summary shows both URNs of a file with their labels, in a block that GitHub never breaks', () => {
  const html = renderMarkdown(summary);
  expect(html).toContain(
    '<pre>asset <code>urn:li:digitalmediaAsset:ONE</code><br>image <code>urn:li:image:ONE</code></pre>',
  );
  const media = mediaLedgerOf([
    mediaFile('deck.pdf', { media: { kind: 'document', mediaType: 'application/pdf' } }),
  ]);
  recordAll(media, 0, changesUntil('uploaded', { urn: 'urn:li:document:D1' }));
  media.record(itemAt(media, 0), { kind: 'settled', state: 'available' });
  expect(renderMarkdown(summaryOf(media, { api: 'media' }))).toContain(
    '<pre>document <code>urn:li:document:D1</code></pre>',
  );
});

it.each([
  ['a success', 'any', 'available', '✅'],
  ['a failure', 'any', 'failed', '❌'],
  ['an allowed failure', 'never', 'failed', '⚠️'],
] as const)('the icon shows %s', (_, failOn, state, sign) => {
  const ledger = ledgerOf([picture('a.png')]);
  const error = new ActionError('MEDIA_REJECTED', 'no');
  settle(ledger, 0, state === 'failed' ? { state, error } : { state });
  expect(summaryOf(ledger, { failOn })).toContain(`## ${sign} `);
});

it('the icon shows that a post does not fit, which is named', () => {
  const posts = ['a.md', 'b.md'].map((name) => ({
    name,
    markdown: `**${name}** ${'x'.repeat(1000)}`,
  }));
  const report = { ...reportOf(ledgerOf([])), isPartial: false, posts };
  expect(buildSummary(report)).toContain('## ✅ ');
  const cut = buildSummary(report, { maxBytes: 1900 });
  expect(cut).toContain('## ⚠️ ');
  expect(cut).toContain('**1 post does not fit here: `b.md`.');
});

it('warnings about files are listed, and files with the same warning share an entry', () => {
  const warnings = ['is 1 second long'];
  const ledger = ledgerOf([
    video('a.mp4', { warnings }),
    video('b.mp4', { warnings }),
    picture('c.png'),
  ]);
  expect(entriesOf(summaryOf(ledger), 'Warnings').map(shown)).toEqual([
    '- a.mp4, b.mp4: is 1 second long',
  ]);
});

const oneUploaded = (mode: Mode, owner: string) => {
  const ledger = ledgerOf([picture('a.png')]);
  settle(ledger, 0, { state: 'available' });
  return summaryOf(ledger, { mode, api: 'assets', owner });
};

it('the headline links the page that owns the media', () => {
  expect(oneUploaded('publish', 'urn:li:organization:24141830')).toContain(
    '## ✅ 1 file is on LinkedIn\n\n1 uploaded · for [`urn:li:organization:24141830`](https://www.linkedin.com/company/24141830/)\n',
  );
  expect(shown(oneUploaded('publish', 'urn:li:person:abc'))).toContain(
    '1 uploaded · for urn:li:person:abc\n',
  );
});

it('the summary says that nothing is visible before a post, and how to post', () => {
  expect(oneUploaded('publish', 'urn:li:person:abc')).toMatch(
    /\*\*Nothing is visible on LinkedIn yet: .*\*\* Post them/,
  );
  expect(oneUploaded('simulate', 'urn:li:person:abc')).toContain(
    '**Nothing was sent to LinkedIn.**',
  );
  expect(summaryOf(ledgerOf([picture('a.png')]))).not.toContain('Nothing is visible');
});

const LINES_OF_ONE_FAILURE = 14;

/** The entry and the row for a file called `name` whose error message is `name`. */
function rowsWith(name: string): string[] {
  const ledger = ledgerOf([picture(name)]);
  settle(ledger, 0, { state: 'failed', error: new ActionError('MEDIA_REJECTED', name) });
  const summary = summaryOf(ledger);
  // The same number of lines as with an ordinary name.
  expect(summary.split('\n')).toHaveLength(LINES_OF_ONE_FAILURE);
  return [...entriesOf(summary, 'Errors'), ...entriesOf(summary, 'Files')];
}

/** What Markdown or GitHub could read as more than text, outside of code spans, in which nothing is read. */
function expectInert(row: string): void {
  const bare = row
    .replaceAll(/<wbr>|<br>|<\/?pre>|&nbsp;|\*\*/g, '\0')
    .replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, ' ')
    .replaceAll(/&#\d+;|&(?:amp|lt|gt);/g, ' ');
  expect(bare).not.toMatch(/[<>&`[\]*~\\$]|:\/\/|www\.|@\w|#\d/i);
  expect(bare).not.toMatch(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/u);
  // Where GitHub would link the rendered text, a tag stands between the characters.
  expect(row.replaceAll(/&#(?:64|58|35|45|46);<wbr>/g, '')).not.toMatch(/&#(?:64|58);|&#35;\d/);
}

it.each([...HOSTILE, ...ORDINARY])('external text stays in its entry as plain text: %j', (name) => {
  const [problem = '', file = ''] = rowsWith(name);
  expectInert(problem.slice(1));
  expectInert(file.slice(1));
});

it('any external text stays plain text', () => {
  const property = fc.property(hostileText, fc.string({ unit: 'binary' }), (one, two) => {
    for (const row of rowsWith(one + two)) expectInert(row.slice(1));
  });
  fc.assert(property, fuzzed());
});

it.each(ORDINARY)('an ordinary name is shown unchanged: %s', (name) => {
  expect(rowsWith(name)[1]?.startsWith(`- **\`${name}\`** **failed**, PNG,`)).toBe(true);
});

it.each([
  ['many files', 20_000, 'media/picture.png'],
  ['names that are escaped', 3000, '|'.repeat(200)],
  ['names of multi-byte characters', 3000, '製'.repeat(200)],
])(
  'a summary with %s ends with a whole entry, below the size limit, and says where the rest is',
  (_, files, name) => {
    const ledger = ledgerOf(
      Array.from({ length: files }, (_, index) => picture(`${index}${name}`)),
    );
    for (const index of ledger.items.keys()) settle(ledger, index, { state: 'available' });
    const summary = summaryOf(ledger);
    const sizeBytes = Buffer.byteLength(summary);
    expect(sizeBytes).toBeLessThan(DROPPED_ABOVE_BYTES);
    expect(sizeBytes).toBeGreaterThan(MAX_SUMMARY_BYTES * 0.99);
    for (const entry of entriesOf(summary, 'Files')) expect(entry).toMatch(/<\/pre>$/);
    expect(summary).toMatch(
      /<\/pre>\n\n… The rest does not fit here\. .*`results-file` has all rows\.\n$/,
    );
  },
);
