// What the log says before anything is sent: what was found, what was not, and what is odd about it.

import { describe, expect, it } from 'vitest';
import { announceFound, type Source } from '../../src/action/found.ts';
import { announceWarnings } from '../../src/action/progress.ts';
import { InputFaults } from '../../src/errors.ts';
import { picture, planOf } from './ledgers.ts';
import { recordingSay } from './recording-say.ts';
import { faultsThrownBy } from './step-inputs.ts';

const NOTHING: Source = { input: 'files', files: [], leftOut: [], unmatched: [] };
const ONE = { files: [{ path: 'a.png', absolutePath: '/nowhere/a.png', sizeBytes: 1 }] };

describe('what was found', () => {
  it('is counted', () => {
    const say = recordingSay();
    announceFound([{ ...NOTHING, ...ONE }], 'error', say);
    expect(say.said).toEqual([{ level: 'info', text: '1 file found' }]);
  });

  it('comes with what was left out: counted by rule, and listed for debugging', () => {
    const say = recordingSay();
    const leftOut = [
      { path: '.env', rule: 'hidden' },
      { path: 'b.png', rule: 'link' },
      { path: '.git/config', rule: 'hidden' },
    ] as const;
    announceFound([{ ...NOTHING, ...ONE, leftOut }], 'error', say);
    expect(say.texts('info')).toEqual([
      '1 file found',
      'left out: 2 paths, a hidden file or a link to one (`include-hidden-files: true` allows it)',
      'left out: 1 path, reached through a link (`follow-symlinks: true` allows it)',
    ]);
    expect(say.texts('debug')).toEqual([
      'left out (hidden): .env',
      'left out (link): b.png',
      'left out (hidden): .git/config',
    ]);
  });

  it.each(['error', 'warn', 'ignore'] as const)(
    'warns of each pattern that matched nothing, beside others that did: %s',
    (ifNone) => {
      const say = recordingSay();
      announceFound([{ ...NOTHING, ...ONE, unmatched: ['*.webm', '*.mov'] }], ifNone, say);
      expect(say.said.filter(({ level }) => level === 'warning')).toEqual([
        { level: 'warning', text: 'the pattern *.webm matched nothing', title: 'input files' },
        { level: 'warning', text: 'the pattern *.mov matched nothing', title: 'input files' },
      ]);
    },
  );
});

describe('nothing found', () => {
  const HIDDEN = [{ path: '.env', rule: 'hidden' }] as const;
  const MANY = Array.from({ length: 7 }, (_, index) => `${index}/*.png`);

  it.each<[string, Partial<Source>, RegExp]>([
    [
      'patterns',
      { unmatched: ['a/*', 'b/*'] },
      /: the pattern a\/\* matched nothing; the pattern b\/\* matched nothing$/,
    ],
    [
      'hidden files alone',
      { leftOut: HIDDEN },
      /: left out: 1 path, a hidden file or a link to one \(`include-hidden-files: true` allows it\)$/,
    ],
    ['both', { unmatched: ['a/*'], leftOut: HIDDEN }, /matched nothing; left out: 1 path/],
    ['comments and excludes alone', {}, /: it holds no pattern that takes files in$/],
    ['many patterns', { unmatched: MANY }, /4\/\*\.png matched nothing; and so did 2 more patterns$/],
  ])('is told with its reasons: %s', (_, found, text) => {
    const say = recordingSay();
    announceFound([{ ...NOTHING, ...found }], 'warn', say);
    expect(say.texts('warning')).toEqual([expect.stringMatching(text)]);
    expect(say.texts('warning')[0]).toMatch(/^files names no file that can be sent: /);
  });

  it('is a fault of the input `files` with if-no-files-found: error', () => {
    const say = recordingSay();
    let thrown: unknown;
    try {
      announceFound([{ ...NOTHING, unmatched: ['a/*'] }], 'error', say);
    } catch (error) {
      thrown = error;
    }
    if (!(thrown instanceof InputFaults)) throw thrown;
    expect(thrown.faults).toMatchObject([{ code: 'FILES_NOT_FOUND', input: 'files' }]);
    expect(thrown.faults[0]?.hint).toContain('if-no-files-found');
    expect(say.texts('warning')).toEqual([]);
  });

  it('is a line of the log, and no warning, with if-no-files-found: ignore', () => {
    const say = recordingSay();
    announceFound([{ ...NOTHING, unmatched: ['a/*'] }], 'ignore', say);
    expect(say.texts('warning')).toEqual([]);
    expect(say.texts('info').at(-1)).toContain('the pattern a/* matched nothing');
  });

  it('leaves every pattern in the log', () => {
    const say = recordingSay();
    announceFound([{ ...NOTHING, unmatched: MANY }], 'warn', say);
    const log = say.said.map(({ text }) => text).join('\n');
    for (const pattern of MANY) expect(log).toContain(`the pattern ${pattern} matched nothing`);
  });
});

it.each([
  ['media/*.{png,jpg}', 'braces stand for themselves: write one pattern a line'],
  ['media/*.png, media/*.jpg', 'one pattern a line: what stands on one line is one pattern'],
  ['media/hero.png media/launch.mp4', 'one pattern a line: what stands on one line is one pattern'],
  ['/media/*.png', 'a leading / is the root of the machine: leave it out for the workspace'],
  [String.raw`media\*.png`, 'write / between folders'],
])('what is probably meant by %s is told', (pattern, advice) => {
  const say = recordingSay();
  announceFound([{ ...NOTHING, ...ONE, unmatched: [pattern] }], 'error', say);
  expect(say.texts('warning')).toEqual([`the pattern ${pattern} matched nothing (${advice})`]);
});

it.each(['my media/hero.png', 'media/a b.png', 'media/[ab].png', 'media/{x}.png'])(
  'a pattern that only fits no file is told without advice: %s',
  (pattern) => {
    const say = recordingSay();
    announceFound([{ ...NOTHING, ...ONE, unmatched: [pattern] }], 'error', say);
    expect(say.texts('warning')).toEqual([`the pattern ${pattern} matched nothing`]);
  },
);

describe('with a release', () => {
  const RELEASE: Source = { ...NOTHING, input: 'release-assets', within: 'release v1 (1 asset: a.mp4)' };

  it('says what was found where, and under which input a pattern stands', () => {
    const say = recordingSay();
    announceFound(
      [
        { ...NOTHING, unmatched: ['*.png'] },
        { ...RELEASE, ...ONE },
      ],
      'error',
      say,
    );
    expect(say.texts('info')).toEqual([
      '0 files found',
      '1 release asset found in release v1 (1 asset: a.mp4)',
    ]);
    expect(say.said.filter(({ level }) => level === 'warning')).toEqual([
      { level: 'warning', text: 'the pattern *.png matched nothing', title: 'input files' },
    ]);
  });

  it('is a fault of every input that found nothing, when none found anything', () => {
    const nothing = [
      { ...NOTHING, unmatched: ['*.png'] },
      { ...RELEASE, unmatched: ['*.mov'] },
    ];
    const { faults } = faultsThrownBy(() => announceFound(nothing, 'error', recordingSay()));
    expect(faults).toMatchObject([
      { code: 'FILES_NOT_FOUND', input: 'files' },
      { code: 'RELEASE_UNMATCHED', input: 'release-assets' },
    ]);
    expect(faults[1]?.message).toMatch(/\*\.mov matched nothing; there is release v1 \(1 asset: a\.mp4\)$/);
  });
});

it('warnings name the file, or the input, that they are about', () => {
  const say = recordingSay();
  const files = [picture('a.png', { warnings: ['has no end marker of a JPEG', 'is odd'] }), picture('b.png')];
  announceWarnings(planOf(files, { ownerKind: 'sponsoredAccount' }), {
    say,
    version: 'v2',
    clock: { today: () => 0 },
  });
  expect(say.said).toEqual([
    { level: 'warning', text: expect.stringMatching(/^recipe: auto .*ads-image/) },
    { level: 'warning', text: 'a.png has no end marker of a JPEG', file: 'a.png' },
    { level: 'warning', text: 'a.png is odd', file: 'a.png' },
  ]);
});
