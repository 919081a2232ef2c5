// Builds small documents in memory, valid or with one exact defect. It shares no code with the parsers under test.

import { crc32, deflateRawSync } from 'node:zlib';

export interface PdfShape {
  /** Pages in the page tree. Default: 3. */
  readonly pages?: number;
  readonly isEncrypted?: boolean;
  /** Whether the tables are a compressed stream, as in PDF 1.5 and later. */
  readonly hasTableStream?: boolean;
  /** The data of a stream behind the page tree. */
  readonly stream?: string;
}

/** A PDF with empty pages. */
export function pdf({ pages = 3, isEncrypted, hasTableStream, stream = '' }: PdfShape = {}): Buffer {
  const kids = Array.from({ length: pages }, (_, index) => `${index + 3} 0 R`);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids.join(' ')}] /Count ${pages} >>`,
    ...kids.map(() => '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 10 10] >>'),
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
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
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(entries)) {
    const raw = Buffer.from(content);
    const data = isStored ? raw : deflateRawSync(raw);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(isStored ? 0 : 8, 4);
    fields.writeUInt32LE(crc32(raw), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(raw.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), data]);
    const record = Buffer.alloc(14);
    record.writeUInt32LE(offset, 10);
    central.push(
      Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, record, Buffer.from(name)]),
    );
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(central.length, 8);
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

const OFFICE = 'application/vnd.openxmlformats-officedocument';

function contentTypes(types: readonly string[]): string {
  const parts = types.map((type, index) => `<Override PartName="/p${index}.xml" ContentType="${type}"/>`);
  return `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">${parts.join('')}</Types>`;
}

export interface OfficeShape {
  readonly isStored?: boolean;
  /** Entries before the list of types, which Word and PowerPoint write first, and LibreOffice last. */
  readonly first?: Readonly<Record<string, string>>;
}

export function docx({ isStored = false, first = {} }: OfficeShape = {}): Buffer {
  const entries = {
    ...first,
    '[Content_Types].xml': contentTypes([`${OFFICE}.wordprocessingml.document.main+xml`]),
    'word/document.xml': '<w:document/>',
  };
  return zip(entries, isStored);
}

export function pptx(): Buffer {
  return zip({
    'ppt/presentation.xml': '<p:presentation/>',
    '[Content_Types].xml': contentTypes([
      `${OFFICE}.presentationml.presentation.main+xml`,
      `${OFFICE}.presentationml.slide+xml`,
    ]),
  });
}

/** A zip file of Office with another main part, such as `spreadsheetml.sheet`. */
export function officeZip(mainPart: string): Buffer {
  return zip({ '[Content_Types].xml': contentTypes([`${OFFICE}.${mainPart}.main+xml`]) });
}

/** The container of old Office files, with any content. */
export function ole(content = ''): Buffer {
  const bytes = Buffer.alloc(3 * 512);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(bytes);
  bytes.write(content, 512);
  return bytes;
}
