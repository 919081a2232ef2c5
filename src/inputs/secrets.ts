// The secrets of a step, among its inputs and in its proxy variables: how they are read, and mistakes in storing them. No error
// shows their text.

import { InputError } from '../errors/action-error.ts';
import { type ProxyConfig, readProxy } from '../http/proxy.ts';
import { isMaskable, MIN_SECRET_LENGTH } from '../secret.ts';

// The client id is public: LinkedIn shows it in the address of each sign-in.
const SECRETS = ['access-token', 'client-secret', 'refresh-token', 'github-token'] as const;

/** Reads the secrets, masks them, and removes them from `env`. */
export function takeSecrets(
  env: NodeJS.ProcessEnv,
  mask: (secret: string) => void,
): Record<string, string> {
  const secrets = SECRETS.map((name): [string, string] => {
    const text = rawInput(env, name);
    if (text !== '') mask(text);
    delete env[`INPUT_${name.toUpperCase()}`];
    return [name, text];
  });
  return Object.fromEntries(secrets);
}

/** The runner puts an input into a variable in upper case, with its hyphens. */
export function rawInput(env: NodeJS.ProcessEnv, name: string): string {
  return env[`INPUT_${name.toUpperCase()}`]?.trim() ?? '';
}

/** Reads how to reach `apiUrl`, and masks the password of a proxy. @throws InputError PROXY_INVALID */
export function readAndMaskProxy(
  env: NodeJS.ProcessEnv,
  apiUrl: URL,
  mask: (secret: string) => void,
): ProxyConfig {
  const proxy = readProxy(env, apiUrl);
  if (proxy !== 'direct') for (const secret of proxy.secrets) mask(secret);
  return proxy;
}

/** Secrets that no server would accept in a header or form were stored incorrectly. */
export function* findSecretErrors(secret: string, name: string) {
  const [, mistake] = MISTAKES.find(([pattern]) => pattern.test(secret)) ?? [];
  const problem = mistake ?? (isMaskable(secret) ? null : TOO_SHORT);
  if (problem !== null) yield new InputError('INPUT_INVALID', name, problem);
}

const TOO_SHORT = `has fewer than ${MIN_SECRET_LENGTH} characters, which is too short; store the secret again`;

const MISTAKES: readonly (readonly [pattern: RegExp, text: string])[] = [
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
  [
    /^\w*(?:token|secret|client_id)\w*=/i,
    'starts with a name and "="; store only the value after them',
  ],
  [
    /[^\x21-\x7e]/,
    'contains spaces, line breaks or other characters that no token contains; store the secret again',
  ],
];
