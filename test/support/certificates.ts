// Makes certificate authorities and certificates at run time: no key is in the repository, and no certificate expires.

import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** In PEM, as `tls.createServer` takes them. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

const SETTINGS = { keyType: 'ec', algorithm: 'sha256' } as const;

/** The `cert` of an authority is for the file of NODE_EXTRA_CA_CERTS. */
export async function makeAuthority(name: string): Promise<Identity> {
  const extensions = [{ name: 'basicConstraints', cA: true, critical: true } as const];
  const made = await generate([{ name: 'commonName', value: name }], { ...SETTINGS, extensions });
  return { key: made.private, cert: made.cert };
}

/** The identity of a server with these host names and IP addresses. */
export async function issue(ca: Identity, names: readonly string[]): Promise<Identity> {
  const altNames = names.map((name) =>
    isIP(name) === 0 ? ({ type: 2, value: name } as const) : ({ type: 7, ip: name } as const),
  );
  const extensions = [{ name: 'subjectAltName', altNames } as const];
  const made = await generate([{ name: 'commonName', value: 'Server' }], {
    ...SETTINGS,
    extensions,
    ca,
  });
  return { key: made.private, cert: made.cert };
}
