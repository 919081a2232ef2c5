// Malicious answers: very deep or very long ones, and ones that target the prototype of all objects.

import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CallError } from '../../src/errors/action-error.ts';
import { readArtifactsOfAsset, readAssetStatuses } from '../../src/linkedin/asset-status.ts';
import { openAsset } from '../../src/linkedin/assets.ts';
import { parseReply, rejectionFromResponse } from '../../src/linkedin/replies.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { StatusQuery } from '../../src/linkedin/session.ts';
import { openVideo } from '../../src/linkedin/videos.ts';
import { caught } from '../support/caught.ts';
import { inParts } from './asset-sessions.ts';
import { withSidecars } from './media-sessions.ts';
import { inPhase, reply, ScriptedClient, straight } from './scripted-client.ts';

const schema = z.object({ value: z.object({ asset: z.string() }) });
const DEPTH = 100_000;
const deepList = '['.repeat(DEPTH) + ']'.repeat(DEPTH);
const deepObject = `${'{"value":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}`;

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect('polluted' in {}).toBe(false);
});

describe('answers with 100,000 levels', () => {
  it.each([
    ['of lists', deepList],
    ['of objects', deepObject],
    ['without closing brackets', '['.repeat(DEPTH)],
    ['inside a required field', `{"value":{"asset":${deepList}}}`],
  ])('a deep answer %s throws CallError', async (_, text) => {
    const error = await caught(() => parseReply(inPhase('register', reply(200, text)), schema), CallError);
    expect(error.message.length).toBeLessThan(200);
  });

  it('a deep value in a field that is not read is ignored', () => {
    const text = `{"more":${deepList},"value":{"asset":"urn:x","more":${deepObject}}}`;
    expect(parseReply(inPhase('register', reply(200, text)), schema)).toEqual({ value: { asset: 'urn:x' } });
  });

  it.each(['message', 'code', 'serviceErrorCode', 'more'])(
    'a deep value in the field %s of a rejection is ignored',
    (field) => {
      const error = rejectionFromResponse(
        inPhase('register', reply(400, `{"status":400,"${field}":${deepList}}`)),
        0,
      );
      expect(error.message).toBe('LinkedIn rejected the registration (400)');
    },
  );
});

describe('prototype pollution', () => {
  it.each(['__proto__', 'constructor', 'prototype'])(
    'an answer with the key %s changes no prototype',
    (key) => {
      const planted = `{"${key}":{"polluted":1,"prototype":{"polluted":1}},"value":{"${key}":{"polluted":1},"asset":"urn:x"}}`;
      expect(parseReply(inPhase('register', reply(200, planted)), schema)).toEqual({
        value: { asset: 'urn:x' },
      });
      const error = rejectionFromResponse(
        inPhase('status', reply(400, `{"${key}":{"message":"canary","polluted":1},"status":400}`)),
        0,
      );
      expect(error.message).toBe('LinkedIn rejected the status request (400)');
    },
  );

  it('an answer with the key __proto__ does not provide a missing field', async () => {
    const text = '{"__proto__":{"value":{"asset":"urn:x"}}}';
    const error = await caught(() => parseReply(inPhase('register', reply(200, text)), schema), CallError);
    expect(error.message).toContain('lacks value');
  });
});

describe('answers with 100,000 invalid entries', () => {
  const many = (entry: string) => `[${`${entry},`.repeat(100_000)}${entry}]`;
  const ASSET = { api: 'assets', urn: 'urn:li:digitalmediaAsset:C5', kind: 'video', recipe: null } as const;
  const multipart = (parts: string) =>
    `{"value":{"asset":"urn:li:digitalmediaAsset:C5","mediaArtifact":"a","uploadMechanism":{"com.linkedin.digitalmedia.uploading.MultipartUpload":{"metadata":"m","partUploadRequests":${parts}}}}}`;

  it.each<[name: string, text: string, read: (api: RestClient) => Promise<unknown>]>([
    ['parts of an asset', multipart(many('{}')), (api) => openAsset(api, inParts)],
    [
      'parts of a video',
      `{"value":{"video":"urn:li:video:C5","uploadToken":"","uploadInstructions":${many('{}')}}}`,
      (api) => openVideo(api, withSidecars),
    ],
    ['recipes', `{"recipes":${many('{}')}}`, (api) => readStatus(api, ASSET)],
    ['artifacts', `{"mediaArtifacts":${many('{}')}}`, (api) => readArtifactsOfAsset(api, ASSET)],
  ])('100,000 invalid %s throw CallError', async (_, text, read) => {
    const api = new RestClient(new ScriptedClient([reply(200, text)]), '202609');
    const error = await caught(() => read(api), CallError);
    expect(error.message).toMatch(/^LinkedIn's response to the \w+( request)? lacks /);
  });

  it('the 100,000 numbers of an artifact and of its URLs are left out', async () => {
    const text = `{"mediaArtifacts":[{"data":{"x":${many('0')}},"identifiers":${many('0')}}]}`;
    const api = new RestClient(new ScriptedClient([reply(200, text)]), '202609');
    expect(await readArtifactsOfAsset(api, ASSET)).toEqual([{ kind: 'x', addresses: [] }]);
  });

  async function readStatus(api: RestClient, query: StatusQuery): Promise<unknown> {
    const [answer] = await Promise.all(readAssetStatuses(api, [query], straight));
    throw answer?.state === 'unread' ? answer.error : answer;
  }
});
