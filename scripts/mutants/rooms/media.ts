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
      search:
        "throw new FileError('FILE_LFS_POINTER', path, 'is a Git LFS pointer, not the file itself');",
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
    {
      name: 'excluded-asset-uploaded',
      fault: 'A `!` line of `release-assets` excludes nothing.',
      file: 'src/media/find/assets.ts',
      search:
        'const included = named.filter(({ name }) => !excludes.some((exclude) => exclude.matches(name)));',
      replace: 'const included = named;',
    },
    {
      name: 'pattern-above-the-workspace',
      fault: 'A pattern with a `..` segment is searched.',
      file: 'src/media/find/patterns.ts',
      search: "segments.some((name) => name === '.' || name === '..')",
      replace: "segments.some((name) => name === '.')",
    },
    {
      name: 'matched-file-suggested',
      fault: 'The suggestion for a misspelled file is one that another pattern matches.',
      file: 'src/media/find/suggestions.ts',
      search: '!isExcluded(file) && !isTaken(file)',
      replace: '!isExcluded(file)',
    },
    {
      name: 'truncated-png-uploaded',
      fault: 'A PNG without its end is uploaded.',
      file: 'src/media/formats/image.ts',
      search: '  if (excessBytes < 0) return NO_PNG_END;\n',
      replace: '',
    },
    {
      name: 'truncated-video-uploaded',
      fault: 'A video without its end is uploaded.',
      file: 'src/media/formats/video.ts',
      search: 'if (missing > 0) {',
      replace: 'if (false) {',
    },
    {
      name: 'empty-file-not-named',
      fault: 'An empty file is reported as one of an unknown type.',
      file: 'src/media/inspect-file.ts',
      search: 'if (source.sizeBytes === 0) throw',
      replace: 'if (false) throw',
    },
    {
      name: 'any-text-sent-as-captions',
      fault: 'A text that is not SubRip is sent as captions.',
      file: 'src/media/sidecars.ts',
      search: 'if (!CUE.test(text)) {',
      replace: 'if (false) {',
    },
    {
      name: 'document-with-macros-accepted',
      fault: 'A document with macros, which LinkedIn does not take, is uploaded.',
      file: 'src/media/formats/document.ts',
      search: '|| names.some((name) => MACROS.test(name))',
      replace: '',
    },
  ],
};
