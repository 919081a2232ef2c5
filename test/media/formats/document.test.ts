// Inspection of documents: the type by content, missing ends, page counts and digests.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/errors.ts';
import { examineDocument, isDocumentContainer } from '../../../src/media/formats/document.ts';
import { caught } from '../../support/caught.ts';
import { docx, officeZip, ole, pdf, pdfWithChange, pptx, zip } from '../../support/documents.ts';

function sourceOf(bytes: Buffer, sizeBytes = bytes.length) {
  return {
    sizeBytes,
    read: async (into: Uint8Array, offset: number) => {
      const part = bytes.subarray(offset, offset + into.length);
      part.copy(into);
      return Math.min(into.length, Math.max(0, sizeBytes - offset));
    },
  };
}

const inspect = (bytes: Buffer) => examineDocument(sourceOf(bytes), 'deck', bytes.subarray(0, 256 * 1024));
const inspectionError = (bytes: Buffer) => caught(() => inspect(bytes), FileError);

const VALID: readonly (readonly [
  name: string,
  bytes: Buffer,
  mediaType: string,
  pages: number | undefined,
])[] = [
  ['a PDF', pdf(), 'application/pdf', 3],
  ['a PDF with bytes before its header', pdf({ prefix: 'x\n' }), 'application/pdf', 3],
  ['a PDF of 1,000 pages', pdf({ pages: 1000 }), 'application/pdf', 1000],
  ['a PDF with a changed page tree', pdfWithChange(pdf(), 7), 'application/pdf', 7],
  ['a PDF that changed twice', pdfWithChange(pdfWithChange(pdf(), 7), 9), 'application/pdf', 9],
  ['a PDF with compressed tables', pdf({ hasTableStream: true }), 'application/pdf', undefined],
  ['a Word document', docx(), 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', 2],
  [
    'a Word document with stored entries',
    docx({ isStored: true }),
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    2,
  ],
  [
    'a presentation whose properties state no slides',
    pptx(),
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    3,
  ],
  ['an old Word document', ole(['1Table', 'WordDocument']), 'application/msword', undefined],
  [
    'an old presentation with an embedded Word document',
    ole(['Current User', 'PowerPoint Document'], { embedded: ['WordDocument'] }),
    'application/vnd.ms-powerpoint',
    undefined,
  ],
];

describe('examineDocument', () => {
  it.each(VALID)('examineDocument finds type, pages and digest of %s', async (_, bytes, mediaType, pages) => {
    expect(isDocumentContainer(bytes)).toBe(true);
    const { media, warnings } = await inspect(bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(media).toEqual({ kind: 'document', mediaType, sha256, ...(pages === undefined ? {} : { pages }) });
    expect(warnings).toEqual([]);
  });

  it.each([false, true])(
    'an encrypted PDF gets a warning (compressed tables: %s)',
    async (hasTableStream) => {
      const { warnings } = await inspect(pdf({ isEncrypted: true, hasTableStream }));
      expect(warnings).toEqual(['is encrypted, and LinkedIn may be unable to open it']);
    },
  );

  it.each([
    ['a PDF without its last line', pdf().subarray(0, -6), /cut off: its end marker \(%%EOF\) is missing/],
    ['half of a PDF', pdf().subarray(0, 200), /cut off: its end marker/],
    ['a Word document without its last bytes', docx().subarray(0, -10), /zip index is missing or invalid/],
    ['half of a presentation', pptx().subarray(0, 300), /zip index is missing or invalid/],
    ['an old Word document without its last sector', ole(['WordDocument']).subarray(0, -512), /sectors/],
    ['only the header of an old presentation', ole(['PowerPoint Document']).subarray(0, 512), /sectors/],
  ])('%s is rejected as truncated', async (_, bytes, text) => {
    const error = await inspectionError(bytes);
    expect(error.code).toBe('FILE_TRUNCATED');
    expect(error.message).toMatch(text);
  });

  it.each([
    ['a workbook', officeZip('spreadsheetml.sheet'), /is a zip file, but not a Word or PowerPoint document/],
    ['a template', officeZip('wordprocessingml.template'), /is a zip file/],
    ['a zip file of images', zip({ 'a.png': 'x' }), /is a zip file/],
    ['an old workbook', ole(['Workbook']), /is an OLE file, but not a Word or PowerPoint document/],
    [
      'an old workbook with an embedded Word document',
      ole(['Workbook'], { embedded: ['WordDocument'] }),
      /is an OLE file/,
    ],
    ['a password-protected Office file', ole(['EncryptionInfo', 'EncryptedPackage']), /password-protected/],
  ])('%s is rejected by its content', async (_, bytes, text) => {
    const error = await inspectionError(bytes);
    expect(error.code).toBe('FILE_TYPE');
    expect(error.message).toMatch(text);
  });

  it('a document above 100 MB is rejected with its size', async () => {
    const bytes = pdf();
    const start = 100_000_001 - bytes.length;
    const source = {
      sizeBytes: 100_000_001,
      read: async (into: Uint8Array, offset: number) => {
        into.fill(0);
        bytes.copy(into, Math.max(0, start - offset), Math.max(0, offset - start));
        return Math.min(into.length, 100_000_001 - offset);
      },
    };
    const error = await caught(() => examineDocument(source, 'deck.pdf', bytes), FileError);
    expect(error.code).toBe('FILE_SIZE');
    expect(error.message).toBe(
      'deck.pdf has 100,000,001 bytes: LinkedIn accepts documents of at most 100 MB',
    );
  });

  it('an error of the disk is not reported as a damaged document', async () => {
    for (const bytes of [pdf(), docx(), ole(['WordDocument'])]) {
      const failing = { sizeBytes: bytes.length, read: () => Promise.reject(new Error('EIO')) };
      await expect(examineDocument(failing, 'deck', bytes)).rejects.toThrow('EIO');
    }
  });

  it('an error of the disk in the middle of a zip file is not reported as a damaged document', async () => {
    const bytes = docx();
    const whole = sourceOf(bytes);
    const reads: number[] = [];
    const counting = {
      ...whole,
      read: (into: Uint8Array, offset: number) => {
        // A read past the end does not reach the disk.
        if (offset < bytes.length) reads.push(offset);
        return whole.read(into, offset);
      },
    };
    await examineDocument(counting, 'deck', bytes);
    for (const failing of reads.keys()) {
      let count = 0;
      const source = {
        ...whole,
        read: (into: Uint8Array, offset: number) => {
          if (offset < bytes.length) count += 1;
          return count > failing && offset < bytes.length
            ? Promise.reject(new Error('EIO'))
            : whole.read(into, offset);
        },
      };
      await expect(examineDocument(source, 'deck', bytes)).rejects.toThrow('EIO');
    }
    expect(reads.length).toBeGreaterThan(4);
  });

  it('any change to a valid document is either accepted or rejected with a FileError', async () => {
    const documents = fc.constantFrom(pdf(), pdfWithChange(pdf(), 4), docx(), pptx(), ole(['WordDocument']));
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
          const result = await inspect(bytes).catch((error: unknown) => error);
          expect(result instanceof Error ? result : null).toSatisfy(
            (error) => error === null || error instanceof FileError,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
