// The sort order of files: by the bytes of their path, the same on every system. Pure.

/** A comparator for `sort`. The default compares UTF-16 units, which orders some names differently. */
export function byPathBytes(a: { readonly path: string }, b: { readonly path: string }): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}
