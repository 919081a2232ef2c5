// A post as it is written, in a file or in the inputs: its keys, its text, its media, and the errors that they have.

import { type ActionError, lineOfProblem } from '../../errors/action-error.ts';
import { quoted } from '../../format.ts';
import { normalizeOwner } from '../../linkedin/urn.ts';
import { type Media, type MediaFile, sha256Of } from '../../media/media-file.ts';
import type { KeyPath, WithFindings } from './finding.ts';
import { type FrontMatter, frontMatterSchema } from './front-matter.ts';
import type { PostTime } from './post-time.ts';

/** What an entry of the key `media` names. */
export interface MediaEntry {
  /** A path relative to the workspace, or `release:PATTERN`. */
  readonly file: string;
  /** Null without the key: `NAME.alt.txt` may have it. */
  readonly alt: string | null;
  /** Its place in the list of the author, if other entries are left out because of their errors. */
  readonly index?: number;
}

export type Poll = Readonly<NonNullable<FrontMatter['poll']>>;

/** The keys as they are in the front matter; null for one that is missing. */
type Keys = {
  readonly [K in keyof Required<FrontMatter>]:
    | Required<FrontMatter>[K]
    | (undefined extends FrontMatter[K] ? null : never);
};

/** The keys that a post has in another form. */
type ChangedKey = 'media' | 'owner' | 'at' | 'id' | 'resend';

/** With errors, what could be read: the row of a failed post has it, and further errors are found in it. */
export interface WrittenPost extends Omit<Keys, ChangedKey>, WithFindings {
  /** The post file, relative to the workspace, with `/` on every system; null for a post from inputs. */
  readonly file: string | null;
  /** Identifies the post in the memory, together with its author and the API base. */
  readonly id: string;
  /** The URN of a person or organization. */
  readonly author: string;
  /** As written, with its fields filled in and without blank lines around it. */
  readonly text: string;
  /** What the key `media` names, in display order. */
  readonly entries: readonly MediaEntry[];
  /** The lines of the input `alt`, one for each file; empty without it. */
  readonly altTexts: readonly string[];
  /** Not before this time. */
  readonly at: PostTime | null;
  /** Further attempts that are allowed after attempts that ended `unknown`. */
  readonly resend: number;
  /** In display order. Empty until the files are inspected. */
  readonly media: readonly PostMediaFile[];
  /** The picture of the link card. */
  readonly linkImage: MediaFile | null;
}

/** The name of the post for users. A digest, the id of a post from inputs without the input `id`, means nothing to them. */
export function postName({ file, id }: Pick<WrittenPost, 'file' | 'id'>): string {
  return file ?? (/^[0-9a-f]{64}$/.test(id) ? 'the post' : quoted(id));
}

/** The id of a post that is given none. */
export function defaultId({
  file,
  author,
  text,
}: Pick<WrittenPost, 'file' | 'author' | 'text'>): string {
  return file ?? sha256Of(JSON.stringify([author, text]));
}

interface Source extends Pick<WrittenPost, 'file' | 'text' | 'subjectOf' | 'at'> {
  /** The author, unless the front matter names one. */
  readonly owner: string;
}

/** The post of these keys. It has no errors and no files yet. */
export function toPost(frontMatter: FrontMatter, { owner, ...source }: Source): WrittenPost {
  const { media = [], ...keys } = frontMatter;
  const author = normalizeOwner(keys.owner ?? owner);
  return {
    title: null,
    link: null,
    poll: null,
    comment: null,
    urn: null,
    id: defaultId({ ...source, author }),
    ...keys,
    ...source,
    author,
    entries: media.map((entry) => ({
      alt: null,
      ...(typeof entry === 'string' ? { file: entry } : entry),
    })),
    altTexts: [],
    resend: Number(keys.resend),
    errors: [],
    warnings: [],
    media: [],
    linkImage: null,
  };
}

/** A picture, video or document of a post, after search and inspection. A pattern for release assets has one for each match. */
export interface PostMediaFile extends MediaFile {
  readonly media: Media;
  /** The keys down to the value that stands for it, such as `['media', 0]`. */
  readonly place: KeyPath;
  /** The key `alt`, or else the content of `NAME.alt.txt`. */
  readonly alt: string | null;
  /** Where `alt` is read from, whether or not the file exists; null with the key `alt`, and for other kinds. */
  readonly altFile: string | null;
}

export function mediaFilesOf({
  media,
  linkImage,
}: Pick<WrittenPost, 'media' | 'linkImage'>): MediaFile[] {
  return [...media, ...(linkImage === null ? [] : [linkImage])];
}

/** A post file that cannot be read, because of `error`. */
export function unreadablePost(file: string, owner: string, error: ActionError): WrittenPost {
  const line = lineOfProblem(error) ?? 1;
  const subjectOf = () => ({ file, line });
  return {
    ...toPost(frontMatterSchema.parse({}), { file, text: '', at: null, subjectOf, owner }),
    errors: [error],
  };
}
