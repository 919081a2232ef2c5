// How users see a path, on a system with either separator.

import { expect, it } from 'vitest';
import { toPosixPath } from '../../../src/media/find/posix-paths.ts';

it.each([
  ['of Windows', 'D:\\a\\media\\b.png', '\\', 'D:/a/media/b.png'],
  ['of Windows, with slashes already', 'D:\\a/media/b.png', '\\', 'D:/a/media/b.png'],
  ['of Linux, whose names may hold a backslash', '/a/media\\b.png', '/', '/a/media\\b.png'],
])('a path %s', (_, path, separator, expected) => {
  expect(toPosixPath(path, separator)).toBe(expected);
});
