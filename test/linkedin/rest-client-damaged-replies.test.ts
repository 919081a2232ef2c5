// Registration answers that no session can be made of, because they are damaged or lead to another host: a URN in them is kept.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { SessionRequest } from '../../src/linkedin/session.ts';
import { factsOf } from '../errors/failures.ts';
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { image as assetImage, inParts } from './asset-sessions.ts';
import { IMAGE_URN, image, imageAnswer, VIDEO_URN, video, videoAnswer } from './media-sessions.ts';
import { openOn, reply, ScriptedClient } from './scripted-client.ts';

const call = factsOf('register');

function withoutUploadUrl(json: string): string {
  const fields = /^upload(Mechanism|Url|Instructions)$/;
  return JSON.stringify(JSON.parse(json, (key, value) => (fields.test(key) ? undefined : value)));
}

describe.each<[string, urn: string, answer: unknown, SessionRequest]>([
  ['an image', registerImage.reply.value.asset, registerImage.reply, assetImage],
  ['a video in parts', registerParts.reply.value.asset, registerParts.reply, inParts],
  ['an image of the Images API', IMAGE_URN, imageAnswer, image],
  ['a video of the Videos API', VIDEO_URN, videoAnswer, video],
])('the registration answer of %s', (_, urn, answer, request) => {
  const json = JSON.stringify(answer);
  const upTo = (left: number) => json.slice(0, json.indexOf(urn) + urn.length - left);
  const openWith = (text: string) =>
    openOn(new RestClient(new ScriptedClient([{ ...reply(200, text), call }]), '202609'), request);

  it.each<[damage: string, text: string, keepsUrn: boolean, retry: string]>([
    ['missing its last character', json.slice(0, -1), true, 'again'],
    ['followed by other text', `${json}<!-- gateway -->`, true, 'again'],
    ['preceded by other text', `)]}',\n${json}`, true, 'again'],
    ['valid JSON without an upload URL', withoutUploadUrl(json), true, 'no'],
    ['cut before the last character of its URN', upTo(1), false, 'again'],
    ['cut before the quote that ends its URN', upTo(0), false, 'again'],
  ])('that is %s: a URN that is whole is kept', async (__, text, keepsUrn, kind) => {
    const error = await caught(() => openWith(text), CallError);
    const kept = keepsUrn ? urn : undefined;
    expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn: kept, call, retry: { kind } });
  });

  it('that leads to another host is rejected by the name of that host', async () => {
    const foreign = json.replaceAll(/https:[^"]*/g, 'https://evil.example/x?ut=secret');
    const error = await caught(() => openWith(foreign), CallError);
    expect(error).toMatchObject({ code: 'UPLOAD_URL', urn });
    expect(error.message).toContain('evil.example');
    expect(error.message).not.toContain('secret');
  });

  it('that has a byte order mark is parsed', async () => {
    expect((await openWith(`\ufeff${json}`)).identity.urn).toBe(urn);
  });
});
