// The posts of the sandbox: what was sent, what became of it, and when. Time is handed in; knows no HTTP and no rule.

export type PostType = 'share' | 'ugcPost';
export type PostFields = Readonly<Record<string, unknown>>;

export interface Post {
  readonly urn: string;
  readonly author: string;
  /** The body that made it. */
  readonly sent: PostFields;
  /** What LinkedIn keeps of it, edits included. */
  fields: PostFields;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  lastModifiedAt: number;
  isEdited: boolean;
  /** A deleted post is found by nobody, and still counts as the first of a duplicate. */
  isDeleted: boolean;
}

export class PostStore {
  readonly #idPrefix: string;
  readonly #posts: Post[] = [];

  constructor(idPrefix: string) {
    this.#idPrefix = idPrefix;
  }

  /** In the order they were made, the deleted ones included. */
  get all(): readonly Post[] {
    return this.#posts;
  }

  add(post: {
    type: PostType;
    author: string;
    sent: PostFields;
    fields: PostFields;
    createdAt: number;
  }): Post {
    const { type, author, sent, fields, createdAt } = post;
    const number = String(this.#posts.length + 1).padStart(6, '0');
    const made: Post = {
      urn: `urn:li:${type}:${this.#idPrefix}-${number}`,
      author,
      sent,
      fields,
      createdAt,
      lastModifiedAt: createdAt,
      isEdited: false,
      isDeleted: false,
    };
    this.#posts.push(made);
    return made;
  }

  byUrn(urn: string): Post | undefined {
    return this.#posts.find((post) => post.urn === urn);
  }
}
