// The one order of files: by the bytes of their path, alike on every system. Pure.

/** Compares for `sort`. JavaScript compares UTF-16 units, which sorts some names unlike their bytes. */
export function byPathBytes(a: { readonly path: string }, b: { readonly path: string }): number {
  return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}
