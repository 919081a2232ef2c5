// What LinkedIn can repeat of a call, and of the app behind it: each secret in the forms that a server may write it in.

import { canary } from '../leaks/canaries.ts';
import type { CallName } from './call-name.ts';
import type { Prng } from './prng.ts';
import { isRenewed, type TokenSource } from './token-source.ts';

/** One call as it left the client. */
export interface Heard {
  readonly kind: CallName;
  readonly authorization: string | null;
  /** With its query. */
  readonly path: string;
  /** Null for bytes of a file, and for a read. */
  readonly body: string | null;
}

export interface Echo {
  /** Something secret, another one each time. */
  readonly word: () => string;
  /** Writes JSON in one of the ways in which it may be written. */
  readonly write: (json: unknown) => string;
}

const percent = (mark: string) => `%${mark.charCodeAt(0).toString(16)}`;
const inJson = (mark: string) => `\\u00${mark.charCodeAt(0).toString(16).padStart(2, '0')}`;
const allPercent = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, percent);

const FORMS: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => String(new URLSearchParams({ '': text })).slice(1),
  allPercent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => btoa(text),
  (text) => btoa(`a:${text}`),
  (text) => btoa(`me:${text}:it`),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => text.replaceAll(/./g, percent),
  // In a string of JSON, JSON again.
  (text) => text.replaceAll(/./g, inJson),
];

// Marks that stand inside of strings alone.
const MARKS = /[/+~=.&%]/g;
const STRINGS = /"(?:[^"\\]|\\.)*"/g;

/** Escapes what `letters` finds in the strings of `json`, and is not escaped there already. */
function escaping(letters: RegExp): (json: string) => string {
  const parts = new RegExp(`\\\\.|${letters.source}`, 'g');
  return (json) =>
    json.replaceAll(STRINGS, (text) =>
      text.replaceAll(parts, (part) => (part.length === 1 ? inJson(part) : part)),
    );
}

const WRITINGS: readonly ((json: string) => string)[] = [
  (json) => json,
  (json) => json.replaceAll('/', '\\/'),
  (json) => json.replaceAll(MARKS, inJson),
  escaping(/[A-Z]/),
  escaping(/\w/),
];

export function echoOf(heard: Heard, source: TokenSource, chance: Prng): Echo {
  const things = [heard.authorization, heard.path, heard.body, ...knownTo(heard, source)];
  const sayable = things.flatMap((thing) => thing || []);
  return {
    word: () => chance.pick(FORMS)(chance.pick(sayable)),
    write: (json) => chance.pick(WRITINGS)(JSON.stringify(json)),
  };
}

/** An access token that is still to be made cannot be repeated. */
function knownTo({ kind }: Heard, source: TokenSource): string[] {
  return [
    ...(kind === 'refresh' ? [] : [canary('token')]),
    ...(source === 'given' ? [] : [canary('client secret')]),
    ...(isRenewed(source) ? [canary('refresh token')] : []),
  ];
}
