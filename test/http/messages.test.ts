// A response body is read up to its cap, to the byte, however it is chunked, and no further chunk is read.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readUpTo } from '../../src/http/messages.ts';
import { fuzzed } from '../support/fuzz.ts';

it.each<[name: string, chunks: string[], text: string, isWhole: boolean]>([
  ['an empty body', [], '', true],
  ['fewer bytes', ['ab', 'c'], 'abc', true],
  ['exactly five bytes', ['ab', 'cde'], 'abcde', true],
  ['one byte too many', ['ab', 'cde', 'f'], 'abcde', false],
  ['a first chunk that is larger than the cap', ['abcdefgh', 'i'], 'abcde', false],
])('a response body is read up to a cap of five bytes: %s', async (_, chunks, text, isComplete) => {
  expect(await readUpTo(5, bodyOf(chunks).chunks)).toEqual({ text, isComplete });
});

it('any response body is read up to its cap and then closed', async () => {
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
      expect(body.isClosed()).toBe(true);
    },
  );
  await fc.assert(property, fuzzed());
});

it('an error of the response body is thrown unchanged', async () => {
  const broken = new Error('broken');
  async function* breaking(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('a');
    throw broken;
  }
  await expect(readUpTo(5, breaking())).rejects.toBe(broken);
});

function bodyOf(texts: readonly string[]) {
  let [asked, passed, isClosed] = [0, 0, false];
  async function* chunks(): AsyncGenerator<Uint8Array> {
    try {
      for (const text of texts) {
        asked += 1;
        passed += text.length;
        yield Buffer.from(text);
      }
    } finally {
      isClosed = true;
    }
  }
  return { chunks: chunks(), asked: () => asked, passed: () => passed, isClosed: () => isClosed };
}
