// Finds what a source file imports, in its text: enough for the house rules, without a parser.

export interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

/** Static, dynamic and re-exporting imports. Comments are dropped by lines: a glob in a string may look like one. */
export function readImports(text: string): Import[] {
  const code = text.replace(/^\s*(\/\/|\/\*|\*).*$/gm, '');
  const statics = code.matchAll(/^\s*(?:import|export)\b(\s+type\b)?[^'"`;()]*?\bfrom\s*['"]([^'"]+)['"]/gm);
  const bare = code.matchAll(/^\s*import\s*()['"]([^'"]+)['"]/gm);
  const dynamic = code.matchAll(/\bimport\s*\(\s*()(['"`][^'"`]*['"`]|[^)]*)/g);
  return [...statics, ...bare, ...dynamic].map(([, type, from = '']) => ({
    from: from.replace(/^['"`]|['"`]$/g, ''),
    typeOnly: type !== undefined && type !== '',
  }));
}
