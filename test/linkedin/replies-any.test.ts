// Any answer in place of LinkedIn's gives a valid result or an ActionError, and changes no prototype.

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { openAsset, readArtifactsOfAsset, readAssetStatuses } from '../../src/linkedin/assets.ts';
import { openVideo, openWholeFile } from '../../src/linkedin/media-sessions.ts';
import { MediaStatusReader } from '../../src/linkedin/media-status.ts';
import { type CreatedPost, type FoundPost, PostClient } from '../../src/linkedin/post-client.ts';
import { parseReply } from '../../src/linkedin/replies.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { StatusQuery, StatusResult, UploadSession } from '../../src/linkedin/session.ts';
import { rejected } from '../errors/failures.ts';
import createComment from '../replies/create-comment.json' with { type: 'json' };
import duplicatePost from '../replies/duplicate-post.json' with { type: 'json' };
import findPosts from '../replies/find-posts.json' with { type: 'json' };
import mediaArtifacts from '../replies/media-artifacts.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import status from '../replies/status.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { fuzzed } from '../support/fuzz.ts';
import { image, inParts } from './asset-sessions.ts';
import {
  IMAGE_URN,
  imageAnswer,
  image as mediaImage,
  sidecarsAnswer,
  VIDEO_URN,
  withSidecars,
} from './media-sessions.ts';
import { ANY_CALL, inPhase, reply, ScriptedClient, straight } from './scripted-client.ts';

/** The status of one file from `api`, after LinkedIn has rejected a batch read. */
async function readSingly(api: RestClient, query: StatusQuery): Promise<StatusResult[]> {
  const denied = rejected('ACCESS_DENIED', 403, 'status');
  const own: Partial<RestClient> = {
    get: (call, schema) => api.get(call, schema),
    send: () => Promise.reject(denied),
  };
  const statuses = new MediaStatusReader(own as RestClient, straight);
  return await Promise.all(statuses.read([query]));
}

const ASSET: StatusQuery = {
  api: 'assets',
  urn: 'urn:li:digitalmediaAsset:C5',
  kind: 'image',
  recipe: image.recipe,
};
const IMAGES: StatusQuery[] = ['', '2'].map((end) => ({
  ...{ api: 'media', kind: 'image', recipe: null },
  urn: IMAGE_URN + end,
}));
const VIDEO: StatusQuery = { api: 'media', urn: VIDEO_URN, kind: 'video', recipe: null };

const PROCESSED = {
  status: 'AVAILABLE',
  id: IMAGE_URN,
  downloadUrl: 'https://www.linkedin.com/d?e=1',
};
const TOGETHER = {
  results: { [IMAGE_URN]: PROCESSED },
  errors: { [`${IMAGE_URN}2`]: { status: 404 } },
  statuses: {},
};
type Read = (api: RestClient) => Promise<unknown>;

const READERS: Record<string, { sample: unknown; read: Read; check: (value: never) => void }> = {
  'openAsset of a video in parts': {
    sample: registerParts.reply,
    read: (api) => openAsset(api, inParts),
    check: checkSession,
  },
  'openWholeFile of an image': {
    sample: imageAnswer,
    read: (api) => openWholeFile(api, mediaImage, 'image'),
    check: checkSession,
  },
  openVideo: {
    sample: sidecarsAnswer,
    read: (api) => openVideo(api, withSidecars),
    check: checkSession,
  },
  'the status read of an asset': {
    sample: status.reply,
    read: (api) => Promise.all(readAssetStatuses(api, [ASSET], straight)),
    check: checkAnswers,
  },
  'the status read of a video': {
    sample: { ...PROCESSED, id: VIDEO_URN },
    read: (api) => readSingly(api, VIDEO),
    check: checkAnswers,
  },
  'the batch status read of images': {
    sample: TOGETHER,
    read: (api) => Promise.all(new MediaStatusReader(api, straight).read(IMAGES)),
    check: checkAnswers,
  },
  'the artifact read of an asset': {
    sample: mediaArtifacts.reply,
    read: (api) => readArtifactsOfAsset(api, ASSET),
    check: checkArtifacts,
  },
  'the creation of a post': {
    sample: { ...duplicatePost.reply, id: 'urn:li:share:1' },
    read: (api) => new PostClient(api).create('{}', { isVideo: false }),
    check: ({ urn }: CreatedPost) => expect(urn ?? 'urn:li:share:1').toMatch(POST_URN),
  },
  'the search for a post': {
    sample: findPosts.reply,
    read: (api) => new PostClient(api).find('urn:li:person:x'),
    check: (found: readonly FoundPost[]) => {
      for (const { urn, commentary, createdAtMs } of found) {
        expect(urn).toMatch(POST_URN);
        expect([typeof commentary, typeof createdAtMs]).toEqual(['string', 'number']);
      }
    },
  },
  'the creation of a comment': {
    sample: createComment.reply,
    read: (api) => new PostClient(api).comment('urn:li:share:1', '{}', {}),
    check: ({ urn }: { urn: string | null }) =>
      expect(urn ?? 'urn:li:comment:(').toMatch(/^urn:li:comment:\(/),
  },
};

const POST_URN = /^urn:li:(share|ugcPost|activity):\d+$/;

function checkSession({ identity, parts, sidecarUploads }: UploadSession): void {
  expect(identity.urn).toMatch(/^urn:li:(digitalmediaAsset|image|video|document):[\w-]+$/);
  for (const { firstByte, sizeBytes, expiresAtMs } of parts) {
    expect(
      Number.isSafeInteger(firstByte) && firstByte >= 0 && Number.isSafeInteger(sizeBytes),
    ).toBe(true);
    expect(typeof (expiresAtMs ?? 0)).toBe('number');
  }
  expect(Array.isArray(sidecarUploads)).toBe(true);
}

function checkAnswers(answers: readonly StatusResult[]): void {
  for (const answer of answers) {
    // Null if the answer rejects the batch read.
    if (answer === null) continue;
    if (answer.state === 'unread') checkError(answer.error);
    else expect(['waiting', 'available', 'failed', 'unreadable']).toContain(answer.state);
  }
  expect(answers.length).toBeGreaterThan(0);
}

/** Artifacts are part of a results row, so they must be JSON. */
function checkArtifacts(artifacts: unknown): void {
  expect(Array.isArray(JSON.parse(JSON.stringify(artifacts)))).toBe(true);
}

function checkError(error: ActionError): void {
  expect(error.code).not.toBe('INTERNAL');
  expect(error.message.length).toBeLessThan(2000);
}

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    null,
    '',
    -1,
    0.5,
    1e308,
    2 ** 53,
    [],
    {},
    'urn:li:image:a\nb',
    'https://evil.example/',
  ),
  fc.constantFrom<unknown>('AVAILABLE', 'PROCESSING_FAILED', 'DREAMING', ['AVAILABLE'], {
    status: 500,
  }),
);

/** The JSON of `sample` with values replaced by junk. */
function altered(sample: unknown): fc.Arbitrary<string> {
  const change = fc.record({
    path: fc.constantFrom(...pathsIn(sample)),
    value: junk,
    isGone: fc.boolean(),
  });
  return fc.array(change, { maxLength: 3 }).map((changes) => {
    const copy = changes.reduce(
      (whole, { path, value, isGone }) => put(whole, path, isGone ? undefined : value),
      sample,
    );
    return JSON.stringify(copy) ?? '';
  });
}

type Path = readonly (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    path,
    ...keys.flatMap((key) => pathsIn((value as Record<string, unknown>)[key], [...path, key])),
  ];
}

function put(whole: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof whole !== 'object' || whole === null) return whole;
  const copy = (Array.isArray(whole) ? [...whole] : { ...whole }) as Record<
    string | number,
    unknown
  >;
  copy[key] = put(copy[key], rest, value);
  return copy;
}

const headers = fc.dictionary(
  fc.constantFrom('retry-after', 'x-li-uuid', 'etag', 'date', 'location', 'x-restli-id'),
  fc.oneof(fc.string({ maxLength: 20 }), fc.array(fc.string({ maxLength: 9 }), { maxLength: 3 })),
);

/** Responses whose text is altered, truncated or random. */
function replies(sample: unknown): fc.Arbitrary<HttpResponse> {
  const text = fc.oneof(
    { weight: 6, arbitrary: altered(sample) },
    { weight: 1, arbitrary: altered(sample).map((whole) => whole.slice(0, whole.length / 2)) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  );
  const code = fc.oneof(
    { weight: 4, arbitrary: fc.constant(200) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(201, 204, 400, 401, 403, 404, 409, 426, 429, 500, 503),
    },
  );
  return fc.record({ status: code, text, headers, call: fc.constant(ANY_CALL) });
}

describe('arbitrary answers', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);
  afterEach(() => expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before));

  it.each(Object.entries(READERS))(
    '%s returns a valid result or throws an ActionError for any answer',
    async (_, { sample, read, check }) => {
      let values = 0;
      const property = fc.asyncProperty(replies(sample), async (reply) => {
        try {
          check((await read(new RestClient(new ScriptedClient([reply]), '202609'))) as never);
          values += 1;
        } catch (error) {
          if (!(error instanceof ActionError)) throw error;
          checkError(error);
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      });
      await fc.assert(property, fuzzed(300));
      // Enough answers are valid to exercise the reader.
      expect(values).toBeGreaterThan(10);
    },
  );
});

const schema = z.object({ value: z.object({ asset: z.string() }) });
const DEPTH = 100_000;
const deepList = '['.repeat(DEPTH) + ']'.repeat(DEPTH);

it.each([
  ['of lists', deepList],
  ['of objects', `${'{"value":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`],
  ['without closing brackets', '['.repeat(DEPTH)],
  ['inside a required field', `{"value":{"asset":${deepList}}}`],
])('an answer with 100,000 levels %s throws CallError', async (_, text) => {
  const error = await caught(
    () => parseReply(inPhase('register', reply(200, text)), schema),
    CallError,
  );
  expect(error.message.length).toBeLessThan(200);
});

it.each(['__proto__', 'constructor', 'prototype'])(
  'an answer with the key %s changes no prototype',
  (key) => {
    const planted = `{"${key}":{"polluted":1,"prototype":{"polluted":1}},"value":{"${key}":{"polluted":1},"asset":"urn:x"}}`;
    expect(parseReply(inPhase('register', reply(200, planted)), schema)).toEqual({
      value: { asset: 'urn:x' },
    });
    expect('polluted' in {}).toBe(false);
  },
);
