// Builds small documents in memory, valid or with one exact defect. It shares no code with the parsers under test.

import { Zip, ZipDeflate, zipSync } from 'fflate';

export interface PdfShape {
  /** Pages in the page tree. Default: 3. */
  readonly pages?: number;
  readonly isEncrypted?: boolean;
  /** Whether the tables are a compressed stream, as in PDF 1.5 and later. */
  readonly hasTableStream?: boolean;
}

/** A PDF with empty pages. */
export function pdf({ pages = 3, isEncrypted, hasTableStream }: PdfShape = {}): Buffer {
  const kids = Array.from({ length: pages }, (_, index) => `${index + 3} 0 R`);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages} >>`,
    ...kids.map(() => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>'),
    '<< /Length 0 >>\nstream\n\nendstream',
  ];
  const encrypt = isEncrypted === true ? '/Encrypt << /Filter /Standard >> ' : '';
  let text = '%PDF-1.7\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  const size = `/Size ${objects.length + 1} /Root 1 0 R ${encrypt}`;
  text +=
    hasTableStream === true
      ? `${objects.length + 1} 0 obj\n<< /Type /XRef ${size}/Length 4 >>\nstream\nabcd\nendstream\nendobj\n`
      : `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')}trailer\n<< ${size}>>\n`;
  return Buffer.from(`${text}startxref\n${start}\n%%EOF\n`, 'latin1');
}

/** A zip file. `isStored` entries are not compressed. */
export function zip(entries: Readonly<Record<string, string>>, isStored = false): Buffer {
  const files = Object.entries(entries).map(([name, text]) => [name, Buffer.from(text)] as const);
  return Buffer.from(
    zipSync(Object.fromEntries(files), { level: isStored ? 0 : 6, mtime: '2026-11-25' }),
  );
}

/** A zip file whose entries have their sizes after their data, as programs write it that do not know them before. */
export function streamedZip(entries: Readonly<Record<string, string>>): Buffer {
  const chunks: Uint8Array[] = [];
  const stream = new Zip((_, chunk) => chunks.push(chunk));
  for (const [name, text] of Object.entries(entries)) {
    const entry = new ZipDeflate(name);
    entry.mtime = '2026-11-25';
    stream.add(entry);
    entry.push(Buffer.from(text), true);
  }
  stream.end();
  return Buffer.concat(chunks);
}

/** The entry that lists the content types of an Office file, as `wordprocessingml.document.main`. */
export function contentTypes(...types: readonly string[]): Readonly<Record<string, string>> {
  const parts = types.map(
    (type, index) =>
      `<Override PartName="/p${index}.xml" ContentType="application/vnd.openxmlformats-officedocument.${type}+xml"/>`,
  );
  const namespace = 'http://schemas.openxmlformats.org/package/2006/content-types';
  return {
    '[Content_Types].xml': `<?xml version="1.0"?><Types xmlns="${namespace}">${parts.join('')}</Types>`,
  };
}

/** `first` are entries before the list of types, which Word and PowerPoint write first, and LibreOffice last. */
export function docx(first: Readonly<Record<string, string>> = {}, isStored = false): Buffer {
  const types = contentTypes('wordprocessingml.document.main');
  return zip({ ...first, ...types, 'word/document.xml': '<w:document/>' }, isStored);
}

export function pptx(): Buffer {
  const types = contentTypes('presentationml.presentation.main', 'presentationml.slide');
  return zip({ 'ppt/presentation.xml': '<p:presentation/>', ...types });
}

/** A zip file of Office with another main part, such as `spreadsheetml.sheet`. */
export function officeZip(mainPart: string): Buffer {
  return zip(contentTypes(`${mainPart}.main`));
}

/** The container of old Office files, with any content. */
export function ole(content = ''): Buffer {
  const bytes = Buffer.alloc(3 * 512);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  bytes.write(content, 512);
  return bytes;
}
