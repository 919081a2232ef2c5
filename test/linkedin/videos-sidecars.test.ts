// Sidecars of a video: captions as a form with the bearer token, a thumbnail as octet-stream without it.

import { type FormData, Response } from 'undici';
import { describe, expect, it } from 'vitest';
import { CallError, FileError } from '../../src/errors/action-error.ts';
import type { HttpRequest } from '../../src/http/messages.ts';
import type { PartBody, SidecarUpload, UploadSession } from '../../src/linkedin/session.ts';
import { caught } from '../support/caught.ts';
import { changed } from './changed.ts';
import { sidecarsAnswer, VIDEO_URN, withSidecars } from './media-sessions.ts';
import { open, partBody, reply } from './scripted-client.ts';

const SRT = '1\r\n00:00:00,000 --> 00:00:02,000\r\nGrüße — "hi" --boundary\r\n';

const METADATA = {
  format: 'SRT',
  formattedForEasyReader: true,
  largeText: true,
  source: 'USER_PROVIDED',
  locale: { variant: 'AMERICAN', country: 'US', language: 'EN' },
  transcriptType: 'CLOSED_CAPTION',
};

function sidecarOf({ sidecarUploads }: UploadSession, kind: SidecarUpload['kind']): SidecarUpload {
  const sidecar = sidecarUploads.find((one) => one.kind === kind);
  if (sidecar === undefined) throw new RangeError(`the session has no ${kind}`);
  return sidecar;
}

/** `text` in chunks of three bytes that share one buffer, like the body of a file. */
function reusing(text: string): PartBody {
  const bytes = Buffer.from(text);
  const buffer = Buffer.alloc(3);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.byteLength; start += 3) {
      const length = bytes.copy(buffer, 0, start);
      yield buffer.subarray(0, length);
      buffer.fill('!');
    }
  }
  return { sizeBytes: bytes.byteLength, chunks: chunks(), signal: new AbortController().signal };
}

async function bytesOf({ body }: HttpRequest): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof body !== 'object') throw new RangeError('no bytes were sent');
  return Buffer.concat(await Array.fromAsync(body.chunks));
}

/** The parsed form of a request body. */
async function formOf(bytes: Uint8Array<ArrayBuffer>, contentType = ''): Promise<FormData> {
  return await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
}

describe('sidecar uploads', () => {
  it('a session has one upload per requested sidecar, with its size', async () => {
    const { session } = await open(withSidecars, reply(200, sidecarsAnswer));
    expect(session.sidecarUploads).toMatchObject([
      { kind: 'captions', sizeBytes: 61 },
      { kind: 'thumbnail', sizeBytes: 4437 },
    ]);
  });

  it.each(['captionsUploadUrl', 'thumbnailUploadUrl'])(
    'a %s on another host rejects the session, and the error keeps the URN',
    async (field) => {
      const body = changed(sidecarsAnswer, ['value', field], 'https://evil.example/x?ut=secret');
      const error = await caught(() => open(withSidecars, reply(200, body)), CallError);
      expect(error).toMatchObject({ code: 'UPLOAD_URL', urn: VIDEO_URN });
      expect(error.message).not.toContain('secret');
    },
  );
});

describe('caption uploads', () => {
  const openCaptions = async (...answers: Parameters<typeof reply>[]) => {
    const replies = answers.map((answer) => reply(...answer));
    const { client, session } = await open(withSidecars, reply(200, sidecarsAnswer), ...replies);
    return { client, captions: sidecarOf(session, 'captions') };
  };

  it('captions are sent as a form with two fields and the bearer token to their upload URL', async () => {
    const { client, captions } = await openCaptions([201]);
    const body = reusing(SRT);
    await captions.put(body);
    expect(client.last).toMatchObject({
      phase: 'upload',
      method: 'POST',
      idempotency: 'idempotent',
      bearer: true,
    });
    expect(client.last.url.href).toBe(sidecarsAnswer.value.captionsUploadUrl);
    expect(client.last.signal).toBe(body.signal);
    expect(Object.keys(client.last.headers)).toEqual(['content-type']);

    const bytes = await bytesOf(client.last);
    expect(client.last.body).toMatchObject({ sizeBytes: bytes.byteLength });
    const form = await formOf(bytes, client.last.headers['content-type']);
    expect([...form.keys()]).toEqual(['metadata', 'file']);
    expect(JSON.parse(String(form.get('metadata')))).toEqual(METADATA);
  });

  it('captions are sent byte for byte although their chunks share one buffer', async () => {
    const { client, captions } = await openCaptions([201]);
    await captions.put(reusing(SRT));
    const form = await formOf(await bytesOf(client.last), client.last.headers['content-type']);
    const file = form.get('file');
    if (file === null || typeof file === 'string') throw new RangeError('the file is a file');
    expect(file.name).toBe('captions.srt');
    expect(Buffer.from(await file.arrayBuffer())).toEqual(Buffer.from(SRT));
  });

  it('the body of a captions request can be read again for a retry', async () => {
    const { client, captions } = await openCaptions([201]);
    await captions.put(reusing(SRT));
    expect(await bytesOf(client.last)).toEqual(await bytesOf(client.last));
  });

  it.each([202, 203, 206])(
    'status %i throws UPLOAD_INCOMPLETE, because it does not confirm that the captions are stored',
    async (status) => {
      const { captions } = await openCaptions([status]);
      const error = await caught(() => captions.put(reusing(SRT)), CallError);
      expect(error).toHaveProperty('code', 'UPLOAD_INCOMPLETE');
    },
  );

  it('captions that cannot be read are not sent', async () => {
    const failure = new FileError('FILE_CHANGED', 'clip.srt', 'changed while this step was running');
    async function* chunks(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('1');
      throw failure;
    }
    const { client, captions } = await openCaptions([201]);
    expect(await caught(() => captions.put({ ...reusing(''), chunks: chunks() }), FileError)).toBe(failure);
    expect(client.requests).toHaveLength(1);
  });
});

it('a thumbnail is sent as octet-stream with its media type family and without the bearer token', async () => {
  const { client, session } = await open(withSidecars, reply(200, sidecarsAnswer), reply(201));
  const body = partBody('picture');
  expect(await sidecarOf(session, 'thumbnail').put(body)).toEqual({ status: 201, etag: null });
  expect(client.last).toMatchObject({ phase: 'upload', method: 'PUT', bearer: false });
  expect(client.last.headers).toEqual({
    'media-type-family': 'STILLIMAGE',
    'content-type': 'application/octet-stream',
  });
  expect(client.last.body).toMatchObject({ sizeBytes: 7, chunks: body.chunks });
  expect(client.last.signal).toBe(body.signal);
  expect(client.last.url.href).toBe(sidecarsAnswer.value.thumbnailUploadUrl);
});
