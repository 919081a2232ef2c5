// Parses the text of one input into a value, or throws an error that names the expected value. Pure: independent of
// the environment and the runner.

import { InputError } from '../errors.ts';
import { isLoopback } from '../http/allowed-hosts.ts';
import { ownerKind } from '../linkedin/urn.ts';
import { isVersion, type LinkedInVersion, NEWEST_KNOWN_VERSION } from '../linkedin/versions.ts';
import { MAX_SHARDS, parseShard, type Shard } from '../media/find/shards.ts';
import { parseRecipe } from '../media/limits.ts';
import type { PlanSettings } from '../publish/plan.ts';
import { isMaskable, MIN_SECRET_LENGTH } from '../secret.ts';

/** @throws InputError for `name`, with a message that continues after the name: "is empty" */
export type InputParser<T> = (text: string, name: string) => T;

/** For `files` when `release-assets` is empty. */
export function requiredFiles(text: string, name: string): string {
  if (text !== '') return text;
  const reason =
    'is empty, and `release-assets` is empty too; set one of them (in YAML, put a value that starts with `!` in quotes, or on its own line below `files: |`)';
  throw new InputError('INPUT_MISSING', name, reason);
}

export function oneOf<T extends string>(values: readonly T[], expected = values.join(', ')): InputParser<T> {
  return (text, name) => {
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) throw invalidInput(name, text, `one of: ${expected}`);
    return value;
  };
}

export function integerBetween(min: number, max: number): InputParser<number> {
  return (text, name) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max))
      throw invalidInput(name, text, `a whole number from ${min} to ${max}`);
    return value;
  };
}

// The spellings that YAML 1.2 and actions/core accept for a boolean.
export function parseBoolean(text: string, name: string): boolean {
  if (/^(true|True|TRUE)$/.test(text)) return true;
  if (/^(false|False|FALSE)$/.test(text)) return false;
  throw invalidInput(name, text, '`true` or `false`');
}

type Owner = Pick<PlanSettings, 'owner' | 'ownerKind'>;

/** Ad accounts in an error message. */
const AD_ACCOUNTS = ' urn:li:sponsoredAccount:…,';

export function parseOwner(text: string, name: string, accounts = AD_ACCOUNTS): Owner {
  if (text === '') throw new InputError('INPUT_MISSING', name, 'is empty');
  const kind = ownerKind(text);
  if (kind !== null) return { owner: text, ownerKind: kind };
  throw invalidInput(name, text, expectedOwner(text, accounts));
}

/** Ad accounts own media, but are not authors of posts. */
export function parseAuthor(text: string, name: string): Owner {
  const author = parseOwner(text, name, '');
  if (author.ownerKind !== 'sponsoredAccount') return author;
  throw invalidInput(name, text, 'the URN of a page or person: an ad account cannot be the author of posts');
}

/** `true` is one attempt. */
export function parseResend(text: string, name: string): number {
  if (/^(true|True|TRUE)$/.test(text)) return 1;
  if (/^(false|False|FALSE)$/.test(text)) return 0;
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw invalidInput(name, text, '`true`, `false` or the number of further attempts, such as 1');
}

/** Null if `api` itself is invalid. Then the inputs that depend on it get no error because of it. */
type ApiInput = PlanSettings['api'] | null;

/** Only the Assets API has recipes. The Media APIs do not use the input, so any value is valid there. */
export function recipeParser(api: ApiInput): InputParser<PlanSettings['recipe']> {
  return (text, name) => {
    const recipe = text === 'auto' ? text : parseRecipe(text);
    if (recipe !== null) return recipe;
    if (api === 'media') return { shortName: text, urn: text };
    const expected = '`auto`, urn:li:digitalmediaRecipe:…, or a short name such as feedshare-image';
    throw invalidInput(name, text, expected);
  };
}

/** Only the Assets API has unversioned paths. */
export function versionParser(api: ApiInput): InputParser<LinkedInVersion> {
  const allowsV2 = api !== 'media';
  const expected = `YYYYMM, such as ${NEWEST_KNOWN_VERSION}, ${allowsV2 ? 'or v2' : 'with `api: media`'}`;
  return (text, name) => {
    if (isVersion(text) && (allowsV2 || text !== 'v2')) return text;
    throw invalidInput(name, text, expected);
  };
}

export function parseShardInput(text: string, name: string): Shard | null {
  if (text === '') return null;
  const shard = parseShard(text);
  if (shard !== null) return shard;
  const expected = `i/n with i from 1 to n and n at most ${MAX_SHARDS}, such as 2/5 for the second of five shards`;
  throw invalidInput(name, text, expected);
}

/** The Assets API accepts neither captions nor thumbnails. */
export function sidecarsParser(api: ApiInput): InputParser<boolean> {
  return (text, name) => {
    const isEnabled = parseBoolean(text, name);
    if (!isEnabled || api !== 'assets') return isEnabled;
    const reason = 'needs `api: media`: the Assets API accepts neither captions nor thumbnails';
    throw new InputError('INPUT_INVALID', name, reason);
  };
}

/** Keeps a path, for a gateway with a base path. Rejects a query, because it would be lost. */
export function parseApiUrl(text: string, name: string): URL {
  const url = URL.parse(text);
  const isHttps = url?.protocol === 'https:';
  const isLocal = url?.protocol === 'http:' && isLoopback(url.hostname);
  if (url !== null && (isHttps || isLocal) && !/[@?#]/.test(text)) return url;
  const expected = 'an https URL (http only on loopback) without user, password, `?` or `#`';
  // The text before an @ may be a password, and the message is public.
  if (text.includes('@')) {
    throw new InputError('INPUT_INVALID', name, `contains an @, but must be ${expected}`);
  }
  throw invalidInput(name, text, expected);
}

/** The error message never shows any part of the token. */
export function checkToken(token: string, name: string): void {
  if (token === '') throw new InputError('TOKEN_MISSING', name, 'is empty, but `mode: publish` needs it');
  checkSecret(token, name);
}

/** Rejects secrets that LinkedIn would never accept in a header or form: they were stored incorrectly. */
export function checkSecret(secret: string, name: string): void {
  const [, reason] = INVALID_SECRET_REASONS.find(([pattern]) => pattern.test(secret)) ?? [];
  const text = reason ?? (isMaskable(secret) ? null : TOO_SHORT);
  if (text !== null) throw new InputError('INPUT_INVALID', name, text);
}

const TOO_SHORT = `has fewer than ${MIN_SECRET_LENGTH} characters, which is too short; store the secret again`;

const INVALID_SECRET_REASONS: readonly (readonly [pattern: RegExp, text: string])[] = [
  [
    /^\*+$/,
    'contains only asterisks, which is the mask of a secret, not the secret itself; store the secret again',
  ],
  [
    /^(?:secrets|vars|env|inputs|github)[.[]|^\$/i,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    'is the name of a secret, not its value; write ${{ secrets.NAME }}',
  ],
  [/^bearer\b/i, 'starts with "Bearer"; store the token without it'],
  [/^["']|["']$/, 'is in quotes; store the token without them'],
  [/^[[{]/, 'is JSON; store only the value of its `access_token` or `refresh_token`'],
  [/^\w*(?:token|secret|client_id)\w*=/i, 'starts with a name and "="; store only the value after them'],
  [
    /[^\x21-\x7e]/,
    'contains spaces, line breaks or other characters that no token contains; store the secret again',
  ],
];

/** Enough to recognize a value. It may be a token in the wrong input, and masks do not hide parts of a token. */
const MAX_SHOWN_CHARS = 20;

export function invalidInput(name: string, text: string, expected: string): InputError {
  const shown = JSON.stringify(text.slice(0, MAX_SHOWN_CHARS)) + (text.length > MAX_SHOWN_CHARS ? '…' : '');
  return new InputError('INPUT_INVALID', name, `is ${shown}, but must be ${expected}`);
}

/** Completes the sentence "but must be …". */
function expectedOwner(text: string, accounts: string): string {
  if (/^["'].*["']$/.test(text)) return 'a URN without quotes';
  if (/urn:li:.*[\s,;]urn:li:/s.test(text))
    return 'one URN; for several owners, use a matrix of jobs with one owner each';
  const [, page] = PAGE_ID.exec(text) ?? PAGE_URL.exec(text) ?? [];
  if (page !== undefined) return `a URN: urn:li:organization:${page} for this page`;
  return /^urn:li:(?:company|organization):|linkedin\.com\/(?:company|showcase|school)\//.test(text)
    ? `a URN with the number of the page, not its name: ${PAGE_EXAMPLE}`
    : `a URN: urn:li:person:…,${accounts} or for a page ${PAGE_EXAMPLE}`;
}

const PAGE_EXAMPLE = 'urn:li:organization:24141830, if its admin view is linkedin.com/company/24141830/admin';

const PAGE_ID = /^(?:urn:li:company:|organization:)?(\d{1,20})$/;
const PAGE_URL =
  /^(?:https?:\/\/)?(?:www\.)?linkedin\.com\/(?:company|showcase|school)\/(\d{1,20})(?:[/?#]|$)/;
