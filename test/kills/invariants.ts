// What must hold after every kill, and once a round has come to its end. Each broken rule is told in a sentence.

import { existsSync, readFileSync } from 'node:fs';
import { OUTPUTS } from '../../src/action/report/outputs.ts';
import type { Breach } from '../faults/breach.ts';
import { type ResultRow, rowsOf } from '../support/publishing.ts';
import { checkResumption } from './resumption.ts';
import { entriesOf, type RoundTold, type RunTold } from './round.ts';

/** What a run that is killed may lose. */
export const LATE_MS = 300;
/** What a machine that runs other tests too may add to it. */
const BUSY_MS = 1500;
/** Ours is five seconds, on a machine that does nothing else; GitHub's is this. */
const END_MS = 7500;

export function breachesOf(told: RoundTold): Breach[] {
  const ofRuns = told.runs.flatMap((run, index) => {
    const checks = [checkManifest, checkUrns, checkStates, checkResultsFile, checkEnd, checkSilence];
    const breaches = checks.flatMap((check) => [...check(run, told)]);
    return breaches.map(({ rule, text }) => ({
      rule,
      text: `run ${index + 1} of ${told.runs.length}: ${text}`,
    }));
  });
  return [...ofRuns, ...checkResumption(told)];
}

/** Whether the signal ended the run. One that came before the run listened, or after it was over, did not. */
export function isStruck({ killedMs, run }: RunTold): boolean {
  return killedMs !== null && (run.signal !== null || run.exitCode !== 0);
}

/** A signal that met a process which did not listen yet: nothing was begun. */
export function isTooEarly({ kill, againMs, run, requests }: RunTold): boolean {
  return kill?.signal !== 'SIGKILL' && againMs === null && run.signal !== null && requests === 0;
}

/** By its bare id, which all names of an asset share. */
function holdsId(text: string, id: string): boolean {
  return new RegExp(`:${id}\\b`).test(text);
}

function* checkManifest(run: RunTold, { secrets }: RoundTold): Generator<Breach> {
  try {
    entriesOf(run);
  } catch (error) {
    yield { rule: 'MANIFEST_LOADS', text: String(error) };
  }
  const leaked = secrets.filter((secret) => run.manifest?.includes(secret));
  if (leaked.length > 0) yield { rule: 'NO_SECRETS', text: `the manifest holds ${leaked.join(', ')}` };
}

/** Each URN that LinkedIn told is in the log, the manifest or the outputs, but for the last moment before a kill. */
function* checkUrns(run: RunTold): Generator<Breach> {
  const told = [
    ...run.lines.map(({ text }) => text),
    run.manifest ?? '',
    ...Object.values(run.run.outputs),
  ].join('\n');
  const untilMs = (run.killedMs ?? Number.POSITIVE_INFINITY) - LATE_MS - BUSY_MS;
  for (const { id, atMs } of run.named)
    if (atMs <= untilMs && !holdsId(told, id))
      yield {
        rule: 'URN_KEPT',
        text: `${id}, told ${Math.round((run.killedMs ?? 0) - atMs)} ms before, is lost`,
      };
}

const STAGES: readonly (readonly [line: RegExp, states: readonly string[]])[] = [
  [/: registered as urn:\S+:([\w-]+)/, ['registered', 'uploaded', 'available']],
  [/: available as urn:\S+:([\w-]+)/, ['available']],
];

/** How long before the kill each change was told that the manifest lacks; a run that is not killed lacks none. */
export function missingFrom(run: RunTold): { readonly what: string; readonly agoMs: number }[] {
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

function* checkStates(run: RunTold): Generator<Breach> {
  const isKill = run.run.signal !== null;
  for (const { what, agoMs } of missingFrom(run))
    if (!isKill || agoMs > LATE_MS + BUSY_MS)
      yield {
        rule: 'MANIFEST_CURRENT',
        text: `"${what}" was told ${Math.round(agoMs)} ms before, and is not kept`,
      };
}

/** Named before anything is sent, and whole at every moment. */
function* checkResultsFile({ run, requests }: RunTold): Generator<Breach> {
  const path = run.outputs['results-file'];
  if (requests === 0 && path === undefined) return;
  if (path === undefined || !existsSync(path)) {
    yield { rule: 'RESULTS_FILE', text: 'there is none, though LinkedIn was called' };
    return;
  }
  const text = readFileSync(path, 'utf8');
  if (!Array.isArray(JSON.parse(text))) yield { rule: 'RESULTS_FILE', text: `it holds ${text.slice(0, 80)}` };
}

/** A run that heard the signal ends soon, fails, and tells everything. */
function* checkEnd(told: RunTold, { plan }: RoundTold): Generator<Breach> {
  const { kill, run, againMs } = told;
  if (kill === null || kill.signal === 'SIGKILL' || !isStruck(told) || isTooEarly(told)) return;
  const tookMs = run.afterSignalMs ?? 0;
  if (tookMs > END_MS) yield { rule: 'CANCELS', text: `it took ${Math.round(tookMs)} ms to end` };
  // Struck dead by the second signal, or on its way out, when all was told.
  if (run.signal !== null && (againMs !== null || run.outputs['failed-count'] === '0')) return;
  const rule = 'CANCELS';
  if (run.exitCode !== 1) yield { rule, text: `it ended with ${run.exitCode ?? run.signal}` };
  const unset = OUTPUTS.filter((name) => run.outputs[name] === undefined);
  if (unset.length > 0) {
    yield { rule, text: `the outputs ${unset.join(', ')} are not set` };
    return;
  }
  if (!run.summary.includes('Cancelled'))
    yield { rule, text: 'the summary does not say that it was cancelled' };
  const rows = rowsOf(run);
  // Struck while it looked for files, it knows of none.
  const isAfterSearch = told.lines.some(({ text }) => / files? found/.test(text));
  const known = isAfterSearch ? Object.keys(plan.files).length : 0;
  if (rows.length !== known)
    yield { rule, text: `there are ${rows.length} rows, where ${known} files were known` };
  yield* checkRows(told, rows);
}

function* checkRows({ named, killedMs, lines }: RunTold, rows: readonly ResultRow[]): Generator<Breach> {
  const text = JSON.stringify(rows);
  for (const { id, atMs } of named)
    if (atMs < (killedMs ?? 0) - LATE_MS - BUSY_MS && !holdsId(text, id))
      yield { rule: 'CANCELS', text: `no row tells of ${id}` };
  for (const { file, state, mediaUrn } of rows) {
    if (mediaUrn === undefined) continue;
    const isTold = lines.some(
      ({ text: line }) => line.startsWith(`${file}: ${state}`) && line.includes(String(mediaUrn)),
    );
    if (!isTold)
      yield { rule: 'CANCELS', text: `the log does not tell that ${file} is ${state}, with ${mediaUrn}` };
  }
}

/** After a signal no call goes out any more. */
function* checkSilence({ killedMs, lastCallMs }: RunTold): Generator<Breach> {
  const afterMs = (lastCallMs ?? 0) - (killedMs ?? Number.POSITIVE_INFINITY);
  if (afterMs > BUSY_MS)
    yield { rule: 'CANCELS', text: `LinkedIn was called ${Math.round(afterMs)} ms after the signal` };
}
