// The secrets of a call and of its app that LinkedIn can echo, each in the encodings that a server may use.

import { canary } from '../leaks/canaries.ts';
import type { CallName } from './call-name.ts';
import type { RandomSource } from './random-source.ts';
import { isRenewed, type TokenSource } from './token-source.ts';

/** A call as the client sent it. */
export interface SentCall {
  readonly kind: CallName;
  readonly authorization: string | null;
  /** Includes the query. */
  readonly path: string;
  /** Null for the bytes of a file and for reads. */
  readonly body: string | null;
}

export interface Echo {
  /** Draws a secret and its encoding; a different one each time. */
  readonly secret: () => string;
  /** Encodes JSON in one of several equivalent ways. */
  readonly encode: (json: unknown) => string;
}

const percent = (mark: string) => `%${mark.charCodeAt(0).toString(16)}`;
const inJson = (mark: string) => `\\u00${mark.charCodeAt(0).toString(16).padStart(2, '0')}`;
const allPercent = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, percent);

const ENCODINGS: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => String(new URLSearchParams({ '': text })).slice(1),
  allPercent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => btoa(text),
  (text) => btoa(`a:${text}`),
  (text) => btoa(`me:${text}:it`),
  (text) => text.replaceAll(/./g, percent),
  // JSON escapes inside a JSON string.
  (text) => text.replaceAll(/./g, inJson),
];

// Punctuation that JSON has only inside strings.
const MARKS = /[/+~=.&%]/g;
const STRINGS = /"(?:[^"\\]|\\.)*"/g;

/** Escapes the matches of `letters` in the strings of `json` that are not escaped yet. */
function escaping(letters: RegExp): (json: string) => string {
  const parts = new RegExp(`\\\\.|${letters.source}`, 'g');
  return (json) =>
    json.replaceAll(STRINGS, (text) =>
      text.replaceAll(parts, (part) => (part.length === 1 ? inJson(part) : part)),
    );
}

const JSON_ENCODINGS: readonly ((json: string) => string)[] = [
  (json) => json,
  (json) => json.replaceAll('/', '\\/'),
  (json) => json.replaceAll(MARKS, inJson),
  escaping(/[A-Z]/),
  escaping(/\w/),
];

export function echoOf(sent: SentCall, source: TokenSource, random: RandomSource): Echo {
  const texts = [sent.authorization, sent.path, sent.body, ...secretsKnownTo(sent, source)];
  return echoing(
    texts.flatMap((text) => text || []),
    random,
  );
}

/** Echoes one of `secrets` at a time. */
export function echoing(secrets: readonly string[], random: RandomSource): Echo {
  return {
    secret: () => random.pick(ENCODINGS)(random.pick(secrets)),
    encode: (json) => random.pick(JSON_ENCODINGS)(JSON.stringify(json)),
  };
}

/** The access token cannot be echoed before it exists. */
function secretsKnownTo({ kind }: SentCall, source: TokenSource): string[] {
  return [
    ...(kind === 'refresh' ? [] : [canary('token')]),
    ...(source === 'given' ? [] : [canary('client secret')]),
    ...(isRenewed(source) ? [canary('refresh token')] : []),
  ];
}
