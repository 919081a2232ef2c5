// The zod types of the inputs, and those inputs that both actions have. Each type makes a value of the text of an input. Its
// message continues after the name of the input: "is "8.0", but must be a whole number".

import path from 'node:path';
import type { Env } from '../deps.ts';
import { isLoopback } from '../http/allowed-hosts.ts';
import { type OwnerKind, ownerKind } from '../linkedin/urn.ts';
import { toPosixPath } from '../media/find/workspace.ts';
import * as z from '../schema.ts';

/** Any text. */
export const text = z.string().prefault('');

/** A text that `parse` can read. `parse` returns null for any other text, and `describe` says what is wrong with that one. */
export function parsed<T>(parse: (text: string) => T | null, describe: (text: string) => string) {
  return z.string().transform((text, { addIssue }): T => {
    const value = parse(text);
    if (value === null) addIssue({ code: 'custom', message: describe(text) });
    return value ?? z.NEVER;
  });
}

/** Enough to recognize a value. It may be a token in the wrong input, and masks do not hide parts of a token. */
const MAX_SHOWN_CHARS = 20;

export function mustBe(expected: string): (text: string) => string {
  return (text) => {
    const shown = JSON.stringify(text.slice(0, MAX_SHOWN_CHARS)) + (text.length > MAX_SHOWN_CHARS ? '…' : '');
    return `is ${shown}, but must be ${expected}`;
  };
}

/** `help` describes the values for users who write another one, such as `dry-run`. */
export function oneOf<T extends string>(values: readonly T[], help = values.join(', ')) {
  return parsed<T>((text) => values.find((value) => value === text) ?? null, mustBe(`one of: ${help}`));
}

export function wholeNumber(min: number, max: number) {
  return parsed<number>(
    (text) => (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max ? Number(text) : null),
    mustBe(`a whole number from ${min} to ${max}`),
  );
}

/** The spellings of YAML 1.2 and of actions/core. */
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['false', false],
  ['False', false],
  ['FALSE', false],
]);

export const trueOrFalse = parsed<boolean>((text) => BOOLEANS.get(text) ?? null, mustBe('`true` or `false`'));

/** `true` is one attempt. */
export const attempts = parsed<number>((text) => {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  const isOne = BOOLEANS.get(text);
  return isOne === undefined ? null : Number(isOne);
}, mustBe('`true`, `false` or the number of further attempts, such as 1'));

/** Keeps a path, for a gateway with a base path. Rejects a query, because it would be lost. */
export function parseApiUrl(text: string): URL | null {
  const url = URL.parse(text);
  const isHttps = url?.protocol === 'https:';
  const isLocal = url?.protocol === 'http:' && isLoopback(url.hostname);
  return (isHttps || isLocal) && !/[@?#]/.test(text) ? url : null;
}

const API_URL = 'an https URL (http only on loopback) without user, password, `?` or `#`';
/** The part before an @ may be a password, so it is not shown. */
export const apiUrl = parsed(parseApiUrl, (text) =>
  text.includes('@') ? `contains an @, but must be ${API_URL}` : mustBe(API_URL)(text),
);

export interface Owner {
  readonly owner: string;
  readonly ownerKind: OwnerKind;
}

export const owner = ownerInput({ isAuthor: false });
export const author = ownerInput({ isAuthor: true });

/** Ad accounts own media, but are not authors of posts. The value is null if the input is empty. */
function ownerInput({ isAuthor }: { readonly isAuthor: boolean }) {
  const type = parsed<Owner>(
    (text) => {
      const kind = ownerKind(text);
      return kind === null || (isAuthor && kind === 'sponsoredAccount')
        ? null
        : { owner: text, ownerKind: kind };
    },
    (text) => mustBe(expectedOwner(text, isAuthor))(text),
  );
  return z.preprocess((text) => text ?? null, type.nullable());
}

/** Completes the sentence "but must be …". */
function expectedOwner(text: string, isAuthor: boolean): string {
  if (isAuthor && ownerKind(text) === 'sponsoredAccount')
    return 'the URN of a page or person: an ad account cannot be the author of posts';
  if (/^["'].*["']$/.test(text)) return 'a URN without quotes';
  if (/urn:li:.*[\s,;]urn:li:/s.test(text))
    return 'one URN; for several owners, use a matrix of jobs with one owner each';
  const [, page] = PAGE_ID.exec(text) ?? PAGE_URL.exec(text) ?? [];
  if (page !== undefined) return `a URN: urn:li:organization:${page} for this page`;
  const accounts = isAuthor ? '' : ' urn:li:sponsoredAccount:…,';
  return /^urn:li:(?:company|organization):|linkedin\.com\/(?:company|showcase|school)\//.test(text)
    ? `a URN with the number of the page, not its name: ${PAGE_EXAMPLE}`
    : `a URN: urn:li:person:…,${accounts} or for a page ${PAGE_EXAMPLE}; \`mode: check\` lists yours`;
}

const PAGE_EXAMPLE = 'urn:li:organization:24141830, if its admin view is linkedin.com/company/24141830/admin';
const PAGE_ID = /^(?:urn:li:company:|organization:)?(\d{1,20})$/;
const PAGE_URL =
  /^(?:https?:\/\/)?(?:www\.)?linkedin\.com\/(?:company|showcase|school)\/(\d{1,20})(?:[/?#]|$)/;

/** What git refuses: https://git-scm.com/docs/git-check-ref-format */
const INVALID_BRANCH = /^@$|^-|[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|(^|\/)\.|\.(\/|$)|\.lock(\/|$)/u;

/** The name of a branch, without `refs/heads/`. */
export const branch = parsed<string>(
  (text) => (text.startsWith('refs/') || INVALID_BRANCH.test(text) ? null : text),
  (text) =>
    mustBe(text.startsWith('refs/') ? 'the name alone, such as linkedin-media' : 'the name of a branch')(
      text,
    ),
);

export const MANIFEST_ON_BRANCH = 'linkedin.json';

/** The path of the manifest on its branch, normalized. */
export const branchPath = parsed<string>(
  (text) => (branchPathMistake(text) === null ? path.posix.normalize(toPosixPath(text)) : null),
  (text) => {
    const expected = `with \`manifest-branch\` it is the path of a file on the branch, such as ${MANIFEST_ON_BRANCH}`;
    return `is ${text}, which is ${branchPathMistake(text)}; ${expected}`;
  },
);

function branchPathMistake(text: string): string | null {
  const posix = path.posix.normalize(toPosixPath(text));
  if (path.isAbsolute(text) || posix.startsWith('/')) return 'an absolute path';
  if (posix.endsWith('/') || posix === '.') return 'a folder';
  const isOutside = posix.split('/').some((part) => part === '..' || part.toLowerCase() === '.git');
  return isOutside ? 'not a path in the repository' : null;
}

const MODES = ['publish', 'check', 'plan', 'simulate'] as const;
const MODES_HELP =
  'publish, check (which says what the token can do), plan (which sends nothing), simulate (which sends to a sandbox)';

export type InputMode = (typeof MODES)[number];
/** The modes of a run with files or posts. */
export type Mode = Exclude<InputMode, 'check'>;

/** Inputs that both actions have. */
export const shared = {
  mode: oneOf(MODES, MODES_HELP).prefault('publish'),
  'api-url': apiUrl.prefault('https://api.linkedin.com'),
  concurrency: wholeNumber(1, 64).prefault('8'),
  summary: trueOrFalse.prefault('true'),
};

/** The inputs of both actions about tokens: that of GitHub, those that LinkedIn gives, and when to warn that they expire. */
export const tokenInputs = {
  'github-token': text,
  'client-id': text,
  'client-secret': text,
  'refresh-token': text,
  'token-warn-days': wholeNumber(0, 365).prefault('10'),
};

/** The variables of the runner, on which some inputs depend. */
export const runnerVariables = z.custom<Env>();
