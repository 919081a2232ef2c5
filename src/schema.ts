// The schema library for untrusted JSON: zod without its compiler, which generates source text for `new Function`.
// An action that holds a token must not run generated code. Only this file imports zod.

import { config } from 'zod';

// The setting applies when a schema is created. No schema is created before this file has run.
config({ jitless: true });

export * from 'zod';
