// The error codes of media files. A leaf that only error-codes.ts imports.

export const FILE_ERROR_CODES = {
  FILE_EMPTY: {
    meaning: 'The file is empty.',
    hint: 'Commit the real file, or leave it out of the post or, with a `!` pattern, of `files`.',
  },
  FILE_TRUNCATED: {
    meaning: 'The file is incomplete or damaged.',
    hint: 'Export the file again. A file is often incomplete after an interrupted copy or download.',
  },
  FILE_UNREADABLE: {
    meaning: 'The file cannot be opened or read.',
    hint: 'Check the permissions of the file and the disk. Check that no earlier step moves or deletes the file.',
  },
  FILE_CHANGED: {
    meaning: 'The file changed after it was checked.',
    hint: 'Let the step that writes the file finish before this step starts.',
  },
  FILE_LFS_POINTER: {
    meaning: 'The file is a Git LFS pointer, not the media itself.',
    hint: 'Add `lfs: true` to actions/checkout, so that it downloads the real file.',
  },
  FILE_TYPE: {
    meaning: 'The file is not an image, video or document that LinkedIn accepts.',
    hint: 'Use a JPG, PNG or GIF image, an MP4 video, or a PDF, Word or PowerPoint document, or leave the file out of the post or, with a `!` pattern, of `files`.',
  },
  FILE_PIXELS: {
    meaning: 'The image has more pixels than LinkedIn accepts.',
    hint: 'Make the image smaller, for example at most 6000 x 6000 pixels.',
  },
  FILE_FRAMES: {
    meaning: 'The animation has more frames than LinkedIn accepts.',
    hint: 'Shorten the animation to 250 frames, or convert it to an MP4 video.',
  },
  FILE_SIZE: {
    meaning: 'A document is larger than LinkedIn accepts, or an image is larger than 200 MB.',
    hint: 'Reduce or compress the image. Export the document with smaller images, or split it: LinkedIn accepts at most 100 MB.',
  },
  FILE_PAGES: {
    meaning: 'A document has more pages than LinkedIn accepts.',
    hint: 'Split it. LinkedIn accepts at most 300 pages.',
  },
  FILE_API: {
    meaning: 'The chosen API does not accept this kind of file.',
    hint: 'Set `api: media`, which accepts images, videos and documents.',
  },
  FILE_RECIPE: {
    meaning: 'The recipe is not for this kind of file.',
    hint: 'Use the recipe named in the message, or leave `recipe` at `auto`.',
  },
  FILE_SIDECAR: {
    meaning: 'Captions or a thumbnail are invalid, or their video is missing.',
    hint: 'Correct or remove the captions or thumbnail. Captions are SubRip text (.srt); a thumbnail is a PNG or JPG.',
  },
} as const;
