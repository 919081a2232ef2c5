// The outputs of a step: their texts, each no longer than an environment variable, and their way to the runner.

import * as core from '@actions/core';
import type { Env } from '../deps.ts';

/** A list becomes a JSON array, a map a JSON object, and null an empty text. */
export type OutputValue = string | number | null | readonly unknown[] | Map<string, string>;

export type OutputValues = Readonly<Record<string, OutputValue>>;

/** An output that is too long is truncated: it must fit into an environment variable, which holds 128 KiB with its name. */
export const MAX_OUTPUT_BYTES = 100 * 1024;

export interface Outputs {
  readonly values: Readonly<Record<string, string>>;
  /** Outputs whose last entries were cut off. */
  readonly truncated: readonly string[];
}

/** Adds `outputs-truncated`. */
export function formatOutputs(outputs: OutputValues): Outputs {
  const truncated: string[] = [];
  const texts = Object.entries(outputs).map(([name, value]) => {
    const { text, isAll } = formatValue(value);
    if (!isAll) truncated.push(name);
    return [name, text];
  });
  const values = Object.fromEntries([...texts, ['outputs-truncated', String(truncated.length > 0)]]);
  return { values, truncated };
}

function formatValue(value: OutputValue): { readonly text: string; readonly isAll: boolean } {
  if (value === null || typeof value !== 'object') return { text: String(value ?? ''), isAll: true };
  if (!(value instanceof Map)) return joinToFit(value.values().map(shellSafeJson), '[]');
  const entries = value.entries().map(([name, one]) => `${shellSafeJson(name)}:${shellSafeJson(one)}`);
  return joinToFit(entries, '{}');
}

/**
 * Sets outputs of the step; the runner uses the last value of each. Returns false if no runner accepts them. @actions/core reads
 * `process.env` itself and falls back to the deprecated `::set-output` without it, so both must name the same file.
 */
export function setOutputs(values: Readonly<Record<string, string>>, env: Env): boolean {
  if (!env.GITHUB_OUTPUT || env.GITHUB_OUTPUT !== process.env.GITHUB_OUTPUT) return false;
  for (const [name, value] of Object.entries(values)) core.setOutput(name, value);
  return true;
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

/** The first entries that fit, between the brackets. Later entries are never generated. */
function joinToFit(entries: Iterable<string>, [open = '', close = '']: string) {
  const kept: string[] = [];
  let sizeBytes = 1;
  for (const entry of entries) {
    sizeBytes += Buffer.byteLength(entry) + 1;
    if (sizeBytes > MAX_OUTPUT_BYTES) return { text: open + kept.join(',') + close, isAll: false };
    kept.push(entry);
  }
  return { text: open + kept.join(',') + close, isAll: true };
}
