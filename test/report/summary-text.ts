// The job summary as a reader sees it.

/** The rows of a section's tables, without their headers, folded ones included. */
export function tableRows(summary: string, section: string): string[] {
  const from = summary.indexOf(`### ${section}\n`);
  if (from < 0) return [];
  const end = summary.indexOf('\n### ', from + 1);
  const lines = summary.slice(from, end < 0 ? undefined : end).split('\n');
  return lines.filter(
    (line, index) =>
      line.startsWith('|') && !line.startsWith('| ---') && !lines[index + 1]?.startsWith('| ---'),
  );
}

/** A row as a reader sees it: without our own tags, and with entities decoded. */
export function shown(text: string): string {
  return text
    .replaceAll(/<\/?(?:code|a)(?: [^>]*)?>|<wbr>|\*\*/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('<br>', '\n')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}
