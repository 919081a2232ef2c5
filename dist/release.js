export const id = 666;
export const ids = [666];
export const modules = {

/***/ 5629:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  withRelease: () => (/* binding */ withRelease)
});

// EXTERNAL MODULE: ./errors.js
var errors = __webpack_require__(5650);
// EXTERNAL MODULE: ./schema.js
var schema = __webpack_require__(9514);
;// CONCATENATED MODULE: ./action/release/assets.js
// The assets of a GitHub release as GitHub lists them, before any of their bytes. Knows GitHub's JSON, and no file.


const RELEASE = schema/* object */.Ikc({ id: schema/* int */.Whr().positive() });
const ASSETS = schema/* array */.YOg(schema/* object */.Ikc({
    id: schema/* int */.Whr().positive(),
    name: schema/* string */.YjP().min(1),
    size: schema/* int */.Whr().nonnegative(),
    state: schema/* string */.YjP(),
    digest: schema/* string */.YjP().nullish(),
}));
const PAGE_SIZE = 100;
/** A release holds 1,000 assets at most: https://docs.github.com/repositories/releasing-projects-on-github (read 2026-11-25) */
const PAGES_MAX = 10;
/**
 * All assets of the release, in GitHub's order.
 * @throws InputError RELEASE_NOT_FOUND on `release-tag`; whatever `github` throws
 */
async function listAssets(settings, github) {
    const { repository, tag } = settings;
    const releases = `/repos/${encodeURIComponent(repository.owner)}/${encodeURIComponent(repository.repo)}/releases`;
    const named = await github.json(`${releases}/tags/${encodeURIComponent(tag)}`).catch((error) => {
        throw error instanceof errors/* GitHubError */.y_ && error.status === 404 ? notFound(settings) : error;
    });
    const release = parse(RELEASE, named);
    const assets = [];
    for (let page = 1; page <= PAGES_MAX; page += 1) {
        const path = `${releases}/${release.id}/assets?per_page=${PAGE_SIZE}&page=${page}`;
        const listed = parse(ASSETS, await github.json(path));
        assets.push(...listed.map((asset) => readAsset(asset, tag)));
        if (listed.length < PAGE_SIZE)
            break;
    }
    return assets;
}
function readAsset({ id, name, size, state, digest }, tag) {
    const [, sha256 = null] = /^sha256:([0-9a-f]{64})$/i.exec(digest ?? '') ?? [];
    return {
        path: `release:${tag}/${name}`,
        name,
        id,
        sizeBytes: size,
        sha256: sha256?.toLowerCase() ?? null,
        isUploaded: state === 'uploaded',
    };
}
function parse(schema, data) {
    const parsed = schema.safeParse(data);
    if (parsed.success)
        return parsed.data;
    const field = parsed.error.issues[0]?.path.join('.') || 'its JSON';
    const text = `GitHub told of the release in a way that this action does not know (${field})`;
    throw new errors/* GitHubError */.y_('GITHUB_FAILED', text, { status: 200, retryAfterMs: null });
}
function notFound({ tag, repository: { owner, repo } }) {
    const text = `names ${tag}, but ${owner}/${repo} has no published release of that tag, or the token may not see it`;
    return new errors/* InputError */.dz('RELEASE_NOT_FOUND', 'release-tag', text);
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ./http/policy.js
var policy = __webpack_require__(1878);
// EXTERNAL MODULE: ./media/in-order.js
var in_order = __webpack_require__(4402);
// EXTERNAL MODULE: ./units.js
var units = __webpack_require__(2210);
;// CONCATENATED MODULE: ./action/release/download.js
// Brings assets of a GitHub release to the disk, byte for byte what GitHub lists. The one place of the action where a
// redirect is followed: once, over https, and without any token.







const DOWNLOADS_AT_ONCE = 4;
/**
 * One file for each asset, in order; one that could not be brought has its `fault`.
 * @throws RunError when the run is cancelled; NetworkError TLS_FAILED
 */
function bringAssets(assets, options) {
    const numbered = assets.map((asset, index) => ({ asset, target: external_node_path_.join(options.folder, `${index}`) }));
    return (0,in_order/* mapInOrder */.Y)(numbered, DOWNLOADS_AT_ONCE, async ({ asset, target }) => {
        const file = { path: asset.path, absolutePath: target, sizeBytes: asset.sizeBytes };
        try {
            await bring(asset, target, options);
            return file;
        }
        catch (error) {
            return { ...file, fault: faultOf(asset, error) };
        }
    });
}
async function bring(asset, target, options) {
    if (!asset.isUploaded) {
        throw new errors/* FileError */.f6('ASSET_UNFINISHED', `${asset.path} is not uploaded to the release as a whole yet`);
    }
    await options.github.repeat(() => download(asset, target, options));
    options.onBrought(asset);
}
/** What is no fault of the asset, but of the run, is thrown on. */
function faultOf({ path: file }, error) {
    if (error instanceof errors/* FileError */.f6)
        return error;
    if (error instanceof errors/* GitHubError */.y_ && error.code === 'ASSET_DIFFERS')
        return new errors/* FileError */.f6(error.code, error.message, { cause: error });
    if (error instanceof errors/* GitHubError */.y_) {
        const code = error.code === 'GITHUB_DENIED' ? error.code : 'ASSET_UNREACHED';
        return new errors/* FileError */.f6(code, `${file} could not be downloaded: ${error.message}`, { cause: error });
    }
    if (error instanceof errors/* ActionError */.lZ)
        throw error;
    const { code, message } = error;
    const text = `${file} could not be stored (${code ?? message})`;
    return new errors/* FileError */.f6('ASSET_UNREACHED', text, { cause: error });
}
async function download(asset, target, options) {
    const { github, settings } = options;
    const { owner, repo } = settings.repository;
    // By its number, on the API's own address: the addresses that an answer names are not asked.
    const url = github.urlOf(`/repos/${owner}/${repo}/releases/assets/${asset.id}`);
    const store = (chunks) => (0,promises_.writeFile)(target, checked(asset, chunks), { mode: 0o600 });
    const question = { accept: 'application/octet-stream' };
    const storage = await github.get({ ...question, url, bearer: true }, async ({ status, location, chunks }) => {
        if (status >= 300)
            return storageUrl(asset, location, url);
        await store(chunks);
        return null;
    });
    if (storage === null)
        return;
    await github.get({ ...question, url: storage, bearer: false }, async ({ status, chunks }) => {
        if (status >= 300)
            throw refused(asset, `is redirected a second time, by ${storage.host}`);
        await store(chunks);
    });
}
/** Where GitHub keeps the bytes. Only a GitHub on this very machine may name an address without https, on it. */
function storageUrl(asset, location, from) {
    const url = location ? URL.parse(location, from.href) : null;
    if (url === null)
        throw refused(asset, 'is redirected to nowhere');
    const isPublic = url.protocol === 'https:' && url.port === '';
    const isLocal = /^https?:$/.test(url.protocol) && (0,policy/* isLoopback */.U9)(from.hostname) && (0,policy/* isLoopback */.U9)(url.hostname);
    if (url.username === '' && url.password === '' && (isPublic || isLocal || url.origin === from.origin))
        return url;
    throw refused(asset, `is redirected to ${url.protocol}//${url.host}, which is no https address that may be followed`);
}
function refused({ path: file }, text) {
    return new errors/* FileError */.f6('ASSET_UNREACHED', `${file} ${text}; nothing of it was taken`);
}
/**
 * The chunks, as long as they are what GitHub lists.
 * @throws FileError ASSET_DIFFERS; GitHubError ASSET_DIFFERS where they end too early, which another try may mend
 */
async function* checked(asset, chunks) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    const differs = (text) => new errors/* FileError */.f6('ASSET_DIFFERS', `${asset.path} ${text}`);
    let sizeBytes = 0;
    for await (const chunk of chunks) {
        sizeBytes += chunk.length;
        if (sizeBytes > asset.sizeBytes) {
            throw differs(`is longer than the ${(0,units/* count */.U9)(asset.sizeBytes, 'byte')} that GitHub lists`);
        }
        hash.update(chunk);
        yield chunk;
    }
    if (sizeBytes < asset.sizeBytes) {
        const text = `${asset.path} ends after ${(0,units/* grouped */.zD)(sizeBytes)} of the ${(0,units/* count */.U9)(asset.sizeBytes, 'byte')} that GitHub lists`;
        throw new errors/* GitHubError */.y_('ASSET_DIFFERS', text, { status: 200, retryAfterMs: 0 });
    }
    if (asset.sha256 !== null && hash.digest('hex') !== asset.sha256) {
        throw differs('has another SHA-256 than GitHub lists');
    }
}

// EXTERNAL MODULE: ./http/capped.js
var capped = __webpack_require__(9069);
// EXTERNAL MODULE: ./http/deadline.js
var deadline = __webpack_require__(3332);
// EXTERNAL MODULE: ./http/faults.js
var faults = __webpack_require__(9317);
// EXTERNAL MODULE: ./http/retry.js
var retry = __webpack_require__(840);
// EXTERNAL MODULE: ./secret.js
var secret = __webpack_require__(3713);
;// CONCATENATED MODULE: ./action/release/github.js
// The only place where a request to GitHub is made: deadlines, repeats, no redirects, capped answers, all through the
// run's own dispatcher. Knows nothing of releases.







const TRIES_MAX = 3;
/** Who asks for more patience than this is not asked again. */
const PATIENCE_MS = 60_000;
class GitHub {
    #options;
    #deadlines;
    constructor(options) {
        this.#options = options;
        this.#deadlines = new deadline/* Deadlines */.Qk(options.clock);
    }
    /** The address of `path`, such as `/repos/…`, in the API: on a GitHub Enterprise Server that lies below a path too. */
    urlOf(path) {
        return new URL(this.#options.apiUrl.href.replace(/\/$/, '') + path);
    }
    /** The JSON at `path`, unchecked. Throws as `get` does. */
    json(path) {
        const question = { url: this.urlOf(path), accept: 'application/vnd.github+json', bearer: true };
        return this.repeat(() => this.#getJson(question));
    }
    /**
     * One GET; `take` must read the chunks to their end, or throw.
     * @throws GitHubError GITHUB_DENIED, GITHUB_FAILED; NetworkError TLS_FAILED; RunError RUN_CANCELLED; what `take` throws
     */
    async get(question, take) {
        const { dispatcher, signal } = this.#options;
        const stop = new AbortController();
        const deadline = this.#deadlines.start(describe(question), (fault) => stop.abort(new Error(fault)));
        const faultOf = (error) => this.#faultOf(error, question, deadline);
        try {
            const response = await dispatcher
                .request({
                origin: question.url.origin,
                path: question.url.pathname + question.url.search,
                method: 'GET',
                headers: this.#headersOf(question),
                signal: AbortSignal.any([signal, stop.signal]),
                headersTimeout: 0,
                bodyTimeout: 0,
            })
                .catch((error) => Promise.reject(faultOf(error)));
            const chunks = watched(response.body, deadline, faultOf);
            const { statusCode: status, headers } = response;
            // The start of a body is enough for its message.
            const said = status >= 300 ? (await (0,capped/* readUpTo */.Vc)(capped/* REFUSAL_CAP_BYTES */.sN, chunks)).text : '';
            if (status >= 400)
                throw this.#refusal(question, response, said);
            return await take({ status, location: headers.location?.toString() ?? null, chunks });
        }
        finally {
            deadline.end();
        }
    }
    /** Does `work`, and again after a failure that may pass: three times at most, with a pause as long as is asked for. */
    async repeat(work) {
        const { clock, signal } = this.#options;
        for (let tries = 1;; tries += 1) {
            try {
                return await work();
            }
            catch (error) {
                const askedMs = error instanceof errors/* GitHubError */.y_ ? error.retryAfterMs : null;
                if (askedMs === null || askedMs > PATIENCE_MS || tries === TRIES_MAX)
                    throw error;
                await clock.sleep(Math.max(askedMs, (0,retry/* backoffMs */.jo)(tries, 'fault', clock.random())), signal);
            }
        }
    }
    #getJson(question) {
        return this.get(question, async ({ status, chunks }) => {
            const { text, isWhole } = await (0,capped/* readUpTo */.Vc)(capped/* RELEASE_CAP_BYTES */.Zy, chunks);
            if (!isWhole) {
                const fault = `the answer to ${describe(question)} is larger than ${(0,capped/* showCap */.sR)(capped/* RELEASE_CAP_BYTES */.Zy)}`;
                throw failure(fault, { status: 200, retryAfterMs: null });
            }
            if (status !== 200)
                throw failure(`${describe(question)} was answered with ${status}`, { status, retryAfterMs: null });
            try {
                return JSON.parse(text);
            }
            catch {
                // Without a length, an answer that breaks off looks like one that has ended.
                throw failure(`the answer to ${describe(question)} is not valid JSON`, { status, retryAfterMs: 0 });
            }
        });
    }
    #headersOf({ accept, bearer }) {
        const authorization = bearer ? { authorization: `Bearer ${this.#options.token.reveal()}` } : {};
        return { accept, 'user-agent': 'linkedin-media-upload', ...authorization };
    }
    /** A limit is told by a 429, or by a 403 with how long to wait or with nothing left. */
    #refusal(question, { statusCode: status, headers }, text) {
        const { clock, token } = this.#options;
        const asked = (0,retry/* retryAfterMs */.Vs)(headers['retry-after'], clock.today());
        const isLimited = status === 429 || (status === 403 && (asked !== null || headers[LEFT] === '0'));
        const limitMs = isLimited ? (asked ?? untilReset(headers[RESET], clock.today())) : null;
        const patience = limitMs === null ? '' : `, to be asked again after ${(0,units/* showWait */.lc)(limitMs)}`;
        const said = messageIn((0,secret/* hideInJson */.Qz)(text, [token]));
        const message = `${describe(question)} was answered with ${status}${said}${patience}`;
        const isDenied = question.bearer && !isLimited && (status === 401 || status === 403);
        if (isDenied)
            return new errors/* GitHubError */.y_('GITHUB_DENIED', message, { status, retryAfterMs: null });
        return failure(message, {
            status,
            retryAfterMs: limitMs ?? (status >= 500 || status === 408 ? 0 : null),
        });
    }
    #faultOf(error, question, deadline) {
        const { signal } = this.#options;
        if (signal.aborted)
            return (0,faults/* abortFault */.JD)(describe(question), signal.reason);
        if (deadline.fault !== null)
            return failure(deadline.fault, { status: 0, retryAfterMs: 0 });
        const { code, text } = (0,faults/* networkFault */.T4)(error);
        const message = `${describe(question)} failed: ${text}`;
        if (code === 'TLS_FAILED')
            return new errors/* NetworkError */.Dr(code, message, { cause: error });
        return failure(message, { status: 0, retryAfterMs: 0 });
    }
}
const LEFT = 'x-ratelimit-remaining';
const RESET = 'x-ratelimit-reset';
/** The reset is told in seconds since 1970; without it, GitHub asks for a minute at least. */
function untilReset(header, todayMs) {
    return /^\d{1,12}$/.test(String(header)) ? Math.max(0, Number(header) * 1000 - todayMs) : PATIENCE_MS;
}
function failure(message, details) {
    return new errors/* GitHubError */.y_('GITHUB_FAILED', message, details);
}
/** The query of a download's address is a credential, and so may its path be. */
function describe({ url, bearer }) {
    return bearer ? `GET ${url.host}${url.pathname}` : `the download from ${url.host}`;
}
async function* watched(body, deadline, faultOf) {
    try {
        for await (const chunk of body) {
            deadline.progress(false);
            yield chunk;
        }
    }
    catch (error) {
        throw faultOf(error);
    }
}
/** GitHub's own words, such as `Resource not accessible by integration`. */
function messageIn(text) {
    try {
        const { message } = JSON.parse(text);
        return typeof message === 'string' ? `: "${message.slice(0, 200)}"` : '';
    }
    catch {
        return '';
    }
}

;// CONCATENATED MODULE: ./action/release/release.js
// A release, open for as long as a run reads it: its list and its bytes. Loaded only by a run that takes assets.



/** Resolves as `work` does, its connections to GitHub closed. */
async function withRelease(settings, world, work) {
    const dispatcher = await world.openDispatcher(settings.route);
    const github = new GitHub({ ...world, ...settings, dispatcher });
    try {
        return await work({
            settings,
            list: () => listAssets(settings, github),
            bring: (assets, options) => bringAssets(assets, { ...options, settings, github }),
        });
    }
    finally {
        await dispatcher.destroy();
    }
}


/***/ }),

/***/ 9069:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   RJ: () => (/* binding */ CappedText),
/* harmony export */   Vc: () => (/* binding */ readUpTo),
/* harmony export */   Zy: () => (/* binding */ RELEASE_CAP_BYTES),
/* harmony export */   sN: () => (/* binding */ REFUSAL_CAP_BYTES),
/* harmony export */   sR: () => (/* binding */ showCap),
/* harmony export */   uW: () => (/* binding */ REPLY_CAP_BYTES),
/* harmony export */   v1: () => (/* binding */ PART_PLAN_CAP_BYTES)
/* harmony export */ });
// Reads what another side answers, but no more of it than is worth the memory.
const MIB = 1024 * 1024;
/** Fifty statuses in one answer are about 50 KB; JSON that is made to cost memory takes a hundred times its size. */
const REPLY_CAP_BYTES = MIB;
/** What the registration of a 5 GiB video is answered with is about 2 MB. */
const PART_PLAN_CAP_BYTES = 4 * MIB;
/** A release tells all of its assets, a thousand at most. */
const RELEASE_CAP_BYTES = 16 * MIB;
/** A refusal is read for its message, which stands at its start. */
const REFUSAL_CAP_BYTES = 64 * 1024;
/** Such as `4 MiB`. */
function showCap(capBytes) {
    return `${capBytes / MIB} MiB`;
}
/** The start of a body as it comes: what is beyond the cap is not kept. */
class CappedText {
    #capBytes;
    #kept = [];
    #sizeBytes = 0;
    constructor(capBytes) {
        this.#capBytes = capBytes;
    }
    add(chunk) {
        this.#kept.push(chunk.subarray(0, Math.max(0, this.#capBytes - this.#sizeBytes)));
        this.#sizeBytes += chunk.length;
    }
    /** Whether all that came was kept. */
    get isWhole() {
        return this.#sizeBytes <= this.#capBytes;
    }
    get text() {
        return Buffer.concat(this.#kept).toString('utf8');
    }
}
/** The first `capBytes` of a body as text, and whether that is all of it; the rest is let go. Throws what `chunks` throws. */
async function readUpTo(capBytes, chunks) {
    const body = new CappedText(capBytes);
    for await (const chunk of chunks) {
        body.add(chunk);
        if (!body.isWhole)
            break;
    }
    return { text: body.text, isWhole: body.isWhole };
}


/***/ }),

/***/ 9317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   JD: () => (/* binding */ abortFault),
/* harmony export */   T4: () => (/* binding */ networkFault),
/* harmony export */   Xd: () => (/* binding */ retold),
/* harmony export */   hY: () => (/* binding */ TunnelFault)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(5650);
// Why a call failed below HTTP: read out of an error and its causes, or out of who gave it up.

// Node's names for what OpenSSL finds wrong with a certificate: https://nodejs.org/api/tls.html#x509-certificate-error-codes
// It has none for a key or a signature that is too weak.
const CERTIFICATE_CODE = /^(UNSPECIFIED$|CERT_|CRL_|UNABLE_TO_|ERROR_IN_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH|ERR_TLS_CERT_)/;
// What answers is no TLS at all: its first bytes are not those of a record.
const PLAIN_CODE = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/;
// No TLS came about for another reason: versions of it that are not taken, say.
const TLS_CODE = /^(ERR_TLS_|ERR_SSL_(?!.*BAD_RECORD_MAC$))/;
const TIMEOUT_CODE = /^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT)$/;
// The connection was never made, so not a byte of the request has left.
const UNMADE = new Map([
    ['ECONNREFUSED', 'was refused, for nothing listens there'],
    ['ENOTFOUND', 'was not made, for no host has this name'],
    ['EAI_AGAIN', 'was not made, for the name of the host could not be looked up'],
    ['EHOSTUNREACH', 'was not made, for no way leads to the host'],
    ['ENETUNREACH', 'was not made, for no way leads to the host'],
]);
const MAX_DEPTH = 10;
/** The proxy opened no tunnel, so nothing has gone through it. `status` is its answer, null when there was none. */
class TunnelFault extends Error {
    proxy;
    status;
    constructor(proxy, status, options) {
        super(`the proxy ${proxy} opened no tunnel`, options);
        this.proxy = proxy;
        this.status = status;
    }
}
/** Why a call was given up: the reason as it is, where it is an error of ours; else `what` was cancelled. */
function abortFault(what, reason) {
    if (reason instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ)
        return reason;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RunError */ .e4('RUN_CANCELLED', `${what} was cancelled`, { cause: reason });
}
function networkFault(error) {
    const tunnel = chain(error).find((one) => one instanceof TunnelFault);
    if (tunnel === undefined)
        return faultOn(error);
    const { proxy, status, cause } = tunnel;
    if (status === null)
        return { ...faultOn(cause, `the proxy ${proxy}`), isBeforeSending: true };
    // Its own refusal stays; what it met on its way may pass.
    const [code, did] = status < 500
        ? ['PROXY_REFUSED', 'refused to connect']
        : ['NETWORK_FAILED', 'could not connect'];
    return { code, text: `the proxy ${proxy} ${did} (${status})`, isBeforeSending: true };
}
/** `peer`: who was spoken to, when that is not LinkedIn. */
function faultOn(error, peer) {
    const fault = systemFault(error);
    if (fault === null) {
        const text = error instanceof Error ? error.message : String(error);
        return { code: 'NETWORK_FAILED', text, isBeforeSending: false };
    }
    const { code, message } = fault;
    // undici's codes are broad: its words tell more.
    const said = code.startsWith('UND_ERR_') ? `${code}: ${message}` : code;
    const [ours, text] = readCode(code, peer);
    // A certificate is looked at before anything is sent.
    const isBeforeSending = CERTIFICATE_CODE.test(code) || isConnecting(error);
    return { code: ours, text: `${text} (${said})`, isBeforeSending };
}
function readCode(code, peer) {
    const of = peer === undefined ? '' : ` of ${peer}`;
    const line = peer === undefined ? 'the connection' : `the connection to ${peer}`;
    const why = code === 'UNSPECIFIED' ? ', perhaps for a weak key' : '';
    if (CERTIFICATE_CODE.test(code))
        return ['TLS_FAILED', `the TLS certificate${of} was not accepted${why}`];
    if (PLAIN_CODE.test(code))
        return ['TLS_FAILED', `${peer ?? 'the other side'} does not speak TLS`];
    if (TLS_CODE.test(code))
        return ['TLS_FAILED', `${line} could not be secured by TLS`];
    if (TIMEOUT_CODE.test(code))
        return ['NETWORK_TIMEOUT', `${line} timed out`];
    return ['NETWORK_FAILED', `${line} ${UNMADE.get(code) ?? 'broke'}`];
}
/**
 * The error as a cause that may be printed: no password of a proxy in its words, and of its fields the code alone. undici
 * leaves bytes in others that it could not read, which may echo ours, and Node addresses.
 */
function retold(error) {
    const inner = (cause, one) => withWords(one, cause);
    return chain(error).reduceRight(inner, undefined) ?? (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)(String(error));
}
function withWords(error, cause) {
    const { name, message, stack = '' } = error;
    const { code } = error;
    const told = new Error((0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)(message), cause === undefined ? {} : { cause });
    return Object.assign(told, { name, stack: (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .redact */ .E$)(stack), ...(typeof code === 'string' ? { code } : {}) });
}
/** Whether every fault met was one of connecting: of an aggregate (IPv4 and IPv6 tried together) each counts. */
function isConnecting(error, depth = 0) {
    if (!(error instanceof Error) || depth >= MAX_DEPTH)
        return false;
    if (error instanceof AggregateError && error.errors.length > 0)
        return error.errors.every((one) => isConnecting(one, depth + 1));
    const { code = '', syscall = '' } = error;
    if (UNMADE.has(String(code)) || code === 'UND_ERR_CONNECT_TIMEOUT' || syscall === 'connect')
        return true;
    return isConnecting(error.cause, depth + 1);
}
/** The innermost error with a `code`. */
function systemFault(error) {
    let found = null;
    for (const one of chain(error)) {
        if ('code' in one && typeof one.code === 'string')
            found = { code: one.code, message: one.message };
    }
    return found;
}
/** The error and its causes, outermost first, and the first of an aggregate (IPv4 and IPv6 tried together). */
function chain(error) {
    const errors = [];
    let current = error;
    while (current instanceof Error && errors.length < MAX_DEPTH) {
        errors.push(current);
        current = current instanceof AggregateError ? current.errors[0] : current.cause;
    }
    return errors;
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
