// Which parts of an upload URL are credentials.

/** Receives each upload credential as it arrives, before anything is done with it. */
export type OnSecret = (secret: string) => void;

// Query parameters that are keys. The others are the same for many uploads.
const SECRET_PARAMS = ['sau', 'ut'];

/** The keys in `url` as LinkedIn wrote it; none in a text that is no URL. */
export function uploadKeysIn(url: string): string[] {
  // A plus sign is itself here, not a space: LinkedIn's keys are base64.
  const query = new URLSearchParams(URL.parse(url)?.search.replaceAll('+', '%2B'));
  return SECRET_PARAMS.flatMap((name) => query.getAll(name));
}
