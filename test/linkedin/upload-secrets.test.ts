// Upload credentials are reported as they arrive, whichever API gave them, also when the upload is rejected then.

import { describe, expect, it } from 'vitest';
import { UploadError } from '../../src/errors.ts';
import { openAsset } from '../../src/linkedin/assets.ts';
import { openImage } from '../../src/linkedin/images.ts';
import { RestClient, uploadKeysIn } from '../../src/linkedin/rest-client.ts';
import type { SessionRequest, UploadSession } from '../../src/linkedin/session.ts';
import { openVideo } from '../../src/linkedin/videos.ts';
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { image, inParts, MULTIPART, open as openParts } from './asset-sessions.ts';
import {
  imageAnswer,
  open as openMedia,
  image as picture,
  sidecarsAnswer,
  video,
  videoAnswer,
  withSidecars,
} from './media-sessions.ts';
import { partBody, reply, ScriptedClient } from './scripted-client.ts';

type Open = (api: RestClient, request: SessionRequest) => Promise<UploadSession>;

function listening(answer: unknown): { readonly reported: readonly string[]; readonly api: RestClient } {
  const reported: string[] = [];
  const client = new ScriptedClient([reply(200, answer)]);
  return { reported, api: new RestClient(client, '202609', (secret) => void reported.push(secret)) };
}

const SAU = 'aHR0cHM6Ly93d3cubGlua2VkaW4uY29tL2FtYnJ5-c_LVd3';
const { metadata } = registerParts.reply.value.uploadMechanism[MULTIPART];

describe('a call names the credentials that it sends, so that an answer cannot echo them', () => {
  const carried = ({ last }: ScriptedClient) => last.secrets?.map((secret) => secret.reveal());
  const done = { status: 201, etag: 'e' };

  it('the key of an address, at each way to send bytes to it', async () => {
    const client = new ScriptedClient([reply(201)]);
    const api = new RestClient(client, '202609');
    const url = new URL(`https://www.linkedin.com/dms-uploads/x?sau=${SAU}&pn=1&ut=1LEOuYNiICJpo1`);
    await api.put({ url, headers: {}, bearer: false }, partBody('x'));
    expect(carried(client)).toEqual([SAU, '1LEOuYNiICJpo1']);
    await api.postForm(url, new FormData(), new AbortController().signal);
    expect(carried(client)).toEqual([SAU, '1LEOuYNiICJpo1']);
  });

  it('what LinkedIn wants back at the end', async () => {
    const asset = await openParts(inParts, reply(200, registerParts.reply), reply(200));
    await asset.session.complete?.(asset.session.parts.map(() => done));
    expect(carried(asset.client)).toEqual([metadata]);
    const answer = { value: { ...videoAnswer.value, uploadToken: 'g1veThisBack' } };
    const opened = await openMedia(video, reply(200, answer), reply(200));
    await opened.session.complete?.(opened.session.parts.map(() => done));
    expect(carried(opened.client)).toEqual(['g1veThisBack']);
  });
});

describe('the credentials in an answer are reported', () => {
  it.each<[name: string, open: Open, request: SessionRequest, answer: unknown, secrets: string[]]>([
    ['a picture', openAsset, image, registerImage.reply, ['1lrKqjt4fYuqw1']],
    [
      'a video in parts',
      openAsset,
      inParts,
      registerParts.reply,
      [SAU, '1LEOuYNiICJpo1', SAU, '04tcszy7ICJpo1', metadata],
    ],
    ['an image', openImage, picture, imageAnswer, ['1yj']],
    [
      'a video, with captions, thumbnail and token',
      openVideo,
      withSidecars,
      { value: { ...sidecarsAnswer.value, uploadToken: 'T0ken' } },
      ['0', '2', '1', '2', '2', '2', '3', '2', '3', '4', 'T0ken'],
    ],
  ])('of %s', async (_, open, request, answer, secrets) => {
    const { reported, api } = listening(answer);
    await open(api, request);
    expect(reported).toEqual(secrets);
  });

  it('also when the upload URL is rejected', async () => {
    const answer = { value: { ...imageAnswer.value, uploadUrl: 'https://evil.example/?ut=signature' } };
    const { reported, api } = listening(answer);
    await caught(() => openImage(api, picture), UploadError);
    expect(reported).toEqual(['signature']);
  });
});

describe('uploadKeysIn', () => {
  it.each<[name: string, url: string, secrets: string[]]>([
    ['takes what is a key, by name', 'https://h/p?ca=a&ut=one&sync=1&sau=two&v=beta', ['two', 'one']],
    ['takes each of several', 'https://h/p?ut=one&ut=two', ['one', 'two']],
    ['reads percent-encoding', 'https://h/p?sau=a%2Fb%3D', ['a/b=']],
    ['keeps a plus sign', 'https://h/p?sau=a+b', ['a+b']],
    ['finds none in a text that is no URL', 'no URL?ut=one', []],
  ])('%s', (_, url, secrets) => {
    expect(uploadKeysIn(url)).toEqual(secrets);
  });
});
