// A minimal Assets API: registers, completes and returns AVAILABLE. Its upload URLs point to the sink. Unlike the sandbox,
// it checks nothing, so that it takes little CPU time from the measured processes.

import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { answerLines, listen } from './lines.ts';

const PART_BYTES = 4 * 1024 * 1024;
const RECIPES = ['feedshare-image', 'feedshare-video'].map(
  (name) => `urn:li:digitalmediaRecipe:${name}`,
);

const { values } = parseArgs({
  options: { sink: { type: 'string', default: '' }, delay: { type: 'string', default: '0' } },
});

const noCalls = () => ({ registers: 0, completes: 0, reads: 0, firstMs: 0 });
let [counts, assets] = [noCalls(), 0];

interface Register {
  readonly registerUploadRequest: { readonly fileSize?: number };
}

function register({ registerUploadRequest: { fileSize } }: Register): unknown {
  counts.registers += 1;
  assets += 1;
  const id = `BENCH-${String(assets).padStart(6, '0')}`;
  const url = `${values.sink}/dms-uploads/${id}/0`;
  const single = { uploadUrl: url, headers: {} };
  const uploadMechanism =
    fileSize === undefined
      ? { 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': single }
      : {
          'com.linkedin.digitalmedia.uploading.MultipartUpload': {
            partUploadRequests: partsOf(url, fileSize),
            metadata: 'bench',
          },
        };
  return {
    value: {
      asset: `urn:li:digitalmediaAsset:${id}`,
      mediaArtifact: 'urn:li:bench',
      uploadMechanism,
    },
  };
}

function partsOf(url: string, sizeBytes: number): unknown[] {
  return Array.from({ length: Math.ceil(sizeBytes / PART_BYTES) }, (_, index) => ({
    headers: {},
    byteRange: {
      firstByte: index * PART_BYTES,
      lastByte: Math.min((index + 1) * PART_BYTES, sizeBytes) - 1,
    },
    url: `${url}?pn=${index + 1}`,
  }));
}

async function answer(request: IncomingMessage): Promise<unknown> {
  if (counts.firstMs === 0) counts.firstMs = Date.now();
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  if (values.delay !== '0') await setTimeout(Number(values.delay));
  if (request.url?.endsWith('registerUpload')) return register(JSON.parse(text));
  if (request.method === 'POST') {
    counts.completes += 1;
    return {};
  }
  counts.reads += 1;
  return { recipes: RECIPES.map((recipe) => ({ recipe, status: 'AVAILABLE' })), status: 'ALLOWED' };
}

const server = createServer({ keepAliveTimeout: 60_000 }, async (request, response) => {
  const body = JSON.stringify(await answer(request));
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
});

await listen(server);
answerLines(() => {
  const counted = counts;
  counts = noCalls();
  return counted;
});
