// The arbitrary of fault schedules. Faults are generated inside the file or the token they strike, so that fast-check
// drops a file together with its faults when it shrinks a schedule.

import fc, { type Arbitrary } from 'fast-check';
import type { ApiName } from '../../src/linkedin/session.ts';
import { branchArbitrary } from './branch-arbitrary.ts';
import { EARLIER_ASSETS, EARLIER_ENTRIES } from './earlier-uploads.ts';
import { fileFault, outage, shortOutage, sometimes, tokenFaults } from './fault-arbitrary.ts';
import type { Fault, FaultSchedule, Form, ScheduledFile } from './fault-schedule.ts';
import { TOKEN_SOURCES, type TokenSource } from './token-source.ts';

const HOUR_MS = 3_600_000;
const MAX_SHRINKS = 500;

interface UploadOptions {
  readonly api: ApiName;
  readonly partSizeBytes: number;
}

/** Share of the files that have faults, and how many each of them has at most. */
interface FaultDensity {
  readonly percent: number;
  readonly max: number;
}

interface GeneratedFile extends Omit<ScheduledFile, 'earlier'> {
  readonly earlier: ScheduledFile['earlier'] | null;
  readonly faults: readonly Fault[];
}

/** What differs between the variants of a schedule. */
interface Variant extends Pick<FaultSchedule, 'concurrency' | 'cancel'> {
  readonly files: readonly GeneratedFile[];
  readonly token: { readonly source: TokenSource; readonly faults: readonly Fault[] };
  readonly outage: readonly Fault[];
  readonly shortOutage: FaultSchedule['shortOutage'] | null;
  readonly branch: FaultSchedule['branch'] | null;
}

type Arbitraries<T> = { readonly [K in keyof T]: Arbitrary<T[K]> };

const NO_FAULTS: FaultDensity = { percent: 0, max: 0 };
const FEW_FAULTS: FaultDensity = { percent: 20, max: 3 };
const SOME_FAULTS: FaultDensity = { percent: 40, max: 3 };
const MANY_FAULTS: FaultDensity = { percent: 90, max: 4 };

const few = fc.integer({ min: 1, max: 6 });
const any = fc.integer({ min: 1, max: 64 });
const cancel = sometimes(
  15,
  fc.oneof(
    { weight: 7, arbitrary: fc.record({ step: fc.nat(150) }) },
    { weight: 3, arbitrary: fc.record({ atMs: fc.nat(200_000) }) },
  ),
  null,
);

const sidecars = sometimes(
  30,
  fc.constantFrom<ScheduledFile['sidecars'][]>(['captions'], ['thumbnail'], ['captions', 'thumbnail']),
  [],
);

/** What most variants have in common: no faults beside those of the files. */
const plain = {
  concurrency: fc.oneof(few, any),
  cancel,
  token: fc.record({ source: fc.constantFrom(...TOKEN_SOURCES), faults: fc.constant([]) }),
  outage: fc.constant([]),
  shortOutage: fc.constant(null),
  branch: sometimes(20, branchArbitrary, null),
};

const token = fc.oneof(
  { withCrossShrink: true },
  ...TOKEN_SOURCES.map((source) => fc.record({ source: fc.constant(source), faults: tokenFaults(source) })),
);

function scheduleOf(options: UploadOptions): Arbitrary<FaultSchedule> {
  const usual = (density: FaultDensity) => ({ files: filesOf(fileOf(options, density), 12), ...plain });
  const crowd = (density: FaultDensity) => ({
    files: filesOf(smallPicture(options, density), 60),
    ...plain,
    concurrency: fc.constantFrom(1, 8, 64),
  });
  const variant = (percent: number, parts: Arbitraries<Variant>) => ({
    weight: percent,
    arbitrary: withVariant(options, parts),
  });
  return fc.oneof(
    variant(33, { ...usual(FEW_FAULTS), token }),
    variant(40, { ...usual(SOME_FAULTS), token }),
    variant(11, { ...usual(MANY_FAULTS), token }),
    variant(5, { ...usual(NO_FAULTS), outage }),
    variant(6, { ...usual(NO_FAULTS), shortOutage, cancel: fc.constant(null) }),
    variant(2, { ...crowd(FEW_FAULTS), token }),
    variant(1, { ...crowd(NO_FAULTS), outage }),
    variant(2, { ...crowd(NO_FAULTS), shortOutage, cancel: fc.constant(null) }),
  );
}

function withVariant(options: UploadOptions, variant: Arbitraries<Variant>): Arbitrary<FaultSchedule> {
  return fc
    .record({
      ...variant,
      imageUpload: fc.constantFrom('synchronous', 'asynchronous'),
      waitMinutes: fc.constantFrom(5, 5, 0, 1, 30),
      readsArtifacts: sometimes(20, fc.constant(true), false),
      processingMs: fc.constantFrom(0, 300, 4000, 4000, 20_000, 20_000, 600_000),
      latencyMs: fc.constantFrom(0, 50, 2000),
      skewMs: sometimes(50, fc.integer({ min: -12 * HOUR_MS, max: 12 * HOUR_MS }), 0),
      seed: fc.noShrink(fc.nat()),
    })
    .map(({ files, token, outage, shortOutage, branch, ...conditions }) => ({
      ...options,
      ...conditions,
      token: token.source,
      files: files.map(({ faults: _, earlier, ...file }) => (earlier ? { ...file, earlier } : file)),
      faults: [
        ...files.flatMap(({ faults }, file) => faults.map((fault) => ({ file, ...fault }))),
        ...[...token.faults, ...outage].map((fault) => ({ file: null, ...fault })),
      ],
      ...(shortOutage ? { shortOutage } : {}),
      ...(branch ? { branch } : {}),
    }));
}

/** A filter, because the shrinker of an array with a `minLength` keeps the last items. */
function filesOf(file: Arbitrary<GeneratedFile>, maxLength: number): Arbitrary<GeneratedFile[]> {
  return fc.array(file, { maxLength, size: 'max' }).filter((files) => files.length > 0);
}

function smallPicture({ api }: UploadOptions, density: FaultDensity): Arbitrary<GeneratedFile> {
  return fc.record({
    form: fc.constant('picture'),
    sizeBytes: fc.integer({ min: 1, max: 3 }),
    sidecars: fc.constant([]),
    copies: copies(5),
    earlier: earlier(10),
    faults: faultsOf(density, fileFault(api, 'picture')),
  });
}

function fileOf({ api, partSizeBytes }: UploadOptions, density: FaultDensity): Arbitrary<GeneratedFile> {
  const forms: readonly Form[] = api === 'assets' ? ['picture', 'clip', 'film'] : ['picture', 'deck', 'film'];
  return fc.oneof(
    ...forms.map((form) =>
      fc.record({
        form: fc.constant(form),
        sizeBytes: sizeOf(form === 'film' ? 5 : 3, partSizeBytes),
        sidecars: api === 'media' && form === 'film' ? sidecars : fc.constant([]),
        copies: copies(15),
        earlier: earlier(15),
        faults: faultsOf(density, fileFault(api, form)),
      }),
    ),
  );
}

function copies(percent: number): Arbitrary<number> {
  return sometimes(percent, fc.integer({ min: 1, max: 3 }), 0);
}

function earlier(percent: number): Arbitrary<GeneratedFile['earlier']> {
  const upload = fc.record({
    entry: fc.constantFrom(...EARLIER_ENTRIES),
    asset: fc.constantFrom(...EARLIER_ASSETS),
  });
  return sometimes(percent, upload, null);
}

/** A file that meets faults mostly meets one. */
function faultsOf({ percent, max }: FaultDensity, fault: Arbitrary<Fault>): Arbitrary<Fault[]> {
  if (percent === 0) return fc.constant([]);
  const faults = fc.oneof(
    { weight: 2, arbitrary: fc.array(fault, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(fault, { maxLength: max, size: 'max' }) },
  );
  return sometimes(percent, faults, []);
}

/** Mostly at the edge of a part. */
function sizeOf(parts: number, partSizeBytes: number): Arbitrary<number> {
  const most = parts * partSizeBytes;
  const edge = fc
    .tuple(fc.nat(parts), fc.constantFrom(0, -1, 1))
    .map(([part, offset]) => Math.min(Math.max(1, part * partSizeBytes + offset), most));
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.constant(1) },
    { weight: 3, arbitrary: edge },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: most }) },
  );
}

/** The first alternative of each choice is the simplest: fast-check shrinks towards it. */
export const scheduleArbitrary: Arbitrary<FaultSchedule> = fc.limitShrink(
  fc.noBias(
    fc.oneof(
      ...(['assets', 'media'] as const).flatMap((api) =>
        [7, 1000, 40_000].map((partSizeBytes) => scheduleOf({ api, partSizeBytes })),
      ),
    ),
  ),
  MAX_SHRINKS,
);
