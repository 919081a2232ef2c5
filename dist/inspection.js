export const id = 25;
export const ids = [25];
export const modules = {

/***/ 3376:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  inspectMedia: () => (/* binding */ inspectMedia)
});

// UNUSED EXPORTS: inspectFiles

// EXTERNAL MODULE: ./errors.js
var errors = __webpack_require__(5650);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ./media/bytes.js
var media_bytes = __webpack_require__(2017);
;// CONCATENATED MODULE: ./media/digest.js
// The digest of a whole file, for files whose inspection does not read all of their bytes. Memory does not grow with
// the file. On the main thread, which has nothing else to do yet: a manifest is asked before the first upload starts.


const CHUNK_BYTES = 1024 * 1024;
/**
 * SHA-256 of an inspected file, lower-case hex.
 * @throws FileError FILE_CHANGED when its bytes are not those that were inspected; FILE_UNREADABLE; the file's own
 * fault, if it has one; the reason of `signal`
 */
async function digestFile(file, { signal, open } = {}) {
    signal?.throwIfAborted();
    const bytes = await (0,media_bytes/* openBytes */.od)(file, open);
    try {
        const sha256 = await digestBytes(bytes, signal);
        await bytes.verify();
        return sha256;
    }
    finally {
        await bytes.close();
    }
}
/** The next chunk is read while this one is hashed. */
async function digestBytes(bytes, signal) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const chunkBytes = Math.min(CHUNK_BYTES, bytes.sizeBytes);
    let [chunk, next] = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)];
    let reading = bytes.read(chunk, 0);
    for (let offset = 0; offset < bytes.sizeBytes;) {
        const readBytes = await reading;
        signal?.throwIfAborted();
        offset += readBytes;
        reading = bytes.read(next, offset);
        hash.update(chunk.subarray(0, readBytes));
        [chunk, next] = [next, chunk];
    }
    return hash.digest('hex');
}

// EXTERNAL MODULE: ./media/in-order.js
var in_order = __webpack_require__(4402);
// EXTERNAL MODULE: ../node_modules/file-type/source/index.js + 35 modules
var file_type_source = __webpack_require__(2791);
// EXTERNAL MODULE: ../node_modules/image-size/dist/esm/index.js + 25 modules
var esm = __webpack_require__(5019);
;// CONCATENATED MODULE: ./media/image-walk.js
// What the walks through the formats of pictures have in common: chunk by chunk in, facts out, a stride over what steers
// nothing.
/** Bytes to pass over, in strides of as many as each chunk holds of them. */
class Skip {
    leftBytes;
    constructor(leftBytes = 0) {
        this.leftBytes = leftBytes;
    }
    /** Where in `chunk` to read on from `index`; at its end while some are left. */
    over(chunk, index) {
        const strideBytes = Math.min(this.leftBytes, chunk.length - index);
        this.leftBytes -= strideBytes;
        return index + strideBytes;
    }
}

;// CONCATENATED MODULE: ./media/gif.js
// Counts the frames of a GIF and looks for its trailer, from chunks cut anywhere. Decodes no pixel.
// The format: https://www.w3.org/Graphics/GIF/spec-gif89a.txt

const SIGNATURES = ['GIF87a', 'GIF89a'];
const EXTENSION = 0x21;
const FRAME = 0x2c;
const TRAILER = 0x3b;
class GifWalk {
    #expected = 'signature';
    #skip = new Skip();
    #signature = '';
    #frames = 0;
    feed(chunk) {
        let index = 0;
        while (index < chunk.length) {
            // Nearly all bytes are skipped in strides of a sub-block; the few that steer are looked at one by one.
            index = this.#skip.over(chunk, index);
            const byte = chunk[index];
            if (byte === undefined || this.#expected === 'nothing' || this.#expected === 'no-gif-block')
                return;
            [this.#expected, this.#skip.leftBytes] = this.#step(this.#expected, byte);
            index += 1;
        }
    }
    facts() {
        return { flaw: this.#flaw(), warnings: [], frames: this.#frames };
    }
    #flaw() {
        if (this.#expected === 'no-gif-block')
            return `is damaged after frame ${this.#frames}`;
        if (this.#expected !== 'nothing')
            return 'ends without the trailer of a GIF: its end is missing';
        return this.#frames === 0 ? 'is a GIF without any frame' : null;
    }
    #step(expected, byte) {
        switch (expected) {
            case 'signature':
                return this.#readSignature(byte);
            case 'screen-flags':
                // Background colour and aspect ratio come before the colour table.
                return ['block', 2 + colourTableBytes(byte)];
            case 'block':
                return this.#openBlock(byte);
            case 'extension-label':
                return ['sub-block-length', 0];
            case 'frame-flags':
                // The code size of the compression, one byte, comes after the colour table.
                return ['sub-block-length', colourTableBytes(byte) + 1];
            case 'sub-block-length':
                return byte === 0 ? ['block', 0] : ['sub-block-length', byte];
        }
    }
    #readSignature(byte) {
        this.#signature += String.fromCharCode(byte);
        if (this.#signature.length < 6)
            return ['signature', 0];
        // Width and height, four bytes, come before the flags of the screen.
        return SIGNATURES.includes(this.#signature) ? ['screen-flags', 4] : ['no-gif-block', 0];
    }
    #openBlock(byte) {
        if (byte === EXTENSION)
            return ['extension-label', 0];
        if (byte === TRAILER)
            return ['nothing', 0];
        // Some encoders leave stray zeros between blocks, and viewers pass over them.
        if (byte === 0)
            return ['block', 0];
        if (byte !== FRAME)
            return ['no-gif-block', 0];
        this.#frames += 1;
        // Position and size of the frame, eight bytes, come before its flags.
        return ['frame-flags', 8];
    }
}
function colourTableBytes(flags) {
    return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}

;// CONCATENATED MODULE: ./media/jpeg.js
// Walks the segments of a JPEG to its picture data and looks for the end marker, from chunks cut anywhere.
// Decodes no pixel. The format: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B.

const MARKER = 0xff;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** The fields at the head of a frame: precision, height, width. */
const FRAME_BYTES = 5;
class JpegWalk {
    #expected = 'marker';
    #code = 0;
    #segmentBytes = 0;
    #skip = new Skip();
    #field = [];
    #size;
    feed(chunk) {
        let index = 0;
        while (index < chunk.length && this.#expected !== 'nothing') {
            index = this.#skip.over(chunk, index);
            if (this.#skip.leftBytes === 0 && this.#expected === 'end-marker')
                index = indexOfMarker(chunk, index);
            const byte = chunk[index];
            if (byte === undefined)
                return;
            this.#step(byte);
            index += 1;
        }
    }
    facts() {
        const hasPicture = ['end-marker', 'end-code', 'nothing'].includes(this.#expected);
        const isEnded = this.#expected === 'nothing';
        return {
            flaw: hasPicture ? null : 'ends before the picture data of a JPEG begins: its end is missing',
            // A warning only: viewers show such a picture, so LinkedIn may too.
            warnings: isEnded ? [] : ['has no end marker of a JPEG, so its end may be missing'],
            ...(this.#size ? { size: this.#size } : {}),
        };
    }
    #step(byte) {
        switch (this.#expected) {
            case 'marker':
                // Stray bytes between segments are passed over, as decoders do.
                if (byte === MARKER)
                    this.#expected = 'code';
                return;
            case 'code':
                this.#openMarker(byte);
                return;
            case 'length':
                if (this.#field.push(byte) === 2)
                    this.#openSegment();
                return;
            case 'frame':
                if (this.#field.push(byte) === FRAME_BYTES)
                    this.#readFrame();
                return;
            case 'end-marker':
                this.#expected = 'end-code';
                return;
            case 'end-code':
                // A marker may be led by any number of filling bytes, each like its own first byte.
                if (byte !== MARKER)
                    this.#expected = byte === END_OF_IMAGE ? 'nothing' : 'end-marker';
                return;
        }
    }
    #openMarker(code) {
        if (code === MARKER)
            return;
        this.#code = code;
        this.#field = [];
        this.#expected = standsAlone(code) ? 'marker' : 'length';
    }
    #openSegment() {
        // The length counts its own two bytes.
        this.#segmentBytes = Math.max(0, this.#takeNumber(0) - 2);
        if (isFrame(this.#code) && this.#segmentBytes >= FRAME_BYTES) {
            this.#field = [];
            this.#expected = 'frame';
        }
        else {
            this.#skip.leftBytes = this.#segmentBytes;
            // What comes after a scan's header is picture data: there, only the end marker is of interest.
            this.#expected = this.#code === START_OF_SCAN ? 'end-marker' : 'marker';
        }
    }
    #readFrame() {
        const [height, width] = [this.#takeNumber(1), this.#takeNumber(3)];
        if (width > 0 && height > 0)
            this.#size = { width, height };
        this.#skip.leftBytes = this.#segmentBytes - FRAME_BYTES;
        this.#expected = 'marker';
    }
    /** Two bytes of the field, the high one first. */
    #takeNumber(index) {
        return (this.#field[index] ?? 0) * 256 + (this.#field[index + 1] ?? 0);
    }
}
/** Compressed data is searched natively, not byte by byte. The chunk's length when there is none. */
function indexOfMarker(chunk, from) {
    const index = chunk.indexOf(MARKER, from);
    return index < 0 ? chunk.length : index;
}
/** Markers without a segment: the image's start and end, restarts, and two that mean nothing. */
function standsAlone(code) {
    return code <= 1 || (code >= 0xd0 && code <= END_OF_IMAGE);
}
/** Frames of every process; three codes in their midst mean tables. */
function isFrame(code) {
    return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

// EXTERNAL MODULE: ./units.js
var units = __webpack_require__(2210);
;// CONCATENATED MODULE: ./media/png.js
// Walks the chunks of a PNG to its end chunk, from pieces cut anywhere, and tells an animated one. Decodes no pixel.
// The format: https://www.w3.org/TR/png-3/


const SIGNATURE_BYTES = 8;
/** Length and type. */
const HEADER_BYTES = 8;
const CHECKSUM_BYTES = 4;
class PngWalk {
    #header = Buffer.alloc(HEADER_BYTES);
    #headerBytes = 0;
    #skip = new Skip(SIGNATURE_BYTES);
    #isEndOpen = false;
    #hasPixels = false;
    #isAnimated = false;
    #trailingBytes = 0;
    feed(chunk) {
        let index = 0;
        while (index < chunk.length) {
            index = this.#skip.over(chunk, index);
            const byte = chunk[index];
            if (byte === undefined)
                return;
            if (this.#isEndOpen) {
                this.#trailingBytes += chunk.length - index;
                return;
            }
            this.#header[this.#headerBytes++] = byte;
            if (this.#headerBytes === HEADER_BYTES)
                this.#openChunk();
            index += 1;
        }
    }
    facts() {
        const warnings = [];
        if (this.#isAnimated)
            warnings.push('is an animated PNG, which LinkedIn may show as a still picture');
        if (this.#trailingBytes > 0)
            warnings.push(`holds ${(0,units/* count */.U9)(this.#trailingBytes, 'byte')} after the end of the PNG`);
        const isWhole = this.#isEndOpen && this.#skip.leftBytes === 0;
        if (!isWhole)
            return { warnings, flaw: 'ends without the end chunk of a PNG (IEND): its end is missing' };
        return { warnings, flaw: this.#hasPixels ? null : 'is a PNG without any picture data' };
    }
    #openChunk() {
        const type = this.#header.toString('latin1', 4);
        if (type === 'IDAT')
            this.#hasPixels = true;
        if (type === 'acTL')
            this.#isAnimated = true;
        if (type === 'IEND')
            this.#isEndOpen = true;
        this.#skip.leftBytes = this.#header.readUInt32BE() + CHECKSUM_BYTES;
        this.#headerBytes = 0;
    }
}

;// CONCATENATED MODULE: ./media/image.js
// Examines a picture: dimensions from its head, then one pass over all of its bytes for the digest, the frames and the
// end marker. Memory does not grow with the picture.






const WALKS = {
    'image/jpeg': () => new JpegWalk(),
    'image/gif': () => new GifWalk(),
    'image/png': () => new PngWalk(),
};
/** Examines a picture. Throws FileError FILE_TRUNCATED when its end is missing, and what the source throws. */
async function examineImage({ source, path, head, mediaType }) {
    const sizeInHead = readSize(head);
    const walk = WALKS[mediaType]();
    const hash = (0,external_node_crypto_.createHash)('sha256');
    for await (const chunk of chunksOf(source, head)) {
        hash.update(chunk);
        walk.feed(chunk);
    }
    const { flaw, warnings, frames, size = sizeInHead } = walk.facts();
    if (flaw !== null)
        throw new errors/* FileError */.f6('FILE_TRUNCATED', `${path} ${flaw}`);
    const media = {
        kind: 'image',
        mediaType,
        sha256: hash.digest('hex'),
        ...(size ?? {}),
        ...(frames === undefined ? {} : { frames }),
    };
    return { media, warnings };
}
/** Every chunk is the same buffer: it must be used up before the next is asked for. */
async function* chunksOf(source, head) {
    yield head;
    for (let offset = head.length; offset < source.sizeBytes;) {
        const readBytes = await source.read(head, offset);
        yield head.subarray(0, readBytes);
        offset += readBytes;
    }
}
/** Undefined when the head does not reach to the dimensions, or they make no sense. */
function readSize(head) {
    try {
        const { width, height } = (0,esm/* imageSize */.R9)(head);
        return width > 0 && height > 0 ? { width, height } : undefined;
    }
    catch {
        return undefined;
    }
}

// EXTERNAL MODULE: ./media/limits.js
var limits = __webpack_require__(4820);
;// CONCATENATED MODULE: ./media/boxes.js
// Reads the headers of MP4 boxes, wherever in the file they lie. Bounded in reads and in memory, whatever the boxes claim.
// The format: ISO/IEC 14496-12, section 4.2.
// A two-hour recording in fragments of half a second has 30,000 boxes; more than these are not worth the reads.
const BOXES_MAX = 50_000;
// Boxes lie far apart at the top level and close together in the index: one small window serves both.
const WINDOW_BYTES = 4096;
const boxes_HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;
class BoxReader {
    #source;
    #window = Buffer.alloc(WINDOW_BYTES);
    #windowStart = 0;
    #windowBytes = 0;
    #boxesLeft = BOXES_MAX;
    constructor(source) {
        this.#source = source;
    }
    /** The box at `offset` of a parent that ends at `end`. Its own end may lie past that: the caller judges it. */
    async boxAt(offset, end) {
        if (end - offset < boxes_HEADER_BYTES)
            return 'end';
        if (this.#boxesLeft === 0)
            return 'too-many';
        this.#boxesLeft -= 1;
        const header = await this.bytesAt(offset, LONG_HEADER_BYTES);
        if (header.length < boxes_HEADER_BYTES)
            return 'end';
        const type = header.toString('latin1', 4, 8);
        const shortSize = header.readUInt32BE(0);
        if (shortSize === 0)
            return { type, body: offset + boxes_HEADER_BYTES, end };
        const isLong = shortSize === 1;
        if (isLong && header.length < LONG_HEADER_BYTES)
            return 'damaged';
        const headerBytes = isLong ? LONG_HEADER_BYTES : boxes_HEADER_BYTES;
        const sizeBytes = isLong ? Number(header.readBigUInt64BE(8)) : shortSize;
        if (sizeBytes < headerBytes)
            return 'damaged';
        return { type, body: offset + headerBytes, end: offset + sizeBytes };
    }
    /** The boxes inside of `parent`, up to the first that does not fit. */
    async *childrenOf(parent) {
        for (let offset = parent.body;;) {
            const box = await this.boxAt(offset, parent.end);
            if (typeof box === 'string' || box.end > parent.end)
                return;
            yield box;
            offset = box.end;
        }
    }
    /** At most `length` bytes (of which the window holds 4096), fewer at the end of the file. Valid until the next call. */
    async bytesAt(offset, length) {
        const isInWindow = offset >= this.#windowStart && offset + length <= this.#windowStart + this.#windowBytes;
        if (!isInWindow) {
            this.#windowStart = offset;
            this.#windowBytes = await this.#source.read(this.#window, offset);
        }
        const from = offset - this.#windowStart;
        return this.#window.subarray(from, Math.min(from + length, this.#windowBytes));
    }
}

;// CONCATENATED MODULE: ./media/mp4.js
// Walks an MP4 or QuickTime file: its top level to the end of the file, and those boxes of its index (moov) that tell
// duration and picture. Knows the container; judges nothing.

const TRACKS_MAX = 100;
/** Reads the container. Throws only what the source throws. */
async function readMovie(source) {
    const reader = new BoxReader(source);
    let index;
    let hasData = false;
    for (let offset = 0;;) {
        const box = await reader.boxAt(offset, source.sizeBytes);
        if (typeof box === 'string')
            return { index, hasData, ending: box, oddBytes: source.sizeBytes - offset };
        const missingBytes = box.end - source.sizeBytes;
        if (missingBytes > 0)
            return { index, hasData, ending: 'past-end', oddBytes: missingBytes };
        if (box.type === 'mdat')
            hasData = true;
        if (box.type === 'moov')
            index ??= await readIndex(reader, box);
        offset = box.end;
    }
}
async function readIndex(reader, moov) {
    let durationSeconds;
    const tracks = [];
    for await (const box of reader.childrenOf(moov)) {
        if (box.type === 'mvhd')
            durationSeconds = readDuration(await reader.bytesAt(box.body, 32));
        if (box.type === 'trak' && tracks.length < TRACKS_MAX)
            tracks.push(await readTrack(reader, box));
    }
    return {
        durationSeconds,
        picture: tracks.find((track) => track.handler === 'vide'),
        hasSound: tracks.some((track) => track.handler === 'soun'),
    };
}
async function readTrack(reader, trak) {
    let size = { width: 0, height: 0 };
    let handler = '';
    for await (const box of reader.childrenOf(trak)) {
        if (box.type === 'tkhd')
            size = mp4_readSize(await reader.bytesAt(box.body, 96));
        if (box.type === 'mdia')
            handler = await readHandler(reader, box);
    }
    return { handler, ...size };
}
async function readHandler(reader, mdia) {
    for await (const box of reader.childrenOf(mdia)) {
        if (box.type === 'hdlr')
            return (await reader.bytesAt(box.body, 12)).toString('latin1', 8, 12);
    }
    return '';
}
/** Version 0 of a header holds its times in 32 bits, version 1 in 64. All bits set mean that nobody knows. */
function readDuration(mvhd) {
    const isLong = mvhd[0] === 1;
    if (mvhd.length < (isLong ? 32 : 20))
        return undefined;
    const unitsPerSecond = mvhd.readUInt32BE(isLong ? 20 : 12);
    const units = isLong ? mvhd.readBigUInt64BE(24) : BigInt(mvhd.readUInt32BE(16));
    const unknown = isLong ? 0xffffffffffffffffn : 0xffffffffn;
    if (unitsPerSecond === 0 || units === 0n || units === unknown)
        return undefined;
    return Number(units) / unitsPerSecond;
}
/** Sizes are fixed-point numbers of which the upper 16 bits are whole pixels. */
function mp4_readSize(tkhd) {
    const at = tkhd[0] === 1 ? 88 : 76;
    if (tkhd.length < at + 8)
        return { width: 0, height: 0 };
    return { width: tkhd.readUInt16BE(at), height: tkhd.readUInt16BE(at + 4) };
}

;// CONCATENATED MODULE: ./media/video.js
// Examines a video by its container alone: is it whole, has it a picture, how long is it?
// Reads kilobytes, whatever the size of the file; never the picture data.




const CONTAINER_WARNINGS = {
    'video/mp4': [],
    'video/quicktime': ['is a QuickTime video (MOV), where LinkedIn asks for MP4'],
    'video/x-m4v': ['is an M4V video, where LinkedIn asks for MP4'],
};
/**
 * Examines a video. Throws FileError: FILE_TRUNCATED when its end, its index or its data is missing, FILE_TYPE when it
 * has no picture; and what the source throws.
 */
async function examineVideo(source, path, mediaType) {
    const movie = await readMovie(source);
    const flaw = flawOf(movie);
    if (flaw !== null || !movie.index)
        throw new errors/* FileError */.f6('FILE_TRUNCATED', `${path} ${flaw}`);
    const { picture, hasSound, durationSeconds } = movie.index;
    if (!picture) {
        throw new errors/* FileError */.f6('FILE_TYPE', `${path} ${hasSound ? 'has sound but no picture' : 'has no picture'}`);
    }
    const { width, height } = picture;
    const media = {
        kind: 'video',
        mediaType,
        ...(width > 0 && height > 0 ? { width, height } : {}),
        ...(durationSeconds === undefined ? {} : { durationSeconds }),
    };
    const warnings = [
        ...CONTAINER_WARNINGS[mediaType],
        ...endingWarnings(movie),
        ...(0,limits/* videoWarnings */.lO)(source.sizeBytes, durationSeconds),
    ];
    return { media, warnings };
}
function flawOf({ ending, oddBytes, index, hasData }) {
    if (ending === 'past-end')
        return `is cut off: its last box runs ${(0,units/* count */.U9)(oddBytes, 'byte')} past the end of the file`;
    if (ending === 'damaged')
        return 'is damaged: a box is smaller than its own header';
    if (!index && ending === 'too-many')
        return 'has no moov box among its first boxes, so nothing tells what it holds';
    if (!index)
        return 'has no moov box: the recording was not finished';
    if (!hasData && ending === 'end')
        return 'has no mdat box: picture and sound are missing';
    return null;
}
function endingWarnings({ ending, oddBytes }) {
    if (ending === 'too-many')
        return ['has so many boxes that its end was not checked'];
    return oddBytes > 0 ? [`holds ${(0,units/* count */.U9)(oddBytes, 'byte')} after its last box`] : [];
}

;// CONCATENATED MODULE: ./media/inspect.js
// Second stage on the disk: what a file is, from its bytes and never from its name. Each file is opened, read as little
// as its kind allows, and closed. Knows nothing of LinkedIn's API.





// Holds the header and the metadata of nearly every picture, and small pictures as a whole.
const HEAD_BYTES = 256 * 1024;
// A pointer of Git LFS is smaller than 1024 bytes: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
const LFS_POINTER_BYTES_MAX = 1023;
const LFS_POINTER = /^version https:\/\/[^\n]+\n(?:[a-z0-9.-]+ [^\n]*\n)*oid sha256:[0-9a-f]{64}\nsize \d+\n?$/;
const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/**
 * Inspects one file. `absolutePath` should be a real path: a link in its last step is a fault. `path` is the file's
 * name for users. Never throws: what is wrong with the file becomes its `fault`.
 */
async function inspectFile(absolutePath, path, open) {
    let bytes = null;
    try {
        bytes = await (0,media_bytes/* openUnseen */.hu)(absolutePath, path, open);
        if (!bytes.isRegularFile)
            throw new errors/* FileError */.f6('FILE_UNREADABLE', `${path} is no regular file`);
        const examined = await examine(bytes, path);
        await bytes.verify();
        return { ...knownOf(absolutePath, path, bytes), ...examined, fault: null };
    }
    catch (cause) {
        return { ...knownOf(absolutePath, path, bytes), media: null, fault: asFault(path, cause), warnings: [] };
    }
    finally {
        await bytes?.close().catch(() => { });
    }
}
/** Examines a file's bytes. Throws FileError with the reason why they cannot be sent; its text begins with `path`. */
async function examine(source, path) {
    if (source.sizeBytes === 0)
        throw new errors/* FileError */.f6('FILE_EMPTY', `${path} is empty`);
    const head = Buffer.allocUnsafe(Math.min(HEAD_BYTES, source.sizeBytes));
    await source.read(head, 0);
    refuseLfsPointer(head, path);
    const type = await (0,file_type_source/* fileTypeFromBuffer */.BI)(head).catch(() => undefined);
    const mediaType = type?.mime ?? (head.indexOf(PNG_SIGNATURE) === 0 ? 'image/png' : undefined);
    switch (mediaType) {
        case 'image/jpeg':
        case 'image/gif':
        case 'image/png':
            return examineImage({ source, path, head, mediaType });
        case 'image/apng':
            return examineImage({ source, path, head, mediaType: 'image/png' });
        case 'video/mp4':
        case 'video/quicktime':
        case 'video/x-m4v':
            return examineVideo(source, path, mediaType);
        default:
            throw new errors/* FileError */.f6('FILE_TYPE', `${path} ${whatElse(path, type)}`);
    }
}
const CAPTIONS = 'captions go along with their video by api: media with sidecars: true';
function whatElse(path, type) {
    if (path.endsWith('.srt'))
        return `is no picture or video (${CAPTIONS})`;
    if (type === undefined)
        return 'is no picture or video';
    return `is of type ${type.ext.toUpperCase()} (${type.mime}), no picture or video that LinkedIn takes`;
}
/** Throws FileError FILE_LFS_POINTER when the first bytes of a file are such a pointer, and so all of it. */
function refuseLfsPointer(head, path) {
    if (head.length > LFS_POINTER_BYTES_MAX || !LFS_POINTER.test(head.toString('latin1')))
        return;
    throw new errors/* FileError */.f6('FILE_LFS_POINTER', `${path} is a Git LFS pointer, not the file itself`);
}
function knownOf(absolutePath, path, bytes) {
    return { path, absolutePath, sizeBytes: bytes?.sizeBytes ?? 0, identity: bytes?.identity ?? null };
}
function asFault(path, cause) {
    if (cause instanceof errors/* FileError */.f6)
        return cause;
    return new errors/* FileError */.f6('INTERNAL', `${path} could not be inspected`, { cause });
}

// EXTERNAL MODULE: ./media/media-file.js
var media_file = __webpack_require__(777);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
;// CONCATENATED MODULE: ./media/captions.js
// Examines the captions beside a video: are they SubRip text, as their name says? Knows nothing of the video.



/** Ours, not LinkedIn's: a film of three hours has some 200 KB of captions. Larger ones are not read. */
const CAPTIONS_BYTES_MAX = 10_000_000;
const CLOCK = String.raw `\d{2}:[0-5]\d:[0-5]\d,\d{3}`;
/** The line of a cue that tells its times; positions may stand behind them. */
const CUE = new RegExp(String.raw `^${CLOCK}[ \t]+-->[ \t]+${CLOCK}(?:\s|$)`, 'm');
/**
 * Inspects captions; they are closed again afterwards, and read as a whole only up to 10 MB. What changes them from
 * here on, even while they are read, is told when they are opened for sending.
 * Throws FileError, whose text begins with the path: FILE_SIDECAR when they are no SubRip text; FILE_EMPTY;
 * FILE_LFS_POINTER; FILE_UNREADABLE; FILE_CHANGED when their end went missing meanwhile.
 */
async function inspectCaptions({ absolutePath, path }, open) {
    const bytes = await (0,media_bytes/* openUnseen */.hu)(absolutePath, path, open);
    try {
        const { identity, sizeBytes, isRegularFile } = bytes;
        if (!isRegularFile)
            throw new errors/* FileError */.f6('FILE_UNREADABLE', `${path} is no regular file`);
        if (sizeBytes === 0)
            throw new errors/* FileError */.f6('FILE_EMPTY', `${path} is empty`);
        if (sizeBytes > CAPTIONS_BYTES_MAX) {
            throw new errors/* FileError */.f6('FILE_SIDECAR', `${path} has more than 10 MB, too much for captions`);
        }
        const content = Buffer.allocUnsafe(sizeBytes);
        await bytes.read(content, 0);
        refuseLfsPointer(content, path);
        const flaw = captions_flawOf(content);
        if (flaw !== null)
            throw new errors/* FileError */.f6('FILE_SIDECAR', `${path} ${flaw}`);
        return { path, absolutePath, sizeBytes, identity, mediaType: 'application/x-subrip' };
    }
    finally {
        await bytes.close().catch(() => { });
    }
}
function captions_flawOf(content) {
    const text = decode(content);
    if (text === null)
        return 'is not UTF-8 text';
    return CUE.test(text) ? null : 'is no SubRip text: it has no line like 00:00:01,000 --> 00:00:04,000';
}
/** The text without a byte order mark, or null when it is not UTF-8. */
function decode(content) {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(content);
    }
    catch {
        return null;
    }
}

// EXTERNAL MODULE: ./media/left-out.js
var left_out = __webpack_require__(8356);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: ./media/sidecar-names.js
var sidecar_names = __webpack_require__(7408);
;// CONCATENATED MODULE: ./media/names-beside.js
// The names in the folders of videos that may be those of sidecars: each folder is read once, whoever asks.



/** `known`: folders below `root` whose names need not be read. */
function namesBeside(root, known = []) {
    const folders = new Map(Array.from(known, ([folder, names]) => [folder, Promise.resolve(names)]));
    return (folder) => {
        const names = folders.get(folder) ?? readNames((0,external_node_path_.join)(root, folder));
        folders.set(folder, names);
        return names;
    };
}
/** Only names that may be a sidecar's: a folder may hold a million others. The disk may be blind to case; a list is not. */
async function readNames(folder) {
    const names = await (0,promises_.readdir)(folder);
    return new Set(names.filter((name) => (0,sidecar_names/* sidecarStemOf */.kZ)(name) !== null));
}

// EXTERNAL MODULE: ./media/workspace.js
var media_workspace = __webpack_require__(4447);
;// CONCATENATED MODULE: ./media/sidecars.js
// Third stage on the disk, when it is asked for: what lies beside a video goes along with it, and not by itself.
// Knows names and whose file is whose; what the files hold is examined elsewhere.










const VIDEOS_AT_ONCE = 8;
/**
 * Looks beside every video for its captions (`clip.srt`) and its thumbnail (`clip.thumbnail.png`, `.jpg` or `.jpeg`),
 * matched or not, and sets `sidecars`. A sidecar that is not what its name says becomes the video's `fault`
 * (FILE_SIDECAR); one that may not be sent, a warning. Resolves with the files in their order, without those that
 * are a video's sidecars. Throws InputError on `files` when the workspace itself cannot be reached.
 */
async function attachSidecars(files, options) {
    const around = await openSurroundings(files, options);
    const theirs = new Set(files.filter((file) => isVideo(file) || isLostVideo(file)).flatMap(sidecarPathsOf));
    const others = files.filter((file) => !theirs.has(file.path));
    return (0,in_order/* mapInOrder */.Y)(others, VIDEOS_AT_ONCE, async (file) => isVideo(file) ? attach(file, around) : refuseAlone(file));
}
/**
 * What is named as a sidecar and has no video among the matched files is refused: a thumbnail would become a picture of its
 * own. A video that is named so goes as what it is.
 */
function refuseAlone(file) {
    const stem = (0,sidecar_names/* sidecarStemOf */.kZ)(file.path);
    if (stem === null || file.media?.kind === 'video')
        return file;
    const what = file.path.endsWith('.srt') ? 'captions' : 'a thumbnail';
    const text = `${file.path} is ${what} by its name, but its video (${stem}.mp4, say) is not there to go with: match it too, or exclude this file`;
    return { ...file, fault: new errors/* FileError */.f6('FILE_SIDECAR', text) };
}
async function openSurroundings(files, options) {
    const workspace = await (0,media_workspace/* openWorkspace */.O)(options);
    const released = new Map(options.released?.map((file) => [file.path, file]));
    const folders = [...Map.groupBy(released.keys(), external_node_path_.posix.dirname)].map(([folder, paths]) => [folder, new Set(paths.map((path) => external_node_path_.posix.basename(path)))]);
    const namesIn = namesBeside(workspace.root, folders);
    const rows = new Map(files.map((file) => [file.path, file]));
    return { workspace, released, rows, open: options.open, namesIn };
}
function isVideo({ media, fault }) {
    return media?.kind === 'video' && fault === null;
}
/** A video that cannot be sent, as far as its name tells: what was made to go with it must not go out without it. */
function isLostVideo({ path, fault }) {
    return fault !== null && fault.code !== 'FILE_TYPE' && (0,sidecar_names/* hasVideoName */.h4)(path);
}
function sidecarPathsOf({ path }) {
    return (0,sidecar_names/* pathsBeside */.Vq)(path, ['captions', 'thumbnail']);
}
async function attach(video, around) {
    const { sidecars, flaws, warnings } = await lookBeside(video, around);
    const told = { ...video, warnings: [...video.warnings, ...warnings] };
    if (flaws.length > 0) {
        const text = `${video.path} is refused for what lies beside it: ${flaws.join('; ')}`;
        return { ...told, fault: new errors/* FileError */.f6('FILE_SIDECAR', text) };
    }
    if (Object.keys(sidecars).length > 0)
        return { ...told, sidecars };
    return warnings.length > 0 ? told : { ...told, soughtInVain: sidecarPathsOf(video) };
}
async function lookBeside(video, around) {
    const [captions, thumbnail] = await Promise.all([
        lookFor('captions', video, around),
        lookFor('thumbnail', video, around),
    ]);
    return {
        sidecars: { ...captions.sidecars, ...thumbnail.sidecars },
        flaws: [...captions.flaws, ...thumbnail.flaws],
        warnings: [...captions.warnings, ...thumbnail.warnings],
    };
}
/** Never throws: what is wrong becomes a flaw. */
async function lookFor(kind, video, around) {
    const warnings = [];
    try {
        const found = await firstAllowed((0,sidecar_names/* pathsBeside */.Vq)(video.path, [kind]), around, warnings);
        if (found === null)
            return { sidecars: {}, flaws: [], warnings };
        if (kind === 'captions') {
            return { sidecars: { captions: await inspectCaptions(found, around.open) }, flaws: [], warnings };
        }
        // What the patterns matched too was inspected already.
        const picture = around.rows.get(found.path) ?? (await inspectFile(found.absolutePath, found.path, around.open));
        warnings.push(...picture.warnings.map((text) => `has a thumbnail, ${picture.path}, which ${text}`));
        return { sidecars: { thumbnail: asThumbnail(picture) }, flaws: [], warnings };
    }
    catch (thrown) {
        return { sidecars: {}, flaws: [sidecars_flawOf((0,errors/* asActionError */.z6)(thrown))], warnings };
    }
}
/** The video's fault has a hint of its own, which knows nothing of Git LFS: so the flaw tells what to do. */
function sidecars_flawOf({ code, message, hint }) {
    return code === 'FILE_LFS_POINTER' ? `${message} (${hint})` : message;
}
/** The first of `paths` that may be sent. Tells `warnings` what is left out, and why; throws FileError FILE_UNREADABLE. */
async function firstAllowed(paths, around, warnings) {
    let taken = null;
    for (const path of paths) {
        if (!(await isThere(path, around)))
            continue;
        const verdict = taken === null ? await judge(path, around) : `${taken.path} is taken`;
        if (typeof verdict === 'string')
            warnings.push(`goes without ${path}: ${verdict}`);
        else
            taken = verdict;
    }
    return taken;
}
/** A file that was matched and has gone since counts: its video must not go out without it. */
async function isThere(path, { rows, namesIn }) {
    if (rows.has(path))
        return true;
    const names = await namesIn(external_node_path_.posix.dirname(path)).catch((cause) => {
        throw new errors/* FileError */.f6('FILE_UNREADABLE', `the folder of ${path} cannot be read (${cause.code})`, { cause });
    });
    return names.has(external_node_path_.posix.basename(path));
}
/** The file, or why it is left out. */
async function judge(path, { workspace, released }) {
    const place = (0,external_node_path_.join)(workspace.root, path);
    const judged = released.get(path) ?? (await workspace.judge({ path: place, place }));
    if (judged !== null && !('rule' in judged)) {
        if (judged.fault !== undefined)
            throw judged.fault;
        return judged;
    }
    // A directory, of which the workspace says nothing, is as little a sidecar as a FIFO.
    const rule = judged?.rule ?? 'not-a-file';
    if (rule === 'not-a-file')
        throw new errors/* FileError */.f6('FILE_UNREADABLE', `${path} is ${left_out/* LEFT_OUT_REASONS */.P[rule]}`);
    return `it is ${left_out/* LEFT_OUT_REASONS */.P[rule]}`;
}
/** Throws FileError with the reason why the file is no thumbnail. */
function asThumbnail({ path, absolutePath, sizeBytes, identity, media, fault }) {
    const flaw = fault ?? (media === null ? null : (0,limits/* judgeLimits */.g1)(path, media));
    if (flaw !== null)
        throw flaw;
    const mediaType = media?.mediaType;
    if (identity === null || (mediaType !== 'image/png' && mediaType !== 'image/jpeg')) {
        throw new errors/* FileError */.f6('FILE_SIDECAR', `${path} is ${mediaType}, where a thumbnail is a PNG or JPG`);
    }
    return { path, absolutePath, sizeBytes, identity, mediaType };
}

;// CONCATENATED MODULE: ./media/unasked-captions.js
// Where sidecars were not asked for: which videos have captions beside them all the same, so that somebody can be told.




const unasked_captions_VIDEOS_AT_ONCE = 8;
/** Sets `unaskedCaptions`, by name alone. What was matched itself has a row that tells of it. Never fails a run. */
async function noteUnaskedCaptions(files, { workspace }) {
    const matched = new Set(files.map(({ path }) => path));
    const namesIn = namesBeside(workspace);
    const isThere = (path) => namesIn(external_node_path_.posix.dirname(path)).then((names) => names.has(external_node_path_.posix.basename(path)), () => false);
    return (0,in_order/* mapInOrder */.Y)(files, unasked_captions_VIDEOS_AT_ONCE, async (file) => {
        if (file.media?.kind !== 'video' || file.fault !== null)
            return file;
        const [captions] = (0,sidecar_names/* pathsBeside */.Vq)(file.path, ['captions']);
        const isUnasked = captions !== undefined && !matched.has(captions) && (await isThere(captions));
        return isUnasked ? { ...file, unaskedCaptions: captions } : file;
    });
}

;// CONCATENATED MODULE: ./media/inspection.js
// The whole look at the found files: what each one is, what goes along with it, and its digest where that is asked for.







const FILES_AT_ONCE = 8;
const DIGESTS_AT_ONCE = 2;
/** One MediaFile for each file, sidecars aside, in the order given. Never throws for a file. */
async function inspectMedia(found, { find, sidecars, released, digests, open, signal }) {
    const inspected = await inspectFiles(found, { open, signal });
    if (signal.aborted)
        return inspected;
    const files = sidecars
        ? await attachSidecars(inspected, { ...find, released, open })
        : await noteUnaskedCaptions(inspected, find);
    if (!digests)
        return files;
    return await (0,in_order/* mapInOrder */.Y)(files, DIGESTS_AT_ONCE, (file) => withDigest(file, { open, signal }));
}
/**
 * Inspects every file, eight at a time; one MediaFile each, in the order given. Never throws for a file. Once `signal`
 * has aborted none is opened any more: its reason is their fault.
 */
function inspectFiles(files, { open, signal } = {}) {
    return (0,in_order/* mapInOrder */.Y)(files, FILES_AT_ONCE, async ({ absolutePath, path, fault }) => {
        if (fault !== undefined)
            return (0,media_file/* unseen */.n)(path, fault);
        if (signal?.aborted)
            return (0,media_file/* unseen */.n)(path, (0,errors/* asActionError */.z6)(signal.reason));
        return await inspectFile(absolutePath, path, open);
    });
}
/** Of a run that has ended no file is sent, and a digest is for nothing. */
async function withDigest(file, look) {
    const { media, fault, sidecars } = file;
    const { signal } = look;
    if (media === null || fault !== null || media.sha256 !== undefined || signal.aborted)
        return file;
    try {
        const digested = { ...file, media: { ...media, sha256: await digestFile(file, look) } };
        return sidecars === undefined ? digested : { ...digested, sidecars: await withDigests(sidecars, look) };
    }
    catch (error) {
        if (error instanceof errors/* FileError */.f6)
            return { ...file, fault: error };
        if (signal.aborted)
            return file;
        throw error;
    }
}
/** @throws as digestFile */
async function withDigests({ captions, thumbnail }, look) {
    const digested = async (one) => ({
        ...one,
        sha256: await digestFile(one, look),
    });
    return {
        ...(captions === undefined ? {} : { captions: await digested(captions) }),
        ...(thumbnail === undefined ? {} : { thumbnail: await digested(thumbnail) }),
    };
}


/***/ })

};
