// Extracts the credentials from an upload URL.

/** Receives each upload credential as it arrives, before anything is done with it. */
export type OnSecret = (secret: string) => void;

// The query parameters that are credentials. The others are the same for many uploads.
const SECRET_PARAMS = ['sau', 'ut'];

/** The keys in `url` as LinkedIn wrote it. Invalid URLs yield none. */
export function uploadKeysIn(url: string): string[] {
  // A plus sign is not a space here: LinkedIn's keys are base64.
  const query = new URLSearchParams(URL.parse(url)?.search.replaceAll('+', '%2B'));
  return SECRET_PARAMS.flatMap((name) => query.getAll(name));
}
