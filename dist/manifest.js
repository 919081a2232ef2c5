export const id = 556;
export const ids = [556];
export const modules = {

/***/ 8865:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  apiBaseOf: () => (/* reexport */ apiBaseOf),
  openManifest: () => (/* binding */ openManifest)
});

// UNUSED EXPORTS: Manifest

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./errors.js
var errors = __webpack_require__(5650);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __webpack_require__(8161);
// EXTERNAL MODULE: ./media/unfinished.js
var unfinished = __webpack_require__(5693);
;// CONCATENATED MODULE: ./publish/leftovers.js
// Temporary files of the manifest that killed runs left behind: which of them nobody writes any more, and their removal.






/** A process id means one process on one machine, and inside of one container. */
const MACHINE = (0,external_node_crypto_.createHash)('sha256').update(`${(0,external_node_os_.hostname)()} ${processNamespace()}`).digest('hex').slice(0, 12);
// A write takes seconds.
const ABANDONED_MS = 24 * 60 * 60 * 1000;
/** A new name for the temporary file of a process: this one, where no other is given. */
function temporaryName(pid = process.pid) {
    return (0,unfinished/* unfinishedName */.D)(`${MACHINE}.${pid}`);
}
/**
 * Removes temporary files whose process is dead. A process of another machine cannot be asked for: its files go when
 * nobody has touched them for a day. Never throws: what stays does no harm.
 */
async function removeLeftovers(folder, todayMs) {
    const names = await (0,promises_.readdir)(folder).catch(() => []);
    for (const name of names.filter(unfinished/* isUnfinished */.u)) {
        const path = (0,external_node_path_.join)(folder, name);
        if (await isLeftover(name, path, todayMs))
            await (0,promises_.rm)(path, { force: true }).catch(() => { });
    }
}
async function isLeftover(name, path, todayMs) {
    const [, machine, pid] = /^\.manifest-([0-9a-f]{12})\.(\d+)-/.exec(name) ?? [];
    if (machine === MACHINE)
        return !isAlive(Number(pid));
    const stats = await (0,promises_.lstat)(path).catch(() => null);
    return stats !== null && todayMs - stats.mtimeMs > ABANDONED_MS;
}
function isAlive(pid) {
    try {
        return process.kill(pid, 0);
    }
    catch (error) {
        // Another user's process may not be asked, but is there.
        return error.code !== 'ESRCH';
    }
}
/** Only Linux has any. */
function processNamespace() {
    try {
        return (0,external_node_fs_.readlinkSync)('/proc/self/ns/pid');
    }
    catch {
        return '';
    }
}

// EXTERNAL MODULE: ./linkedin/session.js
var session = __webpack_require__(4880);
// EXTERNAL MODULE: ./linkedin/urn.js
var linkedin_urn = __webpack_require__(6947);
// EXTERNAL MODULE: ./schema.js
var schema = __webpack_require__(9514);
;// CONCATENATED MODULE: ./publish/manifest-entry.js
// What a manifest remembers of one upload, and how one line of the file tells it. Pure.



// The longest path of Linux; in JSON a character takes six at most.
const FILE_CHARS_MAX = 4096;
const URN_CHARS_MAX = 512;
/** No line is as long: the sum of what its fields may hold. */
const LINE_CHARS_MAX = 32 * 1024;
const SHA256 = /^[0-9a-f]{64}$/;
/** LinkedIn's words for a status look so; other text of a server is not kept. */
const WORD = /^[A-Za-z0-9_.-]{1,64}$/;
// All other names of a file follow from the URN that LinkedIn gave, so that they cannot contradict it.
const writtenEntry = schema/* strictObject */.rej({
    file: schema/* string */.YjP().min(1).max(FILE_CHARS_MAX),
    kind: schema/* enum */.k5n(['image', 'video']),
    sha256: schema/* string */.YjP().regex(SHA256),
    sizeBytes: schema/* int */.Whr().positive(),
    owner: urnThat((text) => (0,linkedin_urn/* ownerKind */.kK)(text) !== null),
    api: schema/* string */.YjP().refine((name) => Object.hasOwn(session/* API_TRAITS */.lY, name)),
    recipe: urnThat((text) => /^urn:li:digitalmediaRecipe:[A-Za-z0-9_-]+$/.test(text)).nullable(),
    apiUrl: schema/* string */.YjP()
        .max(2048)
        .regex(/^https?:\/\/[^\s/?#@\\]+(\/[^\s?#@\\]*)?$/),
    urn: urnThat((text) => (0,linkedin_urn/* isAssetUrn */.cU)(text) || (0,linkedin_urn/* isMediaUrn */.cc)('image', text) || (0,linkedin_urn/* isMediaUrn */.cc)('video', text)),
    state: schema/* enum */.k5n(['registered', 'uploaded', 'available']),
    captionsSha256: schema/* exactOptional */.yqP(schema/* string */.YjP().regex(SHA256)),
    thumbnailSha256: schema/* exactOptional */.yqP(schema/* string */.YjP().regex(SHA256)),
    status: schema/* exactOptional */.yqP(schema/* string */.YjP().regex(WORD)),
    checkedAt: schema/* exactOptional */.yqP(schema/* iso.datetime */.KH5.datetime()),
    updatedAt: schema/* iso.datetime */.KH5.datetime(),
})
    .refine(({ urn, kind }) => (0,linkedin_urn/* isAssetUrn */.cU)(urn) || (0,linkedin_urn/* isMediaUrn */.cc)(kind, urn), { path: ['urn'] })
    .transform(({ urn, ...rest }) => ({ ...rest, identity: (0,session/* identify */.ls)(urn, rest.kind) }));
function urnThat(isValid) {
    return schema/* string */.YjP().max(URN_CHARS_MAX).refine(isValid);
}
/** The `apiUrl` of keys: origin and path, without slashes at the end. */
function apiBaseOf({ origin, pathname }) {
    return origin + pathname.replace(/\/+$/, '');
}
/** The key as one string, made of its own fields alone, whatever else the record holds, and however its owner is spelt. */
function keyText(key) {
    const { sha256, sizeBytes, owner, api, recipe, apiUrl, captionsSha256, thumbnailSha256 } = key;
    const along = [captionsSha256, thumbnailSha256];
    return JSON.stringify([sha256, sizeBytes, (0,linkedin_urn/* oneSpelling */.Th)(owner), api, recipe, apiUrl, ...along]);
}
/** What `value`, an entry as it is written, tells. */
function checkEntry(value) {
    const parsed = writtenEntry.safeParse(value);
    if (parsed.success)
        return { entry: parsed.data };
    const field = parsed.error.issues[0]?.path[0];
    const subject = field === undefined ? 'the entry' : `\`${String(field)}\` of the entry`;
    return { flaw: `${subject} is not what a manifest holds` };
}
/** `entry` with nothing but the fields of an entry; a status that is no word is left out. */
function makeEntry({ status, ...rest }) {
    return checkEntry(written(status !== undefined && WORD.test(status) ? { ...rest, status } : rest));
}
/** The order of the fields never changes, so that a line changes only where its entry does. */
function entryLine(entry) {
    return JSON.stringify(written(entry));
}
function written(entry) {
    const { file, kind, sha256, sizeBytes, owner, api, recipe, apiUrl, identity, state, status } = entry;
    const { captionsSha256, thumbnailSha256, checkedAt, updatedAt } = entry;
    return {
        ...{ file, kind, sha256, sizeBytes, owner, api, recipe, apiUrl, urn: identity.urn, state },
        ...(captionsSha256 === undefined ? {} : { captionsSha256 }),
        ...(thumbnailSha256 === undefined ? {} : { thumbnailSha256 }),
        ...(status === undefined ? {} : { status }),
        ...(checkedAt === undefined ? {} : { checkedAt }),
        updatedAt,
    };
}

// EXTERNAL MODULE: ./media/slashes.js
var slashes = __webpack_require__(1023);
;// CONCATENATED MODULE: ./publish/manifest-text.js
// The text of a manifest: a header, one entry a line, a footer. Reads what anyone may have shaped. Pure: no disk.


/** More is neither read nor written: about 130,000 entries. */
const MANIFEST_BYTES_MAX = 64 * 1024 * 1024;
const SCHEMA = 1;
const HEADER = `{"schema":${SCHEMA},"manifest":"linkedin-media-upload","entries":[`;
const FOOTER = ']}\n';
const CHUNK_CHARS = 1024 * 1024;
/**
 * The bytes of a manifest with these lines, in this order, about a MiB at a time.
 * @throws RangeError when they are more than MANIFEST_BYTES_MAX: no run could read them again
 */
function* manifestChunks(lines) {
    let totalBytes = 0;
    for (const text of chunksOfText(lines)) {
        const chunk = Buffer.from(text);
        totalBytes += chunk.byteLength;
        if (totalBytes > MANIFEST_BYTES_MAX)
            throw new RangeError('it would be larger than 64 MiB');
        yield chunk;
    }
}
function* chunksOfText(lines) {
    let text = HEADER;
    for (const [index, line] of lines.entries()) {
        text += index === 0 ? `\n${line}` : `,\n${line}`;
        if (text.length < CHUNK_CHARS)
            continue;
        yield text;
        text = '';
    }
    yield `${text}\n${FOOTER}`;
}
/**
 * Reads the text of a manifest, whatever white space its JSON has; `path` is its name for users.
 * @throws InputError MANIFEST_INVALID that names the line and what is wrong there, and quotes none of the text
 */
function parseManifest(text, path) {
    return new Reader(text, path).read();
}
const OPENING = /[ \t\r\n]*\{[ \t\r\n]*"schema"[ \t\r\n]*:[ \t\r\n]*(\d{1,9})[ \t\r\n]*,/y;
const NAME = /[ \t\r\n]*"manifest"[ \t\r\n]*:[ \t\r\n]*"linkedin-media-upload"[ \t\r\n]*,/y;
const ENTRIES = /[ \t\r\n]*"entries"[ \t\r\n]*:[ \t\r\n]*\[[ \t\r\n]*/y;
const COMMA = /[ \t\r\n]*,[ \t\r\n]*/y;
const CLOSING = /[ \t\r\n]*\][ \t\r\n]*\}[ \t\r\n]*$/y;
/**
 * Cuts the text into entries and parses each alone: JSON.parse of 64 hostile MiB takes gigabytes of memory, and could
 * not tell the line of a field that is wrong.
 */
class Reader {
    #text;
    #path;
    #at = 0;
    constructor(text, path) {
        this.#text = text;
        this.#path = path;
    }
    read() {
        this.#readHeader();
        const entries = [];
        if (this.#eat(CLOSING))
            return entries;
        for (;;) {
            entries.push(this.#readEntry());
            if (this.#eat(CLOSING))
                return entries;
            if (!this.#eat(COMMA))
                throw this.#fault('the list of entries breaks off');
        }
    }
    /** The name comes before the schema is judged: only a manifest of this action can be too new for it. */
    #readHeader() {
        const schema = Number(this.#eat(OPENING)?.[1]);
        if (Number.isNaN(schema) || !this.#eat(NAME))
            throw this.#fault('this is no manifest of this action');
        if (schema !== SCHEMA) {
            throw this.#fault(`it is of schema ${schema}, and this version of the action reads ${SCHEMA} alone`);
        }
        if (!this.#eat(ENTRIES))
            throw this.#fault('the list of entries is missing');
    }
    #readEntry() {
        const end = endOfObject(this.#text, this.#at);
        if (end === null)
            throw this.#fault('the entry is not whole');
        const { entry, flaw } = checkEntry(parseJson(this.#text.slice(this.#at, end)));
        if (flaw !== undefined)
            throw this.#fault(flaw);
        this.#at = end;
        return entry;
    }
    #eat(pattern) {
        pattern.lastIndex = this.#at;
        const found = pattern.exec(this.#text);
        if (found !== null)
            this.#at += found[0].length;
        return found;
    }
    #fault(what) {
        const line = lineOf(this.#text, this.#at);
        return new errors/* InputError */.dz('MANIFEST_INVALID', 'manifest', `${this.#path}, line ${line}: ${what}`);
    }
}
/** Where the flat object that begins at `start` is over; null when none begins there, or it does not end in time. */
function endOfObject(text, start) {
    if (text[start] !== '{')
        return null;
    const limit = Math.min(text.length, start + LINE_CHARS_MAX);
    let isInString = false;
    for (let at = start + 1; at < limit; at += 1) {
        const character = text[at];
        if (character === '"')
            isInString = !isInString;
        else if (character === '\\')
            at += 1;
        else if (character === '}' && !isInString)
            return at + 1;
    }
    return null;
}
function lineOf(text, at) {
    let line = 1;
    for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', end + 1))
        line += 1;
    return line;
}
function parseJson(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return null;
    }
}

;// CONCATENATED MODULE: ./publish/manifest-file.js
// The manifest on the disk: read whole, replaced whole. Whoever reads it sees the old file or the new one, never half.







// A link put in the file's place meanwhile is not followed, and a FIFO opens at once. Windows has neither flag.
const READ_FLAGS = external_node_fs_.constants.O_RDONLY | (external_node_fs_.constants.O_NOFOLLOW ?? 0) | (external_node_fs_.constants.O_NONBLOCK ?? 0);
const NEW_FILE_MODE = 0o600;
/** A folder may be unreadable, or on a system that has no fsync for it. */
const NO_FOLDER_SYNC = new Set(['EACCES', 'EPERM', 'EINVAL', 'EISDIR', 'ENOTSUP']);
// How Windows refuses to replace a file that another program, a virus scanner say, holds for a moment.
const HELD = new Set(['EPERM', 'EACCES', 'EBUSY']);
const RENAMES = 3;
const HELD_MS = 100;
/**
 * Reads the file at `path`, absolute. A link is replaced at its target, so that it stays a link. A link in a repository must
 * not decide where on the runner a file is created: one that leads nowhere is refused, and so is a new file whose path
 * leaves `workspace` through a link to a folder.
 * @throws InputError MANIFEST_INVALID for these, and when there is something that cannot be read as text
 */
async function readManifestFile(path, workspace) {
    try {
        const stats = await (0,promises_.lstat)(path).catch(unlessMissing);
        if (stats === null)
            return { target: await targetOfNew(path, workspace), text: null };
        const target = stats.isSymbolicLink() ? await (0,promises_.realpath)(path) : path;
        return { target, text: await readText(target, path) };
    }
    catch (error) {
        throw error instanceof errors/* InputError */.dz ? error : invalid(path, `it cannot be read (${reasonOf(error)})`);
    }
}
/** The real path of a file that does not exist yet; its folders may be missing too. */
async function targetOfNew(path, workspace) {
    let folder = (0,external_node_path_.dirname)(path);
    while (folder !== (0,external_node_path_.dirname)(folder) && (await (0,promises_.lstat)(folder).catch(unlessMissing)) === null)
        folder = (0,external_node_path_.dirname)(folder);
    const real = await (0,promises_.realpath)(folder).catch(unlessMissing);
    if (real === null)
        throw invalid(path, `its folder ${folder} leads nowhere`);
    const target = (0,external_node_path_.join)(real, (0,external_node_path_.relative)(folder, path));
    if (workspace === null || !(await leaves(workspace, path, target)))
        return target;
    const advice = `give ${(0,slashes/* withSlashes */.s)(target)} itself if that is meant`;
    throw invalid(path, `a link takes its folder out of the workspace; ${advice}`);
}
/** Whether `path` lies in `workspace`, and what it leads to does not. */
async function leaves(workspace, path, target) {
    const root = await (0,promises_.realpath)(workspace).catch(unlessMissing);
    if (root === null)
        return false;
    const isInside = [(0,external_node_path_.resolve)(workspace), root].some((folder) => (0,slashes/* pathBelow */.B)(folder, path) !== null);
    return isInside && (0,slashes/* pathBelow */.B)(root, target) === null;
}
async function readText(target, path) {
    const handle = await (0,promises_.open)(target, READ_FLAGS);
    try {
        const stats = await handle.stat();
        if (!stats.isFile())
            throw invalid(path, 'it is no regular file');
        if (stats.size > MANIFEST_BYTES_MAX)
            throw invalid(path, 'it is larger than 64 MiB');
        return decode(await readBytes(handle, stats.size), path);
    }
    finally {
        await handle.close();
    }
}
/** No more than `sizeBytes`, however the file grows meanwhile. */
async function readBytes(handle, sizeBytes) {
    const bytes = Buffer.allocUnsafeSlow(sizeBytes);
    let filledBytes = 0;
    while (filledBytes < sizeBytes) {
        const { bytesRead } = await handle.read(bytes, filledBytes, sizeBytes - filledBytes, filledBytes);
        if (bytesRead === 0)
            break;
        filledBytes += bytesRead;
    }
    return bytes.subarray(0, filledBytes);
}
function decode(bytes, path) {
    try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    }
    catch {
        throw invalid(path, 'it is no text');
    }
}
/**
 * Tells before the run what every write would meet: whether the folder of `target`, or the one that it will be made
 * in, takes files.
 * @throws InputError MANIFEST_WRITE
 */
async function assertWritable(target, path) {
    try {
        for (let folder = (0,external_node_path_.dirname)(target);; folder = (0,external_node_path_.dirname)(folder)) {
            const found = await (0,promises_.access)(folder, external_node_fs_.constants.W_OK | external_node_fs_.constants.X_OK).then(() => true, unlessMissing);
            if (found !== null || folder === (0,external_node_path_.dirname)(folder))
                return;
        }
    }
    catch (error) {
        const text = `${path}: its folder cannot be written to (${reasonOf(error)})`;
        throw new errors/* InputError */.dz('MANIFEST_WRITE', 'manifest', text);
    }
}
/**
 * Puts a file of these chunks in the place of `target`; makes its folder when it is missing. A file that was there
 * keeps its mode; on any failure it is as it was, and nothing else is left.
 * @throws what the disk or `chunks` throws
 */
async function replaceFile(target, chunks, { clock, move = promises_.rename }) {
    const folder = (0,external_node_path_.dirname)(target);
    await (0,promises_.mkdir)(folder, { recursive: true });
    const temporary = (0,external_node_path_.join)(folder, temporaryName());
    try {
        await writeNew(temporary, chunks, await modeFor(target));
        await movePatiently(() => move(temporary, target), clock);
    }
    catch (error) {
        await (0,promises_.rm)(temporary, { force: true }).catch(() => { });
        throw error;
    }
    await syncFolder(folder);
}
async function movePatiently(move, clock) {
    for (let tries = 1;; tries += 1) {
        try {
            await move();
            return;
        }
        catch (error) {
            if (tries === RENAMES || !HELD.has(reasonOf(error)))
                throw error;
            await clock.sleep(HELD_MS * tries);
        }
    }
}
async function modeFor(target) {
    const stats = await (0,promises_.stat)(target).catch(unlessMissing);
    return stats === null ? NEW_FILE_MODE : stats.mode & 0o777;
}
async function writeNew(path, chunks, mode) {
    const handle = await (0,promises_.open)(path, 'wx', NEW_FILE_MODE);
    try {
        await handle.writeFile(chunks);
        // Not by `open`, whose mode the umask narrows; and not where every file has the same mode, and none may be changed.
        if (((await handle.stat()).mode & 0o777) !== mode)
            await handle.chmod(mode);
        await handle.sync();
    }
    finally {
        await handle.close();
    }
}
/** Makes the rename itself outlive a loss of power. */
async function syncFolder(folder) {
    if (process.platform === 'win32')
        return;
    try {
        const handle = await (0,promises_.open)(folder, external_node_fs_.constants.O_RDONLY);
        await handle.sync().finally(() => handle.close());
    }
    catch (error) {
        if (!NO_FOLDER_SYNC.has(reasonOf(error)))
            throw error;
    }
}
/** The system's code of an error, or its message. */
function reasonOf(error) {
    const { code, message } = error;
    return code ?? message;
}
function unlessMissing(error) {
    if (error.code === 'ENOENT')
        return null;
    throw error;
}
function invalid(path, what) {
    return new errors/* InputError */.dz('MANIFEST_INVALID', 'manifest', `${path}: ${what}`);
}

;// CONCATENATED MODULE: ./publish/manifest.js
// The memory between runs: which bytes LinkedIn already holds, under which URN. Kept in one file, which is replaced
// whole a few times a second at most, so that even a run that is killed has lost next to nothing.
//
// Two jobs that write the same manifest do not see each other: the last one to write wins, whole, and the file is
// never a mix of both. What the other one had added is lost to reuse alone; its URNs stand in its own outputs.







// Together with the write itself no change is more than 250 ms late, on a disk that takes it within 50.
const GATHER_MS = 200;
/**
 * Opens the manifest at `path`; a file that is missing is an empty one, and is made by the first write. What is there
 * is left as it is, byte for byte, until something else is to be remembered. What killed runs left beside it goes.
 * @throws InputError under `manifest`: MANIFEST_INVALID when the file is damaged or another's, and MANIFEST_WRITE
 * when it is to be written and its folder does not allow it
 */
async function openManifest(options) {
    const { path, workspace = null, clock, mode } = options;
    const { target, text } = await readManifestFile((0,external_node_path_.resolve)(path), workspace);
    const entries = text === null ? [] : parseManifest(text, path);
    const manifest = new Manifest({ path, target, clock, isKept: mode === 'read-write' }, entries);
    if (mode === 'read-write') {
        await assertWritable(target, path);
        await removeLeftovers((0,external_node_path_.dirname)(target), clock.today());
    }
    return manifest;
}
class Manifest {
    #place;
    #byKey = new Map();
    /** All entries; sorted by each write, which costs little for what is nearly sorted. */
    #held = [];
    /** Grows with each change; what is on disk is as of `#writtenRevision`. */
    #revision = 0;
    #writtenRevision = 0;
    /** Waits for more changes before the next write; null when there are none. */
    #gathering = null;
    #isClosed = false;
    /** Settles, never rejects, when the writes so far are over. */
    #writes = Promise.resolve();
    /** The first change that no manifest may hold. */
    #refusal = null;
    /** To be made by `openManifest` alone. Of two entries with one key, as a merge by git may leave, the newer counts. */
    constructor(place, entries) {
        this.#place = place;
        for (const entry of entries) {
            const held = this.#byKey.get(keyText(entry));
            if (held === undefined || held.entry.updatedAt <= entry.updatedAt)
                this.#hold(entry);
        }
    }
    /** What is remembered of these bytes, changes of this run included. */
    find(key) {
        return this.#byKey.get(keyText(key))?.entry ?? null;
    }
    /**
     * Remembers `change` in the place of all that was known under `key`: in memory at once, on disk at most 250 ms later.
     * Never throws: what cannot be kept is told by `flush`.
     */
    record(key, change) {
        const updatedAt = new Date(this.#place.clock.today()).toISOString();
        const { entry, flaw } = makeEntry({ ...key, ...change, updatedAt });
        if (flaw !== undefined) {
            this.#refusal ??= new errors/* ActionError */.lZ('MANIFEST_WRITE', `${this.#place.path} cannot keep an upload: ${flaw}`);
            return;
        }
        if (!this.#isNews(entry))
            return;
        this.#hold(entry);
        this.#revision += 1;
        this.#writeSoon();
    }
    /**
     * Writes what is not on disk yet, and resolves when it is. After a write that failed the changes stay, and the next
     * write takes them along.
     * @throws ActionError MANIFEST_WRITE; the file is then as the last write that succeeded left it
     */
    flush() {
        this.#gathering?.abort();
        this.#gathering = null;
        const written = this.#writes.then(() => this.#writePending());
        this.#writes = written.catch(() => { });
        return written;
    }
    /**
     * The last flush: a change that comes later is written by another `flush` alone.
     * @throws as `flush`
     */
    close() {
        this.#isClosed = true;
        return this.flush();
    }
    /** Tells whether anything but the date differs from what is held. */
    #isNews(entry) {
        const held = this.#byKey.get(keyText(entry));
        return held === undefined || held.line !== entryLine({ ...entry, updatedAt: held.entry.updatedAt });
    }
    #hold(entry) {
        const key = keyText(entry);
        const known = this.#byKey.get(key);
        if (known !== undefined) {
            Object.assign(known, { entry, line: entryLine(entry) });
            return;
        }
        const held = { key, entry, line: entryLine(entry) };
        this.#byKey.set(key, held);
        this.#held.push(held);
    }
    #writeSoon() {
        const { clock, isKept } = this.#place;
        if (!isKept || this.#isClosed || this.#gathering !== null)
            return;
        this.#gathering = new AbortController();
        // A write that fails is tried again by the next one: the run goes on, and `flush` is not forgiven.
        clock
            .sleep(GATHER_MS, this.#gathering.signal)
            .then(() => this.flush())
            .catch(() => { });
    }
    async #writePending() {
        const { path, target, isKept, clock } = this.#place;
        const revision = this.#revision;
        if (isKept && this.#writtenRevision < revision) {
            try {
                await replaceFile(target, manifestChunks(this.#sortedLines()), { clock });
                this.#writtenRevision = revision;
            }
            catch (cause) {
                const text = `${path} could not be written (${reasonOf(cause)})`;
                throw new errors/* ActionError */.lZ('MANIFEST_WRITE', text, { cause });
            }
        }
        if (this.#refusal !== null)
            throw this.#refusal;
    }
    /** A copy: what changes while it is written belongs to the next write. */
    #sortedLines() {
        return this.#held.sort(byFileThenKey).map(({ line }) => line);
    }
}
/** By code unit: the same order on every machine. */
function byFileThenKey(a, b) {
    const [left, right] = a.entry.file === b.entry.file ? [a.key, b.key] : [a.entry.file, b.entry.file];
    return left < right ? -1 : 1;
}


/***/ }),

/***/ 9514:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   Ikc: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.Ikc),
/* harmony export */   KCZ: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.KCZ),
/* harmony export */   KH5: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.KH5),
/* harmony export */   L5J: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.L5J),
/* harmony export */   Whr: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.Whr),
/* harmony export */   YOg: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.YOg),
/* harmony export */   YjP: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.YjP),
/* harmony export */   _H3: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__._H3),
/* harmony export */   aig: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.aig),
/* harmony export */   g1P: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.g1P),
/* harmony export */   k5n: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.k5n),
/* harmony export */   rej: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.rej),
/* harmony export */   yqP: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.yqP),
/* harmony export */   zMY: () => (/* reexport safe */ zod__WEBPACK_IMPORTED_MODULE_1__.zMY)
/* harmony export */ });
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4214);
/* harmony import */ var zod__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2956);
// The schemas that JSON from outside is read by: zod without its compiler, which turns a schema into source text for
// `new Function`. An action that holds a token runs no text. The only file that imports zod.

// Counts when a schema is made, and none is made before this file has run.
(0,zod__WEBPACK_IMPORTED_MODULE_0__/* .config */ .$W)({ jitless: true });



/***/ })

};
