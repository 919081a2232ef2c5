// Invariants of the run after a killed one: every file ends available, with one URN a file, and nothing that LinkedIn
// already had is sent again.

import { createHash } from 'node:crypto';
import type { AssetReport } from '../../src/sandbox/asset.ts';
import type { Violation } from '../faults/violation.ts';
import { arrivedWhole, type ResultRow, rowsOf } from '../support/publishing.ts';
import { entriesOf, type RoundResult, type RunResult } from './round.ts';

export function checkResumption(round: RoundResult): Violation[] {
  const last = round.runs.at(-1);
  if (last === undefined) return [];
  if (last.run.outputs.results === undefined) {
    const { exitCode, signal, log } = last.run;
    return [
      { rule: 'RESUMED', text: `the last run ended with ${exitCode ?? signal}: ${log.slice(-3).join('; ')}` },
    ];
  }
  return [
    ...checkGreen(last, round),
    ...checkUrns(last, round),
    ...checkManifest(last, round),
    ...checkNotAgain(last, round),
  ];
}

/** Groups the files by their bytes. */
function contentsOf({
  plan,
}: RoundResult): { readonly bytes: Uint8Array; readonly files: readonly string[] }[] {
  const groups = Map.groupBy(Object.entries(plan.files), ([, bytes]) => digest(bytes));
  return [...groups.values()].map((group) => ({
    bytes: group[0]?.[1] ?? new Uint8Array(),
    files: group.map(([file]) => file),
  }));
}

function* checkGreen({ run }: RunResult, { plan }: RoundResult): Generator<Violation> {
  const rule = 'RESUMED';
  if (run.exitCode !== 0)
    yield { rule, text: `the last run ended with ${run.exitCode}: ${run.messages('error').join('; ')}` };
  const rows = rowsOf(run);
  if (rows.length !== Object.keys(plan.files).length) yield { rule, text: `it has ${rows.length} rows` };
  for (const { file, state } of rows)
    if (state !== 'available' && state !== 'reused') yield { rule, text: `${file} is ${state}` };
}

function* checkUrns({ run, assets }: RunResult, round: RoundResult): Generator<Violation> {
  const rows = new Map(rowsOf(run).map((row) => [row.file, row]));
  const contents = contentsOf(round).map((content) => ({
    ...content,
    urns: new Set(content.files.map((file) => idOf(rows.get(file)))),
  }));
  const all = new Set(contents.flatMap(({ urns }) => [...urns]));
  if (all.size !== contents.length)
    yield { rule: 'ONE_URN', text: `${contents.length} different files have ${all.size} URNs` };
  for (const { bytes, files, urns } of contents) {
    const asset = assets.find(({ id }) => urns.has(id));
    if (urns.size !== 1 || asset === undefined) {
      yield { rule: 'ONE_URN', text: `${files.join(', ')} have ${[...urns].join(', ')}` };
    } else if (asset.status !== 'AVAILABLE' || !arrivedWhole(asset, bytes)) {
      yield {
        rule: 'TRUE_SUCCESS',
        text: `${files.join(', ')}: ${asset.id} is ${asset.status}, ${asset.sizeBytes} bytes`,
      };
    }
  }
}

function* checkManifest(last: RunResult, round: RoundResult): Generator<Violation> {
  const entries = new Map(entriesOf(last).map((entry) => [entry.sha256, entry]));
  for (const { bytes, files } of contentsOf(round)) {
    const state = entries.get(digest(bytes))?.state;
    if (state !== 'available')
      yield { rule: 'REMEMBERED', text: `${files.join(', ')} are in the manifest as ${state}` };
  }
}

/** Uploads that were in the manifest of a killed run, and complete at LinkedIn, are the ones that the last run reports. */
function* checkNotAgain(last: RunResult, round: RoundResult): Generator<Violation> {
  const finals = new Map(entriesOf(last).map((entry) => [entry.sha256, idIn(entry.urn)]));
  for (const { run, sha256, id } of keptUploads(round))
    if (
      finals.get(sha256) !== id ||
      sendersOf(last.assets, sha256, round) > sendersOf(run.assets, sha256, round)
    )
      yield {
        rule: 'NOT_AGAIN',
        text: `${id} was uploaded and in the manifest, but sent again as ${finals.get(sha256)}`,
      };
}

/** The uploads in the manifest after each kill. */
export function keptUploads({ runs }: RoundResult) {
  return runs.slice(0, -1).flatMap((run) =>
    entriesOf(run)
      .filter(({ state }) => state !== 'registered')
      .map(({ sha256, urn }) => ({ run, sha256, id: idIn(urn) })),
  );
}

/** How many assets hold exactly these bytes. */
function sendersOf(assets: readonly AssetReport[], sha256: string, round: RoundResult): number {
  const content = contentsOf(round).find(({ bytes }) => digest(bytes) === sha256);
  return content === undefined ? 0 : assets.filter((asset) => arrivedWhole(asset, content.bytes)).length;
}

function idOf(row: ResultRow | undefined): string {
  return idIn(String(row?.mediaUrn));
}

function idIn(urn: string): string {
  return urn.slice(urn.lastIndexOf(':') + 1);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
