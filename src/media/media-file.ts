// The results of inspection: the types that search, inspection and upload share.

import { createHash } from 'node:crypto';
import type { ActionError } from '../errors/action-error.ts';
import type { MediaKind } from '../linkedin/urn.ts';

/** Device, inode, size and times of a file. Another identity means that the file was replaced or modified. */
export type FileIdentity = string;

/** Type and properties of a file, as far as its container states them. */
export interface Media {
  readonly kind: MediaKind;
  /** Detected from the bytes: `image/png`, `video/mp4`, … Only the name distinguishes DOC and PPT. */
  readonly mediaType: string;
  readonly width?: number;
  readonly height?: number;
  /** Videos only. */
  readonly durationSeconds?: number;
  /** GIFs only. */
  readonly frames?: number;
  /** Lower-case hex. Videos have it only on request, because it costs a read of the whole file. */
  readonly sha256?: string;
}

/** The result for a file that can be uploaded. */
export interface Examined {
  readonly media: Media;
  /** Sentences without their subject, the file. */
  readonly warnings: readonly string[];
}

/** A file that is uploaded with the video of the same stem and has no row in the results. Inspected and valid. */
export interface Sidecar {
  /** `path` and `absolutePath` are as in MediaFile. */
  readonly path: string;
  readonly absolutePath: string;
  readonly sizeBytes: number;
  readonly identity: FileIdentity;
  /** Detected from the bytes. */
  readonly mediaType: 'application/x-subrip' | 'image/png' | 'image/jpeg';
  /** Lower-case hex. Only on request. */
  readonly sha256?: string;
}

export interface Sidecars {
  readonly captions?: Sidecar;
  readonly thumbnail?: Sidecar;
}

/**
 * A matched file after inspection. Either `media` or `error` is set; both are set for an image that exceeds a limit, and for a video with
 * an invalid sidecar.
 */
export interface MediaFile {
  /** The name that users see: relative to the workspace, with `/` on every system. */
  readonly path: string;
  /** The real path. It has no links, so opening can reject all links. */
  readonly absolutePath: string;
  readonly sizeBytes: number;
  readonly identity: FileIdentity | null;
  readonly media: Media | null;
  /** Why the file cannot be uploaded: a FileError, or the reason that ended the run before its inspection. */
  readonly error: ActionError | null;
  /** Sentences without their subject, the file. They do not prevent the upload. */
  readonly warnings: readonly string[];
  /** Pictures only: the content of `NAME.alt.txt`. Absent without one. */
  readonly altText?: string;
  /** Videos only, with `sidecars: true`. Absent when there are none. */
  readonly sidecars?: Sidecars;
}

/** A file that was not inspected, because it could not be or because the run ended. */
export function uninspectedFile(path: string, error: ActionError): MediaFile {
  return { path, absolutePath: '', sizeBytes: 0, identity: null, media: null, error, warnings: [] };
}

/** Whether the name is that of a picture. For a file that was inspected, its bytes decide. */
export function hasPictureName(path: string): boolean {
  return /\.(?:png|jpe?g|gif)$/i.test(path);
}

/** SHA-256, lower-case hex. */
export function sha256Of(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Random-access bytes of one open file. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Fills `into` from `offset`. Returns the number of bytes read, which is smaller only at the end of the file. */
  read(into: Uint8Array, offset: number): Promise<number>;
}
