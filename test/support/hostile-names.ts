// File names and server messages that the runner, a shell, HTML, Markdown or YAML could read as more than text.

import fc from 'fast-check';

export const HOSTILE = [
  "it's.png",
  "a'; touch pwned; '.png",
  'a"b.png',
  '`touch pwned`.png',
  '$(touch pwned).png',
  '$HOME.png',
  'a\\b.png',
  'a\\nb.png',
  'line\nend.png',
  'a\r\n::set-output name=asset-urn::evil',
  '\n::stop-commands::x',
  '::error::x.png',
  '  ::add-mask::y',
  '\u00a0::add-mask::y',
  '##[add-matcher]x.json',
  '###[error]x.png',
  'x##[set-env name=A;]b',
  '\u001b[31mred.png',
  '\u009b31mred.png',
  '\u202egnp.exe',
  'a\u200bb\ufeff.png',
  'half\ud800.png',
  '\u2028::error::x',
  '__proto__',
  'constructor',
  '<script>alert(1)</script>.png',
  '<!-- -->.png',
  '&lt;b&gt;.png',
  '|pipe|.png',
  '[a](https://evil.example).png',
  '![a](https://evil.example/x.png)',
  'see https://evil.example/x',
  'www.evil.example',
  'mail a@evil.example now',
  '@octocat fixes #1',
  '**bold** _it_ ~~no~~',
  '- key: value # comment',
  '*anchor &alias !tag %dir',
  '{a: [b, c]}',
  '\u2019; Remove-Item x; \u2018.png',
  'tab\there.png',
  'nul\u0000.png',
  '',
  ' ',
] as const;

/** Invisible characters that change how text is displayed, as ranges, unlike the Unicode properties of the code under test. */
export const SHAPING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for control characters
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

/** Ordinary names, which must stay readable. */
export const ORDINARY = [
  'media/hero.png',
  'Größe & Maß (1).png',
  'Größe.png',
  'été.mp4',
  '製品写真.jpg',
  'фото.png',
  'صورة.png',
  '😀 team.gif',
  '❤️ love.png',
  'a – b … c.png',
  '100% #1 [final].png',
  'a:b::c.png',
] as const;

/** The words of the hostile names and the marks between them, and other texts that are special to a parser. */
const PIECES = [
  ...HOSTILE.flatMap((name) => name.split(/\b/)),
  ...[
    '\r',
    '\u0085',
    '\u00ad',
    '\u3000',
    '\u{e0041}',
    '\udc00',
    '%0A',
    '%3A%3A',
    '-->',
    '```',
    '❤\ufe0f',
  ],
];

/** Strings made mostly of parts of commands, shell scripts and markup. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
