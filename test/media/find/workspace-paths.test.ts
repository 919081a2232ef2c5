// Paths as users see them, for both path separators.

import { expect, it } from 'vitest';
import { toPosixPath } from '../../../src/media/find/workspace.ts';

it.each([
  ['of Windows is converted to slashes', 'D:\\a\\media\\b.png', '\\', 'D:/a/media/b.png'],
  ['of Windows with some slashes is converted to slashes', 'D:\\a/media/b.png', '\\', 'D:/a/media/b.png'],
  ['of Linux keeps the backslashes of its names', '/a/media\\b.png', '/', '/a/media\\b.png'],
])('a path %s', (_, path, separator, expected) => {
  expect(toPosixPath(path, separator)).toBe(expected);
});
