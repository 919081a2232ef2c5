// What a later run makes of what a killed one left: everything ends well, under one URN a file, and nothing that LinkedIn
// had was sent to it again.

import { createHash } from 'node:crypto';
import type { AssetReport } from '../../src/sandbox/asset.ts';
import type { Breach } from '../faults/breach.ts';
import { arrivedWhole, type ResultRow, rowsOf } from '../support/publishing.ts';
import { entriesOf, type RoundTold, type RunTold } from './round.ts';

export function checkResumption(told: RoundTold): Breach[] {
  const last = told.runs.at(-1);
  if (last === undefined) return [];
  if (last.run.outputs.results === undefined) {
    const { exitCode, signal, log } = last.run;
    return [
      { rule: 'RESUMED', text: `the last run ended with ${exitCode ?? signal}: ${log.slice(-3).join('; ')}` },
    ];
  }
  return [
    ...checkGreen(last, told),
    ...checkUrns(last, told),
    ...checkManifest(last, told),
    ...checkNotAgain(last, told),
  ];
}

/** Files that hold the same bytes, by those bytes. */
function contentsOf({
  plan,
}: RoundTold): { readonly bytes: Uint8Array; readonly files: readonly string[] }[] {
  const groups = Map.groupBy(Object.entries(plan.files), ([, bytes]) => digest(bytes));
  return [...groups.values()].map((group) => ({
    bytes: group[0]?.[1] ?? new Uint8Array(),
    files: group.map(([file]) => file),
  }));
}

function* checkGreen({ run }: RunTold, { plan }: RoundTold): Generator<Breach> {
  const rule = 'RESUMED';
  if (run.exitCode !== 0)
    yield { rule, text: `the last run ended with ${run.exitCode}: ${run.messages('error').join('; ')}` };
  const rows = rowsOf(run);
  if (rows.length !== Object.keys(plan.files).length) yield { rule, text: `it has ${rows.length} rows` };
  for (const { file, state } of rows)
    if (state !== 'available' && state !== 'reused') yield { rule, text: `${file} is ${state}` };
}

function* checkUrns({ run, assets }: RunTold, told: RoundTold): Generator<Breach> {
  const rows = new Map(rowsOf(run).map((row) => [row.file, row]));
  const contents = contentsOf(told).map((content) => ({
    ...content,
    urns: new Set(content.files.map((file) => idOf(rows.get(file)))),
  }));
  const all = new Set(contents.flatMap(({ urns }) => [...urns]));
  if (all.size !== contents.length)
    yield { rule: 'ONE_URN', text: `${contents.length} files of their own have ${all.size} URNs` };
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

function* checkManifest(last: RunTold, told: RoundTold): Generator<Breach> {
  const entries = new Map(entriesOf(last).map((entry) => [entry.sha256, entry]));
  for (const { bytes, files } of contentsOf(told)) {
    const state = entries.get(digest(bytes))?.state;
    if (state !== 'available') yield { rule: 'REMEMBERED', text: `${files.join(', ')} are kept as ${state}` };
  }
}

/** What a run had in its manifest when it was killed, and LinkedIn had whole, is what the last run tells. */
function* checkNotAgain(last: RunTold, told: RoundTold): Generator<Breach> {
  const finals = new Map(entriesOf(last).map((entry) => [entry.sha256, idIn(entry.urn)]));
  for (const { run, sha256, id } of keptUploads(told))
    if (
      finals.get(sha256) !== id ||
      sendersOf(last.assets, sha256, told) > sendersOf(run.assets, sha256, told)
    )
      yield {
        rule: 'NOT_AGAIN',
        text: `${id} was kept and uploaded, but sent again as ${finals.get(sha256)}`,
      };
}

/** What could be told apart after each kill: uploads in the manifest. */
export function keptUploads({ runs }: RoundTold) {
  return runs.slice(0, -1).flatMap((run) =>
    entriesOf(run)
      .filter(({ state }) => state !== 'registered')
      .map(({ sha256, urn }) => ({ run, sha256, id: idIn(urn) })),
  );
}

/** How many assets hold these bytes whole. */
function sendersOf(assets: readonly AssetReport[], sha256: string, told: RoundTold): number {
  const content = contentsOf(told).find(({ bytes }) => digest(bytes) === sha256);
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
