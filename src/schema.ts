// The schemas that JSON from outside is read by: zod without its compiler, which turns a schema into source text for
// `new Function`. An action that holds a token runs no text. The only file that imports zod.

import { config } from 'zod';

// Counts when a schema is made, and none is made before this file has run.
config({ jitless: true });

export * from 'zod';
