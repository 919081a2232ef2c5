// Inputs that both actions have.

import type { Env } from '../deps.ts';
import * as z from '../schema.ts';
import { apiUrl, oneOf, text, trueOrFalse, wholeNumber } from './input-types.ts';

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

/** The last inputs of both actions, and the variables of the runner, on which some inputs depend. */
export const credentials = {
  'github-token': text,
  'client-id': text,
  'client-secret': text,
  'refresh-token': text,
  'token-warn-days': wholeNumber(0, 365).prefault('10'),
  env: z.custom<Env>(),
};

/** The inputs of one action, and `env`. */
export type InputSchema = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

/** The inputs of an action in its order, with their defaults; empty without one. */
export function defaultsOf({ shape }: InputSchema): Record<string, string> {
  const inputs = Object.entries(shape).filter(([name]) => name !== 'env');
  return Object.fromEntries(
    inputs.map(([name, type]) => [name, type instanceof z.ZodPrefault ? String(type.def.defaultValue) : '']),
  );
}
