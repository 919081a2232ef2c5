// The table of files in the job summary: one line per file, failures first.

import { formatBytes, formatDuration, formatNumber, pluralize } from '../../format.ts';
import { type Block, folded, table } from '../blocks.ts';
import { escapeMarkdown, noWrap, renderCode } from '../markdown.ts';
import type { ResultRow } from './result-row.ts';
import { isSuccess } from './rows.ts';

/** A longer table is folded. */
const MAX_OPEN_FILES = 20;

interface Column {
  readonly title: string;
  readonly cell: (row: ResultRow) => string;
}

export function fileBlocks(rows: readonly ResultRow[]): Block[] {
  if (rows.length === 0) return [];
  const tables = openAndFolded(rows, {
    isGood: isSuccess,
    goodTitle: 'that succeeded',
    show: fileTable,
  });
  return ['### Files', ...tables];
}

interface Shown<T> {
  readonly isGood: (line: T) => boolean;
  /** Completes a title such as `28 files`. */
  readonly goodTitle: string;
  readonly show: (lines: readonly T[]) => Block;
}

/** Bad files first. Many files are folded; a few bad ones stay open above the others. */
export function openAndFolded<T>(lines: readonly T[], { isGood, goodTitle, show }: Shown<T>): Block[] {
  const good = lines.filter(isGood);
  const bad = lines.filter((line) => !isGood(line));
  const all = [...bad, ...good];
  if (lines.length <= MAX_OPEN_FILES) return [show(all)];
  if (bad.length === 0 || bad.length > MAX_OPEN_FILES)
    return [folded(pluralize(lines.length, 'file'), show(all))];
  return [
    show(bad),
    ...(good.length > 0 ? [folded(`${pluralize(good.length, 'file')} ${goodTitle}`, show(good))] : []),
  ];
}

const COLUMNS: readonly Column[] = [
  { title: 'file', cell: ({ file }) => renderCode(file) },
  { title: 'kind', cell: ({ kind }) => kind ?? '' },
  {
    title: 'dimensions',
    cell: (row) =>
      dimensionsOf(row)
        .map((part) => noWrap(escapeMarkdown(part)))
        .join(', '),
  },
  { title: 'size', cell: ({ bytes }) => (bytes === undefined ? '' : noWrap(formatBytes(bytes))) },
  { title: 'state', cell: (row) => (isSuccess(row) ? row.state : `**${row.state}**`) },
  // The URN that a post needs; the asset only if there is no other. `results` has both.
  {
    title: 'URN',
    cell: ({ assetUrn, mediaUrn = assetUrn }) => (mediaUrn === undefined ? '' : renderCode(mediaUrn)),
  },
];

/** Without the columns that no file fills. */
function fileTable(rows: readonly ResultRow[]): Block {
  const filled = COLUMNS.filter(({ cell }) => rows.some((row) => cell(row) !== ''));
  return table(
    filled.map(({ title }) => title),
    rows,
    (row) => filled.map(({ cell }) => cell(row)),
  );
}

type Dimensions = Pick<ResultRow, 'width' | 'height' | 'durationSeconds' | 'frames' | 'pages' | 'sidecars'>;

/** `1,600 × 900`, `5.0 s`, `12 frames`, `12 pages`, `captions` */
export function dimensionsOf(row: Dimensions): string[] {
  const { width, height, durationSeconds, frames = 1, pages, sidecars = {} } = row;
  return [
    ...(width === undefined || height === undefined
      ? []
      : [`${formatNumber(width)} × ${formatNumber(height)}`]),
    ...(durationSeconds === undefined ? [] : [formatDuration(durationSeconds * 1000)]),
    ...(frames === 1 ? [] : [pluralize(frames, 'frame')]),
    ...(pages === undefined ? [] : [pluralize(pages, 'page')]),
    ...Object.keys(sidecars),
  ];
}
