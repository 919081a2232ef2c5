// Stores the posts of the sandbox: the body of the request, the current fields and the times. Validates nothing.

export type PostType = 'share' | 'ugcPost';
export type PostFields = Readonly<Record<string, unknown>>;

export interface Post {
  readonly urn: string;
  readonly author: string;
  /** The body of the create call. */
  readonly sent: PostFields;
  /** The fields that LinkedIn keeps, including edits. */
  fields: PostFields;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  lastModifiedAt: number;
  isEdited: boolean;
  /** Reads do not find a deleted post, but it still counts for the detection of duplicates. */
  isDeleted: boolean;
}

export class PostStore {
  readonly #idPrefix: string;
  readonly #posts: Post[] = [];

  constructor(idPrefix: string) {
    this.#idPrefix = idPrefix;
  }

  /** In order of creation, including deleted ones. */
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
