// Inspection of documents: the type by content, missing ends and digests.

import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FileError } from '../../../src/errors/action-error.ts';
import { examine } from '../../../src/media/inspect-file.ts';
import { caught } from '../../support/caught.ts';
import {
  contentTypes,
  docx,
  officeZip,
  ole,
  pdf,
  pptx,
  streamedZip,
  zip,
} from '../../support/documents.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { png, sourceOf } from '../../support/media.ts';

const inspect = (bytes: Buffer, path = 'deck') => examine(sourceOf(bytes), path);
const inspectionError = (bytes: Buffer, path?: string) =>
  caught(() => inspect(bytes, path), FileError);

const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const PPTX = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
/** Zip entries that are larger than the first read of a file. */
const PICTURES = { 'word/media/1.png': randomBytes(300_000).toString('hex') };
/** A document whose first entry hides the others from the first read. */
const macros = (folder: string, main: string) =>
  zip({
    'docProps/thumbnail.jpeg': PICTURES['word/media/1.png'],
    ...{
      [`${folder}/${main}`]: 'x',
      [`${folder}/vbaProject.bin`]: 'x',
      '[Content_Types].xml': 'x',
    },
  });
const DECK = contentTypes('presentationml.presentation.main');
/** More entries than `file-type` reads. */
const SLIDES = Object.fromEntries(
  Array.from({ length: 1100 }, (_, n) => [`ppt/slides/${n}.xml`, 's']),
);
/** A list of types of more than 1 MB. */
const LONG_LIST = contentTypes(
  'presentationml.presentation.main',
  ...Array.from({ length: 10_000 }, () => 'presentationml.slide'),
);
/** More than `file-type` scans of a streamed entry. */
const BIG_SLIDE = { 'ppt/a.bin': PICTURES['word/media/1.png'].repeat(6) };
const BACKUP = { 'backup/word/document.xml': 'x', 'backup/[Content_Types].xml': 'x' };
/** Its comment has the signature of the end record. */
function withComment(document: Buffer): Buffer {
  const comment = Buffer.from(`${' '.repeat(40)}PK\x05\x06${' '.repeat(40)}`, 'latin1');
  const bytes = Buffer.concat([document, comment]);
  bytes.writeUInt16LE(comment.length, document.length - 2);
  return bytes;
}

function docxParts() {
  return { 'word/document.xml': 'x', ...contentTypes('wordprocessingml.document.main') };
}

it.each([
  ['a PDF', pdf(), 'deck', 'application/pdf'],
  ['a PDF with compressed tables', pdf({ hasTableStream: true }), 'deck', 'application/pdf'],
  ['a Word document', docx(), 'deck', DOCX],
  ['a Word document with stored entries', docx({}, true), 'deck', DOCX],
  ['a Word document with its list of types at its end', docx(PICTURES), 'deck', DOCX],
  [
    'a presentation with more than 1,024 entries before its list of types',
    zip({ ...SLIDES, ...DECK, 'ppt/presentation.xml': 'x' }),
    'deck',
    PPTX,
  ],
  [
    'a presentation with other entries before 1,024 slides',
    zip({
      'docProps/a.jpeg': BIG_SLIDE['ppt/a.bin'],
      ...SLIDES,
      ...DECK,
      'ppt/presentation.xml': 'x',
    }),
    'deck',
    PPTX,
  ],
  [
    'a presentation with a list of types of more than 1 MB',
    zip({ ...LONG_LIST, 'ppt/presentation.xml': 'x' }),
    'deck',
    PPTX,
  ],
  [
    'a presentation of streamed entries',
    streamedZip({ ...BIG_SLIDE, 'ppt/presentation.xml': 'x', ...DECK }),
    'deck',
    PPTX,
  ],
  [
    'a Word document of streamed entries with another one first',
    streamedZip({ 'docProps/a.jpeg': BIG_SLIDE['ppt/a.bin'], ...docxParts() }),
    'deck',
    DOCX,
  ],
  [
    'a Word document of Word on the web (document2.xml)',
    zip({ ...contentTypes('wordprocessingml.document.main'), 'word/document2.xml': 'x' }),
    'deck',
    DOCX,
  ],
  ['a Word document with a comment', withComment(docx()), 'deck', DOCX],
  ['a presentation', pptx(), 'deck', PPTX],
  ['an old Word document', ole(), 'a/deck.doc', 'application/msword'],
  ['an old presentation', ole(), 'a/Deck.v2.PPT', 'application/vnd.ms-powerpoint'],
])('examine finds type and digest of %s', async (_, bytes, path, mediaType) => {
  const { media, warnings } = await inspect(bytes, path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(media).toEqual({ kind: 'document', mediaType, sha256 });
  expect(warnings).toEqual([]);
});

it.each([false, true])(
  'an encrypted PDF gets a warning (compressed tables: %s)',
  async (hasTableStream) => {
    const { warnings } = await inspect(pdf({ isEncrypted: true, hasTableStream }));
    expect(warnings).toEqual([
      'is encrypted, and LinkedIn may be unable to open it: save it without a password',
    ]);
  },
);

it.each([
  [
    'a PDF without its last line',
    pdf().subarray(0, -6),
    /cut off: its end marker \(%%EOF\) is missing/,
  ],
  ['half of a PDF', pdf().subarray(0, 200), /cut off: its end marker/],
  [
    'a Word document without its last bytes',
    docx().subarray(0, -30),
    /cut off: the index of its zip container is missing/,
  ],
  [
    'half of a presentation',
    pptx().subarray(0, 300),
    /cut off: the index of its zip container is missing/,
  ],
])('%s is rejected as truncated', async (_, bytes, text) => {
  const error = await inspectionError(bytes);
  expect(error.code).toBe('FILE_TRUNCATED');
  expect(error.message).toMatch(text);
});

it.each([
  [
    'a workbook',
    officeZip('spreadsheetml.sheet'),
    'deck.docx',
    /is of type XLSX .*\. Convert it to PDF/,
  ],
  ['a template', officeZip('wordprocessingml.template'), 'deck.docx', /is of type DOTX/],
  [
    'a zip file of images',
    zip({ 'a.png': 'x' }),
    'deck.pptx',
    /is of type ZIP \(application\/zip\)/,
  ],
  ['a Word document with macros', macros('word', 'document.xml'), 'a.docm', /is of type ZIP/],
  ['a presentation with macros', macros('ppt', 'presentation.xml'), 'a.pptm', /is of type ZIP/],
  [
    'a presentation with macros and a late list of types',
    zip({ ...BIG_SLIDE, 'ppt/presentation.xml': 'x', 'ppt/vbaProject.bin': 'x', ...DECK }),
    'a.pptm',
    /is of type ZIP/,
  ],
  [
    'a workbook with a large entry in a folder `ppt`',
    zip({ ...BIG_SLIDE, 'xl/workbook.xml': 'x', ...contentTypes('spreadsheetml.sheet.main') }),
    'a.xlsx',
    /is of type XLSX/,
  ],
  [
    'a workbook of streamed entries with a large one in a folder `ppt`',
    streamedZip({
      ...BIG_SLIDE,
      'xl/workbook.xml': 'x',
      ...contentTypes('spreadsheetml.sheet.main'),
    }),
    'a.xlsx',
    /is of type (?:XLSX|ZIP)/,
  ],
  ['a zip file of a large folder `word`', zip(PICTURES), 'deck.docx', /is of type ZIP/],
  [
    'a zip file with `word/readme.txt` and 1,100 others',
    zip({ 'word/readme.txt': 'x', ...SLIDES }),
    'a.docx',
    /is of type ZIP/,
  ],
  ['the first 21 bytes of a zip file', docx().subarray(0, 21), 'a.docx', /is of type ZIP/],
  ['a zip file with an unpacked document', zip(BACKUP), 'backup.zip', /is of type ZIP/],
  ['an EPUB', zip({ mimetype: 'application/epub+zip' }, true), 'deck.docx', /is of type EPUB/],
  [
    'an OpenDocument text',
    zip({ mimetype: 'application/vnd.oasis.opendocument.text' }, true),
    'deck.docx',
    /is of type ODT .*\. Convert it to PDF/,
  ],
  ['a text', Buffer.from('Word'), 'deck.doc', /is not an image, video or document/],
  [
    'an old workbook',
    ole(),
    'a.doc/book.xls',
    /is an OLE file, and its name ends neither in \.doc nor/,
  ],
  [
    'a password-protected Word document',
    ole(),
    'deck.docx',
    /has a password, or .* must be named \.doc\. Remove the password/,
  ],
  [
    'a password-protected presentation',
    ole(),
    'deck.PPTX',
    /has a password, or .* must be named \.ppt\. Remove the password/,
  ],
])('%s is rejected by its type', async (_, bytes, path, text) => {
  const error = await inspectionError(bytes, path);
  expect(error.code).toBe('FILE_TYPE');
  expect(`${error.message}. ${error.hint}`).toMatch(text);
});

it.each([
  ['a PDF', pdf(), 'a.pdf', 'document'],
  ['a zip file', docx(), 'a.docx', 'document'],
  ['an OLE file', ole(), 'a.ppt', 'document'],
  ['an image', png(), 'a.png', 'image'],
] as const)('%s above its limit is refused after the first read', async (_, bytes, path, kind) => {
  const max = kind === 'image' ? 200_000_000 : 100_000_000;
  const source = sourceOf(bytes);
  const error = await caught(() => examine({ ...source, sizeBytes: max + 1 }, path), FileError);
  expect(error.code).toBe('FILE_SIZE');
  expect(error.message).toBe(
    kind === 'image'
      ? 'a.png has 200,000,001 bytes: the limit for images is 200 MB'
      : `${path} has 100,000,001 bytes: the limit for documents is 100 MB`,
  );
});

it('an error of the disk is reported as such, whichever read fails', async () => {
  for (const bytes of [pdf(), docx(PICTURES), ole()]) {
    const whole = sourceOf(bytes);
    await examine(whole, 'deck.doc');
    expect(whole.reads).toBeGreaterThan(1);
    for (let failing = 0; failing < whole.reads; failing += 1) {
      const source = sourceOf(bytes);
      const read: typeof source.read = (into, offset) => {
        if (source.reads === failing) throw new FileError('FILE_UNREADABLE', 'a.png', 'EIO');
        return source.read(into, offset);
      };
      const error = await caught(
        () => examine({ sizeBytes: bytes.length, read }, 'deck.doc'),
        FileError,
      );
      expect(error.code).toBe('FILE_UNREADABLE');
    }
  }
});

it('any change to a valid document is either accepted or rejected with a FileError', async () => {
  const documents = fc.constantFrom(pdf(), docx(), pptx(), ole());
  const change = fc.record({
    at: fc.double({ min: 0, max: 0.999, noNaN: true }),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  });
  await fc.assert(
    fc.asyncProperty(
      documents,
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (valid, changes) => {
        const bytes = Buffer.from(valid);
        for (const { at, bytes: content } of changes)
          Buffer.from(content).copy(bytes, Math.floor(at * bytes.length));
        const result = await inspect(bytes, 'deck.doc').catch((error: unknown) => error);
        expect(result instanceof Error ? result : null).toSatisfy(
          (error) => error === null || error instanceof FileError,
        );
      },
    ),
    fuzzed(300),
  );
});
