// The one way to stdout. Whatever came from a file name or from a server is made harmless here: the runner obeys
// `::command::` at the start of a line and `##[command]` anywhere in one.

import * as core from '@actions/core';

export interface Place {
  readonly title?: string;
  /** Relative to the workspace. */
  readonly file?: string;
}

export interface Say {
  info(text: string): void;
  debug(text: string): void;
  notice(text: string, place?: Place): void;
  warning(text: string, place?: Place): void;
  error(text: string, place?: Place): void;
  /** Hides `secret` in all later lines, by the runner's own masker. */
  mask(secret: string): void;
  /** Runs `body` with its lines folded under `title`. */
  group(title: string, body: () => void): void;
}

export const say: Say = {
  info: (text) => core.info(harmless(text)),
  debug: (text) => core.debug(harmless(text)),
  notice: (text, place) => core.notice(harmless(text), harmlessPlace(place)),
  warning: (text, place) => core.warning(harmless(text), harmlessPlace(place)),
  error: (text, place) => core.error(harmless(text), harmlessPlace(place)),
  mask: (secret) => core.setSecret(secret),
  group: (title, body) => {
    core.startGroup(harmless(title));
    body();
    core.endGroup();
  },
};

// C0 and C1 controls (line ends and ANSI escapes among them), line and paragraph separators, zero-width and
// bidirectional marks, and halves of surrogate pairs: none may shape what a reader or the runner sees.
const INVISIBLE =
  /[\p{Cc}\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

/** One line in, one line out, with no command in it. */
export function harmless(text: string): string {
  return text
    .replace(INVISIBLE, escapeCharacter)
    .replaceAll('##[', '##\\u005b')
    .replace(/^(\s*):(?=:)/, '$1\\u003a');
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}

function harmlessPlace({ title, file }: Place = {}): core.AnnotationProperties {
  return {
    ...(title === undefined ? {} : { title: harmless(title) }),
    ...(file === undefined ? {} : { file: harmless(file) }),
  };
}
