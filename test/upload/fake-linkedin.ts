// Statuses that LinkedIn reports.

import type { MediaStatus } from '../../src/linkedin/session.ts';

export const AVAILABLE: MediaStatus = { state: 'available', status: 'AVAILABLE' };
export const PROCESSING: MediaStatus = { state: 'waiting', status: 'PROCESSING' };
export const WAITING: MediaStatus = { state: 'waiting', status: 'WAITING_UPLOAD' };
