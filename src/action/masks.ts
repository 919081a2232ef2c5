// Hides LinkedIn's upload credentials from the log, by the runner's own masker. Sparingly: the runner searches each line
// for each of them, and drops an output that holds one.

import type { Env } from '../deps.ts';
import { HINTS } from '../errors.ts';
import type { Entry } from '../publish/entry.ts';
import type { Ledger } from '../publish/ledger.ts';
import { INPUTS } from './input-table.ts';
import { OUTPUTS } from './outputs.ts';
import { eachRow, type Row } from './rows.ts';
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
    if (hides(secret, [urn, ...ledger.entries.flatMap(urnsOf), shown])) return;
    masked.add(secret);
    say.mask(secret);
    // Of ten thousand files it is long, and not asked for any more.
    if (masked.size === MOST) shown = '';
  };
}

/**
 * What users are to read however the run goes: a mask of any of it would cost them their outputs. Each text once, and on
 * a line of its own: the rows of ten thousand files have most of theirs in common.
 */
function shownFromTheStart(ledger: Ledger, { GITHUB_WORKSPACE, RUNNER_TEMP }: Env): string {
  const texts = new Set(textsIn([OWN_WORDS, GITHUB_WORKSPACE, RUNNER_TEMP]));
  for (const { planned } of ledger.entries) for (const text of textsIn(planned.request)) texts.add(text);
  for (const row of eachRow(ledger, '')) for (const text of textsIn(row)) texts.add(text);
  return [...texts].join('\n');
}

/** Every name and value in it, as it is, and as it stands in JSON where that is another text. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.entries(value).flat().flatMap(textsIn);
  const text = String(value);
  const json = JSON.stringify(text);
  return json === `"${text}"` ? [text] : [text, json];
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
