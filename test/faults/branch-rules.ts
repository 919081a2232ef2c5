// Invariants of a manifest on a branch: nobody's uploads are lost, GitHub's limits are kept, and each token goes only to
// its owner.

import { type Manifest, type ManifestEntry, parseManifest } from '../../src/memory/manifest.ts';
import { isTokenCall } from './call-name.ts';
import { GITHUB_URL } from './environment.ts';
import type { BranchFault } from './fault-schedule.ts';
import { urnsOf } from './file-groups.ts';
import { gitHubKindOf } from './github-fault-kinds.ts';
import type { BranchRun, ScheduleRun } from './run-schedule.ts';
import { BRANCH, type ScheduledGitHub } from './scheduled-github.ts';
import type { Violation } from './violation.ts';

export function checkBranch(run: ScheduleRun): Violation[] {
  const { branch } = run;
  if (branch === null) return [];
  const rules = [
    checkStart,
    checkVersions,
    checkOthers,
    checkLastWrite,
    checkUploads,
    checkCalls,
    checkRecovery,
    checkRequests,
    checkRateLimits,
    checkCancelledWrite,
  ];
  return rules.flatMap((rule) => [...rule(run, branch)]);
}

function manifestOf({ text }: ScheduledGitHub): Manifest {
  return text === null ? { entries: new Map() } : parseManifest(text, BRANCH);
}

const START_CODES = ['GITHUB_DENIED', 'GITHUB_FAILED', 'BRANCH_PROTECTED', 'MANIFEST_WRITE', 'RUN_CANCELLED'];

/** A run that cannot read or write the branch sends nothing; otherwise it has asked for the permission first. */
function* checkStart({ startError, trace }: ScheduleRun, { github }: BranchRun): Generator<Violation> {
  const rule = 'BRANCH_FIRST';
  if (startError !== null && !START_CODES.includes(startError.code))
    yield { rule, text: `the run did not start: ${startError}` };
  const [first] = trace.exchanges;
  if (first === undefined) return;
  if (startError !== null) yield { rule, text: `${first.kind} was sent although ${startError}` };
  const isAsked = github.exchanges.some(
    ({ kind, end }) => kind === 'create blob' && end?.status === 201 && end.seq < first.seq,
  );
  if (trace.of('register').length > 0 && !isAsked)
    yield { rule, text: `${first.kind} was sent before the permission was known` };
}

/** Every version of the branch has what the version before it had, and is a commit that starts no workflow. */
function* checkVersions(_: ScheduleRun, { github }: BranchRun): Generator<Violation> {
  const replaced = new Set<string>();
  let before: Manifest = { entries: new Map() };
  for (const { files, message } of github.fake.history(BRANCH).toReversed()) {
    if (message.startsWith('Update') && !message.endsWith('[skip ci]'))
      yield { rule: 'BRANCH_KEEPS', text: `the commit "${message}" may start workflows` };
    const text = github.fake.blob(files.get('linkedin.json') ?? '');
    if (text === null) continue;
    const after = parseManifest(text, BRANCH);
    for (const loss of lossesBetween(before, after, replaced))
      yield { rule: 'BRANCH_KEEPS', text: `a commit ${loss}` };
    before = after;
  }
}

const PROGRESS = { registered: 0, uploaded: 1, available: 2 } as const;

/** What a version lacks that the one before it had. `replaced`: the URNs that may not come back, which it adds to. */
export function* lossesBetween(before: Manifest, after: Manifest, replaced: Set<string>): Generator<string> {
  for (const [key, { urn, state, file }] of before.entries) {
    const next = after.entries.get(key);
    if (next === undefined) {
      yield `drops the entry of ${file}`;
      continue;
    }
    if (next.urn !== urn) replaced.add(urn);
    // LinkedIn rejected the file.
    else if (PROGRESS[next.state] < PROGRESS[state] && next.state !== 'registered')
      yield `takes ${file} back from ${state} to ${next.state}`;
    if (replaced.has(next.urn)) yield `brings back ${next.urn} of ${file}`;
  }
  for (const [day, count] of before.calls ?? [])
    if ((after.calls?.get(day) ?? 0) < count) yield `forgets calls of ${day}`;
}

function* checkOthers(_: ScheduleRun, { github }: BranchRun): Generator<Violation> {
  if (hasFired(github, 'branch-deleted')) return;
  for (const { file } of github.other.lostFrom(manifestOf(github)))
    yield { rule: 'BRANCH_KEEPS', text: `the upload ${file} of another job is changed or lost` };
}

/** After a successful last write, the branch has what the run has. Otherwise a fault explains the error. */
function* checkLastWrite(run: ScheduleRun, { github, cache, writeError }: BranchRun): Generator<Violation> {
  const rule = 'BRANCH_WRITTEN';
  if (cache === null || run.startError !== null) return;
  if (writeError !== null) {
    if (!['MANIFEST_WRITE', 'BRANCH_PROTECTED'].includes(writeError.code))
      yield { rule, text: `the last write failed with ${writeError}` };
    if (!run.output.logs.get('error')?.includes(writeError.code))
      yield { rule, text: `the log does not report ${writeError}` };
    if (github.fired.length === 0) yield { rule, text: `no fault explains ${writeError}` };
    return;
  }
  const { entries } = manifestOf(github);
  // A run without changes does not see what others write after its start.
  const hasWritten = github.exchanges.some(
    ({ kind, end }) => kind === 'write contents' && (end?.status ?? 500) < 300,
  );
  for (const [key, entry] of entries)
    if (!isSame(cache.find(entry) ?? undefined, entry) && (hasWritten || !github.other.uploads.has(key)))
      yield { rule, text: `the branch has another entry of ${entry.file} than the run` };
}

/** Each URN is in log and outputs; and on the branch with the state that the file has reached, if that could be written. */
function* checkUploads(run: ScheduleRun, { github, writeError }: BranchRun): Generator<Violation> {
  if (run.startError !== null) return;
  const { results = '' } = run.output.outputs;
  const log = run.output.logs.get('info') ?? '';
  const { entries } = manifestOf(github);
  const urns = new Set([...entries.values()].map(({ urn }) => urn));
  for (const entry of run.entries) {
    for (const urn of urnsOf(entry)) {
      if (!results.includes(`"${urn}"`)) yield { rule: 'URN_KEPT', text: `${urn} is not in the outputs` };
      if (!log.includes(urn)) yield { rule: 'URN_KEPT', text: `${urn} is not in the log` };
    }
    const isUploaded = entry.state === 'available' || entry.state === 'reused';
    if (writeError !== null || !isUploaded || urns.has(entry.identity?.urn ?? '')) continue;
    yield {
      rule: 'BRANCH_WRITTEN',
      text: `${entry.identity?.urn} of an ${entry.state} file is not on the branch`,
    };
  }
}

/** The branch counts each API call once. */
function* checkCalls(run: ScheduleRun, { github, writeError }: BranchRun): Generator<Violation> {
  if (run.startError !== null || writeError !== null || hasFired(github, 'branch-deleted')) return;
  const { calls = new Map<string, number>() } = manifestOf(github);
  const counted = [...calls.values()].reduce((sum, count) => sum + count, 0) - github.other.calls;
  const made = run.trace.exchanges.filter(({ kind }) => kind !== 'upload' && !isTokenCall(kind)).length;
  if (counted === made) return;
  yield { rule: 'CALLS_COUNTED', text: `the branch counts ${counted} calls of the run, which made ${made}` };
}

const SURVIVED_FAULTS = 2;

/** One or two transient faults keep no run from reading and writing the branch. */
function* checkRecovery(run: ScheduleRun, { github, writeError }: BranchRun): Generator<Violation> {
  const isCancelled = run.cancelMs !== null;
  const isTransient = github.fired.every(({ kind }) => gitHubKindOf(kind).isTransient);
  if (isCancelled || !isTransient || github.fired.length > SURVIVED_FAULTS) return;
  const error = run.startError ?? writeError;
  if (error !== null)
    yield {
      rule: 'BRANCH_RECOVERED',
      text: `${namesOf(github.fired)} led to ${error.code}: ${error.message}`,
    };
}

/** Requests to GitHub go only to its API, carry its token, never LinkedIn's, and force nothing. */
function* checkRequests({ trace }: ScheduleRun, { github }: BranchRun): Generator<Violation> {
  for (const breach of github.fake.breaches) yield { rule: 'GITHUB_STRICT', text: breach };
  for (const { kind, origin } of github.exchanges)
    if (origin !== GITHUB_URL) yield { rule: 'TRUSTED_HOSTS', text: `${kind} went to ${origin}` };
  for (const { kind, files, hasGitHubToken } of trace.exchanges)
    if (hasGitHubToken) yield { rule: 'TOKEN_IN_PLACE', text: `${kind} of ${files} carried GitHub's token` };
}

/** GitHub's own limits are never reached, and no request comes before the wait that GitHub asked for. */
function* checkRateLimits(_: ScheduleRun, { github }: BranchRun): Generator<Violation> {
  const rule = 'GITHUB_LIMITS';
  if (github.fake.limited > 0) yield { rule, text: `${github.fake.limited} requests reached a rate limit` };
  for (const { kind, end } of github.exchanges) {
    const notBeforeMs = end?.notBeforeMs ?? null;
    if (end === null || notBeforeMs === null) continue;
    const early = github.exchanges.find(({ seq, atMs }) => seq > end.seq && atMs < notBeforeMs);
    if (early !== undefined)
      yield {
        rule,
        text: `${kind} asked for a wait until ${notBeforeMs}; ${early.kind} came at ${early.atMs}`,
      };
  }
}

/** A little more than the time until the process ends. */
const CANCELLED_MS = 4500;

/** A cancelled run starts its last write with the signal, and ends in time. */
function* checkCancelledWrite(
  run: ScheduleRun,
  { github, writeError, closedMs }: BranchRun,
): Generator<Violation> {
  const { cancelMs, startError } = run;
  if (cancelMs === null || startError !== null) return;
  const rule = 'CANCELS';
  if (closedMs - cancelMs > CANCELLED_MS)
    yield { rule, text: `the last write ended ${closedMs - cancelMs} ms after the cancellation` };
  if (github.fired.length === 0 && writeError !== null)
    yield { rule, text: `the last write failed: ${writeError}` };
}

function hasFired({ fired }: ScheduledGitHub, kind: string): boolean {
  return fired.some((fault) => fault.kind === kind);
}

function namesOf(faults: readonly BranchFault[]): string {
  return faults.map(({ kind, on }) => `${kind} on ${on}`).join(', ');
}

function isSame(left: ManifestEntry | undefined, right: ManifestEntry): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}
