// Invariants after every kill and at the end of a round. Each broken rule is reported in a sentence.

import { existsSync, readFileSync } from 'node:fs';
import { OUTPUTS } from '../../src/action/report/outputs.ts';
import { type ManifestEntry, parseManifest } from '../../src/memory/manifest.ts';
import type { Violation } from '../faults/violation.ts';
import { type ResultRow, rowsOf } from '../support/publishing.ts';
import { checkResumption } from './resumption.ts';
import { entriesOf, INTERVAL_MS, type RoundResult, type RunResult } from './round.ts';
import { BRANCH } from './watched-github.ts';

/** A killed run may lose changes that are not older. */
const LATE_MS = 300;
/** The same for a branch: an interval, and the requests of a write, which may be repeated. */
const BRANCH_LATE_MS = INTERVAL_MS + 1000;
/** Added on a machine that runs other tests too. */
const BUSY_MS = 5000;

export function findViolations(round: RoundResult): Violation[] {
  const ofRuns = round.runs.flatMap((run, index) => {
    const checks = [checkManifest, checkUrns, checkStates, checkResultsFile, checkEnd, checkSilence];
    const violations = checks.flatMap((check) => [...check(run, round)]);
    return violations.map(({ rule, text }) => ({
      rule,
      text: `run ${index + 1} of ${round.runs.length}: ${text}`,
    }));
  });
  return [...ofRuns, ...checkGitHub(round), ...checkResumption(round)];
}

/** No upload of anybody is lost from the branch, and each token goes only to its owner. */
function* checkGitHub({ github, foreign }: RoundResult): Generator<Violation> {
  for (const request of foreign) yield { rule: 'TOKEN_IN_PLACE', text: `${request} carried GitHub's token` };
  if (github === null) return;
  for (const breach of github.fake.breaches) yield { rule: 'GITHUB_STRICT', text: breach };
  const versions = github.fake.history(BRANCH).map(({ files }) => {
    const text = github.fake.blob(files.get('linkedin.json') ?? '');
    return text === null ? { entries: new Map<string, ManifestEntry>() } : parseManifest(text, BRANCH);
  });
  for (const [index, older] of versions.slice(1).entries())
    for (const [key, { file }] of older.entries)
      if (!versions[index]?.entries.has(key)) yield { rule: 'BRANCH_KEEPS', text: `a commit drops ${file}` };
  for (const { file } of github.other.lostFrom(versions[0] ?? { entries: new Map() }))
    yield { rule: 'BRANCH_KEEPS', text: `the upload ${file} of another job is changed or lost` };
}

/** Whether the signal ended the run. It did not if it came before the run listened, or after the run was over. */
export function isStruck({ killedMs, run }: RunResult): boolean {
  return killedMs !== null && (run.signal !== null || run.exitCode !== 0);
}

/** A signal to a process that did not listen yet: it had not started any work. */
export function isTooEarly({ kill, againMs, run, requests }: RunResult): boolean {
  return kill?.signal !== 'SIGKILL' && againMs === null && run.signal !== null && requests === 0;
}

/** Searches by the bare id, which all URNs of an asset share. */
function holdsId(text: string, id: string): boolean {
  return new RegExp(`:${id}\\b`).test(text);
}

function* checkManifest(run: RunResult, { secrets }: RoundResult): Generator<Violation> {
  try {
    entriesOf(run);
  } catch (error) {
    yield { rule: 'MANIFEST_LOADS', text: String(error) };
  }
  const leaked = secrets.filter((secret) => run.manifest?.includes(secret));
  if (leaked.length > 0) yield { rule: 'NO_SECRETS', text: `the manifest holds ${leaked.join(', ')}` };
}

/** Each URN from LinkedIn is in the log, the manifest or the outputs, except in the last moment before a kill. */
function* checkUrns(run: RunResult): Generator<Violation> {
  const reported = [
    ...run.lines.map(({ text }) => text),
    run.manifest ?? '',
    ...Object.values(run.run.outputs),
  ].join('\n');
  const untilMs = (run.killedMs ?? Number.POSITIVE_INFINITY) - LATE_MS - BUSY_MS;
  for (const { id, atMs } of run.named)
    if (atMs <= untilMs && !holdsId(reported, id))
      yield {
        rule: 'URN_KEPT',
        text: `${id}, returned ${Math.round((run.killedMs ?? 0) - atMs)} ms before, is lost`,
      };
}

const STAGES: readonly (readonly [line: RegExp, states: readonly string[]])[] = [
  [/: registered as urn:\S+:([\w-]+)/, ['registered', 'uploaded', 'available']],
  [/: available as urn:\S+:([\w-]+)/, ['available']],
];

/** The logged changes that are missing in the manifest, and how long before the kill each was logged. */
function missingFrom(run: RunResult): { readonly what: string; readonly agoMs: number }[] {
  const states = new Map(entriesOf(run).map(({ urn, state }) => [urn.split(':').at(-1), state]));
  const endMs = run.killedMs ?? Number.POSITIVE_INFINITY;
  return run.lines.flatMap(({ text, atMs }) =>
    STAGES.flatMap(([line, kept]) => {
      const [, id] = line.exec(text) ?? [];
      if (id === undefined || kept.includes(states.get(id) ?? '')) return [];
      return [{ what: text, agoMs: endMs - atMs }];
    }),
  );
}

function* checkStates(run: RunResult, { github }: RoundResult): Generator<Violation> {
  const isKill = run.run.signal !== null;
  const lateMs = github === null ? LATE_MS : BRANCH_LATE_MS;
  // A cancelled run has too little time for some faults of GitHub.
  const isReported = github !== null && github.fired.length > 0 && /MANIFEST_WRITE/.test(titlesOf(run));
  for (const { what, agoMs } of missingFrom(run))
    if (isKill ? agoMs > lateMs + BUSY_MS : !isReported)
      yield {
        rule: 'MANIFEST_CURRENT',
        text: `"${what}" was logged ${Math.round(agoMs)} ms before, and is not in the manifest`,
      };
}

function titlesOf({ run }: RunResult): string {
  return run.annotations.map(({ title }) => title).join();
}

/** The results file is named before anything is sent, and always complete. */
function* checkResultsFile({ run, requests }: RunResult): Generator<Violation> {
  const path = run.outputs['results-file'];
  if (requests === 0 && path === undefined) return;
  if (path === undefined || !existsSync(path)) {
    yield { rule: 'RESULTS_FILE', text: 'it is missing although LinkedIn was called' };
    return;
  }
  const text = readFileSync(path, 'utf8');
  if (!Array.isArray(JSON.parse(text))) yield { rule: 'RESULTS_FILE', text: `it holds ${text.slice(0, 80)}` };
}

/** A run that handles the signal ends, fails, and reports everything. */
function* checkEnd(result: RunResult, { plan }: RoundResult): Generator<Violation> {
  const { kill, run, againMs } = result;
  if (kill === null || kill.signal === 'SIGKILL' || !isStruck(result) || isTooEarly(result)) return;
  // Killed by the second signal, or while it exited, after everything was reported.
  if (run.signal !== null && (againMs !== null || run.outputs['failed-count'] === '0')) return;
  const rule = 'CANCELS';
  if (run.exitCode !== 1) yield { rule, text: `it ended with ${run.exitCode ?? run.signal}` };
  const unset = OUTPUTS.filter((name) => run.outputs[name] === undefined);
  if (unset.length > 0) {
    yield { rule, text: `the outputs ${unset.join(', ')} are not set` };
    return;
  }
  if (!run.summary.includes('Cancelled'))
    yield { rule, text: 'the summary does not mention the cancellation' };
  const rows = rowsOf(run);
  // A run that is cancelled during the search, or while it reads the manifest, has no files to report and sends nothing.
  const isPlanned = rows.length > 0 || result.named.length > 0;
  const known = isPlanned ? Object.keys(plan.files).length : 0;
  if (rows.length !== known) yield { rule, text: `there are ${rows.length} rows for ${known} files` };
  yield* checkRows(result, rows);
}

function* checkRows({ named, killedMs, lines }: RunResult, rows: readonly ResultRow[]): Generator<Violation> {
  const text = JSON.stringify(rows);
  for (const { id, atMs } of named)
    if (atMs < (killedMs ?? 0) - LATE_MS - BUSY_MS && !holdsId(text, id))
      yield { rule: 'CANCELS', text: `no row has ${id}` };
  for (const { file, state, mediaUrn } of rows) {
    if (mediaUrn === undefined) continue;
    const isLogged = lines.some(
      ({ text: line }) => line.startsWith(`${file}: ${state}`) && line.includes(String(mediaUrn)),
    );
    if (!isLogged)
      yield { rule: 'CANCELS', text: `the log does not have ${file} as ${state} with ${mediaUrn}` };
  }
}

/** No call is made after a signal. */
function* checkSilence({ killedMs, lastCallMs }: RunResult): Generator<Violation> {
  const afterMs = (lastCallMs ?? 0) - (killedMs ?? Number.POSITIVE_INFINITY);
  if (afterMs > BUSY_MS)
    yield { rule: 'CANCELS', text: `LinkedIn was called ${Math.round(afterMs)} ms after the signal` };
}
