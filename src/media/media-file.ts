// What the media room tells of a file on disk: the shapes that finding, inspecting and sending share.

import type { ActionError } from '../errors.ts';

/** Tells whether a file is still the one that was inspected: another device, inode, size or time makes another text. */
export type FileIdentity = string;

/** What the bytes of a file are, as far as its container tells. */
export interface Media {
  readonly kind: 'image' | 'video';
  /** From the bytes, never from the name: `image/png`, `video/mp4`, … */
  readonly mediaType: string;
  readonly width?: number;
  readonly height?: number;
  /** Videos only. */
  readonly durationSeconds?: number;
  /** GIFs only. */
  readonly frames?: number;
  /** Lower-case hex. Of a video only where it was asked for: it costs a read of the whole file. */
  readonly sha256?: string;
}

/** What an examination finds in a file that may be sent; a warning is a sentence whose subject, the file, is left out. */
export interface Examined {
  readonly media: Media;
  readonly warnings: readonly string[];
}

/** A file that goes along with a video of the same stem, without a row of its own. Inspected, and without fault. */
export interface Sidecar {
  /** Named and placed as a MediaFile's. */
  readonly path: string;
  readonly absolutePath: string;
  readonly sizeBytes: number;
  readonly identity: FileIdentity;
  /** From the bytes. */
  readonly mediaType: 'application/x-subrip' | 'image/png' | 'image/jpeg';
  /** Lower-case hex. Only where it was asked for. */
  readonly sha256?: string;
}

export interface Sidecars {
  readonly captions?: Sidecar;
  readonly thumbnail?: Sidecar;
}

/** A matched file after inspection: `media` or `fault` is set, both only for a video whose sidecar is at fault. */
export interface MediaFile {
  /** As users see it: relative to the workspace, with `/` on every system. */
  readonly path: string;
  /** The real path, free of links: so that opening may refuse to follow any. */
  readonly absolutePath: string;
  readonly sizeBytes: number;
  readonly identity: FileIdentity | null;
  readonly media: Media | null;
  /** Why the file may not be sent, whatever else is known of it: a FileError, or what ended the run before its turn. */
  readonly fault: ActionError | null;
  /** Worth telling, no reason to refuse: a sentence each, whose subject (the file) is left out. */
  readonly warnings: readonly string[];
  /** Videos only, where sidecars were asked for: absent when there are none. */
  readonly sidecars?: Sidecars;
  /** Videos only: the paths that sidecars were looked for at, where there was nothing at any of them. */
  readonly missingSidecars?: readonly string[];
  /** Videos only: the path of captions beside it, where sidecars were not asked for. */
  readonly unusedCaptions?: string;
}

/** What is known of a file that was never opened, or whose look at was left. */
export function uninspectedFile(path: string, fault: ActionError): MediaFile {
  return { path, absolutePath: '', sizeBytes: 0, identity: null, media: null, fault, warnings: [] };
}

/** Random-access bytes of one open file. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Fills `into` from `offset`; resolves with the bytes read, less than asked only at the end of the file. */
  read(into: Uint8Array, offset: number): Promise<number>;
}
