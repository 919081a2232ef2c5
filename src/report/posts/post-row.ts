// One row of the output `results` of the post action: the one source of its type and of schemas/post-results.schema.json, and
// how it is built, at any moment of the run. Without side effects.

import { postUrl } from '../../linkedin/urn.ts';
import { urnSource } from '../../post/memory/post-entry.ts';
import type { PostLedger } from '../../post/post-ledger.ts';
import { POST_STATES, type Publication } from '../../post/publication.ts';
import * as z from '../../schema.ts';
import { fileName, rowError, toRowError, UNSETTLED_ERROR } from '../uploads/result-row.ts';
import { postState } from './post-view.ts';

const media = z.object({
  file: fileName,
  kind: z.string().describe('image, video or document.'),
  urn: z
    .string()
    .nullable()
    .describe('Its URN on LinkedIn; null unless this run uploaded it, or reused its upload.'),
  alt: z.string().nullable().describe('Alternative text of an image.'),
});

export const postRow = z.object({
  id: z.string().min(1).describe('The name under which the post is remembered.'),
  file: z.string().min(1).nullable().describe('The post file; null for a post of inputs.'),
  state: z
    .enum(POST_STATES)
    .describe('What became of the post. docs/problems.md explains the states.'),
  author: z.string().describe('URN of the author.'),
  at: z.string().describe('Not posted before, ISO 8601 with an offset.').exactOptional(),
  text: z.string().describe('The first 200 characters of the text.'),
  media: z.array(media).readonly().describe('In display order.'),
  urn: z.string().describe('URN of the post.').exactOptional(),
  urnSource: urnSource
    .describe('Where the URN comes from. Absent if a person gave it.')
    .exactOptional(),
  url: z.string().describe('The page of the post on LinkedIn.').exactOptional(),
  commentUrn: z.string().describe('URN of the first comment.').exactOptional(),
  error: rowError.describe('A row that is posted may have one too.').exactOptional(),
});

export type PostRow = Readonly<z.infer<typeof postRow>>;

const MAX_TEXT_CODE_POINTS = 200;

export function buildPostRows({ items, mediaUrns }: PostLedger): PostRow[] {
  return items.map((item) => buildPostRow(item, mediaUrns));
}

function buildPostRow(item: Publication, mediaUrns: ReadonlyMap<string, string>): PostRow {
  const { post, state, facts } = item;
  const { urn, commentUrn, errors } = facts;
  const { id, file, author, at, text, media } = post;
  const [error] = errors;
  return {
    id,
    file,
    state: postState(item),
    author,
    ...(at !== null && { at: at.iso }),
    text: [...text].slice(0, MAX_TEXT_CODE_POINTS).join(''),
    media: media.map(({ path, media: { kind }, alt }) => ({
      file: path,
      kind,
      urn: mediaUrns.get(path) ?? null,
      alt,
    })),
    ...(urn !== null && { urn, url: postUrl(urn) }),
    ...(facts.urnSource !== null && { urnSource: facts.urnSource }),
    ...(commentUrn !== null && { commentUrn }),
    ...(state === null && { error: UNSETTLED_ERROR }),
    ...(error !== undefined && { error: toRowError(error) }),
  };
}
