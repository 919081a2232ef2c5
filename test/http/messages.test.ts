// A body is read up to its cap, to the byte, however it is cut into chunks, and no chunk after that is asked for.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readUpTo } from '../../src/http/messages.ts';
import { fuzzed } from '../support/fuzz.ts';

it.each<[name: string, chunks: string[], text: string, isWhole: boolean]>([
  ['nothing', [], '', true],
  ['less', ['ab', 'c'], 'abc', true],
  ['all', ['ab', 'cde'], 'abcde', true],
  ['one byte more', ['ab', 'cde', 'f'], 'abcde', false],
  ['one chunk that is more by itself', ['abcdefgh', 'i'], 'abcde', false],
])('of five bytes at most, %s', async (_, chunks, text, isComplete) => {
  expect(await readUpTo(5, bodyOf(chunks).chunks)).toEqual({ text, isComplete });
});

it('of any body', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.stringMatching(/^\w{0,9}$/)),
    fc.nat(40),
    async (chunks, cap) => {
      const body = bodyOf(chunks);
      const whole = chunks.join('');
      expect(await readUpTo(cap, body.chunks)).toEqual({
        text: whole.slice(0, cap),
        isComplete: whole.length <= cap,
      });
      expect(body.asked() === chunks.length || body.passed() > cap).toBe(true);
      expect(body.isLetGo()).toBe(true);
    },
  );
  await fc.assert(property, fuzzed(2000));
});

it('what breaks on the way is thrown as it is', async () => {
  const broken = new Error('broken');
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a');
    throw broken;
  }
  await expect(readUpTo(5, breaking())).rejects.toBe(broken);
});

function bodyOf(texts: readonly string[]) {
  let [asked, passed, isLetGo] = [0, 0, false];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (const text of texts) {
        asked += 1;
        passed += text.length;
        yield Buffer.from(text);
      }
    } finally {
      isLetGo = true;
    }
  }
  return { chunks: chunks(), asked: () => asked, passed: () => passed, isLetGo: () => isLetGo };
}
