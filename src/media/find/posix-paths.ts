// Paths for users: with `/` on every system, which Windows accepts and shells do not unescape. Pure.

import { sep } from 'node:path';

/** Replaces the separators of the system. On Linux and macOS, a `\` is part of a name and stays. */
export function toPosixPath(path: string, separator: string = sep): string {
  return path.split(separator).join('/');
}

/** The path of `absolute` relative to `folder`, with `/`. Null if it is not below `folder`. Case-sensitive. */
export function relativePosixPath(folder: string, absolute: string): string | null {
  const start = folder.endsWith(sep) ? folder : folder + sep;
  return absolute.startsWith(start) && absolute !== start ? toPosixPath(absolute.slice(start.length)) : null;
}
