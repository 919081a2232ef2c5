// The tables of errors and warnings in the job summary. Messages with the same advice share one row.

import { pluralize } from '../format.ts';
import type { SearchWarning } from './log/search-report.ts';
import { type Budget, escapeMarkdown, noWrap, renderCode, renderHint, table } from './markdown.ts';
import { type Annotation, type FileWarning, withoutFileName } from './report.ts';

/** The most files that a row names. */
const MAX_NAMES = 3;

export function errorSection(annotations: readonly Annotation[], budget: Budget): string[] {
  if (annotations.length === 0) return [];
  const groups = Map.groupBy(annotations, ({ title, hint, file }) =>
    JSON.stringify([title, hint, file === undefined]),
  );
  const rows = [...groups.values()].flatMap((group) =>
    group.every(({ file }) => file !== undefined) ? [group] : group.map((one) => [one]),
  );
  const cells = ([first, ...others]: readonly Annotation[]) =>
    first === undefined ? [] : errorCells(first, others);
  return ['### Errors', table({ head: ['error', 'message', 'what to do'], rows, cells }, budget)];
}

function errorCells(first: Annotation, others: readonly Annotation[]): string[] {
  const { title, message, hint } = first;
  // Messages about inputs and post files are our own text, with code in backticks.
  const text = /^input |^POST_/.test(title) ? renderHint(message) : escapeMarkdown(message);
  return [
    noWrap(renderCode(title)),
    others.length === 0 ? text : reasonsOf([first, ...others]),
    renderHint(hint),
  ];
}

/** Each reason once, with the files that it is about. */
function reasonsOf(annotations: readonly Annotation[]): string {
  const reasons = [
    ...Map.groupBy(annotations, ({ file = '', message }) => withoutFileName(file, message)),
  ].map(([reason, own]) => {
    const [{ file = '', message = '' } = {}] = own;
    if (own.length === 1) return `${renderCode(file)}${escapeMarkdown(message.slice(file.length))}`;
    const names = listFiles(own.map(({ file = '' }) => file));
    return `**${pluralize(own.length, 'file')}**: ${escapeMarkdown(reason)} (${names})`;
  });
  const left = reasons.length - MAX_NAMES;
  return [
    ...reasons.slice(0, MAX_NAMES),
    ...(left > 0 ? [`and ${pluralize(left, 'more reason')}`] : []),
  ].join('<br>');
}

interface Warnings {
  readonly searchWarnings: readonly SearchWarning[];
  readonly fileWarnings: readonly FileWarning[];
}

export function warningSection({ searchWarnings, fileWarnings }: Warnings, budget: Budget): string[] {
  const rows = [
    ...searchWarnings.map(({ input, text }) => [noWrap(renderCode(input)), renderHint(text)]),
    ...[...Map.groupBy(fileWarnings, ({ text }) => text)].map(([text, own]) => [
      listFiles(own.map(({ file }) => file)),
      renderHint(text),
    ]),
  ];
  if (rows.length === 0) return [];
  return ['### Warnings', table({ head: ['about', 'warning'], rows, cells: (row) => row }, budget)];
}

function listFiles(files: readonly string[]): string {
  const names = files.slice(0, MAX_NAMES).map(renderCode);
  const left = files.length - names.length;
  return names.join(', ') + (left > 0 ? ` and ${left} more` : '');
}
