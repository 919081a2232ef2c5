// What in the answer to a registration opens an upload by itself: told as it arrives, before anything is done with it,
// so that the log can hide it. Knows nothing of how.

/** Hears of each credential, and of the URN that came along with it. */
export type OnSecret = (secret: string, urn: string) => void;

interface Given {
  /** Upload addresses, as LinkedIn wrote them. */
  readonly addresses: readonly (string | undefined)[];
  /** Opaque texts that LinkedIn wants back. */
  readonly texts?: readonly string[];
}

// Of the query of an upload address, what makes it a key; the rest is the same for many.
const KEYS = ['sau', 'ut'];

/** The credentials in what LinkedIn gave, as it gave them. Addresses that are none hold none. */
export function uploadSecretsIn({ addresses, texts = [] }: Given): string[] {
  return [...addresses.flatMap((address) => keysIn(address ?? '')), ...texts];
}

function keysIn(address: string): string[] {
  // A plus sign is one: LinkedIn's keys are base64, and no form.
  const query = new URLSearchParams(URL.parse(address)?.search.replaceAll('+', '%2B'));
  return KEYS.flatMap((name) => query.getAll(name));
}
