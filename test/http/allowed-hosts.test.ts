// Allowed hosts of uploads and token calls, refused upload URLs, and allowed upload headers: tables of attacks, and a property.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ActionError } from '../../src/errors/action-error.ts';
import {
  allowedHeaders,
  isLoopback,
  isTokenUrl,
  isTrustedUploadUrl,
  parseUploadUrl,
  tokenUrl,
} from '../../src/http/allowed-hosts.ts';
import { caught } from '../support/caught.ts';
import { fuzzed } from '../support/fuzz.ts';

const LINKEDIN = new URL('https://api.linkedin.com');
const GATEWAY = new URL('https://gw.example/linkedin');
const GATEWAY_PORT = new URL('https://gw.example:8443');
const SANDBOX = new URL('http://127.0.0.1:4000');

/** The host that the bytes would go to, or null when the URL is refused. */
function hostOf(text: string, apiUrl: URL): string | null {
  try {
    return parseUploadUrl(text, apiUrl).host;
  } catch (error) {
    expect(error).toBeInstanceOf(ActionError);
    expect(error).toHaveProperty('code', 'UPLOAD_URL');
    return null;
  }
}

it.each([
  ['https://www.linkedin.com/dms-uploads/x/0?ca=1&ut=2', 'www.linkedin.com'],
  ['https://api.linkedin.com/mediaUpload/x/0?ca=1', 'api.linkedin.com'],
  ['https://www.linkedin.com:443/x', 'www.linkedin.com'],
  ['HTTPS://WWW.LINKEDIN.COM/x', 'www.linkedin.com'],
  // Requests use the parsed URL, so these unusual spellings reach LinkedIn's own hosts.
  ['https:\\\\www.linkedin.com\\x', 'www.linkedin.com'],
  ['https://www。linkedin。com/x', 'www.linkedin.com'],
  ['https://www.linked\nin.com/\tx', 'www.linkedin.com'],
  ['https://www.%6cinkedin.com/x', 'www.linkedin.com'],
  ['  https://www.linkedin.com/x ', 'www.linkedin.com'],
  ['https://www.linkedin.com/@evil.example/x', 'www.linkedin.com'],
  // Plain text, other schemes, no host.
  ['http://www.linkedin.com/x', null],
  ['ftp://www.linkedin.com/x', null],
  ['file:///etc/passwd', null],
  ['data:text/plain,x', null],
  ['javascript:alert(1)', null],
  ['//www.linkedin.com/x', null],
  ['/dms-uploads/x', null],
  ['www.linkedin.com/x', null],
  ['https://', null],
  ['', null],
  // User info, or another port.
  ['https://www.linkedin.com@evil.example/x', null],
  ['https://user@www.linkedin.com/x', null],
  ['https://:secret@www.linkedin.com/x', null],
  ['https://www.linkedin.com%40evil.example/x', null],
  ['https://www.linkedin.com:8443/x', null],
  ['https://www.linkedin.com:80/x', null],
  // Similar names.
  ['https://linkedin.com/x', null],
  ['https://evil.linkedin.com/x', null],
  ['https://www.linkedin.com.evil.example/x', null],
  ['https://wwwlinkedin.com/x', null],
  ['https://www.linkedin.com./x', null],
  ['https://www.linkedіn.com/x', null],
  ['https://evil.example/www.linkedin.com/x', null],
  ['https://evil.example\\@www.linkedin.com/x', null],
  ['https://evil.example#@www.linkedin.com/x', null],
  ['https://www.linkedin.com%2eevil.example/x', null],
  ['https://www.linkedin.com．evil.example/x', null],
  ['https://www.linkedin.com\t.evil.example/x', null],
  ['https://www.linkedin.com\n@evil.example/x', null],
  ['https://www.linkedin.com%00.evil.example/x', null],
  ['https://www.linkedin.com:443\\@evil.example:443/x', 'www.linkedin.com'],
  ['https://www.linkedin.com\u00adx.example/x', null],
  // IP addresses, localhost and a gateway that is not configured.
  ['https://127.0.0.1/x', null],
  ['https://2130706433/x', null],
  ['https://[::1]/x', null],
  ['https://[::ffff:127.0.0.1]/x', null],
  ['https://169.254.169.254/latest/meta-data', null],
  ['http://127.0.0.1:4000/x', null],
  ['https://localhost/x', null],
  ['https://gw.example/x', null],
])('the upload URL %j is accepted for the host %j (null: refused)', (text, host) => {
  expect(hostOf(text, LINKEDIN)).toBe(host);
});

it.each<[apiUrl: URL, text: string, host: string | null]>([
  [GATEWAY, 'https://gw.example/dms-uploads/x', 'gw.example'],
  [GATEWAY, 'https://www.linkedin.com/x', 'www.linkedin.com'],
  [GATEWAY, 'https://gw.example:8443/x', null],
  [GATEWAY, 'http://gw.example/x', null],
  [GATEWAY, 'https://user@gw.example/x', null],
  [GATEWAY, 'https://sub.gw.example/x', null],
  [GATEWAY, 'https://gw.example./x', null],
  [GATEWAY, 'http://127.0.0.1/x', null],
  [GATEWAY_PORT, 'https://gw.example:8443/x', 'gw.example:8443'],
  [GATEWAY_PORT, 'https://www.linkedin.com/x', 'www.linkedin.com'],
  [GATEWAY_PORT, 'https://gw.example/x', null],
  [GATEWAY_PORT, 'https://www.linkedin.com:8443/x', null],
  [SANDBOX, 'http://127.0.0.1:4000/x', '127.0.0.1:4000'],
  [SANDBOX, 'http://127.0.0.1:4001/x', '127.0.0.1:4001'],
  [SANDBOX, 'http://127.1:4000/x', '127.0.0.1:4000'],
  [SANDBOX, 'https://127.0.0.1/x', '127.0.0.1'],
  [SANDBOX, 'http://u@127.0.0.1:4000/x', null],
  [SANDBOX, 'ftp://127.0.0.1:4000/x', null],
  [SANDBOX, 'http://localhost:4000/x', null],
  [SANDBOX, 'http://127.0.0.2:4000/x', null],
  [SANDBOX, 'http://[::1]:4000/x', null],
  // The sandbox never uploads to LinkedIn.
  [SANDBOX, 'https://www.linkedin.com/x', null],
  [SANDBOX, 'https://api.linkedin.com/x', null],
  [new URL('http://localhost:1'), 'http://localhost:2/x', 'localhost:2'],
  [new URL('http://[::1]:1'), 'http://[::1]:1/x', '[::1]:1'],
])(
  'with the api-url %s, the upload URL %j is accepted for the host %j (null: refused)',
  (apiUrl, text, host) => {
    expect(hostOf(text, apiUrl)).toBe(host);
  },
);

it('every accepted upload URL has an allowed scheme and host and no user info', () => {
  let accepted = 0;
  const usually = (plain: string, ...odd: string[]) =>
    fc.oneof(
      { weight: 8, arbitrary: fc.constant(plain) },
      { weight: 2, arbitrary: fc.constantFrom(...odd) },
    );
  const address = fc
    .tuple(
      usually('https', 'http', 'HTTPS', 'ftp', 'file', 'wss'),
      usually('://', ':\\\\', ':', ':////'),
      usually('', 'u@', ':p@', 'www.linkedin.com@', '%00@'),
      usually('', 'evil.', '.', '\t', '%2e'),
      fc.constantFrom(
        'www.linkedin.com',
        'api.linkedin.com',
        'gw.example',
        'evil.example',
        '127.0.0.1',
        '127.1',
      ),
      usually('', '.', '.evil.example', '\\', '#', '@evil.example', '%2e'),
      usually('', ':443', ':80', ':8443', ':0443'),
      usually('/x', '', '/x?y@z', '?', '#/'),
      fc.string({ maxLength: 12 }),
    )
    .map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(
      address,
      fc.constantFrom(LINKEDIN, GATEWAY, GATEWAY_PORT, SANDBOX),
      (text, apiUrl) => {
        const url = URL.parse(text);
        if (url === null) return;
        const isTrusted = isTrustedUploadUrl(url, apiUrl);
        // A URL that was serialized and parsed again gets the same decision.
        expect(isTrustedUploadUrl(new URL(url.href), apiUrl)).toBe(isTrusted);
        expect(hostOf(text, apiUrl)).toBe(isTrusted ? url.host : null);
        if (!isTrusted) return;
        accepted += 1;
        expect(url.username + url.password).toBe('');
        if (apiUrl === SANDBOX) {
          expect(url.hostname).toBe('127.0.0.1');
          expect(url.protocol).toMatch(/^https?:$/);
        } else {
          expect(url.protocol).toBe('https:');
          expect(['www.linkedin.com', 'api.linkedin.com', apiUrl.host]).toContain(url.host);
        }
      },
    ),
    fuzzed(),
  );
  // Fails when the generator yields too few accepted URLs.
  expect(accepted).toBeGreaterThan(100);
});

it.each([
  ['https://evil.example/x?ut=secret', 'https://evil.example'],
  ['https://user:secret@www.linkedin.com/x?ut=secret', 'https://www.linkedin.com'],
  ['not a URL, secret', 'invalid upload URL'],
])('the error of the refused upload URL %j contains only its host', async (text, named) => {
  const { message } = await caught(() => parseUploadUrl(text, LINKEDIN), ActionError);
  expect(message).toContain(named);
  expect(message).not.toContain('secret');
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['[::1]', true],
  ['localhost.', false],
  ['localhost.evil.example', false],
  ['127.0.0.1.evil.example', false],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['[::ffff:7f00:1]', false],
  ['::1', false],
  ['', false],
])('the host name %j counts as loopback: %s', (hostname, expected) => {
  expect(isLoopback(hostname)).toBe(expected);
});

const kms = 'arn:aws:kms:us-east-1:123456789:key/e10ace24';
it.each<[name: string, value: unknown, kept: [string, string] | null]>([
  ['Content-Type', 'application/octet-stream', ['content-type', 'application/octet-stream']],
  ['content-md5', 'q1B=', ['content-md5', 'q1B=']],
  ['media-type-family', 'STILLIMAGE', ['media-type-family', 'STILLIMAGE']],
  ['X-Amz-Server-Side-Encryption', 'aws:kms', ['x-amz-server-side-encryption', 'aws:kms']],
  [
    'x-amz-server-side-encryption-aws-kms-key-id',
    kms,
    ['x-amz-server-side-encryption-aws-kms-key-id', kms],
  ],
  ['media-type-family', 'a\r\nHost: evil.example', null],
  ['media-type-family', 'a\n', null],
  ['media-type-family', 'a\0', null],
  ['media-type-family', 'ä', null],
  ['media-type-family', 7, null],
  ['media-type-family', null, null],
  ['media-type-family', ['STILLIMAGE'], null],
  ['content-type\r\nhost', 'x', null],
  ['content-type ', 'x', null],
  ['xcontent-type', 'x', null],
  ['x-amz-server-side-encryption-customer-key', 'x', null],
  ...[
    ...[
      'Host',
      'Authorization',
      'Proxy-Authorization',
      'Cookie',
      'Content-Length',
      'Transfer-Encoding',
    ],
    ...[
      'Proxy-Connection',
      'Set-Cookie',
      'Content-Location',
      'Location',
      'Forwarded',
      'Via',
      'X-Api-Key',
    ],
    ...[
      'Connection',
      'Upgrade',
      'Expect',
      'TE',
      'Trailer',
      'Keep-Alive',
      'Content-Encoding',
      'Range',
    ],
    ...[
      'Accept-Encoding',
      'Origin',
      'X-Forwarded-For',
      'X-HTTP-Method-Override',
      'User-Agent',
      'Date',
    ],
    ...['__proto__', 'constructor', 'toString', ''],
  ].map((name): [string, unknown, null] => [name, 'x', null]),
])(
  'a header that a server requests is kept only with an allowed name and a plain value: %j: %j',
  (name, value, kept) => {
    const given = JSON.parse(`{${JSON.stringify(name)}:${JSON.stringify(value)}}`);
    expect([...allowedHeaders(given)]).toEqual(kept === null ? [] : [kept]);
  },
);

it('a header that a server requests twice in different case is sent once', () => {
  expect([...allowedHeaders({ 'Content-Type': 'a/b', 'content-type': 'c/d' })]).toEqual([
    ['content-type', 'c/d'],
  ]);
});

it.each<[string, URL, string]>([
  ['of LinkedIn', LINKEDIN, 'https://www.linkedin.com/oauth/v2/accessToken'],
  [
    'of LinkedIn with its port',
    new URL('https://api.linkedin.com:443/'),
    'https://www.linkedin.com/oauth/v2/accessToken',
  ],
  ['of a gateway with a path', GATEWAY, 'https://gw.example/linkedin/oauth/v2/accessToken'],
  ['of a gateway with a port', GATEWAY_PORT, 'https://gw.example:8443/oauth/v2/accessToken'],
  ['of the sandbox', SANDBOX, 'http://127.0.0.1:4000/oauth/v2/accessToken'],
])(
  'with the `api-url` %s, a token is refreshed and introspected beside it',
  (_, apiUrl, expected) => {
    const introspection = expected.replace('accessToken', 'introspectToken');
    expect(tokenUrl('accessToken', apiUrl).href).toBe(expected);
    expect(tokenUrl('introspectToken', apiUrl).href).toBe(introspection);
    for (const url of [expected, introspection])
      expect(isTokenUrl(new URL(url), apiUrl)).toBe(true);
  },
);

it.each([
  ['https://www.linkedin.com/oauth/v2/authorization'],
  ['https://www.linkedin.com/oauth/v2/accessToken?client_secret=x'],
  ['https://api.linkedin.com/oauth/v2/accessToken'],
  ['http://www.linkedin.com/oauth/v2/accessToken'],
  ['https://www.linkedin.com.evil.example/oauth/v2/accessToken'],
  ['https://user@www.linkedin.com/oauth/v2/accessToken'],
])('a token call to another URL is not allowed: %s', (url) => {
  expect(isTokenUrl(new URL(url), LINKEDIN)).toBe(false);
});

it('a token call to LinkedIn is not allowed when api-url is a gateway or the sandbox', () => {
  expect(isTokenUrl(tokenUrl('accessToken', LINKEDIN), GATEWAY)).toBe(false);
  expect(isTokenUrl(tokenUrl('accessToken', LINKEDIN), SANDBOX)).toBe(false);
});
