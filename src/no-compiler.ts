// Switches off zod's compiler, which turns a schema into source text for `new Function`: an action that holds a token
// runs no text. Imported by index.ts before all else, since the switch counts when a schema is made.

import { config } from 'zod';

config({ jitless: true });
