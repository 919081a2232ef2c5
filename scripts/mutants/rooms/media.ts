// Faults of the search for files, and of their inspection.

import type { Room } from '../mutant.ts';

export const MEDIA: Room = {
  name: 'media',
  folder: 'src/media/',
  tests: ['test/media/'],
  mutants: [
    {
      name: 'exclude-ignored',
      fault: 'A file that a `!` line excludes is uploaded.',
      file: 'src/media/find/find-files.ts',
      search: 'const searchOptions = { excludes, followSymlinks, signal };',
      replace: 'const searchOptions = { excludes: [], followSymlinks, signal };',
    },
    {
      name: 'link-to-excluded-file-followed',
      fault: 'A file that a `!` line excludes is uploaded under the name of a link to it.',
      file: 'src/media/find/find-files.ts',
      search: "return isOut ? { path: one.path, reason: 'excluded' as const } : one;",
      replace: 'return one;',
    },
    {
      name: 'file-outside-the-workspace',
      fault: 'With `follow-symlinks`, a link leads to a file outside the workspace.',
      file: 'src/media/find/workspace.ts',
      search: "if (realName === null) return { path, reason: 'outside' };",
      replace: 'if (realName === null) return { path, absolutePath: real, sizeBytes: 0 };',
    },
    {
      name: 'order-by-characters',
      fault: '`10.png` comes before `2.png`.',
      file: 'src/media/find/workspace.ts',
      search: 'numeric: true',
      replace: 'numeric: false',
    },
    {
      name: 'lfs-pointer-uploaded',
      fault: 'The pointer of Git LFS is uploaded in place of its file.',
      file: 'src/media/bytes.ts',
      search: "throw new FileError('FILE_LFS_POINTER', path, 'is a Git LFS pointer, not the file itself');",
      replace: '',
    },
    {
      name: 'changed-file-uploaded',
      fault: 'A file that was replaced after its inspection is uploaded.',
      file: 'src/media/bytes.ts',
      search: 'if (file.identity === bytes.identity) return bytes;',
      replace: 'return bytes;',
    },
    {
      name: 'alternative-text-lost',
      fault: 'The text of `hero.alt.txt` is not the alternative text of `hero.png`.',
      file: 'src/media/inspect-media.ts',
      search: 'return { ...file, altText };',
      replace: 'return file;',
    },
  ],
};
