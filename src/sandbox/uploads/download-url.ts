// Addresses from which LinkedIn would serve finished media. Nothing is: the host cannot exist, so that no client
// fetches anything by accident. Knows no API.

import { fakeSignature } from './slot.ts';

const HOST = 'https://media.simulated.invalid';

/** `what` is a path like `image` or `playlist/vid`; the expiry, in epoch seconds, is part of the signature. */
export function downloadUrl(what: string, id: string, expiresAtSeconds: number): string {
  return `${HOST}/${what}/${id}?e=${expiresAtSeconds}&v=beta&t=SIMULATED${fakeSignature(id, 'media')}`;
}
