// Upload credentials from every API are reported as secrets on arrival, also when the upload URL is rejected.

import { expect, it } from 'vitest';
import { RestClient, uploadKeysIn } from '../../src/linkedin/rest-client.ts';
import type { SessionRequest } from '../../src/linkedin/session.ts';
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import { image, inParts, MULTIPART } from './asset-sessions.ts';
import {
  document,
  documentAnswer,
  imageAnswer,
  image as mediaImage,
  sidecarsAnswer,
  video,
  videoAnswer,
  withSidecars,
} from './media-sessions.ts';
import { open, openOn, partBody, reply, ScriptedClient } from './scripted-client.ts';

const SAU = 'aHR0cHM6Ly93d3cubGlua2VkaW4uY29tL2FtYnJ5-c_LVd3';
const { metadata } = registerParts.reply.value.uploadMechanism[MULTIPART];

const carried = ({ last }: ScriptedClient) => last.secrets?.map((secret) => secret.reveal());
const done = { status: 201, etag: 'e' };

it('a PUT and a form POST list the keys of their upload URL as secrets', async () => {
  const client = new ScriptedClient([reply(201)]);
  const api = new RestClient(client, '202609');
  const url = new URL(`https://www.linkedin.com/dms-uploads/x?sau=${SAU}&pn=1&ut=1LEOuYNiICJpo1`);
  await api.upload({ method: 'PUT', url, headers: {}, bearer: false }, partBody('x'));
  expect(carried(client)).toEqual([SAU, '1LEOuYNiICJpo1']);
  await api.postForm(url, new FormData(), new AbortController().signal);
  expect(carried(client)).toEqual([SAU, '1LEOuYNiICJpo1']);
});

it('a completion lists its metadata or upload token as a secret', async () => {
  const asset = await open(inParts, reply(200, registerParts.reply), reply(200));
  await asset.session.complete?.(asset.session.parts.map(() => done));
  expect(carried(asset.client)).toEqual([metadata]);
  const answer = { value: { ...videoAnswer.value, uploadToken: 'g1veThisBack' } };
  const opened = await open(video, reply(200, answer), reply(200));
  await opened.session.complete?.(opened.session.parts.map(() => done));
  expect(carried(opened.client)).toEqual(['g1veThisBack']);
});

it.each<[name: string, request: SessionRequest, answer: unknown, secrets: string[]]>([
  ['an image of the Assets API', image, registerImage.reply, ['1lrKqjt4fYuqw1']],
  [
    'a video of the Assets API in parts',
    inParts,
    registerParts.reply,
    [SAU, '1LEOuYNiICJpo1', SAU, '04tcszy7ICJpo1', metadata],
  ],
  ['an image of the Images API', mediaImage, imageAnswer, ['1yj']],
  ['a document', document, documentAnswer, ['36ezHi_Pod5aM1']],
  [
    'a video with captions, thumbnail and upload token',
    withSidecars,
    { value: { ...sidecarsAnswer.value, uploadToken: 'T0ken' } },
    ['0', '2', '1', '2', '2', '2', '3', '2', '3', '4', 'T0ken'],
  ],
  [
    'a rejected upload URL',
    mediaImage,
    { value: { ...imageAnswer.value, uploadUrl: 'https://evil.example/?ut=signature' } },
    ['signature'],
  ],
])('the credentials of %s are reported', async (_, request, answer, secrets) => {
  const reported: string[] = [];
  const client = new ScriptedClient([reply(200, answer)]);
  const api = new RestClient(client, '202609', (secret) => void reported.push(secret));
  await openOn(api, request).catch(() => {});
  expect(reported.toSorted()).toEqual(secrets.toSorted());
});

it.each<[name: string, url: string, secrets: string[]]>([
  ['only the parameters that are keys', 'https://h/p?ca=a&ut=one&sync=1&sau=two&v=beta', ['two', 'one']],
  ['every value of a repeated key', 'https://h/p?ut=one&ut=two', ['one', 'two']],
  ['a decoded value', 'https://h/p?sau=a%2Fb%3D', ['a/b=']],
  ['a plus sign', 'https://h/p?sau=a+b', ['a+b']],
  ['nothing of a text that is not a URL', 'no URL?ut=one', []],
])('the keys in an upload URL are %s', (_, url, secrets) => {
  expect(uploadKeysIn(url)).toEqual(secrets);
});
