// The secrets of the step judged together: which of them are needed depends on which are given. Their text is shown
// by no fault.

import { InputError } from '../../errors.ts';
import type { OwnerKind } from '../../linkedin/urn.ts';
import { Secret } from '../../secret.ts';
import { checkSecret, checkToken } from './parsers.ts';

/** Masked and taken out of the environment, in this order. */
const SECRETS = ['access-token', 'client-id', 'client-secret', 'refresh-token'] as const;

/** Empty where the input is. */
type GivenSecrets = Readonly<Record<(typeof SECRETS)[number], string>>;

export function takeSecrets(take: (name: (typeof SECRETS)[number]) => string): GivenSecrets {
  return Object.fromEntries(SECRETS.map((name) => [name, take(name)])) as GivenSecrets;
}

/** With id and secret the token is checked, with a refresh token it is obtained. */
interface TokenOptions {
  readonly clientId: Secret;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret | null;
  readonly ownerKind: OwnerKind;
  readonly warnDays: number;
  readonly mask: (secret: string) => void;
}

/** One check an input, each of which may throw an InputError of its own. */
export function secretChecks(given: GivenSecrets): (() => void)[] {
  const { 'access-token': token, ...app } = given;
  const isGiven = Object.values(app).some((secret) => secret !== '');
  return [
    // It would not be used.
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
      ? 'the two check the access token together'
      : 'a refresh token is taken with both `client-id` and `client-secret`';
  return new InputError('INPUT_MISSING', name, `is empty, but \`${given}\` is not: ${use}`);
}

/** What the step connects with. */
export interface TokenSettings {
  /** Empty when it is to be obtained by refresh. */
  readonly token: Secret;
  /** Null when there is nothing to do with the token but to use it. */
  readonly tokenOptions: TokenOptions | null;
}

interface TokenNeeds extends Pick<TokenOptions, 'ownerKind' | 'warnDays' | 'mask'> {
  readonly mode: string;
}

/** A token that is obtained by refresh outranks the one that is given. */
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
