// The zod types of the inputs, and those inputs that both actions have. Each type makes a value of the text of an input. Its
// message continues after the name of the input: "is "8.0", but must be a whole number".

import path from 'node:path';
import { quoted } from '../format.ts';
import { isLoopback } from '../http/allowed-hosts.ts';
import { expectedOwner, ownerKind } from '../linkedin/urn.ts';
import { toPosixPath } from '../media/find/workspace.ts';
import * as z from '../schema.ts';
import { Secret } from '../secret.ts';

export const text = z.string().prefault('');

/** Holds an empty text if the input is empty. */
export const secret = text.transform((value) => new Secret(value));

/** The lines of a text that are not blank, without blanks around them. */
export const lines = text.transform((value) =>
  value
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== ''),
);

/** A text that `parse` can read. For any other text, `parse` returns what `reject` makes of the mistake in it. */
export function parsed<T>(parse: (text: string, reject: (problem: string) => never) => T) {
  return z.string().transform(
    (text, { addIssue }): T =>
      parse(text, (message) => {
        addIssue({ code: 'custom', message });
        return z.NEVER;
      }),
  );
}

/** Enough to recognize a value. It may be a token in the wrong input, and masks do not hide parts of a token. */
const MAX_SHOWN_CHARS = 20;

export function mustBe(expected: string, text: string): string {
  const shown =
    JSON.stringify(text.slice(0, MAX_SHOWN_CHARS)) + (text.length > MAX_SHOWN_CHARS ? '…' : '');
  return `is ${shown}, but must be ${expected}`;
}

/** `help` describes the values for users who write another one, such as `dry-run`. */
export function oneOf<T extends string>(values: readonly T[], help = values.join(', ')) {
  return z.enum(values, { error: ({ input }) => mustBe(`one of: ${help}`, String(input)) });
}

export function wholeNumber(min: number, max: number) {
  return parsed((text, reject) =>
    /^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max
      ? Number(text)
      : reject(mustBe(`a whole number from ${min} to ${max}`, text)),
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

export const trueOrFalse = parsed(
  (text, reject) => BOOLEANS.get(text) ?? reject(mustBe('`true` or `false`', text)),
);

/** `true` is one attempt. */
export const attempts = parsed((text, reject) => {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  const expected = '`true`, `false` or the number of further attempts, such as 1';
  return Number(BOOLEANS.get(text) ?? reject(mustBe(expected, text)));
});

const API_URL = 'an https URL (http only on loopback) without user, password, `?` or `#`';

/** Keeps a path, for a gateway with a base path. Rejects a query, because it would be lost. */
export const apiUrl = parsed((text, reject) => {
  const url = URL.parse(text);
  const isHttps = url?.protocol === 'https:';
  const isLocal = url?.protocol === 'http:' && isLoopback(url.hostname);
  if (url !== null && (isHttps || isLocal) && !/[@?#]/.test(text)) return url;
  // The part before an @ may be a password, so it is not shown.
  return reject(
    text.includes('@') ? `contains an @, but must be ${API_URL}` : mustBe(API_URL, text),
  );
});

export const owner = ownerInput({ isAuthor: false });
export const author = ownerInput({ isAuthor: true });

/** Ad accounts own media, but are not authors of posts. The value is null if the input is empty. */
function ownerInput({ isAuthor }: { readonly isAuthor: boolean }) {
  const type = parsed((text, reject) => {
    const kind = ownerKind(text);
    return kind === null || (isAuthor && kind === 'sponsoredAccount')
      ? reject(mustBe(expectedOwner(text, isAuthor), text))
      : text;
  });
  return type.nullable().prefault(null);
}

/** The names that git rejects: https://git-scm.com/docs/git-check-ref-format */
const INVALID_BRANCH =
  /^@$|^-|[\s\p{Cc}~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|(^|\/)\.|\.(\/|$)|\.lock(\/|$)/u;

/** An error shows a name whole up to this length. */
const MAX_SHOWN_BRANCH_CHARS = 100;

/** The name of a branch. Two spellings of one branch must not be two memories: `heads/x` and `refs/heads/x` mean `x`. */
export const branch = parsed((text, reject) => {
  const name = text.replace(/^(?:refs\/)?heads\//, '');
  const remoteName = /^(?:(?:refs\/)?remotes\/)?origin\/(.+)$/.exec(name)?.[1];
  if (remoteName !== undefined)
    return reject(
      mustBe(`the name without \`origin/\`: ${remoteName.slice(0, MAX_SHOWN_BRANCH_CHARS)}`, text),
    );
  if (name.startsWith('refs/'))
    return reject(mustBe('the name alone, such as linkedin-media', text));
  return INVALID_BRANCH.test(name) ? reject(mustBe('the name of a branch', text)) : name;
});

export const MANIFEST_ON_BRANCH = 'linkedin.json';

/** The path of the manifest on its branch, normalized. */
export const branchPath = parsed((text, reject) => {
  const posix = path.posix.normalize(toPosixPath(text));
  const expected = `with \`manifest-branch\` it is the path of a file on the branch, such as ${MANIFEST_ON_BRANCH}`;
  if (path.isAbsolute(text) || posix.startsWith('/'))
    return reject(`is ${quoted(text)}, which is an absolute path; ${expected}`);
  if (posix.endsWith('/') || posix === '.')
    return reject(`is ${quoted(text)}, which is a folder; ${expected}`);
  const isOutside = posix.split('/').some((part) => part === '..' || part.toLowerCase() === '.git');
  return isOutside
    ? reject(`is ${quoted(text)}, which is not a path in the repository; ${expected}`)
    : posix;
});

const MODES = ['publish', 'check', 'plan', 'simulate'] as const;
const MODES_HELP =
  'publish, check (which says what the token can do), plan (which sends nothing), simulate (which sends to a sandbox)';

export type InputMode = (typeof MODES)[number];
/** The modes of a run with files or posts. */
export type Mode = Exclude<InputMode, 'check'>;

export const shared = {
  mode: oneOf(MODES, MODES_HELP).prefault('publish'),
  'api-url': apiUrl.prefault('https://api.linkedin.com'),
  concurrency: wholeNumber(1, 64).prefault('8'),
  summary: trueOrFalse.prefault('true'),
};

/** The inputs of both actions about tokens: that of GitHub, those that LinkedIn gives, and when to warn that they expire. */
export const tokenInputs = {
  'github-token': secret,
  'client-id': text,
  'client-secret': secret,
  'refresh-token': secret,
  'token-warn-days': wholeNumber(0, 365).prefault('10'),
};

/** The variables of the runner, on which some inputs depend. */
export const runnerVariables = z.custom<NodeJS.ProcessEnv>();
