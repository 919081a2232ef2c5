// The outputs of a step: their texts, each no longer than an environment variable, and their way to the runner. And the JSON
// file with every row, always complete: announced before the first upload and updated during the run.

import * as core from '@actions/core';
import { escapeInvisible, escapeUnits } from '../format.ts';
import { replaceFile } from '../replace-file.ts';

/** A list becomes a JSON array, a map a JSON object, and null an empty text. */
export type OutputValue = string | number | null | readonly unknown[] | Map<string, string>;

export type OutputValues = Readonly<Record<string, OutputValue>>;

/** An output that is too long is truncated: it must fit into an environment variable, which holds 128 KiB with its name. */
const MAX_OUTPUT_BYTES = 100 * 1024;

/** Adds `outputs-truncated`. `truncated`: the outputs whose last entries were cut off. */
export function formatOutputs(outputs: OutputValues) {
  const truncated: string[] = [];
  const texts = Object.entries(outputs).map(([name, value]) => {
    if (value === null || typeof value !== 'object') return [name, String(value ?? '')];
    const isMap = value instanceof Map;
    const entries = isMap
      ? [...value].map(([key, one]) => `${shellSafeJson(key)}:${shellSafeJson(one)}`)
      : value.map(shellSafeJson);
    let sizeBytes = 1;
    const fitting = entries.filter((entry) => {
      sizeBytes += Buffer.byteLength(entry) + 1;
      return sizeBytes <= MAX_OUTPUT_BYTES;
    });
    if (fitting.length < entries.length) truncated.push(name);
    return [name, isMap ? `{${fitting}}` : `[${fitting}]`];
  });
  texts.push(['outputs-truncated', String(truncated.length > 0)]);
  const values: Readonly<Record<string, string>> = Object.fromEntries(texts);
  return { values, truncated };
}

/**
 * Sets outputs of the step; the runner uses the last value of each. Returns false if no runner accepts them. @actions/core reads
 * `process.env` itself and falls back to the deprecated `::set-output` without it, so both must name the same file.
 */
export function setOutputs(
  values: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): boolean {
  if (!env.GITHUB_OUTPUT || env.GITHUB_OUTPUT !== process.env.GITHUB_OUTPUT) return false;
  for (const [name, value] of Object.entries(values)) core.setOutput(name, value);
  return true;
}

export function writeResultsFile(file: string, rows: Iterable<object>): void {
  const lines = Array.from(rows, (row) => `\n  ${shellSafeJson(row)}`);
  replaceFile(file, lines.length === 0 ? '[]\n' : `[${lines.join(',')}\n]\n`);
}

/**
 * JSON that is safe in single quotes of a shell (also PowerShell's curly ones), in HTML, in YAML and in a log.
 * Special and invisible characters become `\uXXXX`, which JSON parses back to the same text. Short
 * escapes are replaced too: the `echo` of some shells turns `\n` into a line end, and the next line could
 * be a runner command.
 */
export function shellSafeJson(value: unknown): string {
  const json = escapeInvisible(JSON.stringify(value));
  return json.replace(/\\["\\bfnrt]|##\[|['`$<>&\u2018-\u201f]/g, (found) => {
    if (found === '##[') return '##\\u005b';
    return escapeUnits(JSON.parse(`"${found}"`));
  });
}
