// The author: what a person does to an item between two runs, and the post files that follow from it.

export type ChangeKind =
  /** Its text is corrected. */
  | 'edit'
  /** Its text is corrected, with the next `revision`: LinkedIn gets the new one. */
  | 'revise'
  | 'rename'
  /** Another file gets its text. */
  | 'copy'
  /** Its text moves to another file, and its file gets a new text. */
  | 'move'
  /** It gets an `id`, or another one. */
  | 'id'
  /** One further attempt is allowed. */
  | 'resend';

export interface Change {
  readonly kind: ChangeKind;
  /** The jobs from this one on, counted from 0, and the last run have it. */
  readonly job: number;
}

export interface PostFile {
  readonly path: string;
  /** A given one. */
  readonly id: string | null;
  readonly text: string;
  /** What the author wants on LinkedIn once: it keeps its name when the text is corrected or the file is renamed. */
  readonly intent: string;
  readonly resend: number;
  readonly revision: number;
  /** Whether it has the media and the comment of its item. */
  readonly isWhole: boolean;
}

/** What an author has not written. */
const NEW = { id: null, resend: 0, revision: 0 } as const;

/** The files of an item in the runs of a job. The first one is the one that is changed. */
export function postFilesOf(index: number, changes: readonly Change[], job: number): PostFile[] {
  const first = {
    ...{ ...NEW, path: `posts/${index}-0.md`, text: `Post ${index} in full` },
    ...{ intent: `${index}`, isWhole: true },
  };
  return changes
    .filter((change) => change.job <= job)
    .reduce<PostFile[]>(
      (files, { kind }, number) => applyChange(files, kind, `${index}-${number + 1}`),
      [first],
    );
}

/** `name` is of this change only. */
function applyChange(files: readonly PostFile[], kind: ChangeKind, name: string): PostFile[] {
  const [file, ...others] = files;
  if (file === undefined) return [];
  const path = `posts/${name}.md`;
  switch (kind) {
    case 'edit':
    case 'revise': {
      // A copy with another text is another post.
      const isCopied = others.some(({ text }) => text === file.text);
      const intent = isCopied ? name : file.intent;
      if (kind === 'edit') return [{ ...file, text: `Post ${name} corrected`, intent }, ...others];
      return [
        { ...file, text: `Post ${name} revised`, intent, revision: file.revision + 1 },
        ...others,
      ];
    }
    case 'rename':
      return [{ ...file, path }, ...others];
    case 'copy':
      return [file, ...others, { ...file, ...NEW, path }];
    case 'move': {
      const text = `Post ${name} instead`;
      const left = { ...file, ...NEW, text, intent: name, isWhole: false };
      return [{ ...file, path }, ...others, left];
    }
    case 'id':
      // Another given id is another occasion.
      return [
        { ...file, id: `post-${name}`, intent: file.id === null ? file.intent : name },
        ...others,
      ];
    case 'resend':
      return [{ ...file, resend: file.resend + 1 }, ...others];
  }
}

/** The name under which a file is remembered. */
export function keyOf({ id, path }: PostFile): string {
  return id ?? path;
}
