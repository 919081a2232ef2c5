// Arbitraries of single faults: the kind, the call it strikes, and when. The faults of a file and those of a token have
// arbitraries of their own, so that every generated fault can strike.

import fc, { type Arbitrary } from 'fast-check';
import type { ApiName } from '../../src/linkedin/session.ts';
import { API_CALLS, isTokenCall } from './call-name.ts';
import type { FaultKind, FaultTarget } from './fault-kind.ts';
import { FAULT_KINDS, kindOf } from './fault-kinds.ts';
import type { Fault, Form, ShortOutage } from './fault-schedule.ts';
import { callsForToken, isRenewed, type TokenSource } from './token-source.ts';

const ALWAYS = 1000;
const NTH = weighted([12, 1], [6, 2], [4, 3], [3, 4]);
const TIMES = weighted([9, 1], [1, 2], [1, 3], [1, ALWAYS]);

/** A fault that a file of this form can meet. */
export function fileFault(api: ApiName, form: Form): Arbitrary<Fault> {
  const isFilm = form === 'film';
  return faultOf(
    (call) => !isTokenCall(call) && (isFilm || call !== 'complete'),
    (kind) => (kind.api ?? api) === api && (isFilm || !kind.needsParts),
  );
}

/** Faults of the calls that make or check the token; also a new token that is refused for a moment. */
export function tokenFaults(source: TokenSource): Arbitrary<Fault[]> {
  const calls = callsForToken(source);
  if (calls.length === 0) return fc.constant([]);
  const fault = faultOf((call) => calls.some((one) => one === call));
  const faults = sometimes(25, fc.array(fault, { maxLength: 3, size: 'max' }), []);
  if (!isRenewed(source)) return faults;
  const refused = sometimes(10, fc.tuple(refusedToken), []);
  return fc.tuple(faults, refused).map((both) => both.flat());
}

const refusedToken: Arbitrary<Fault> = fc.record({
  on: fc.constantFrom('register', 'register', 'status'),
  nth: fc.constantFrom(1, 1, 2),
  times: fc.constant(1),
  kind: fc.constant('401'),
  isApplied: fc.constant(false),
});

function faultOf(
  isTarget: (call: FaultTarget) => boolean,
  fits: (kind: FaultKind) => boolean = () => true,
): Arbitrary<Fault> {
  const choices = FAULT_KINDS.flatMap((name) => {
    const kind = kindOf(name);
    const calls = kind.on.filter(isTarget);
    if (calls.length === 0 || !fits(kind)) return [];
    return [{ weight: weightOf(kind), arbitrary: faultOfKind(name, calls) }];
  });
  return fc.oneof(...choices);
}

/** A fatal kind hides the other faults of its run. A kind that few schedules can meet is drawn more often there. */
function weightOf(kind: FaultKind): number {
  if (kind.isFatal) return 4;
  if (kind.on.every(isTokenCall)) return 64;
  return kind.needsParts || kind.api !== undefined ? 16 : 8;
}

function faultOfKind(name: string, calls: readonly FaultTarget[]): Arbitrary<Fault> {
  return fc.record({
    on: fc.constantFrom(...calls),
    nth: NTH,
    times: TIMES,
    kind: fc.constant(name),
    isApplied: kindOf(name).isNeverApplied ? fc.constant(false) : fc.boolean(),
  });
}

/** From some call on, every call of the API fails. */
export const outage: Arbitrary<Fault[]> = fc
  .record({
    kind: fc.constantFrom(
      'refused',
      'reset-at-start',
      'hang-at-end',
      '500',
      '503',
      '429-bare',
      '503-seconds',
    ),
    nth: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(1, 1, 2, 5) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) },
    ),
  })
  .map((fault) => API_CALLS.map((on) => ({ ...fault, on, times: ALWAYS, isApplied: false })));

export const shortOutage: Arbitrary<ShortOutage> = fc.record({
  on: fc.constantFrom(null, ...API_CALLS, 'refresh'),
  nth: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(1, 2) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 100 }) },
  ),
  forMs: fc.integer({ min: 1, max: 5000 }),
  kind: fc.constantFrom(
    ...['503', '503-seconds', '429-bare', '429-seconds', '429-soon'],
    ...['refused', 'reset-at-start', 'reset-at-end'],
  ),
});

/** `arbitrary` in `percent` of the cases, else `otherwise`, to which it also shrinks. */
export function sometimes<T, U>(percent: number, arbitrary: Arbitrary<T>, otherwise: U): Arbitrary<T | U> {
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 100 - percent, arbitrary: fc.constant(otherwise) },
    { weight: percent, arbitrary },
  );
}

/** One of these, as often as its weight says; shrinks to the first. */
export function weighted<T>(...choices: readonly [weight: number, value: T][]): Arbitrary<T> {
  return fc.oneof(
    { withCrossShrink: true },
    ...choices.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })),
  );
}
