// The secrets of a run, as texts that occur nowhere else: any part of them in an output has leaked. One row for each secret.

import { FAKE_GITHUB_TOKEN } from '../support/action-file.ts';
import { DOWNLOAD_SIGNATURE } from '../world/github/releases.ts';

export interface Canary {
  readonly name: string;
  /** At least 16 characters. */
  readonly value: string;
  /** Sinks that may contain it. */
  readonly allowedIn?: readonly string[];
}

const ROWS = {
  token: { value: 'AQX-canary/of+the-token_7f3e9d2b~Kz8Q.w5' },
  'refresh token': { value: 'AQW-canary_r3fresh~Hj4+of/a.year_8Nq2' },
  'client secret': { value: 'WPL_AP1.canary0s3cret.Zx7Vb2==' },
  /** The token that the runner gives every job. */
  'github token': { value: FAKE_GITHUB_TOKEN },
  /** In the redirect URL of a release asset. */
  'download signature': { value: DOWNLOAD_SIGNATURE },
  /** `sau` and `ut` of an upload URL. */
  'signed query': { value: 'aHR0cQueryZ5x1lrKqjt4fYuqw1xP0canary' },
  metadata: { value: 'eyJiNobodyMayReadThisW52dHlwMHRn' },
  'upload token': { value: 'g1veThisBackM2Qxb0pTc1dYtoken' },
  'proxy password': { value: 'pr0xy-canary-PassW0rd-6Yh3Ne' },
  'artifact address': {
    value: 'd0wnloadHereR4nd0mT1cket9sEnd',
    allowedIn: ['results', 'results-file'],
  },
} satisfies Record<string, Omit<Canary, 'name'>>;

export const CANARIES: readonly Canary[] = Object.entries(ROWS).map(([name, row]) => ({
  name,
  ...row,
}));

export function canary(name: keyof typeof ROWS): string {
  return ROWS[name].value;
}

/** The base64 of a value `shift` bytes into a group of three, without the characters that depend on neighbours. */
function base64At(shift: number): (value: string) => string {
  return (value) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]);
    return bytes
      .toString('base64')
      .slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
  };
}

const percent = (value: string) =>
  value.replaceAll(
    /[^A-Za-z0-9]/g,
    (mark) => `%${Buffer.from(mark).toString('hex').toUpperCase()}`,
  );

/** Encodings in which a secret may appear. Any 16 characters of any of them are a leak. */
export const ENCODINGS: Readonly<Record<string, (value: string) => string>> = {
  raw: (value) => value,
  'URL-encoded': percent,
  base64: base64At(0),
  'base64, one byte on': base64At(1),
  'base64, two bytes on': base64At(2),
  'JSON-escaped': (value) => JSON.stringify(value).slice(1, -1).replaceAll('/', '\\/'),
  // As the host of a URL.
  'in small letters': (value) => value.toLowerCase(),
};
