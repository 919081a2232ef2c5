// Names of the calls of a schedule: those of the API, and those for the access token.

import type { CallKind, OtherCallKind } from '../../src/sandbox/options.ts';

export type TokenCall = Extract<OtherCallKind, 'refresh' | 'introspect'>;
export type CallName = CallKind | TokenCall;

export const API_CALLS = ['register', 'upload', 'complete', 'status'] as const satisfies CallKind[];
export const TOKEN_CALLS = ['refresh', 'introspect'] as const satisfies TokenCall[];

export function isTokenCall(name: string): name is TokenCall {
  return TOKEN_CALLS.some((call) => call === name);
}
