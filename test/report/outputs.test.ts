// The outputs for the next step: their definitions, truncation to valid JSON, values that are safe to paste, and the file of all rows.

import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import {
  formatOutputs,
  setOutputs,
  shellSafeJson,
  writeResultsFile,
} from '../../src/report/outputs.ts';
import { Reporter } from '../../src/report/reporter.ts';
import { buildResultRow, type ResultRow } from '../../src/report/uploads/result-row.ts';
import { uploadOutputs } from '../../src/report/uploads/upload-report.ts';
import type { Ledger } from '../../src/upload/ledger.ts';
import { TestClock } from '../support/clock.ts';
import { fuzzed } from '../support/fuzz.ts';
import { HOSTILE, hostileText, ORDINARY, SHAPING } from '../support/hostile-names.ts';
import { changesUntil, ledgerOf, picture, recordAll, settle } from '../support/ledgers.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { testRun } from '../support/run.ts';
import { parseCommand } from '../support/workflow-commands.ts';

function outputsOf(rows: readonly ResultRow[]) {
  const outputs = uploadOutputs(rows, null);
  const { values, truncated } = formatOutputs(outputs);
  return {
    values: values as Record<keyof typeof outputs | 'outputs-truncated', string>,
    truncated,
  };
}

function rowOf(file: string, more: Partial<ResultRow> = {}): ResultRow {
  const kind = more.kind ?? 'image';
  const urns = { assetUrn: `urn:li:digitalmediaAsset:${file}`, mediaUrn: `urn:li:${kind}:${file}` };
  return {
    file,
    state: 'available',
    kind,
    api: 'assets',
    attempts: 1,
    durationMs: 1,
    ...urns,
    ...more,
  };
}

const ERROR = { code: 'PROCESSING_TIMEOUT', message: 'm', hint: 'h' } as const;

const ROWS: readonly ResultRow[] = [
  rowOf('a', { error: ERROR, state: 'processing' }),
  rowOf('b', { kind: 'video' }),
  rowOf('c'),
  rowOf('d', { state: 'unverified' }),
  rowOf('e', { state: 'processing', kind: 'video' }),
  rowOf('f', { state: 'failed', error: { ...ERROR, code: 'MEDIA_REJECTED' } }),
  rowOf('g', { state: 'reused' }),
  // An earlier run uploaded it, and LinkedIn is still processing it.
  { file: 'h', state: 'processing', api: 'assets', attempts: 0, durationMs: 0 },
  { file: 'i', state: 'planned', api: 'assets', attempts: 0, durationMs: 0 },
  { file: 'j', state: 'deferred', api: 'assets', attempts: 0, durationMs: 0 },
];

it('the outputs have every row, the URNs of the successful files in file order, and the number of each', () => {
  const { values } = outputsOf(ROWS);
  expect(JSON.parse(values.results)).toEqual(ROWS);
  expect(JSON.parse(values['asset-urns'])).toEqual(
    ['b', 'c', 'd', 'e', 'g'].map((id) => `urn:li:digitalmediaAsset:${id}`),
  );
  expect(JSON.parse(values['image-urns'])).toEqual([
    'urn:li:image:c',
    'urn:li:image:d',
    'urn:li:image:g',
  ]);
  expect(JSON.parse(values['video-urns'])).toEqual(['urn:li:video:b', 'urn:li:video:e']);
  expect(values).toMatchObject({
    'asset-urn': 'urn:li:digitalmediaAsset:b',
    'image-urn': 'urn:li:image:c',
    'video-urn': 'urn:li:video:b',
    'uploaded-count': '4',
    'reused-count': '1',
    'failed-count': '2',
    'remaining-count': '1',
    'outputs-truncated': 'false',
  });
  expect(Object.entries(JSON.parse(values.urns))).toEqual([
    ['b', 'urn:li:video:b'],
    ['c', 'urn:li:image:c'],
    ['d', 'urn:li:image:d'],
    ['e', 'urn:li:video:e'],
    ['g', 'urn:li:image:g'],
  ]);
});

it('the outputs of an empty run are empty, and its lists are still JSON', () => {
  expect(outputsOf([]).values).toEqual({
    results: '[]',
    'asset-urns': '[]',
    'image-urns': '[]',
    'video-urns': '[]',
    'document-urns': '[]',
    'asset-urn': '',
    'image-urn': '',
    'video-urn': '',
    'document-urn': '',
    urns: '{}',
    'uploaded-count': '0',
    'reused-count': '0',
    'failed-count': '0',
    'remaining-count': '0',
    'manifest-file': '',
    owners: '',
    scopes: '',
    'token-days-left': '',
    'outputs-truncated': 'false',
  });
});

it('`urns` has every file under its own name, even a hostile name', () => {
  const names = [...HOSTILE, ...ORDINARY].filter((name) => name.isWellFormed());
  const { values } = outputsOf(names.map((name) => rowOf(name, { mediaUrn: 'urn:li:image:X' })));
  expect(Object.keys(JSON.parse(values.urns)).sort()).toEqual(names.toSorted());
});

/** 100 KiB, as documented. */
const LIMIT_BYTES = 102_400;
const LISTS = ['results', 'asset-urns', 'image-urns', 'urns'] as const;

it('an output of more than 100 KiB drops whole entries from its end, stays JSON, and is listed', () => {
  const rows = Array.from({ length: 5000 }, (_, index) => rowOf(`media/${index}.png`));
  const { values, truncated } = outputsOf(rows);
  expect([...truncated].sort()).toEqual([...LISTS].sort());
  expect(values['outputs-truncated']).toBe('true');
  for (const name of LISTS)
    expect(Buffer.byteLength(values[name])).toBeLessThanOrEqual(LIMIT_BYTES);
  const kept: ResultRow[] = JSON.parse(values.results);
  expect(kept).toEqual(rows.slice(0, kept.length));
  expect(kept.length).toBeGreaterThan(300);
  const urns = Object.keys(JSON.parse(values.urns));
  expect(urns).toEqual(rows.slice(0, urns.length).map(({ file }) => file));
  expect(values['image-urn']).toBe('urn:li:image:media/0.png');
});

it.each([
  ['one byte', 'x'],
  ['two bytes', 'ß'],
  ['four bytes', '😀'],
  ['quotes, which are escaped', "'"],
])(
  'an output of 102,400 bytes is whole, and one of 102,401 bytes loses its last entry: names of %s',
  (_, mark) => {
    const name = mark.repeat(2000);
    const urnsOf = (padding: number) => {
      const files = [name, 'x'.repeat(padding)];
      return outputsOf(files.map((file) => rowOf(file, { mediaUrn: 'u' }))).values.urns;
    };
    const first = Buffer.byteLength(shellSafeJson(name)) + ':"u"'.length;
    const padding = LIMIT_BYTES - first - Buffer.byteLength('{,"":"u"}');
    expect(Buffer.byteLength(urnsOf(padding))).toBe(LIMIT_BYTES);
    expect(Object.keys(JSON.parse(urnsOf(padding + 1)))).toEqual([name]);
  },
);

it('an output whose only entry is over 100 KiB becomes empty', () => {
  const { values, truncated } = outputsOf([rowOf('x'.repeat(LIMIT_BYTES))]);
  expect(values.results).toBe('[]');
  expect(truncated).toContain('results');
  // The URN contains the file name, so it is too long as well.
  expect(values['image-urns']).toBe('[]');
});

describe('shellSafeJson', () => {
  const corpus = [...HOSTILE, ...ORDINARY].map((name) => ({ [name]: [name, 1, null, true] }));

  // Excludes keys that are one backslash: after V8 13.6 has parsed `{"a":0,"\\":0}`, it reads that key in place of any
  // key that is one escaped character, such as in `{"a":0,"\u0026":0}`.
  const anyJson = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"\\\\":'));

  it('the JSON parses to the same value', () => {
    for (const value of corpus) expect(JSON.parse(shellSafeJson(value))).toEqual(value);
    const any = fc.property(anyJson, (value) => {
      expect(JSON.stringify(JSON.parse(shellSafeJson(value)))).toBe(JSON.stringify(value));
    });
    fc.assert(any, fuzzed());
    fc.assert(
      fc.property(hostileText, (text) => JSON.parse(shellSafeJson(text)) === text.toString()),
      fuzzed(),
    );
  });

  it('the JSON has no character that a shell, HTML or the runner interprets', () => {
    const property = fc.property(hostileText, fc.string({ unit: 'binary' }), (one, two) => {
      const json = shellSafeJson([one, two]);
      expect(json).not.toMatch(/['`$<>&\u2018-\u201b]|##\[/);
      // Every backslash starts a \uXXXX, which no `echo` interprets.
      expect(json.replaceAll(/\\u[0-9a-f]{4}/g, '')).not.toContain('\\');
    });
    fc.assert(property, fuzzed());
  });

  it('the JSON has no invisible character but those that shape an emoji or a letter', () => {
    const property = fc.property(hostileText, fc.string({ unit: 'binary' }), (one, two) => {
      const json = shellSafeJson([one, two]).replaceAll(/[\u200c\u200d]/g, '');
      expect(json).not.toMatch(SHAPING);
      expect(json).not.toMatch(/[\u{e0000}-\u{e0fff}]/u);
    });
    fc.assert(property, fuzzed());
    for (const text of ['👩\u200d💻', '❤\ufe0f', '1\ufe0f\u20e3', 'می\u200cخواهم'])
      expect(shellSafeJson(text)).toBe(`"${text}"`);
    expect(shellSafeJson('\\\u202e\u{e0041}')).toBe('"\\u005c\\u202e\\udb40\\udc41"');
  });

  it('the JSON is YAML of the same value', () => {
    for (const value of corpus) expect(parse(shellSafeJson(value))).toEqual(value);
    const property = fc.property(hostileText, anyJson, (text, value) => {
      const whole = { [text]: [value, text] };
      expect(parse(shellSafeJson(whole))).toEqual(JSON.parse(JSON.stringify(whole)));
    });
    fc.assert(property, fuzzed(1000));
  });

  it.skipIf(process.platform === 'win32').each(['printf %s', 'echo'])(
    'the JSON passes a shell unchanged, with %s',
    (print) => {
      for (const value of corpus) {
        const json = shellSafeJson(value);
        const printed = execFileSync('/bin/sh', ['-c', `${print} '${json}'`], { encoding: 'utf8' });
        expect(printed.replace(/\n$/, '')).toBe(json);
        expect(parseCommand(printed)).toBeNull();
      }
    },
  );
});

describe('setOutputs', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ['GITHUB_OUTPUT names the output file', '/tmp/out', '/tmp/out', true],
    ['no output file exists without GITHUB_OUTPUT', undefined, undefined, false],
    [
      'GITHUB_OUTPUT is not used if the toolkit does not see it and would print the deprecated command',
      '/tmp/out',
      undefined,
      false,
    ],
    [
      'GITHUB_OUTPUT is not used if the toolkit sees another value',
      '/tmp/out',
      '/tmp/other',
      false,
    ],
  ])('%s', (_, ours, toolkits, expected) => {
    vi.stubEnv('GITHUB_OUTPUT', toolkits);
    expect(setOutputs({}, { GITHUB_OUTPUT: ours })).toBe(expected);
  });
});

function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'results-'));
  return folder;
}

/** A results file without rows. */
function emptyFile(): string {
  const file = join(tempFolder(), 'results.json');
  writeResultsFile(file, []);
  return file;
}

function read(file: string): ResultRow[] {
  return JSON.parse(readFileSync(file, 'utf8'));
}

const ROW: ResultRow = {
  file: 'a.png',
  state: 'available',
  api: 'assets',
  attempts: 1,
  durationMs: 1,
};

/** The file that a step with this environment creates. */
async function createdIn(env: NodeJS.ProcessEnv): Promise<string> {
  const logger = recordingLogger();
  const reporter = new Reporter(testRun({ env, logger }));
  await reporter.keepResults(
    () => [],
    async () => {},
  );
  return logger.texts('info').join().replace('results file: ', '');
}

it('the results file is under RUNNER_TEMP in a separate folder for each step, and is JSON from the start', async () => {
  const folder = tempFolder();
  const [one, two] = [
    await createdIn({ RUNNER_TEMP: folder }),
    await createdIn({ RUNNER_TEMP: folder }),
  ];
  for (const file of [one, two]) {
    expect(dirname(dirname(file))).toBe(folder);
    expect(read(file)).toEqual([]);
  }
  expect(one).not.toBe(two);
});

it('the results file has each row on a separate line', () => {
  const file = emptyFile();
  const rows = HOSTILE.map((name) => ({ ...ROW, file: name }));
  writeResultsFile(file, rows);
  expect(read(file)).toEqual(rows);
  expect(readFileSync(file, 'utf8').trimEnd().split('\n')).toHaveLength(rows.length + 2);
  writeResultsFile(file, []);
  expect(read(file)).toEqual([]);
});

it('the results file is replaced, so a program that reads it meanwhile gets all of the old rows', () => {
  const file = emptyFile();
  writeResultsFile(file, [ROW]);
  const before = readdirSync(dirname(file), { withFileTypes: true });
  const reader = openSync(file, 'r');
  writeResultsFile(file, [ROW, ROW]);
  expect(JSON.parse(readFileSync(reader, 'utf8'))).toEqual([ROW]);
  closeSync(reader);
  expect(before.map(({ name }) => name)).toEqual(['results.json']);
  expect(readdirSync(dirname(file))).toEqual(['results.json']);
  expect(read(file)).toHaveLength(2);
});

interface Kept {
  readonly ledger: Ledger;
  readonly clock: TestClock;
  readonly file: string;
  /** The number of writes: each write requests the rows once. */
  readonly writes: () => number;
  end(): Promise<void>;
}

function keep(names: readonly string[]): Kept {
  const clock = new TestClock();
  const ledger = ledgerOf(
    names.map((name) => picture(name)),
    clock,
  );
  const logger = recordingLogger();
  const reporter = new Reporter(testRun({ env: { RUNNER_TEMP: tempFolder() }, logger, clock }));
  const over = Promise.withResolvers<void>();
  let writes = 0;
  const rows = () => {
    writes += 1;
    return ledger.items.map((item) => buildResultRow(item, 'assets'));
  };
  const keeping = reporter.keepResults(rows, () => over.promise);
  return {
    ledger,
    clock,
    file: logger.texts('info').join().replace('results file: ', ''),
    writes: () => writes,
    end: () => {
      over.resolve();
      return keeping;
    },
  };
}

it('the results file is named in the log, and has every file from the start, each change within three seconds, and the last at the end', async () => {
  const { ledger, clock, file, writes, end } = keep(['a.png', 'b.png']);
  expect(read(file).map(({ file: name, state }) => [name, state])).toEqual([
    ['a.png', 'skipped'],
    ['b.png', 'skipped'],
  ]);
  settle(ledger, 0, { state: 'available' });
  await clock.advance(3000);
  expect(read(file)[0]).toMatchObject({
    state: 'available',
    assetUrn: 'urn:li:digitalmediaAsset:A0',
  });
  recordAll(ledger, 1, changesUntil('registered', { id: 'B' }));
  await clock.advance(2999);
  expect(read(file)[1]).not.toHaveProperty('assetUrn');
  await clock.advance(1);
  expect(read(file)[1]).toMatchObject({ state: 'failed', assetUrn: 'urn:li:digitalmediaAsset:B' });
  expect(writes()).toBe(3);
  await end();
  expect([writes(), clock.waiting]).toEqual([4, 0]);
});
