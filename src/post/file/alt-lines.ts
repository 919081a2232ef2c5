// Shows how an alternative text is written in a post file: its authors often try other ways first. Pure.

/** The two lines as they should stand in the file. */
export function altLines(file: string): string {
  // YAML takes other characters for marks of its own, in some places.
  const written = /^[\w./-]+$/.test(file) ? file : JSON.stringify(file);
  return `\`  - file: ${written}\` and, in the next line, \`    alt: What it shows\``;
}

/** Whether `alt` stands below a path. Another way to write this is an error of YAML. */
export function findAltBelowPath(yaml: string): { readonly file: string; readonly index: number } | null {
  const match = /^[ \t]*-[ \t]+(?!(?:file|alt):)(["']?)([^\n"']+)\1[ \t]*\n(?=[ \t]*alt:)/m.exec(yaml);
  return match === null ? null : { file: (match[2] ?? '').trim(), index: match.index + match[0].length };
}
