// The file of all rows: one for each step, complete whenever it is read, and at most three seconds old.

import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeResultsFile } from '../../src/report/outputs.ts';
import { Reporter } from '../../src/report/reporter.ts';
import { buildResultRow, type ResultRow } from '../../src/report/uploads/result-row.ts';
import type { Ledger } from '../../src/upload/ledger.ts';
import { TestClock } from '../support/clock.ts';
import { HOSTILE } from '../support/hostile-names.ts';
import { changesUntil, ledgerOf, picture, recordAll, settle } from '../support/ledgers.ts';
import { recordingLogger } from '../support/recording-logger.ts';

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

const ROW: ResultRow = { file: 'a.png', state: 'available', api: 'assets', attempts: 1, durationMs: 1 };

/** The file that a step with this environment creates. */
async function createdIn(env: NodeJS.ProcessEnv): Promise<string> {
  const logger = recordingLogger();
  const reporter = new Reporter({ env, logger, clock: new TestClock() });
  await reporter.keepResults(
    () => [],
    async () => {},
  );
  return logger.texts('info').join().replace('results file: ', '');
}

describe('the results file of a step', () => {
  it('the results file is under RUNNER_TEMP in a separate folder for each step, and is JSON from the start', async () => {
    const folder = tempFolder();
    const [one, two] = [await createdIn({ RUNNER_TEMP: folder }), await createdIn({ RUNNER_TEMP: folder })];
    for (const file of [one, two]) {
      expect(dirname(dirname(file))).toBe(folder);
      expect(read(file)).toEqual([]);
    }
    expect(one).not.toBe(two);
  });
});

describe('writeResultsFile', () => {
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
});

describe('updates during the run', () => {
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
    const reporter = new Reporter({ env: { RUNNER_TEMP: tempFolder() }, logger, clock });
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
    expect(read(file)[0]).toMatchObject({ state: 'available', assetUrn: 'urn:li:digitalmediaAsset:A0' });
    recordAll(ledger, 1, changesUntil('registered', { id: 'B' }));
    await clock.advance(2999);
    expect(read(file)[1]).not.toHaveProperty('assetUrn');
    await clock.advance(1);
    expect(read(file)[1]).toMatchObject({ state: 'failed', assetUrn: 'urn:li:digitalmediaAsset:B' });
    expect(writes()).toBe(3);
    await end();
    expect([writes(), clock.waiting]).toEqual([4, 0]);
  });
});
