// Hides LinkedIn's upload credentials from the log, by the runner's own masker. Sparingly: the runner searches each line
// for each of them, and drops an output that holds one.

import type { Env } from '../deps.ts';
import { HINTS } from '../errors.ts';
import type { Entry } from '../publish/entry.ts';
import type { Ledger } from '../publish/ledger.ts';
import { INPUTS } from './input-table.ts';
import { OUTPUTS } from './outputs.ts';
import { type Row, rowsOf } from './rows.ts';
import type { Say } from './say.ts';

const MOST = 50;

// In one piece, and not of digits alone: the runner masks each line of a secret by itself, and what stands on either side
// of an `&` or inside quotes, and any of these may be short.
const MASKABLE = /^(?!\d+$)[\w.~%+/=-]{12,}$/;

// Names of fields that the first rows may lack.
const LATER_FIELDS = ['possibleOrphans', 'abandonedUrns', 'durationSeconds'] satisfies (keyof Row)[];
const OWN_WORDS = [HINTS, INPUTS, OUTPUTS, LATER_FIELDS];

/** Masks each secret that it is told, once; `urn` is what came along with it, and must stay to be read. */
export function maskingSparingly(
  ledger: Ledger,
  { env, say }: { env: Env; say: Say },
): (secret: string, urn: string) => void {
  let shown = shownFromTheStart(ledger, env);
  const masked = new Set<string>();
  return (secret, urn) => {
    if (masked.size >= MOST || masked.has(secret) || !MASKABLE.test(secret)) return;
    if (hides(secret, [urn, ...ledger.entries.flatMap(urnsOf), ...shown])) return;
    masked.add(secret);
    say.mask(secret);
    // The rows of ten thousand files are not to be kept for what is over.
    if (masked.size === MOST) shown = [];
  };
}

/** What users are to read however the run goes: a mask of any of it would cost them their outputs. */
function shownFromTheStart(ledger: Ledger, env: Env): string[] {
  const requests = ledger.entries.map(({ planned }) => planned.request);
  const paths = ledger.entries.map(({ planned }) => planned.file.path);
  const folders = [env.GITHUB_WORKSPACE ?? '', env.RUNNER_TEMP ?? ''];
  return [JSON.stringify([OWN_WORDS, requests, rowsOf(ledger, '')]), ...paths, ...folders];
}

function urnsOf({ identity, abandonedUrns }: Entry): readonly string[] {
  return identity === null ? abandonedUrns : [identity.urn, ...abandonedUrns];
}

/** Whether a mask of `secret` would hide a part of `shown`: the runner hides it in other encodings too. */
function hides(secret: string, shown: readonly string[]): boolean {
  const forms = [secret, encodeURIComponent(secret), ...[0, 1, 2].map((shift) => base64From(secret, shift))];
  return forms.some((form) => shown.some((text) => text.includes(form)));
}

/** As it stands in the base64 of a longer text, `shift` bytes into a group of three. */
function base64From(secret: string, shift: number): string {
  return Buffer.from(secret).subarray(shift).toString('base64');
}
