// Whether the post file of a remembered post is still in the workspace.

import { describe, expect, it } from 'vitest';
import { existsExactly } from '../../../src/media/find/workspace.ts';
import { plant } from '../tree.ts';

describe('existsExactly', () => {
  it('a file exists only under its exact path', async () => {
    const { workspace } = await plant({ 'posts/2026/a.md': 'x', 'b.md': 'y' });
    const exists = (path: string) => existsExactly(workspace, path);
    expect(['posts/2026/a.md', 'b.md'].map(exists)).toEqual([true, true]);
    expect(['posts/a.md', 'a.md', 'b.md/a.md', 'none/2026/a.md', 'posts/2026'].map(exists)).not.toContain(
      true,
    );
  });

  it('a file that was renamed in its letter case does not exist under its old name', async () => {
    const { workspace } = await plant({ 'posts/a.md': 'x' });
    const exists = (path: string) => existsExactly(workspace, path);
    expect(['posts/a.md', 'posts/A.md', 'Posts/a.md'].map(exists)).toEqual([true, false, false]);
  });
});
