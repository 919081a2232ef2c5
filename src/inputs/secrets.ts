// Checks the secrets of the step together: the given ones decide which others are required. Error messages never show
// their text.

import { InputError } from '../errors.ts';
import type { OwnerKind } from '../linkedin/urn.ts';
import { Secret } from '../secret.ts';
import { checkSecret, checkToken } from './parsers.ts';

/** Masked and removed from the environment in this order. */
const SECRETS = ['access-token', 'client-id', 'client-secret', 'refresh-token'] as const;

/** Empty strings for empty inputs. */
type GivenSecrets = Readonly<Record<(typeof SECRETS)[number], string>>;

export function takeSecrets(take: (name: (typeof SECRETS)[number]) => string): GivenSecrets {
  return Object.fromEntries(SECRETS.map((name) => [name, take(name)])) as GivenSecrets;
}

/**
 * As `openLinkedIn` takes them. Client id and secret are used to check the token. With a refresh token, they are used to
 * obtain one.
 */
interface TokenOptions {
  readonly clientId: Secret;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret | null;
  readonly ownerKind: OwnerKind;
  readonly warnDays: number;
  readonly mask: (secret: string) => void;
}

/** One check per input. Each may throw an InputError. */
export function secretChecks(given: GivenSecrets): (() => void)[] {
  const { 'access-token': token, ...app } = given;
  const isGiven = Object.values(app).some((secret) => secret !== '');
  return [
    // With a refresh token, the access token is not used.
    () => given['refresh-token'] === '' && checkToken(token, 'access-token'),
    ...Object.entries(app).map(([name, secret]) => () => {
      if (secret !== '') checkSecret(secret, name);
      else if (isGiven && name !== 'refresh-token') throw incomplete(name, app);
    }),
  ];
}

function incomplete(name: string, app: Omit<GivenSecrets, 'access-token'>): InputError {
  const [given] = Object.entries(app).flatMap(([other, secret]) => (secret === '' ? [] : [other]));
  const use =
    app['refresh-token'] === ''
      ? 'both are needed to check the access token'
      : 'a refresh token needs both `client-id` and `client-secret`';
  return new InputError('INPUT_MISSING', name, `is empty, but \`${given}\` is set: ${use}`);
}

export interface TokenSettings {
  /** Empty if a refresh obtains it. */
  readonly token: Secret;
  /** Null if the token is neither checked nor refreshed. */
  readonly tokenOptions: TokenOptions | null;
}

interface TokenNeeds extends Pick<TokenOptions, 'ownerKind' | 'warnDays' | 'mask'> {
  readonly mode: string;
}

/** A refresh token takes precedence over a given access token. */
export function tokenSettings(
  given: GivenSecrets,
  { mode, ownerKind, warnDays, mask }: TokenNeeds,
): TokenSettings {
  const { 'client-id': id, 'client-secret': secret, 'refresh-token': refresh } = given;
  const token = new Secret(refresh === '' ? given['access-token'] : '');
  if (mode !== 'publish' || id === '' || secret === '') return { token, tokenOptions: null };
  const app = { clientId: new Secret(id), clientSecret: new Secret(secret) };
  const refreshToken = refresh === '' ? null : new Secret(refresh);
  return { token, tokenOptions: { ...app, refreshToken, ownerKind, warnDays, mask } };
}
