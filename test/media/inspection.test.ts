// The look at all files that were found: one result each, in their order, whatever is wrong with some.

import { describe, expect, it } from 'vitest';
import { inspectFiles } from '../../src/media/inspection.ts';
import { gif, png } from '../support/media.ts';
import { find } from './find.ts';
import { plant } from './tree.ts';

describe('inspectFiles', () => {
  it('gives one result a file, in order, faults among them', async () => {
    const tree = await plant({ 'a.png': png(), 'b.gif': gif({ frames: 2 }), 'c.txt': 'text', 'd.png': '' });
    const { files } = await find(tree, '*');
    const inspected = await inspectFiles(files);
    expect(inspected.map((file) => file.fault?.code ?? file.media?.mediaType)).toEqual([
      'image/png',
      'image/gif',
      'FILE_TYPE',
      'FILE_EMPTY',
    ]);
  });

  it('takes the committed samples without fault or warning', async () => {
    const { files } = await find({ workspace: process.cwd() }, 'samples/*\n!samples/*.sh\n!samples/*.srt');
    const inspected = await inspectFiles(files);
    expect(inspected.map((file) => [file.path, file.media?.mediaType, file.fault, file.warnings])).toEqual([
      ['samples/hero.png', 'image/png', null, []],
      ['samples/launch.mp4', 'video/mp4', null, []],
      ['samples/launch.thumbnail.jpg', 'image/jpeg', null, []],
      ['samples/spinner.gif', 'image/gif', null, []],
      ['samples/team.jpg', 'image/jpeg', null, []],
    ]);
  });
});
