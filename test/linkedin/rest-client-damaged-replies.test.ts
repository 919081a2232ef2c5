// Registration answers that are damaged in transit: they are not valid JSON, but a URN in them is kept.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { SessionRequest, UploadSession } from '../../src/linkedin/session.ts';
import { factsOf } from '../errors/failures.ts';
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { image as assetImage, inParts } from './asset-sessions.ts';
import { IMAGE_URN, image, imageAnswer, VIDEO_URN, video, videoAnswer } from './media-sessions.ts';
import { openOn, reply, ScriptedClient } from './scripted-client.ts';

interface Registration {
  readonly urn: string;
  readonly answer: unknown;
  readonly request: SessionRequest;
}

const REGISTRATIONS: Record<string, Registration> = {
  'an image': {
    urn: registerImage.reply.value.asset,
    answer: registerImage.reply,
    request: assetImage,
  },
  'a video in parts': {
    urn: registerParts.reply.value.asset,
    answer: registerParts.reply,
    request: inParts,
  },
  'an image of the Images API': {
    urn: IMAGE_URN,
    answer: imageAnswer,
    request: image,
  },
  'a video of the Videos API': { urn: VIDEO_URN, answer: videoAnswer, request: video },
};

const DAMAGES: Record<string, (json: string) => string> = {
  'missing its last character': (json) => json.slice(0, -1),
  'followed by other text': (json) => `${json}<!-- gateway -->`,
  'preceded by other text': (json) => `)]}',\n${json}`,
};

const call = factsOf('register');

function openWith(text: string, request: SessionRequest): Promise<UploadSession> {
  return openOn(new RestClient(new ScriptedClient([{ ...reply(200, text), call }]), '202609'), request);
}

describe.each(Object.entries(REGISTRATIONS))(
  'damaged registration answer of %s',
  (_, { urn, answer, request }) => {
    const json = JSON.stringify(answer);

    it.each(Object.entries(DAMAGES))(
      'an answer that is %s keeps its URN, and the registration may be repeated',
      async (__, damage) => {
        const error = await caught(() => openWith(damage(json), request), CallError);
        expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn, call, retry: { kind: 'again' } });
      },
    );

    it.each([1, 0])(
      'an answer that ends %i characters before the end of its URN keeps no URN',
      async (left) => {
        const cut = json.slice(0, json.indexOf(urn) + urn.length - left);
        const error = await caught(() => openWith(cut, request), CallError);
        expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn: undefined, call });
      },
    );

    it('an answer with a byte order mark is parsed', async () => {
      expect((await openWith(`\ufeff${json}`, request)).identity.urn).toBe(urn);
    });

    it('an answer that is valid JSON without an upload URL keeps its URN, and the registration is not repeated', async () => {
      const bare = JSON.parse(json, (key, value) =>
        /^upload(Mechanism|Url|Instructions)$/.test(key) ? undefined : value,
      );
      const error = await caught(() => openWith(JSON.stringify(bare), request), CallError);
      expect(error).toMatchObject({ urn, retry: { kind: 'no' } });
    });
  },
);
