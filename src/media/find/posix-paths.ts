// How users see a path: with `/` on every system, which Windows takes too, and a shell does not eat. Pure.

import { sep } from 'node:path';

/** A `\` stays where it is a letter of a name, as on Linux and macOS. `separator` is the system's. */
export function toPosixPath(path: string, separator: string = sep): string {
  return path.split(separator).join('/');
}

/** The path of `absolute` below `folder`, as users see it; null when it is not below. The case of letters counts. */
export function relativePosixPath(folder: string, absolute: string): string | null {
  const start = folder.endsWith(sep) ? folder : folder + sep;
  return absolute.startsWith(start) && absolute !== start ? toPosixPath(absolute.slice(start.length)) : null;
}
