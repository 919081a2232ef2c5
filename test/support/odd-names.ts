// Five hundred odd file names, built by rules that cover each kind. All of them are valid on Linux.

import { HOSTILE, ORDINARY } from '../action/hostile-names.ts';

const COUNT = 500;

const COMMANDS = [
  ...['add-mask', 'debug', 'error', 'warning', 'notice', 'group', 'endgroup', 'echo', 'add-matcher'],
  ...['remove-matcher', 'set-output', 'save-state', 'set-env', 'add-path', 'stop-commands'],
];

/** The spellings of workflow commands. */
const SPELLINGS: readonly ((command: string) => string)[] = [
  (command) => `::${command}::x`,
  (command) => `::${command} name=asset-urns,file=a::evil`,
  (command) => `\n::${command}::x`,
  (command) => `a\r\n::${command} name=a::x`,
  (command) => `a\r::${command}::x`,
  (command) => ` \t::${command}::x`,
  (command) => `\u2028::${command}::x`,
  (command) => `\u0085::${command}::x`,
  (command) => `%0A::${command}::x`,
  (command) => `##[${command}]x`,
  (command) => `a ##[${command} name=a;file=b]x`,
  (command) => `\u00a0\u3000::${command}::x`,
];

const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));

/** Control and invisible characters. */
const UNSEEN = [
  ...[...range(0x01, 0x1f), ...range(0x7f, 0x9f)],
  ...['\u00ad', '\u034f', '\u061c', '\u115f', '\u17b4', '\u180b', '\u180e', '\u3164', '\ufe0f', '\ufeff'],
  ...[...range(0x200b, 0x200f), ...range(0x2028, 0x202e), ...range(0x2060, 0x206f), ...range(0xfff9, 0xfffb)],
  ...['\u{e0001}', '\u{e0041}', '\u{e0100}', '\u{1d173}'],
];

const PAYLOADS = ['touch pwned', 'id>pwned', 'touch$IFS"pwned"', 'echo x | tee pwned'];
const BREAKOUTS: readonly ((payload: string) => string)[] = [
  (payload) => `'; ${payload}; '`,
  (payload) => `"; ${payload}; "`,
  (payload) => `$(${payload})`,
  (payload) => `\`${payload}\``,
  (payload) => `\u2019; ${payload}; \u2018`,
  (payload) => `'$(${payload})'`,
  (payload) => `\\'; ${payload}; \\'`,
  (payload) => `'\n${payload}\n'`,
  (payload) => `' || ${payload} #`,
  (payload) => `%27; ${payload} ;%27`,
];

const TAGS = [
  'script',
  'img src=x onerror=alert(1)',
  'a href=javascript:1',
  'iframe',
  'style',
  'svg onload=1',
  '!--',
];
const MARKUP: readonly ((tag: string) => string)[] = [
  (tag) => `<${tag}>`,
  (tag) => `"><${tag}>`,
  (tag) => `'><${tag}>`,
  (tag) => `&lt;${tag}&gt;`,
  (tag) => `-->]]><${tag}>`,
  (tag) => `\`\`\`\n<${tag}>`,
  (tag) => `|</td><${tag}>|`,
];

const YAML = [
  '- a',
  'a: b',
  '*a',
  '&a b',
  '!!js x',
  '%TAG',
  '{a: b}',
  '[a]',
  '? a',
  '| a',
  '> a',
  '# a',
  '~',
  'null',
];
const OTHERS = [
  '__proto__',
  'constructor',
  'toString',
  '-rf',
  '--help',
  '~',
  '*',
  '?',
  'CON',
  'a'.repeat(240),
  'x'.repeat(60) + '製'.repeat(60),
];

const ALL = [
  ...COMMANDS.flatMap((command) => SPELLINGS.map((spell) => spell(command))),
  ...UNSEEN.map((mark) => `a${mark}b`),
  ...PAYLOADS.flatMap((payload) => BREAKOUTS.map((breakOut) => breakOut(payload))),
  ...TAGS.flatMap((tag) => MARKUP.map((mark) => mark(tag))),
  ...YAML,
  ...OTHERS,
  ...HOSTILE,
  ...ORDINARY,
  // Fills the list up to `COUNT`.
  ...UNSEEN.map((mark) => `${mark}a`),
].map((name) => name.replaceAll(/[/\0]/g, '\u2215'));

const fits = (name: string) => name.trim() !== '' && name.isWellFormed() && Buffer.byteLength(name) < 250;

/** File names without directories. */
export const ODD_NAMES: readonly string[] = [...new Set(ALL)].filter(fits).slice(0, COUNT);
