// Output of the process itself, made safe. The tests use fake streams. Uncaught errors: test/dist/bugs.test.ts.

import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { guardStdio } from '../src/start-process.ts';

class Pipe extends EventEmitter {
  readonly written: unknown[][] = [];
  write(...given: unknown[]): boolean {
    this.written.push(given);
    return true;
  }
}

function guarded(): { stdout: Pipe; stderr: Pipe } {
  const pipes = { stdout: new Pipe(), stderr: new Pipe() };
  guardStdio(pipes);
  return pipes;
}

it.each(['stdout', 'stderr'] as const)('a broken pipe on %s is not an error', (name) => {
  const broken = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' });
  expect(guarded()[name].emit('error', broken)).toBe(true);
});

it.each([
  ['plain text', '(node:7) Warning: careful\n', '(node:7) Warning: careful\n'],
  ['a workflow command', '::error::x\n ::debug::y\n', '\\u003a:error::x\n \\u003a:debug::y\n'],
  ['a legacy workflow command', 'a ##[add-mask]b\n', 'a ##\\u005badd-mask]b\n'],
  ['a colour code', 'UNDICI \u001b[33m7\u001b[39m: x\n', 'UNDICI \\u001b[33m7\\u001b[39m: x\n'],
  [
    'an upload URL',
    'UNDICI 7: sending request to PUT https://www.linkedin.com/dms-uploads/x?sau=canary&ut=canary\n',
    'UNDICI 7: sending request to PUT https://www.linkedin.com/dms-uploads/x?[redacted]\n',
  ],
  ['a token', 'sent Bearer AQX-canary', 'sent Bearer [redacted]'],
  ['a buffer', Buffer.from('a\u202eb\n'), 'a\\u202eb\n'],
])('%s is safe on stderr', (_, text, expected) => {
  const { stderr } = guarded();
  stderr.write(text);
  expect(stderr.written).toEqual([[expected]]);
});
