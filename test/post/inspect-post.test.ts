// What is known of a post once its files were looked at.

import { describe, expect, it } from 'vitest';
import { toReviewedPost } from '../../src/github/approval/reviewed-content.ts';
import { parsePostFile } from '../../src/post/file/parse-post-file.ts';
import { NamedFiles } from '../../src/post/find-media.ts';
import { inspectPost } from '../../src/post/inspect-post.ts';
import { plant } from '../media/tree.ts';
import { TestClock } from '../support/clock.ts';
import { png } from '../support/media.ts';
import { PAGE } from './posts.ts';

const PLAN = {
  api: 'media',
  owner: PAGE,
  ownerKind: 'organization',
  recipe: 'auto',
  imageUpload: 'synchronous',
  multipartThresholdBytes: 200_000_000,
  waitMs: 60_000,
  readsArtifacts: false,
} as const;

describe('inspectPost', () => {
  it('the thumbnail of a video may be the picture of a link card', async () => {
    const image = 'media/launch.thumbnail.png';
    const { workspace } = await plant({ [image]: png() });
    const source = `---\nlink: { url: "https://a.example/", title: x, image: ${image} }\n---\nText`;
    const written = parsePostFile(source, 'posts/a.md', { owner: PAGE, release: null });
    const { signal } = new AbortController();
    const inspected = await inspectPost(
      written,
      { refs: [], issues: [] },
      {
        planSettings: PLAN,
        altText: 'off',
        workspace,
        named: new NamedFiles(workspace, new AbortController().signal),
        released: new Map(),
        fields: null,
        runtime: { clock: new TestClock(), signal },
      },
    );
    expect(inspected.errors).toEqual([]);
    expect(inspected.linkImage?.path).toBe(image);
    expect(toReviewedPost(inspected).paths).toEqual(['posts/a.md', image]);
  });
});
