// The job summary as a reader sees it.

/** The rows of a section's table, without its header. */
export function tableRows(summary: string, section: string): string[] {
  const from = summary.indexOf(`### ${section}\n`);
  const end = summary.indexOf('\n\n', from + section.length + 6);
  const lines = summary.slice(from, end < 0 ? undefined : end).split('\n');
  return lines.filter((line) => line.startsWith('|')).slice(2);
}

/** A row as a reader sees it: without our own tags, and with entities decoded. */
export function shown(text: string): string {
  return text
    .replaceAll(/<\/?code>|<wbr>|\*\*/g, '')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('<br>', '\n')
    .replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)));
}
