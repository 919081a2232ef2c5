// Nothing that comes from outside can command the runner, draw on the terminal or hide in a line.

import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { escapeForLog, logger } from '../../../src/action/log/logger.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { ANY_NAME, parseCommand } from '../../support/workflow-commands.ts';
import { HOSTILE, hostileText, ORDINARY, SHAPING } from '../hostile-names.ts';

function expectHarmless(text: string): void {
  const line = escapeForLog(text);
  expect(line.split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(1);
  expect(parseCommand(line, ANY_NAME)).toBeNull();
  expect(line).not.toMatch(SHAPING);
  expect(line.isWellFormed()).toBe(true);
}

describe('harmless', () => {
  it.each(HOSTILE)('takes the sting out of %j', (text) => {
    expectHarmless(text);
    expectHarmless(`${text}: uploaded`);
  });

  it('gives one line without a command for any text', () => {
    fc.assert(fc.property(hostileText, expectHarmless), fuzzed(20_000));
  });

  it('and behind any words of ours, and in front of them', () => {
    const property = fc.property(hostileText, hostileText, (one, two) => {
      expectHarmless(`left out: ${one}, ${two}`);
      expectHarmless(one + two);
    });
    fc.assert(property, fuzzed());
  });

  it('changes nothing when it is done again', () => {
    const again = fc.property(hostileText, (text) => escapeForLog(escapeForLog(text)) === escapeForLog(text));
    fc.assert(again, fuzzed());
  });

  it.each(ORDINARY)('leaves %s as it is', (name) => {
    expect(escapeForLog(name)).toBe(name);
  });

  it.each([
    ['a\nb\r\tc', 'a\\nb\\r\\tc'],
    ['\u001b[31m', '\\u001b[31m'],
    ['::error::x', '\\u003a:error::x'],
    ['  ::error::x', '  \\u003a:error::x'],
    [' \u3000::error::x', ' \u3000\\u003a:error::x'],
    [':error::x', ':error::x'],
    ['a ##[group]b', 'a ##\\u005bgroup]b'],
    ['\u202egnp', '\\u202egnp'],
    ['so\u00adft', 'so\\u00adft'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['half\ud83d', 'half\\ud83d'],
    ['a\ufe0f.png', 'a\\ufe0f.png'],
  ])('shows %j as what it is', (text, shown) => {
    expect(escapeForLog(text)).toBe(shown);
  });
});

describe('say', () => {
  afterEach(() => void vi.unstubAllEnvs());

  /** What `work` writes to stdout, line by line. */
  function linesOf(work: () => void): string[] {
    const written: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    });
    work();
    write.mockRestore();
    return written
      .join('')
      .split(/\r\n|\n|\r/)
      .slice(0, -1);
  }

  it.each(['debug', 'notice', 'warning', 'error'] as const)('%s is one command, and its own', (level) => {
    vi.stubEnv('RUNNER_DEBUG', '1');
    for (const text of HOSTILE) {
      const lines = linesOf(() => logger[level](text, { title: text, file: text }));
      expect(lines).toHaveLength(1);
      const command = parseCommand(lines[0] ?? '', ANY_NAME);
      expect(command).toMatchObject({ name: level, data: escapeForLog(text) });
      if (level === 'debug' || text.trim() === '') continue;
      expect(command?.properties).toEqual({ title: escapeForLog(text), file: escapeForLog(text) });
    }
  });

  it('debug says nothing without step debug logging', () => {
    vi.stubEnv('RUNNER_DEBUG', '');
    expect(linesOf(() => logger.debug('left out: 100,000 paths'))).toEqual([]);
  });

  it('info is no command', () => {
    for (const text of HOSTILE) {
      const lines = linesOf(() => logger.info(text));
      expect(lines).toHaveLength(1);
      expect(parseCommand(lines[0] ?? '', ANY_NAME)).toBeNull();
    }
  });

  it.each<[secret: string, masked: string[]]>([
    ['AQX-tok%', ['AQX-tok%25']],
    ['a', []],
    ['AQX-tok', []],
    ['', []],
    // The runner would mask each line, the brace too.
    ['{\r\n  "access_token": "AQX"\n}\n', ['"access_token": "AQX"']],
  ])('mask of %j hands the runner what can be a secret', (secret, masked) => {
    expect(linesOf(() => logger.mask(secret))).toEqual(masked.map((line) => `::add-mask::${line}`));
  });

  it('a file that is not in the repository is no place of an annotation', () => {
    const lines = linesOf(() => logger.error('text', { title: 'T', file: 'release:v1/a.png' }));
    expect(lines).toEqual(['::error title=T::text']);
  });
});
