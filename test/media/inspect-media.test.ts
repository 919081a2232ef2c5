// Inspection of all matched files: one result per file, in the same order.

import { describe, expect, it } from 'vitest';
import { gif, png } from '../support/media.ts';
import { find } from './find/find.ts';
import { inspectAll } from './sidecar-runs.ts';
import { plant } from './tree.ts';

describe('inspectMedia', () => {
  it('inspectMedia returns one result per file in the same order, errors included', async () => {
    const tree = await plant({ 'a.png': png(), 'b.gif': gif({ frames: 2 }), 'c.txt': 'text', 'd.png': '' });
    const { files } = await find(tree, '*');
    const inspected = await inspectAll(files);
    expect(inspected.map((file) => file.error?.code ?? file.media?.mediaType)).toEqual([
      'image/png',
      'image/gif',
      'FILE_TYPE',
      'FILE_EMPTY',
    ]);
  });

  it('inspectMedia accepts the committed samples without an error or a warning', async () => {
    const { files } = await find({ workspace: process.cwd() }, 'samples/*.*\n!samples/*.sh\n!samples/*.srt');
    const inspected = await inspectAll(files);
    expect(inspected.map((file) => [file.path, file.media?.mediaType, file.error, file.warnings])).toEqual([
      ['samples/deck.pdf', 'application/pdf', null, []],
      ['samples/hero.png', 'image/png', null, []],
      ['samples/launch.mp4', 'video/mp4', null, []],
      ['samples/launch.thumbnail.jpg', 'image/jpeg', null, []],
      ['samples/spinner.gif', 'image/gif', null, []],
      ['samples/team.jpg', 'image/jpeg', null, []],
    ]);
  });
});
