// A schedule as data: which files, in what weather, and what goes wrong. All of it comes from one seed; plain JSON, so
// that one that failed can be kept.

import type { ApiName } from '../../src/linkedin/session.ts';
import { API_CALLS, type CallName, isTokenCall } from './call-name.ts';
import { EARLIER_ASSETS, EARLIER_ENTRIES, type EarlierUpload } from './earlier-kinds.ts';
import type { Kind, Struck } from './kind.ts';
import { KIND_NAMES, kindOf } from './kinds.ts';
import { Prng } from './prng.ts';
import { callsForToken, isRenewed, TOKEN_SOURCES, type TokenSource } from './token-source.ts';

/** How a file travels: a picture, a video in one request (Assets API alone), or a video in parts. */
export type Form = 'picture' | 'clip' | 'film';

export interface PlannedFile {
  readonly form: Form;
  readonly sizeBytes: number;
  /** What lies beside a video; for the media API. */
  readonly beside: readonly ('captions' | 'thumbnail')[];
  /** Number of further files with the same bytes. They come after all other files; disk faults do not strike them. */
  readonly copies?: number;
  /** Upload of the same bytes in an earlier run; absent if there is none. */
  readonly earlier?: EarlierUpload;
}

export interface PlannedFault {
  /** Index of the file whose calls it strikes; null for any call, as those for the token are of no file. */
  readonly file: number | null;
  readonly on: Struck;
  /** The first call it strikes, counted from 1 over the calls that fit. */
  readonly nth: number;
  /** How many calls in a row. */
  readonly times: number;
  readonly kind: string;
  /** Whether LinkedIn carries the call out, where its true answer does not arrive. */
  readonly isApplied: boolean;
}

/** All calls fail for some seconds, and nothing else goes wrong in that plan. */
export interface Hiccup {
  /** Null: every call. */
  readonly on: CallName | null;
  /** The call at which it begins, counted from 1 over the calls that fit. */
  readonly nth: number;
  readonly forMs: number;
  readonly kind: string;
}

export interface FaultPlan {
  readonly seed: number;
  readonly api: ApiName;
  readonly token: TokenSource;
  readonly imageUpload: 'synchronous' | 'asynchronous';
  readonly files: readonly PlannedFile[];
  readonly partSizeBytes: number;
  readonly concurrency: number;
  readonly waitMinutes: number;
  readonly readsArtifacts: boolean;
  readonly processingMs: number;
  /** The longest that a call takes, each way. */
  readonly latencyMs: number;
  /** LinkedIn's clock against the runner's. */
  readonly skewMs: number;
  readonly faults: readonly PlannedFault[];
  readonly hiccup?: Hiccup;
  /** At the nth thing that happens on the wire, or at a moment in time. */
  readonly cancel: { readonly step: number } | { readonly atMs: number } | null;
}

const HICCUPS = [
  ...['503', '503-seconds', '429-bare', '429-seconds', '429-soon'],
  ...['refused', 'reset-at-start', 'reset-at-end'],
];
const HOUR_MS = 3_600_000;
const ALWAYS = 1000;

export function fromSeed(seed: number): FaultPlan {
  const chance = new Prng(seed);
  const api = chance.pick(['assets', 'media'] as const);
  const partSizeBytes = chance.pick([7, 1000, 40_000]);
  const isCrowd = chance.isLucky(0.03);
  const files = isCrowd
    ? Array.from({ length: chance.between(20, 60) }, () => drawPicture(chance))
    : Array.from({ length: chance.between(1, 12) }, () => drawFile(chance, api, partSizeBytes));
  const setting = { seed, api, files, token: chance.pick(TOKEN_SOURCES) };
  return {
    ...setting,
    imageUpload: chance.pick(['synchronous', 'asynchronous'] as const),
    partSizeBytes,
    concurrency: isCrowd
      ? chance.pick([1, 8, 64])
      : chance.pick([chance.between(1, 6), chance.between(1, 64)]),
    waitMinutes: chance.pick([0, 1, 5, 5, 30]),
    readsArtifacts: chance.isLucky(0.2),
    processingMs: chance.pick([0, 300, 4000, 4000, 20_000, 20_000, 600_000]),
    latencyMs: chance.pick([0, 50, 2000]),
    skewMs: chance.pick([0, chance.between(-12 * HOUR_MS, 12 * HOUR_MS)]),
    ...drawTrouble(chance, setting, isCrowd ? 0.4 : 0.06),
  };
}

type Trouble = Pick<FaultPlan, 'faults' | 'hiccup' | 'cancel'>;

/** `share` of the plans have a hiccup, and `share` of the others an outage. */
function drawTrouble(chance: Prng, setting: Setting, share: number): Trouble {
  if (chance.isLucky(share)) return { faults: [], hiccup: drawHiccup(chance), cancel: null };
  const faults = chance.isLucky(share) ? drawOutage(chance) : drawFaults(chance, setting);
  return { faults: [...faults, ...drawDoubt(chance, setting)], cancel: drawCancel(chance) };
}

function drawHiccup(chance: Prng): Hiccup {
  return {
    on: chance.pick([null, ...API_CALLS, 'refresh'] as const),
    nth: chance.pick([1, 2, chance.between(1, 100)]),
    forMs: chance.between(1, 5000),
    kind: chance.pick(HICCUPS),
  };
}

function drawPicture(chance: Prng): PlannedFile {
  const sizeBytes = chance.between(1, 3);
  return { form: 'picture', sizeBytes, beside: [], ...drawEarlier(chance, 0.1), ...drawCopies(chance, 0.05) };
}

function drawFile(chance: Prng, api: ApiName, partSizeBytes: number): PlannedFile {
  const form = chance.pick(
    api === 'assets' ? (['picture', 'clip', 'film'] as const) : (['picture', 'film'] as const),
  );
  const isWithSidecars = api === 'media' && form === 'film' && chance.isLucky(0.3);
  return {
    form,
    sizeBytes: drawSize(chance, form === 'film' ? 5 : 3, partSizeBytes),
    beside: isWithSidecars
      ? chance.pick([['captions'], ['thumbnail'], ['captions', 'thumbnail']] as const)
      : [],
    ...drawEarlier(chance, 0.15),
    ...drawCopies(chance, 0.15),
  };
}

function drawCopies(chance: Prng, share: number): Pick<PlannedFile, 'copies'> {
  return chance.isLucky(share) ? { copies: chance.between(1, 3) } : {};
}

function drawEarlier(chance: Prng, share: number): Pick<PlannedFile, 'earlier'> {
  if (!chance.isLucky(share)) return {};
  const earlier = { entry: chance.pick(EARLIER_ENTRIES), asset: chance.pick(EARLIER_ASSETS) };
  return { earlier };
}

/** Often right at an edge. */
function drawSize(chance: Prng, parts: number, partSizeBytes: number): number {
  const edge = chance.between(0, parts) * partSizeBytes;
  const size = chance.pick([edge - 1, edge, edge + 1, chance.between(1, parts * partSizeBytes), 1]);
  return Math.min(Math.max(1, size), parts * partSizeBytes);
}

function drawCancel(chance: Prng): FaultPlan['cancel'] {
  if (!chance.isLucky(0.15)) return null;
  return chance.isLucky(0.7) ? { step: chance.between(0, 150) } : { atMs: chance.between(0, 200_000) };
}

/** From some call on nothing works any more, of any file. */
function drawOutage(chance: Prng): PlannedFault[] {
  const kind = chance.pick([
    'refused',
    'reset-at-start',
    'hang-at-end',
    '500',
    '503',
    '429-bare',
    '503-seconds',
  ]);
  const start = chance.pick([1, 1, 2, 5, chance.between(1, 60)]);
  return (['register', 'upload', 'complete', 'status'] as const).map((on) => ({
    ...{ file: null, on, nth: start, times: ALWAYS, kind },
    isApplied: false,
  }));
}

/** A new token is taken for a revoked one, for a moment. */
function drawDoubt(chance: Prng, { token }: Setting): PlannedFault[] {
  if (!isRenewed(token) || !chance.isLucky(0.1)) return [];
  const on = chance.pick(['register', 'register', 'status'] as const);
  return [{ file: null, on, nth: chance.pick([1, 1, 2]), times: 1, kind: '401', isApplied: false }];
}

type Setting = Pick<FaultPlan, 'seed' | 'api' | 'token' | 'files'>;

/** Each kind has its turn to be the first, whatever the others are. */
function drawFaults(chance: Prng, setting: Setting): PlannedFault[] {
  const count = chance.pick([0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8]);
  const names = KIND_NAMES.filter((name) => targets(kindOf(name), setting).length > 0);
  const due = names.find((name) => name === KIND_NAMES[setting.seed % KIND_NAMES.length]);
  return Array.from({ length: count }, (_, index) => {
    const drawn = chance.pickBy(names, (name) => (kindOf(name).isFatal ? 0.2 : 1));
    const kind = index === 0 ? (due ?? drawn) : drawn;
    const { file, on } = chance.pick(targets(kindOf(kind), setting));
    const times = chance.pickBy([1, 2, 3, ALWAYS], (many) => (many === 1 ? 9 : 1));
    return {
      file,
      on,
      nth: chance.pickBy([1, 2, 3, 4], (nth) => 1 / nth),
      times,
      kind,
      isApplied: chance.isLucky(0.5) && kindOf(kind).isNeverApplied !== true,
    };
  });
}

/** The calls that a kind can strike, given what there is to send. */
function targets(kind: Kind, { api, token, files }: Setting): { file: PlannedFault['file']; on: Struck }[] {
  if (kind.api !== undefined && kind.api !== api) return [];
  const ofFiles = files.flatMap(({ form }, file) => {
    if (kind.needsParts && form !== 'film') return [];
    const calls = kind.on.filter((on) => !isTokenCall(on) && (on !== 'complete' || form === 'film'));
    return calls.map((on) => ({ file, on }));
  });
  return [
    ...ofFiles,
    ...callsForToken(token)
      .filter((on) => kind.on.includes(on))
      .map((on) => ({ file: null, on })),
  ];
}

/** For each file of the run, the file of the plan whose bytes it has. Copies come last. */
export function contentsOf({ files }: Pick<FaultPlan, 'files'>): number[] {
  return [
    ...files.keys(),
    ...files.flatMap(({ copies = 0 }, file) => Array.from({ length: copies }, () => file)),
  ];
}
