// Must stay the first import of both entries: it hides variables before other modules are loaded. @actions/github reads these
// variables while it is loaded, and would end the step if the event file is not JSON or a proxy or the API has an unusual URL.
// This action does not use what it reads.

const NAMES = [
  'GITHUB_API_URL',
  'GITHUB_EVENT_PATH',
  'http_proxy',
  'HTTP_PROXY',
  'https_proxy',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
];

const values = NAMES.map((name) => [name, process.env[name]] as const);
for (const name of NAMES) delete process.env[name];

/** Call it when everything is loaded. */
export function restoreVariables(): void {
  for (const [name, value] of values) if (value !== undefined) process.env[name] = value;
}
