// Registration answers that are damaged in transit: they are not valid JSON, but a URN in them is kept.

import { describe, expect, it } from 'vitest';
import { ReplyShapeError } from '../../src/errors.ts';
import { openAsset } from '../../src/linkedin/assets.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { UploadSession } from '../../src/linkedin/session.ts';
import { openVideo } from '../../src/linkedin/videos.ts';
import { openWholeFile } from '../../src/linkedin/whole-file.ts';
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { factsOf } from '../upload/failures.ts';
import { image as assetImage, inParts } from './asset-sessions.ts';
import { IMAGE_URN, image, imageAnswer, VIDEO_URN, video, videoAnswer } from './media-sessions.ts';
import { reply, ScriptedClient } from './scripted-client.ts';

interface Registration {
  readonly urn: string;
  readonly answer: unknown;
  readonly open: (api: RestClient) => Promise<UploadSession>;
}

const REGISTRATIONS: Record<string, Registration> = {
  'an image': {
    urn: registerImage.reply.value.asset,
    answer: registerImage.reply,
    open: (api) => openAsset(api, assetImage),
  },
  'a video in parts': {
    urn: registerParts.reply.value.asset,
    answer: registerParts.reply,
    open: (api) => openAsset(api, inParts),
  },
  'an image of the Images API': {
    urn: IMAGE_URN,
    answer: imageAnswer,
    open: (api) => openWholeFile(api, image, 'image'),
  },
  'a video of the Videos API': { urn: VIDEO_URN, answer: videoAnswer, open: (api) => openVideo(api, video) },
};

const DAMAGES: Record<string, (json: string) => string> = {
  'missing its last character': (json) => json.slice(0, -1),
  'followed by other text': (json) => `${json}<!-- gateway -->`,
  'preceded by other text': (json) => `)]}',\n${json}`,
};

const call = factsOf('register');

function openOn(text: string, open: Registration['open']): Promise<UploadSession> {
  return open(new RestClient(new ScriptedClient([{ ...reply(200, text), call }]), '202609'));
}

describe.each(Object.entries(REGISTRATIONS))(
  'damaged registration answer of %s',
  (_, { urn, answer, open }) => {
    const json = JSON.stringify(answer);

    it.each(Object.entries(DAMAGES))(
      'an answer that is %s keeps its URN, and the registration may be repeated',
      async (__, damage) => {
        const error = await caught(() => openOn(damage(json), open), ReplyShapeError);
        expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn, call });
      },
    );

    it.each([1, 0])(
      'an answer that ends %i characters before the end of its URN keeps no URN',
      async (left) => {
        const cut = json.slice(0, json.indexOf(urn) + urn.length - left);
        const error = await caught(() => openOn(cut, open), ReplyShapeError);
        expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn: undefined, call });
      },
    );

    it('an answer with a byte order mark is parsed', async () => {
      expect((await openOn(`\ufeff${json}`, open)).identity.urn).toBe(urn);
    });

    it('an answer that is valid JSON without an upload URL keeps its URN, and the registration is not repeated', async () => {
      const bare = JSON.parse(json, (key, value) =>
        /^upload(Mechanism|Url|Instructions)$/.test(key) ? undefined : value,
      );
      const error = await caught(() => openOn(JSON.stringify(bare), open), ReplyShapeError);
      expect(error).toMatchObject({ urn, call: undefined });
    });
  },
);
