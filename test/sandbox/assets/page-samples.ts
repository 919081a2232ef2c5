// The sample requests and replies of LinkedIn's page on the Assets API, for comparison field by field:
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read
// 2026-11-25). Two samples that are not valid JSON on the page are completed here; long signatures are
// shortened.

const OWNED = [{ identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' }];
const OWNER = 'urn:li:organization:24141830';
const OCTETS = { 'Content-Type': 'application/octet-stream' };

export const registerImage = {
  registerUploadRequest: {
    owner: OWNER,
    recipes: ['urn:li:digitalmediaRecipe:feedshare-image'],
    serviceRelationships: OWNED,
    supportedUploadMechanism: ['SYNCHRONOUS_UPLOAD'],
  },
};

export const imageRegistered = {
  value: {
    mediaArtifact:
      'urn:li:digitalmediaMediaArtifact:(urn:li:digitalmediaAsset:C5622AQHdBDflPp0pEg,urn:li:digitalmediaMediaArtifactClass:feedshare-uploadedImage)',
    uploadMechanism: {
      'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': {
        uploadUrl:
          'https://www.linkedin.com/dms-uploads/C5622AQHdBDflPp0pEg/feedshare-uploadedImage/0?ca=vector_feedshare&cn=uploads&sync=1&v=beta&ut=1lrKqjt4fYuqw1',
        headers: { 'media-type-family': 'STILLIMAGE' },
      },
    },
    asset: 'urn:li:digitalmediaAsset:C5622AQHdBDflPp0pEg',
    assetRealTimeTopic:
      'urn:li-realtime:digitalmediaAssetUpdatesTopic:urn:li:digitalmediaAsset:C5622AQHdBDflPp0pEg',
  },
};

export const registerVideo = {
  registerUploadRequest: {
    owner: OWNER,
    recipes: ['urn:li:digitalmediaRecipe:feedshare-video'],
    serviceRelationships: OWNED,
  },
};

export const videoRegistered = {
  value: {
    mediaArtifact:
      'urn:li:digitalmediaMediaArtifact:(urn:li:digitalmediaAsset:C5605AQHAq1EzmbDx4A,urn:li:digitalmediaMediaArtifactClass:uploadedVideo)',
    uploadMechanism: {
      'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': {
        uploadUrl:
          'https://www.linkedin.com/dms-uploads/C5605AQHAq1EzmbDx4A/uploadedVideo/0?ca=vector_feedshare&cn=uploads_secure&ccn=ambry-video&sync=0&v=beta&ut=2IxLQWAqk1uGw1',
        headers: { 'media-type-family': 'VIDEO' },
      },
    },
    asset: 'urn:li:digitalmediaAsset:C5605AQHAq1EzmbDx4A',
    assetRealTimeTopic:
      'urn:li-realtime:digitalmediaAssetUpdatesTopic:urn:li:digitalmediaAsset:C5605AQHAq1EzmbDx4A',
  },
};

export const registerParts = {
  registerUploadRequest: {
    ...registerVideo.registerUploadRequest,
    supportedUploadMechanism: ['MULTIPART_UPLOAD'],
    fileSize: 52428801,
  },
};

export const partsRegistered = {
  value: {
    uploadMechanism: {
      'com.linkedin.digitalmedia.uploading.MultipartUpload': {
        partUploadRequests: [
          {
            headers: OCTETS,
            byteRange: { lastByte: 4194303, firstByte: 0 },
            url: 'https://www.linkedin.com/dms-uploads/C4E05AQEw_VQIt69CrA/uploadedVideo?sau=aHR0&pn=1&m=73633761&app=56349154&sync=0&v=beta&ut=1LEOuYNiICJpo1',
            urlExpiresAt: 1599325800381,
          },
          {
            headers: OCTETS,
            byteRange: { lastByte: 8388607, firstByte: 4194304 },
            url: 'https://www.linkedin.com/dms-uploads/C4E05AQEw_VQIt69CrA/uploadedVideo?sau=aHR0&pn=2&m=73633761&app=56349154&sync=0&v=beta&ut=04tcszy7ICJpo1',
            urlExpiresAt: 1599325800381,
          },
        ],
        metadata: 'eyJidWNrZXROYW1lIjoidmlkZW8tdXBsb2Fkcy1laSJ9',
      },
    },
    asset: 'urn:li:digitalmediaAsset:C4E05AQEw_VQIt69CrA',
    mediaArtifact:
      'urn:li:digitalmediaMediaArtifact:(urn:li:digitalmediaAsset:C4E05AQEw_VQIt69CrA,urn:li:digitalmediaMediaArtifactClass:uploadedVideo)',
  },
};

export const assetStatus = {
  created: 1521582700662,
  id: 'C5405AQEOFHXqeM2vRA',
  lastModified: 1521583180818,
  mediaTypeFamily: 'VIDEO',
  recipes: [{ recipe: 'urn:li:digitalmediaRecipe:feedshare-video', status: 'PROCESSING' }],
  serviceRelationships: OWNED,
  status: 'ALLOWED',
};

export const mediaArtifacts = {
  recipes: [{ recipe: 'urn:li:digitalmediaRecipe:feedshare-video', status: 'AVAILABLE' }],
  mediaArtifacts: [
    {
      data: {
        adaptiveStreamVideoWithAudioMasterPlaylist: {
          protocol: 'HLS',
          playlistFileIndex: 0,
          playlistType: 'VOD',
          representations: [
            {
              bitrate: { average: 156810, maximum: 156810, type: 'UNKNOWN', minimum: 156810 },
              codecs: [
                { name: 'aac', longName: 'AAC (Advanced Audio Coding)' },
                { name: 'h264', longName: 'H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10' },
              ],
              artifactClass: 'urn:li:digitalmediaArtifactClass:hls-360p-30fp-crf28',
            },
          ],
          durationInMicroseconds: 2056556,
          displayAspectRatio: { widthAspect: 1.5, heightAspect: 1.0, formatted: '1.50:1.00' },
        },
      },
      identifiers: [
        {
          identifier:
            'https://dms-akam.licdn-ei.com/playlist/vid/dynamic/D5505AQEWConBCL9YCw/A1690847960739?e=1691456400&v=beta&t=8cSey',
          mediaType: 'application/vnd.apple.mpegURL',
          identifierExpiresInSeconds: 1691456400,
          size: 0,
        },
      ],
    },
  ],
  id: 'D5505AQEWConBCL9YCw',
};
