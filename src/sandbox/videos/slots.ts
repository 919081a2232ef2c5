// Plans the upload slots of a video and its sidecars, the captions and the thumbnail. Keeps no state.

import type { SandboxSettings, VideoEtags } from '../options.ts';
import { ErrorResponse, htmlError } from '../restli/error-responses.ts';
import { fieldsOf, flagOf, oneOf, textMatching, textOf } from '../restli/fields.ts';
import { parseMultipart } from '../restli/multipart.ts';
import {
  type EtagForm,
  fakeSignature,
  makePartSlots,
  makeSlot,
  partRules,
  type Slot,
  type SlotRules,
} from '../uploads/slot.ts';

export interface VideoSlots {
  /** The length of a range. The last one may be shorter. */
  readonly partBytes: number;
  readonly parts: readonly Slot[];
  readonly captions: Slot | null;
  readonly thumbnail: Slot | null;
}

const ETAGS: Readonly<Record<VideoEtags, EtagForm>> = {
  path: { form: 'path', quoted: false },
  'quoted-path': { form: 'path', quoted: true },
  'quoted-hex': { form: 'hex', quoted: true },
};

// Our limit, because the form is parsed in memory; LinkedIn gives none. Half an hour of speech is a tenth of it.
const MAX_CAPTIONS = { sizeBytes: 1024 * 1024, reason: 'Captions can have at most 1 MiB' };
const MAX_THUMBNAIL = { sizeBytes: 10_000_000, reason: 'A thumbnail can have at most 10 MB' };

const CAPTIONS_RULES: SlotRules = {
  method: 'POST',
  needsToken: true,
  headers: {},
  headersOptional: false,
  contentType: /^multipart\/form-data;/i,
  maxBody: MAX_CAPTIONS,
  successStatus: 201,
  etag: null,
  extractFile: captionsFromForm,
};

const THUMBNAIL_RULES: SlotRules = {
  method: 'PUT',
  needsToken: false,
  headers: { 'media-type-family': 'STILLIMAGE' },
  headersOptional: false,
  contentType: /^(application\/octet-stream|image\/(jpeg|png))$/,
  maxBody: MAX_THUMBNAIL,
  successStatus: 201,
  etag: null,
  extractFile: null,
};

export function planSlots(
  settings: SandboxSettings,
  video: { id: string; fileSizeBytes: number; wantsCaptions: boolean; wantsThumbnail: boolean },
): VideoSlots {
  const { id, fileSizeBytes } = video;
  const { partSizeBytes, videoEtags, urlLifeMs, clock } = settings;
  const expiresAt = clock.now() + urlLifeMs;
  const rules = partRules(ETAGS[videoEtags], {});
  const partBytes = partSizeBytes(fileSizeBytes);
  return {
    partBytes,
    parts: makePartSlots({ id, rules, fileSizeBytes, partSizeBytes: partBytes, expiresAt }),
    captions: video.wantsCaptions ? sidecarSlot(id, 'captions', expiresAt) : null,
    thumbnail: video.wantsThumbnail ? sidecarSlot(id, 'thumbnail', expiresAt) : null,
  };
}

function sidecarSlot(id: string, purpose: 'captions' | 'thumbnail', expiresAt: number): Slot {
  const [name, rules] =
    purpose === 'captions' ? ['uploadedCaptions', CAPTIONS_RULES] : ['uploadedThumbnail', THUMBNAIL_RULES];
  const address = `/dms-uploads/${id}/${name}/0?ca=vector_ads&cn=uploads&sync=0&v=beta&ut=${fakeSignature(id, purpose)}`;
  return makeSlot({ purpose, rules, address, expiresAt });
}

/** @throws ErrorResponse when the form or its metadata is invalid */
function captionsFromForm(body: Buffer, contentType: string): Buffer {
  const sections = parseMultipart(body, contentType);
  if (typeof sections === 'string') throw htmlError(400, sections);
  const parts = sections.map(({ headers, content }): FormPart => {
    const disposition = headers.map((line) => DISPOSITION.exec(line)).find((found) => found !== null);
    const [, name, filename = null] = disposition ?? [];
    if (name === undefined) throw htmlError(400, 'A field of the form has no name');
    return { name, filename, content };
  });
  if (parts.some(({ name }) => name !== 'metadata' && name !== 'file'))
    throw htmlError(400, 'The form has an unknown field');
  checkMetadata(only(parts, 'metadata'));
  const file = only(parts, 'file');
  if (file.filename === null) throw htmlError(400, 'The field file is not a file');
  if (file.content.length === 0) throw htmlError(400, 'The captions are empty');
  return file.content;
}

function only(parts: readonly FormPart[], name: string): FormPart {
  const [part, another] = parts.filter((other) => other.name === name);
  if (part === undefined || another !== undefined)
    throw htmlError(400, `The form must have exactly one field ${name}`);
  return part;
}

function checkMetadata({ filename, content }: FormPart): void {
  if (filename !== null) throw htmlError(400, 'The field metadata must not be a file');
  try {
    checkMetadataFields(JSON.parse(content.toString('utf8')));
  } catch (error) {
    if (error instanceof ErrorResponse) throw htmlError(400, error.message);
    throw htmlError(400, 'The field metadata is not JSON');
  }
}

function checkMetadataFields(value: unknown): void {
  const root = '/metadata';
  const fields = fieldsOf(value, root, {
    required: ['format', 'formattedForEasyReader', 'largeText', 'source', 'locale', 'transcriptType'],
  });
  oneOf(fields.format, `${root}/format`, ['SRT']);
  flagOf(fields.formattedForEasyReader, `${root}/formattedForEasyReader`);
  flagOf(fields.largeText, `${root}/largeText`);
  oneOf(fields.source, `${root}/source`, ['USER_PROVIDED']);
  oneOf(fields.transcriptType, `${root}/transcriptType`, ['CLOSED_CAPTION']);
  const locale = fieldsOf(fields.locale, `${root}/locale`, { required: ['variant', 'country', 'language'] });
  textOf(locale.variant, `${root}/locale/variant`);
  textMatching(locale.country, `${root}/locale/country`, /^[A-Z]{2}$/);
  // LinkedIn accepts only English. The code was seen in upper and in lower case.
  textMatching(locale.language, `${root}/locale/language`, /^en$/i);
}

interface FormPart {
  readonly name: string;
  /** Null for a field that is not a file. */
  readonly filename: string | null;
  readonly content: Buffer;
}

const DISPOSITION = /^content-disposition: form-data; name="([^"]+)"(?:; filename="([^"]*)")?$/i;
