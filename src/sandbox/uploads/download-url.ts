// Fake download URLs for processed media. The host cannot exist, so that no client fetches anything by accident.

import { fakeSignature } from './slot.ts';

const HOST = 'https://media.simulated.invalid';

/** `what` is a path like `image` or `playlist/vid`. The expiry, in epoch seconds, is part of the URL. */
export function downloadUrl(what: string, id: string, expiresAtSeconds: number): string {
  return `${HOST}/${what}/${id}?e=${expiresAtSeconds}&v=beta&t=SIMULATED${fakeSignature(id, 'media')}`;
}
