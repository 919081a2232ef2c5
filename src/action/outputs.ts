// The step's outputs: their values from a report, and their way to the runner.

import * as core from '@actions/core';
import type { Env } from '../deps.ts';
import type { Report } from './report.ts';
import { isSuccess, type Row } from './rows.ts';

/** Every output, as in action.yml; a test compares them. */
export const OUTPUTS = [
  'results',
  'results-file',
  'outputs-truncated',
  'asset-urns',
  'image-urns',
  'video-urns',
  'asset-urn',
  'image-urn',
  'video-urn',
  'urns',
  'uploaded-count',
  'reused-count',
  'failed-count',
  'posts-file',
  'manifest-file',
  'token-days-left',
] as const;

type OutputName = (typeof OUTPUTS)[number];

/** One environment variable holds 128 KiB: an output must fit into one, with room for its name. */
export const OUTPUT_CAP_BYTES = 100 * 1024;

export interface Outputs {
  readonly values: Readonly<Record<OutputName, string>>;
  /** Outputs that lost entries from their end. */
  readonly cut: readonly OutputName[];
}

interface Files {
  readonly results: string;
  readonly posts: string;
}

/** `files` by their paths, empty where there are none. */
export function outputsOf({ rows, totals, manifestFile, tokenDaysLeft }: Report, files: Files): Outputs {
  const good = rows.filter(isSuccess);
  const lists = {
    'asset-urns': good.flatMap((row) => row.assetUrn ?? []),
    'image-urns': good.flatMap((row) => mediaUrn(row, 'image')),
    'video-urns': good.flatMap((row) => mediaUrn(row, 'video')),
  };
  const cut: OutputName[] = [];
  const trim = (name: OutputName, entries: Iterable<string>, [open, close]: readonly [string, string]) => {
    const { kept, isAll } = fitting(entries, OUTPUT_CAP_BYTES - 2);
    if (!isAll) cut.push(name);
    return open + kept.join(',') + close;
  };
  const list = (name: OutputName, values: readonly unknown[]) =>
    trim(name, values.values().map(inertJson), ['[', ']']);
  const values = {
    results: list('results', rows),
    'results-file': files.results,
    'asset-urns': list('asset-urns', lists['asset-urns']),
    'image-urns': list('image-urns', lists['image-urns']),
    'video-urns': list('video-urns', lists['video-urns']),
    'asset-urn': lists['asset-urns'][0] ?? '',
    'image-urn': lists['image-urns'][0] ?? '',
    'video-urn': lists['video-urns'][0] ?? '',
    urns: trim('urns', good.values().flatMap(urnEntry), ['{', '}']),
    'uploaded-count': String(totals.uploaded),
    'reused-count': String(totals.reused),
    'failed-count': String(totals.failed),
    'posts-file': files.posts,
    'manifest-file': manifestFile ?? '',
    'token-days-left': tokenDaysLeft === null ? '' : String(tokenDaysLeft),
  };
  return { values: { ...values, 'outputs-truncated': String(cut.length > 0) }, cut };
}

/**
 * Whether there is a runner that takes outputs. @actions/core looks into `process.env` by itself, and falls back to the
 * deprecated `::set-output` when it finds nothing there: both must name the same file.
 */
export function takesOutputs(env: Env): boolean {
  return Boolean(env.GITHUB_OUTPUT) && env.GITHUB_OUTPUT === process.env.GITHUB_OUTPUT;
}

/** Sets one output apart from the others: the runner takes the last value. Needs `takesOutputs`. */
export function writeOutput(name: OutputName, value: string): void {
  core.setOutput(name, value);
}

/** Hands the outputs to the runner. Needs `takesOutputs`. */
export function writeOutputs(values: Outputs['values']): void {
  for (const name of OUTPUTS) writeOutput(name, values[name]);
}

/**
 * JSON that is inert inside single quotes of a shell (PowerShell's curly ones too), in HTML, in YAML and in a log: what
 * could end or start something there stands as `\uXXXX`, which JSON reads back as the same text. Short escapes do not
 * stay either: the `echo` of some shells would make a line end of `\n`, and a command of the line after it.
 */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /\\["\\bfnrt]|##\[|['`$<>&\u007f-\u009f\u2018-\u201f\u2028\u2029\ufeff]/g,
    (found) => (found === '##[' ? `##${unicodeEscape('[')}` : unicodeEscape(JSON.parse(`"${found}"`))),
  );
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function mediaUrn(row: Row, kind: 'image' | 'video'): string[] {
  return row.kind === kind && row.mediaUrn !== undefined ? [row.mediaUrn] : [];
}

function urnEntry(row: Row): string[] {
  return row.mediaUrn === undefined ? [] : [`${inertJson(row.file)}:${inertJson(row.mediaUrn)}`];
}

/** As many entries from the start as fit into `capBytes` with a comma between them; what is beyond is never made. */
function fitting(entries: Iterable<string>, capBytes: number): { kept: readonly string[]; isAll: boolean } {
  const kept: string[] = [];
  let sizeBytes = 0;
  for (const entry of entries) {
    sizeBytes += Buffer.byteLength(entry) + 1;
    if (sizeBytes - 1 > capBytes) return { kept, isAll: false };
    kept.push(entry);
  }
  return { kept, isAll: true };
}
