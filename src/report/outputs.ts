// Builds the step's outputs from a report and writes them to the runner.

import * as core from '@actions/core';
import type { Env } from '../deps.ts';
import type { MediaKind } from '../linkedin/urn.ts';
import type { Report } from './report.ts';
import type { ResultRow } from './uploads/result-row.ts';
import { isSuccess } from './uploads/rows.ts';

/** All outputs of action.yml; a test compares them. */
export const OUTPUTS = [
  'results',
  'results-file',
  'outputs-truncated',
  'asset-urns',
  'image-urns',
  'video-urns',
  'document-urns',
  'asset-urn',
  'image-urn',
  'video-urn',
  'document-urn',
  'urns',
  'uploaded-count',
  'reused-count',
  'failed-count',
  'remaining-count',
  'manifest-file',
  'page-file',
  'owners',
  'scopes',
  'token-days-left',
] as const;

type OutputName = (typeof OUTPUTS)[number];

/** An output must fit into an environment variable, which holds 128 KiB with its name. */
export const MAX_OUTPUT_BYTES = 100 * 1024;

export interface Outputs {
  readonly values: Readonly<Record<OutputName, string>>;
  /** Outputs whose last entries were cut off. */
  readonly truncated: readonly OutputName[];
}

interface FilePaths {
  readonly results: string;
  readonly page: string;
}

/** `files` has the paths of the written files; empty for a missing one. */
export function buildOutputs(
  { rows, totals, manifestFile, tokenDaysLeft }: Report,
  files: FilePaths,
): Outputs {
  const good = rows.filter(isSuccess);
  const lists = listUrns(good);
  const { truncated, truncate } = createTruncation<OutputName>();
  const list = (name: OutputName, values: readonly unknown[]) =>
    truncate(name, values.values().map(shellSafeJson), ['[', ']']);
  const urnEntries = good
    .values()
    .flatMap(({ file, mediaUrn }) =>
      mediaUrn === undefined ? [] : [`${shellSafeJson(file)}:${shellSafeJson(mediaUrn)}`],
    );
  const values = {
    results: list('results', rows),
    'results-file': files.results,
    'asset-urns': list('asset-urns', lists['asset-urns']),
    'image-urns': list('image-urns', lists['image-urns']),
    'video-urns': list('video-urns', lists['video-urns']),
    'document-urns': list('document-urns', lists['document-urns']),
    'asset-urn': lists['asset-urns'][0] ?? '',
    'image-urn': lists['image-urns'][0] ?? '',
    'video-urn': lists['video-urns'][0] ?? '',
    'document-urn': lists['document-urns'][0] ?? '',
    urns: truncate('urns', urnEntries, ['{', '}']),
    'uploaded-count': String(totals.uploaded),
    'reused-count': String(totals.reused),
    'failed-count': String(totals.failed),
    'remaining-count': String(totals.deferred),
    'manifest-file': manifestFile ?? '',
    'page-file': files.page,
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft === null ? '' : String(tokenDaysLeft),
  };
  return { values: { ...values, 'outputs-truncated': String(truncated.length > 0) }, truncated };
}

function listUrns(rows: readonly ResultRow[]) {
  const ofKind = (wanted: MediaKind) =>
    rows.flatMap(({ kind, mediaUrn }) => (kind === wanted && mediaUrn !== undefined ? [mediaUrn] : []));
  return {
    'asset-urns': rows.flatMap(({ assetUrn }) => assetUrn ?? []),
    'image-urns': ofKind('image'),
    'video-urns': ofKind('video'),
    'document-urns': ofKind('document'),
  };
}

/** Builds the lists and objects of one action's outputs, and collects the names of those whose last entries are cut off. */
export function createTruncation<Name extends string>() {
  const truncated: Name[] = [];
  const truncate = (name: Name, entries: Iterable<string>, [open, close]: readonly [string, string]) => {
    const { kept, isAll } = truncateToFit(entries, MAX_OUTPUT_BYTES - 2);
    if (!isAll) truncated.push(name);
    return open + kept.join(',') + close;
  };
  return { truncated, truncate };
}

/**
 * Whether a runner accepts outputs. @actions/core reads `process.env` itself and falls back to the deprecated
 * `::set-output` without it, so both must name the same file.
 */
export function hasOutputFile(env: Env): boolean {
  return Boolean(env.GITHUB_OUTPUT) && env.GITHUB_OUTPUT === process.env.GITHUB_OUTPUT;
}

/** The runner uses the last value of an output. Requires `hasOutputFile`. */
export function writeOutput(name: string, value: string): void {
  core.setOutput(name, value);
}

/**
 * JSON that is safe in single quotes of a shell (also PowerShell's curly ones), in HTML, in YAML and in a log.
 * Special characters become `\uXXXX`, which JSON parses back to the same text. Short escapes are replaced too: the
 * `echo` of some shells turns `\n` into a line end, and the next line could be a runner command.
 */
export function shellSafeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /\\["\\bfnrt]|##\[|['`$<>&\u007f-\u009f\u2018-\u201f\u2028\u2029\ufeff]/g,
    (found) => (found === '##[' ? `##${unicodeEscape('[')}` : unicodeEscape(JSON.parse(`"${found}"`))),
  );
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The first entries that fit into `maxBytes` with commas between them. Later entries are never generated. */
function truncateToFit(
  entries: Iterable<string>,
  maxBytes: number,
): { kept: readonly string[]; isAll: boolean } {
  const kept: string[] = [];
  let sizeBytes = 0;
  for (const entry of entries) {
    sizeBytes += Buffer.byteLength(entry) + 1;
    if (sizeBytes - 1 > maxBytes) return { kept, isAll: false };
    kept.push(entry);
  }
  return { kept, isAll: true };
}
