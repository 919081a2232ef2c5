// External text cannot issue workflow commands, control the terminal or hide characters in a log line.

import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { escapeForLog, logger, withHint } from '../../../src/report/log/logger.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { HOSTILE, hostileText, ORDINARY, SHAPING } from '../../support/hostile-names.ts';
import { parseCommand } from '../../support/workflow-commands.ts';

function expectSafe(text: string): void {
  const line = escapeForLog(text);
  expect(line.split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(1);
  expect(parseCommand(line)).toBeNull();
  expect(line).not.toMatch(SHAPING);
  expect(line.isWellFormed()).toBe(true);
}

describe('escapeForLog', () => {
  it.each(HOSTILE)('the hostile text %j becomes one line without a command', (text) => {
    expectSafe(text);
    expectSafe(`${text}: uploaded`);
  });

  it('any text, and any two texts in one message, become one line without a command', () => {
    const property = fc.property(hostileText, hostileText, (one, two) => {
      expectSafe(`skipped: ${one}, ${two}`);
      expectSafe(one + two);
    });
    fc.assert(property, fuzzed());
  });

  it.each(ORDINARY)('the ordinary name %s is not changed', (name) => {
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
  ])('the text %j appears in the log as %j', (text, shown) => {
    expect(escapeForLog(text)).toBe(shown);
  });
});

describe('Logger', () => {
  afterEach(() => void vi.unstubAllEnvs());

  /** The lines that `work` writes to stdout. */
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

  it.each(['debug', 'notice', 'warning', 'error'] as const)(
    'a message of the level %s is exactly one command, for any text',
    (level) => {
      vi.stubEnv('RUNNER_DEBUG', '1');
      for (const text of HOSTILE) {
        const lines = linesOf(() => logger[level](text, { title: text, file: text }));
        expect(lines).toHaveLength(1);
        const command = parseCommand(lines[0] ?? '');
        expect(command).toMatchObject({ name: level, data: escapeForLog(text) });
        if (level === 'debug' || text.trim() === '') continue;
        expect(command?.properties).toEqual({
          title: escapeForLog(text),
          file: escapeForLog(text),
        });
      }
    },
  );

  it('a debug message is not written without step debug logging', () => {
    vi.stubEnv('RUNNER_DEBUG', '');
    expect(linesOf(() => logger.debug('skipped: 100,000 paths'))).toEqual([]);
  });

  it('an info message is one line without a command, for any text', () => {
    for (const text of HOSTILE) {
      const lines = linesOf(() => logger.info(text));
      expect(lines).toHaveLength(1);
      expect(parseCommand(lines[0] ?? '')).toBeNull();
    }
  });

  it.each<[secret: string, masked: string[]]>([
    ['AQX-tok%', ['AQX-tok%25']],
    ['a', []],
    ['AQX-tok', []],
    ['', []],
    // The runner masks line by line, so it would mask each brace too.
    ['{\r\n  "access_token": "AQX"\n}\n', ['"access_token": "AQX"']],
  ])('masking %j masks only its lines that are long enough for a secret', (secret, masked) => {
    expect(linesOf(() => logger.mask(secret))).toEqual(masked.map((line) => `::add-mask::${line}`));
  });

  it('an annotation has no file property for a file outside the repository', () => {
    const lines = linesOf(() => logger.error('text', { title: 'T', file: 'release:v1/a.png' }));
    expect(lines).toEqual(['::error title=T::text']);
  });
});

it.each([
  ['it failed', 'it failed. Do this.'],
  ['it failed.', 'it failed. Do this.'],
  ['LinkedIn said: "No."', 'LinkedIn said: "No." Do this.'],
  ['LinkedIn said: "No"', 'LinkedIn said: "No". Do this.'],
  ['it failed …', 'it failed … Do this.'],
  ['why?', 'why? Do this.'],
])('a message and its hint become two sentences: %s', (message, expected) => {
  expect(withHint({ message, hint: 'Do this.' })).toBe(expected);
});
