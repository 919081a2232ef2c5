// The upload action in a hostile repository, which tries to publish files that must not be published.

import { createHash } from 'node:crypto';
import { linkSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { plantFifo } from '../media/tree.ts';
import { png } from '../support/media.ts';
import { makeWorkspace, publish, rowsOf } from '../support/publishing.ts';

const OWN = png({ width: 40, height: 30 });
const FOREIGN = png({ width: 50, height: 30 });
const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU=\n';
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function plantOutside(): Promise<string> {
  return makeWorkspace({ 'own.png': OWN, 'foreign.png': FOREIGN, 'deep/foreign.png': FOREIGN });
}

/** Links, loops, pipes, sockets, hidden folders, keys, and two valid pictures. */
async function plantTraps({ hasLoops }: { hasLoops: boolean }): Promise<string> {
  const outside = await plantOutside();
  const workspace = await makeWorkspace({
    'media/a.png': OWN,
    'media/sub/b.png': OWN,
    'media/key.png': KEY,
    'media/id_rsa.jpg': KEY,
    '.env': 'TOKEN=x',
    '.git/hidden.png': FOREIGN,
    'media/.git/hidden.png': FOREIGN,
    'media/.hidden.png': FOREIGN,
  });
  const at = (name: string) => join(workspace, 'media', name);
  symlinkSync(join(outside, 'foreign.png'), at('link.png'));
  symlinkSync(outside, at('folder-link'));
  symlinkSync('.', at('loop'));
  // With follow-symlinks, these end the run before anything is sent.
  if (hasLoops) symlinkSync('loop-b', at('loop-a'));
  if (hasLoops) symlinkSync('loop-a', at('loop-b'));
  symlinkSync('/dev/zero', at('zero.png'));
  symlinkSync('/proc/self/environ', at('environ.png'));
  symlinkSync('../.env', at('env.png'));
  symlinkSync('.hidden.png', at('shown.png'));
  mkdirSync(at('folder.png'));
  linkSync(at('a.png'), at('hard.png'));
  plantFifo(at('pipe.png'));
  const server = createServer().listen(at('socket.png'));
  onTestFinished(() => void server.close());
  return workspace;
}

describe.skipIf(process.platform !== 'linux')('Hostile files', () => {
  it.each(['false', 'true'])(
    'links, pipes, sockets and keys are neither sent nor hang the run with follow-symlinks: %s',
    async (follow) => {
      const { run, sandbox } = await publish({
        workspace: await plantTraps({ hasLoops: follow === 'false' }),
        inputs: { files: '**', 'follow-symlinks': follow },
      });
      const ends = rowsOf(run).map(({ file, state, error }) => [file, error?.code ?? state]);
      expect(Object.fromEntries(ends)).toEqual({
        'media/a.png': 'available',
        // A hard link: the same file under another name.
        'media/hard.png': 'available',
        'media/id_rsa.jpg': 'FILE_TYPE',
        'media/key.png': 'FILE_TYPE',
        'media/sub/b.png': 'available',
      });
      for (const asset of sandbox.model.assets()) expect(asset.sha256).toBe(digest(OWN));
    },
  );
});
