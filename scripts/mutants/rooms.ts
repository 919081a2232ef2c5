// All mutants, by room.

import type { Room } from './mutant.ts';
import { GITHUB } from './rooms/github.ts';
import { HTTP } from './rooms/http.ts';
import { INPUTS } from './rooms/inputs.ts';
import { LINKEDIN } from './rooms/linkedin.ts';
import { MEDIA } from './rooms/media.ts';
import { MEMORY } from './rooms/memory.ts';
import { POST } from './rooms/post.ts';
import { REPORT } from './rooms/report.ts';
import { ROOT } from './rooms/root.ts';
import { SANDBOX } from './rooms/sandbox.ts';
import { STEPS } from './rooms/steps.ts';
import { UPLOAD } from './rooms/upload.ts';

export const ROOMS: readonly Room[] = [
  ROOT,
  INPUTS,
  MEDIA,
  LINKEDIN,
  HTTP,
  UPLOAD,
  MEMORY,
  GITHUB,
  POST,
  REPORT,
  STEPS,
  SANDBOX,
];
