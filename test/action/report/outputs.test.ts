// What the next step reads: each output by its definition, cut without breaking, and inert wherever it is pasted.

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import {
  buildOutputs,
  hasOutputFile,
  MAX_OUTPUT_BYTES,
  OUTPUTS,
  shellSafeJson,
} from '../../../src/action/report/outputs.ts';
import { buildReport, type Report } from '../../../src/action/report/report.ts';
import type { ResultRow } from '../../../src/action/report/rows.ts';
import { FileError } from '../../../src/errors.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { ANY_NAME, parseCommand } from '../../support/workflow-commands.ts';
import { HOSTILE, hostileText, ORDINARY } from '../hostile-names.ts';
import { ledgerOf, picture, refused, settle, video } from '../ledgers.ts';

const REPORT = buildReport(ledgerOf([]), { mode: 'publish', failOn: 'any', plan: { api: 'assets' } }, null);

function reportOf(rows: readonly ResultRow[]): Report {
  return { ...REPORT, rows };
}

function rowOf(file: string, more: Partial<ResultRow> = {}): ResultRow {
  const kind = more.kind ?? 'image';
  const urns = { assetUrn: `urn:li:digitalmediaAsset:${file}`, mediaUrn: `urn:li:${kind}:${file}` };
  return { file, state: 'available', kind, api: 'assets', attempts: 1, durationMs: 1, ...urns, ...more };
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
  { file: 'h', state: 'planned', kind: 'image', api: 'assets', attempts: 0, durationMs: 0 },
];

describe('outputs', () => {
  it('are those that action.yml declares, each of them text', () => {
    const { values, truncated } = buildOutputs(reportOf(ROWS), { results: '/tmp/r.json', posts: '' });
    expect(Object.keys(values).sort()).toEqual([...OUTPUTS].sort());
    expect(Object.values(values).every((value) => typeof value === 'string')).toBe(true);
    expect(truncated).toEqual([]);
  });

  it('hold every row, and the URNs of those that are a success, in file order', () => {
    const { values } = buildOutputs(reportOf(ROWS), { results: '/tmp/r.json', posts: '' });
    expect(JSON.parse(values.results)).toEqual(ROWS);
    expect(JSON.parse(values['asset-urns'])).toEqual(
      ['b', 'c', 'd', 'e', 'g'].map((id) => `urn:li:digitalmediaAsset:${id}`),
    );
    expect(JSON.parse(values['image-urns'])).toEqual(['urn:li:image:c', 'urn:li:image:d', 'urn:li:image:g']);
    expect(JSON.parse(values['video-urns'])).toEqual(['urn:li:video:b', 'urn:li:video:e']);
    expect(values).toMatchObject({
      'results-file': '/tmp/r.json',
      'asset-urn': 'urn:li:digitalmediaAsset:b',
      'image-urn': 'urn:li:image:c',
      'video-urn': 'urn:li:video:b',
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

  it('count by the totals of a report', () => {
    const ledger = ledgerOf([
      picture('a'),
      video('b'),
      picture('c'),
      refused('d', new FileError('FILE_EMPTY', 'd is empty')),
    ]);
    settle(ledger, 0, { state: 'available' });
    settle(ledger, 1, { state: 'processing' });
    settle(ledger, 2, { state: 'unverified' });
    const report = buildReport(ledger, { mode: 'publish', failOn: 'any', plan: { api: 'assets' } }, null);
    expect(buildOutputs(report, { results: '', posts: '' }).values).toMatchObject({
      'uploaded-count': '3',
      'reused-count': '0',
      'failed-count': '1',
    });
  });

  it('of an empty run are empty, and still JSON', () => {
    expect(buildOutputs(reportOf([]), { results: '', posts: '' }).values).toEqual({
      results: '[]',
      'results-file': '',
      'asset-urns': '[]',
      'image-urns': '[]',
      'video-urns': '[]',
      'asset-urn': '',
      'image-urn': '',
      'video-urn': '',
      urns: '{}',
      'uploaded-count': '0',
      'reused-count': '0',
      'failed-count': '0',
      'posts-file': '',
      'manifest-file': '',
      'token-days-left': '',
      'outputs-truncated': 'false',
    });
  });

  it('`urns` has every file under its own name, whatever that is', () => {
    const names = [...HOSTILE, ...ORDINARY].filter((name) => name.isWellFormed());
    const { values } = buildOutputs(
      reportOf(names.map((name) => rowOf(name, { mediaUrn: 'urn:li:image:X' }))),
      {
        results: '',
        posts: '',
      },
    );
    expect(Object.keys(JSON.parse(values.urns)).sort()).toEqual(names.toSorted());
  });
});

describe('an output that is too long', () => {
  const LISTS = ['results', 'asset-urns', 'image-urns', 'urns'] as const;

  it('loses whole entries from its end, stays JSON, and is named', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => rowOf(`media/${index}.png`));
    const { values, truncated } = buildOutputs(reportOf(rows), { results: '/tmp/r.json', posts: '' });
    expect([...truncated].sort()).toEqual([...LISTS].sort());
    expect(values['outputs-truncated']).toBe('true');
    for (const name of LISTS) expect(Buffer.byteLength(values[name])).toBeLessThanOrEqual(MAX_OUTPUT_BYTES);
    const kept: ResultRow[] = JSON.parse(values.results);
    expect(kept).toEqual(rows.slice(0, kept.length));
    expect(kept.length).toBeGreaterThan(300);
    const urns = Object.keys(JSON.parse(values.urns));
    expect(urns).toEqual(rows.slice(0, urns.length).map(({ file }) => file));
    expect(values['image-urn']).toBe('urn:li:image:media/0.png');
  });

  it.each(['x', 'ß', '製', '😀', "'", '\n'])(
    'is counted in bytes, to the last one, with names of %j',
    (mark) => {
      const property = fc.property(fc.integer({ min: 1, max: 4000 }), (length) => {
        const rows = Array.from({ length: 60 }, (_, index) =>
          rowOf(`${index}${mark.repeat(length)}`, { mediaUrn: 'u' }),
        );
        const { values, truncated } = buildOutputs(reportOf(rows), { results: '', posts: '' });
        const kept = Object.keys(JSON.parse(values.urns)).length;
        const whole = (count: number) => {
          const entries = rows.slice(0, count).map((row) => `${shellSafeJson(row.file)}:"u"`);
          return Buffer.byteLength(`{${entries.join(',')}}`);
        };
        expect(Buffer.byteLength(values.urns)).toBe(whole(kept));
        expect(whole(kept)).toBeLessThanOrEqual(MAX_OUTPUT_BYTES);
        expect(truncated.includes('urns')).toBe(kept < 60);
        if (kept < 60) expect(whole(kept + 1)).toBeGreaterThan(MAX_OUTPUT_BYTES);
      });
      fc.assert(property, { numRuns: 10 });
    },
  );

  it('is one byte longer than the longest that is not', () => {
    const sizeOfRest = Buffer.byteLength('{"":"u"}');
    const urnsOf = (length: number) =>
      buildOutputs(reportOf([rowOf('x'.repeat(length), { mediaUrn: 'u' })]), { results: '', posts: '' })
        .values.urns;
    expect(Buffer.byteLength(urnsOf(MAX_OUTPUT_BYTES - sizeOfRest))).toBe(MAX_OUTPUT_BYTES);
    expect(urnsOf(MAX_OUTPUT_BYTES - sizeOfRest + 1)).toBe('{}');
  });

  it('may lose all of its entries', () => {
    const { values, truncated } = buildOutputs(reportOf([rowOf('x'.repeat(MAX_OUTPUT_BYTES))]), {
      results: '',
      posts: '',
    });
    expect(values.results).toBe('[]');
    expect(truncated).toContain('results');
    // A single URN is no list: it is short, and it is told whole.
    expect(values['image-urns']).toBe('[]');
  });
});

describe('inert JSON', () => {
  const corpus = [...HOSTILE, ...ORDINARY].map((name) => ({ [name]: [name, 1, null, true] }));

  // But for objects with a key that is one backslash: once V8 13.6 has read `{"a":0,"\\":0}`, it reads that key in
  // `{"a":0,"\u0026":0}` too, and in place of any other key that is one escaped character.
  const anyJson = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"\\\\":'));

  it('reads back as the same', () => {
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

  it('has no mark that a shell, HTML or the runner obeys', () => {
    const property = fc.property(hostileText, fc.string({ unit: 'binary' }), (one, two) => {
      const json = shellSafeJson([one, two]);
      expect(json).not.toMatch(/['`$<>&\u2018-\u201b]|##\[/);
      // Every backslash starts a \uXXXX, so no `echo` makes anything else of it.
      expect(json.replaceAll(/\\u[0-9a-f]{4}/g, '')).not.toContain('\\');
    });
    fc.assert(property, fuzzed());
  });

  it('is YAML of the same value', () => {
    for (const value of corpus) expect(parse(shellSafeJson(value))).toEqual(value);
    const property = fc.property(hostileText, anyJson, (text, value) => {
      const whole = { [text]: [value, text] };
      expect(parse(shellSafeJson(whole))).toEqual(JSON.parse(JSON.stringify(whole)));
    });
    fc.assert(property, fuzzed(1000));
  });

  it.skipIf(process.platform === 'win32').each(['printf %s', 'echo'])(
    'passes a shell whole, by %s',
    (print) => {
      for (const value of corpus) {
        const json = shellSafeJson(value);
        const printed = execFileSync('/bin/sh', ['-c', `${print} '${json}'`], { encoding: 'utf8' });
        expect(printed.replace(/\n$/, '')).toBe(json);
        expect(parseCommand(printed, ANY_NAME)).toBeNull();
      }
    },
  );
});

describe('takesOutputs', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it.each([
    ['a runner', '/tmp/out', '/tmp/out', true],
    ['no runner', undefined, undefined, false],
    ['an empty name', '', '', false],
    ['a runner that the step does not see', undefined, '/tmp/out', false],
    [
      'one that the toolkit does not see, so that it would print the deprecated command',
      '/tmp/out',
      undefined,
      false,
    ],
    ['two runners', '/tmp/out', '/tmp/other', false],
  ])('%s', (_, ours, toolkits, expected) => {
    vi.stubEnv('GITHUB_OUTPUT', toolkits);
    expect(hasOutputFile({ GITHUB_OUTPUT: ours })).toBe(expected);
  });
});
