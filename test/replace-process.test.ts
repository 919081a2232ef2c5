// Replacing the process with a new Node process. The tests in test/dist/ do it for real.

import { describe, expect, it, vi } from 'vitest';
import { replaceProcess } from '../src/replace-process.ts';

describe('replaceProcess', () => {
  it('the new process is the same Node with the given arguments and variables', () => {
    const execve = vi.fn<NodeJS.Process['execve'] & {}>();
    replaceProcess({ platform: 'linux', execPath: '/node', execve }, ['-e', '0'], { A: 'a' });
    expect(execve.mock.calls).toEqual([['/node', ['/node', '-e', '0'], { A: 'a' }]]);
  });

  it('nothing happens on Windows, where execve throws', () => {
    const execve = vi.fn<NodeJS.Process['execve'] & {}>(() => {
      throw new Error('unavailable on this platform');
    });
    expect(() => replaceProcess({ platform: 'win32', execPath: 'node.exe', execve }, [], {})).not.toThrow();
  });
});
