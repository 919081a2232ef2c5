// The media artifacts of an available asset, as in the sample under "Get Media Artifacts". The sandbox does not keep
// the media, so their properties are invented; only the numbers of the sample are LinkedIn's.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import type { Asset } from '../asset.ts';
import { downloadUrl } from '../uploads/download-url.ts';

const CODECS = [
  { name: 'aac', longName: 'AAC (Advanced Audio Coding)' },
  { name: 'h264', longName: 'H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10' },
];

const PLAYLIST = {
  protocol: 'HLS',
  playlistFileIndex: 0,
  playlistType: 'VOD',
  representations: [
    representation('hls-360p-30fp-crf28', 156_810),
    representation('hls-720p-30fp-crf28', 512_044),
  ],
  durationInMicroseconds: 2_056_556,
  displayAspectRatio: { widthAspect: 1.5, heightAspect: 1.0, formatted: '1.50:1.00' },
};

// The page has no sample of an image. These fields are a guess, modelled on the video.
const STILL_IMAGE = {
  storageSize: { width: 1200, height: 800 },
  displayAspectRatio: { widthAspect: 1.5, heightAspect: 1.0, formatted: '1.50:1.00' },
};

/**
 * `expiresAt` is in epoch milliseconds. The response has it in epoch seconds, although the name of the field suggests
 * a duration.
 */
export function mediaArtifactsOf({ id, registration }: Asset, expiresAt: number): unknown[] {
  const seconds = Math.floor(expiresAt / 1000);
  if (registration.family === 'VIDEO') {
    const identifiers = [identifier('playlist/vid/dynamic', id, 'application/vnd.apple.mpegURL', seconds)];
    return [{ data: { adaptiveStreamVideoWithAudioMasterPlaylist: PLAYLIST }, identifiers }];
  }
  return [
    { data: { stillImage: STILL_IMAGE }, identifiers: [identifier('image', id, 'image/jpeg', seconds)] },
  ];
}

function representation(name: string, bitrate: number) {
  return {
    bitrate: { average: bitrate, maximum: bitrate, type: 'UNKNOWN', minimum: bitrate },
    codecs: CODECS,
    artifactClass: `urn:li:digitalmediaArtifactClass:${name}`,
  };
}

function identifier(what: string, id: string, mediaType: string, expiresAtSeconds: number) {
  return {
    identifier: downloadUrl(what, id, expiresAtSeconds),
    mediaType,
    identifierExpiresInSeconds: expiresAtSeconds,
    size: 0,
  };
}
