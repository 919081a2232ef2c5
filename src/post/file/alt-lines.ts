// Shows how an alternative text is written in a post file: its authors often try other ways first. Pure.

/** The lines as they should stand in the front matter `yaml`, or what stands in the place of the path in a list in brackets. */
export function altLines(file: string, yaml: string): string {
  // YAML takes other characters for marks of its own, in some places.
  const written = /^[\w./-]+$/.test(file) ? file : JSON.stringify(file);
  if (/^media:[ \t]*\[/m.test(yaml))
    return `\`{ file: ${written}, alt: "What it shows" }\` in the place of ${file}`;
  const [, indent = '  '] = FIRST_ENTRY.exec(yaml) ?? [];
  return `\`${indent}- file: ${written}\` and, in the next line, \`${indent}  alt: "What it shows"\``;
}

/** With the indentation of the list, which all entries share. */
const FIRST_ENTRY = /^media:[ \t]*(?:#.*)?\n(?:[ \t]*(?:#.*)?\n)*([ \t]*)-[ \t]/m;

/** Whether `alt` stands below a path. Another way to write this is an error of YAML. */
export function findAltBelowPath(yaml: string): { readonly file: string; readonly index: number } | null {
  const match = /^[ \t]*-[ \t]+(?!(?:file|alt):)(["']?)([^\n"']+)\1[ \t]*\n(?=[ \t]*alt:)/m.exec(yaml);
  return match === null ? null : { file: (match[2] ?? '').trim(), index: match.index + match[0].length };
}
