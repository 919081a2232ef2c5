export const id = 341;
export const ids = [341];
export const modules = {

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

/***/ 5688:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openConnections: () => (/* binding */ openConnections)
});

// EXTERNAL MODULE: ../node_modules/undici/lib/api/index.js
var api = __webpack_require__(8833);
// EXTERNAL MODULE: ../node_modules/undici/lib/dispatcher/agent.js
var agent = __webpack_require__(3779);
// EXTERNAL MODULE: ../node_modules/undici/lib/dispatcher/dispatcher.js
var dispatcher = __webpack_require__(6089);
// EXTERNAL MODULE: ../node_modules/undici/lib/dispatcher/env-http-proxy-agent.js
var env_http_proxy_agent = __webpack_require__(5579);
// EXTERNAL MODULE: ../node_modules/undici/lib/dispatcher/pool.js
var dispatcher_pool = __webpack_require__(7454);
;// CONCATENATED MODULE: ../scripts/instead/undici.js
// Stands in for undici in the built action: the parts that are used, without its fetch, caches, mocks and sockets of
// other protocols. What a package asks for beyond them ends the build.







Object.assign(dispatcher.prototype, api);

// @actions/github asks for it, and calls it only where it is given no fetch of ours.
const { fetch } = globalThis;



// EXTERNAL MODULE: ./http/faults.js
var faults = __webpack_require__(9317);
// EXTERNAL MODULE: external "node:diagnostics_channel"
var external_node_diagnostics_channel_ = __webpack_require__(3053);
;// CONCATENATED MODULE: ./http/interim.js
// Drops interim answers (1xx) before undici's parser sees them: it breaks the connection at a `100 Continue` that it did
// not ask for, which servers and proxies may send all the same. Knows nothing of what is asked.

// Not 101: after it the bytes are no longer HTTP.
const INTERIM = /^HTTP\/1\.[01] 1(?!01)\d\d/;
const INTERIM_STARTS = ['HTTP/1.0 1', 'HTTP/1.1 1'];
const START_BYTES = 'HTTP/1.1 100'.length;
const HEAD_END = '\r\n\r\n';
// As much as undici takes of the head of an answer.
const HEAD_BYTES_MAX = 16 * 1024;
/** The connections that are watched, each with a way to tell that a request has left on it. */
const watched = new WeakMap();
let isOn = false;
/** For all connections of undici, from now on. */
function dropInterimAnswers() {
    if (isOn)
        return;
    isOn = true;
    // The next byte on this connection begins an answer: requests are not pipelined.
    (0,external_node_diagnostics_channel_.subscribe)('undici:client:sendHeaders', (message) => {
        const { socket } = message;
        const expectAnswer = watched.get(socket) ?? watch(socket);
        expectAnswer();
    });
}
function watch(socket) {
    const read = socket.read.bind(socket);
    let isAnswerDue = false;
    let held = Buffer.alloc(0);
    socket.read = (sizeBytes) => {
        for (;;) {
            const chunk = read(sizeBytes);
            if (!isAnswerDue || chunk === null)
                return chunk;
            const rest = withoutInterim(held.length === 0 ? chunk : Buffer.concat([held, chunk]));
            isAnswerDue = mayBeInterim(rest);
            if (!isAnswerDue) {
                held = Buffer.alloc(0);
                return rest;
            }
            held = rest;
        }
    };
    const expectAnswer = () => {
        isAnswerDue = true;
    };
    watched.set(socket, expectAnswer);
    return expectAnswer;
}
function withoutInterim(bytes) {
    let rest = bytes;
    while (INTERIM.test(startOf(rest))) {
        const end = rest.indexOf(HEAD_END);
        if (end < 0)
            break;
        rest = rest.subarray(end + HEAD_END.length);
    }
    return rest;
}
/** Whether more bytes are needed to tell, or to drop the whole of it. */
function mayBeInterim(bytes) {
    const start = startOf(bytes);
    if (INTERIM.test(start))
        return bytes.length <= HEAD_BYTES_MAX;
    return (start.length < START_BYTES && INTERIM_STARTS.some((one) => one.startsWith(start.slice(0, one.length))));
}
function startOf(bytes) {
    return bytes.toString('latin1', 0, START_BYTES);
}

;// CONCATENATED MODULE: ./http/connections.js
// Opens the connections to LinkedIn, direct or through a proxy: certificates are always checked, and it is told what
// a proxy did. The only place that makes dispatchers.



const CONNECT_MS = 10_000;
// Said outright: a variable of the environment could ask for less.
const TLS = { rejectUnauthorized: true, minVersion: 'TLSv1.2' };
// HTTP/2, undici's default, refuses uploads when its session memory is full; parts need connections of their own.
const HTTP = { allowH2: false, pipelining: 1 };
/** `limitMs`: for a connection to come about, and again for a proxy to open a tunnel. */
function openConnections(route, limitMs = CONNECT_MS) {
    dropInterimAnswers();
    const connect = { ...TLS, timeout: limitMs };
    if (route === 'direct')
        return new agent({ ...HTTP, connect });
    const tls = { ...TLS, allowH2: false };
    return new env_http_proxy_agent({
        ...HTTP,
        connect,
        // Only https leaves this machine.
        httpProxy: '',
        httpsProxy: route.address.reveal(),
        noProxy: route.except,
        connectTimeout: limitMs,
        proxyTls: tls,
        requestTls: tls,
        clientFactory: (proxy, options) => openTunnels(proxy, { ...options, headersTimeout: limitMs }),
    });
}
/** Connections to the proxy itself. undici tells of one that opens no tunnel without saying which proxy that is. */
function openTunnels(proxy, options) {
    const pool = new dispatcher_pool(proxy, { ...options, ...HTTP });
    const connect = pool.connect.bind(pool);
    const open = async (asked) => {
        const answer = await connect(asked).catch((cause) => {
            throw new faults/* TunnelFault */.hY(proxy.host, null, { cause });
        });
        if (answer.statusCode === 200)
            return answer;
        answer.socket.on('error', () => { }).destroy();
        throw new faults/* TunnelFault */.hY(proxy.host, answer.statusCode);
    };
    return Object.assign(pool, { connect: open });
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



/***/ }),

/***/ 8386:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  publish: () => (/* binding */ publish)
});

// EXTERNAL MODULE: ./units.js
var units = __webpack_require__(2210);
// EXTERNAL MODULE: ./errors.js
var errors_0 = __webpack_require__(5650);
// EXTERNAL MODULE: ./action/input-table.js
var input_table = __webpack_require__(293);
// EXTERNAL MODULE: ./action/outputs.js
var outputs = __webpack_require__(5722);
// EXTERNAL MODULE: ./action/rows.js
var rows = __webpack_require__(3595);
;// CONCATENATED MODULE: ./action/masks.js
// Hides LinkedIn's upload credentials from the log, by the runner's own masker. Sparingly: the runner searches each line
// for each of them, and drops an output that holds one.




const MOST = 50;
// In one piece, and not of digits alone: the runner masks each line of a secret by itself, and what stands on either side
// of an `&` or inside quotes, and any of these may be short.
const MASKABLE = /^(?!\d+$)[\w.~%+/=-]{12,}$/;
// Names of fields that the first rows may lack.
const LATER_FIELDS = ['possibleOrphans', 'abandonedUrns', 'durationSeconds'];
const OWN_WORDS = [errors_0/* HINTS */.NI, input_table/* INPUTS */.m, outputs/* OUTPUTS */.py, LATER_FIELDS];
/** Masks each secret that it is told, once; `urn` is what came along with it, and must stay to be read. */
function maskingSparingly(ledger, { env, say }) {
    let shown = shownFromTheStart(ledger, env);
    const masked = new Set();
    return (secret, urn) => {
        if (masked.size >= MOST || masked.has(secret) || !MASKABLE.test(secret))
            return;
        if (hides(secret, [urn, ...ledger.entries.flatMap(urnsOf), shown]))
            return;
        masked.add(secret);
        say.mask(secret);
        // Of ten thousand files it is long, and not asked for any more.
        if (masked.size === MOST)
            shown = '';
    };
}
/**
 * What users are to read however the run goes: a mask of any of it would cost them their outputs. Each text once, and on
 * a line of its own: the rows of ten thousand files have most of theirs in common.
 */
function shownFromTheStart(ledger, { GITHUB_WORKSPACE, RUNNER_TEMP }) {
    const texts = new Set(textsIn([OWN_WORDS, GITHUB_WORKSPACE, RUNNER_TEMP]));
    for (const { planned } of ledger.entries)
        for (const text of textsIn(planned.request))
            texts.add(text);
    for (const row of (0,rows/* eachRow */.ML)(ledger, ''))
        for (const text of textsIn(row))
            texts.add(text);
    return [...texts].join('\n');
}
/** Every name and value in it, as it is, and as it stands in JSON where that is another text. */
function textsIn(value) {
    if (typeof value === 'object' && value !== null)
        return Object.entries(value).flat().flatMap(textsIn);
    const text = String(value);
    const json = JSON.stringify(text);
    return json === `"${text}"` ? [text] : [text, json];
}
function urnsOf({ identity, abandonedUrns }) {
    return identity === null ? abandonedUrns : [identity.urn, ...abandonedUrns];
}
/** Whether a mask of `secret` would hide a part of `shown`: the runner hides it in other encodings too. */
function hides(secret, shown) {
    const forms = [secret, encodeURIComponent(secret), ...[0, 1, 2].map((shift) => base64From(secret, shift))];
    return forms.some((form) => shown.some((text) => text.includes(form)));
}
/** As it stands in the base64 of a longer text, `shift` bytes into a group of three. */
function base64From(secret, shift) {
    return Buffer.from(secret).subarray(shift).toString('base64');
}

;// CONCATENATED MODULE: ./action/hearing.js
// Who hears of what goes on between here and LinkedIn: the ledger counts, the log hides, and with step debugging tells.


function hearing(ledger, world) {
    const listeners = { onRequest: ledger.countRequest, onSecret: maskingSparingly(ledger, world) };
    // To look for secrets in the address of each request would cost a run that nobody debugs a part of its speed.
    if (world.env.RUNNER_DEBUG !== '1')
        return listeners;
    return { ...listeners, onExchange: (exchange) => world.say.debug(exchangeLine(exchange)) };
}
/** `POST api.linkedin.com/rest/assets (register): 201 after 0.2 s [x-li-uuid …]` */
function exchangeLine({ method, place, phase, durationMs, answer }) {
    const id = answer?.requestId == null ? '' : ` [x-li-uuid ${answer.requestId}]`;
    return `${method} ${place} (${phase}): ${answer?.status ?? 'no answer'} after ${(0,units/* showDuration */.kJ)(durationMs)}${id}`;
}

// EXTERNAL MODULE: ./action/inputs.js + 6 modules
var inputs = __webpack_require__(8808);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./secret.js
var secret_0 = __webpack_require__(3713);
// EXTERNAL MODULE: ./http/capped.js
var capped = __webpack_require__(9069);
;// CONCATENATED MODULE: ./http/call.js
// One request to a dispatcher, and its answer as text. Below undici's own `request`, whose answers are streams: they take
// a third of a short call's time, and its handlers keep one another in memory until a slow collection.

class Call {
    #end = Promise.withResolvers();
    #begun = null;
    #controller = null;
    #givenUp = null;
    #capBytes;
    /** `capBytes`: of a good answer. */
    constructor(dispatcher, options, capBytes = capped/* REPLY_CAP_BYTES */.uW) {
        this.#capBytes = capBytes;
        try {
            dispatcher.dispatch(options, this);
        }
        catch (error) {
            this.#end.reject(error);
        }
    }
    /** Rejects with what undici met, or with the reason of `giveUp`. */
    get answer() {
        return this.#end.promise;
    }
    /** At once, whatever the connection does; what comes after the answer is nobody's any more. */
    giveUp(reason) {
        this.#givenUp = { reason };
        this.#end.reject(reason);
        this.#letGo()?.abort(asError(reason));
    }
    onRequestStart(controller) {
        this.#controller = controller;
        // While it waited for a connection.
        if (this.#givenUp !== null)
            this.giveUp(this.#givenUp.reason);
    }
    onResponseStart(_, status, headers) {
        // What only announces the answer, such as a 103, is none.
        if (status < 200)
            return;
        const body = new capped/* CappedText */.RJ(status >= 400 ? capped/* REFUSAL_CAP_BYTES */.sN : this.#capBytes);
        this.#begun = { status, headers, body };
    }
    onResponseData(_, chunk) {
        const body = this.#begun?.body;
        body?.add(chunk);
        if (body === undefined || body.isWhole)
            return;
        this.#settle();
        this.#letGo()?.abort(new RangeError('the rest of the answer is not wanted'));
    }
    onResponseEnd() {
        this.#letGo();
        this.#settle();
    }
    onResponseError(_, error) {
        this.#letGo();
        this.#end.reject(error);
    }
    #settle() {
        if (this.#begun === null) {
            this.#end.reject(new TypeError('an answer ended that had not begun'));
            return;
        }
        const { status, headers, body } = this.#begun;
        this.#end.resolve({ status, headers, text: body.text, isWhole: body.isWhole });
    }
    #letGo() {
        const controller = this.#controller;
        this.#controller = null;
        return controller;
    }
}
function asError(reason) {
    return reason instanceof Error ? reason : new Error('given up', { cause: reason });
}

// EXTERNAL MODULE: ./http/deadline.js
var deadline = __webpack_require__(3332);
;// CONCATENATED MODULE: ./http/place.js
// Where a request goes, as the log may tell it: host and path. The query of an upload address is a credential, and its
// path is words of the server, which knows the token: neither may carry a secret into the log.

const LONGEST_PATH = 200;
/** `host/path`, without user, query or fragment; the start of a long path. `secrets`: what the server may know. */
function placeOf(url, secrets) {
    // Hidden before it is cut: half a secret would not be found. A path that hid one by an escape comes back unescaped.
    const path = (0,secret_0/* hideIn */.cW)(url.pathname, [...secrets, ...keysIn(url)]).replaceAll(/[?#]/g, encodeURIComponent);
    return url.host + (path.length > LONGEST_PATH ? `${path.slice(0, LONGEST_PATH)}…` : path);
}
/** The values of the address' own query. */
function keysIn({ search }) {
    const pairs = search.slice(1).split('&');
    return pairs.map((pair) => new secret_0/* Secret */.zh(pair.slice(pair.indexOf('=') + 1)));
}

;// CONCATENATED MODULE: ./http/exchanges.js
// What is told of each request, for who looks into a run: where it went, how it was answered, and LinkedIn's own id of it.

/** Tells `onExchange` how `exchange` went, and hands on what it gives or throws. */
async function overheard({ method, url, phase }, exchange, { clock, secrets, onExchange }) {
    const startedMs = clock.now();
    const tell = (answer) => onExchange?.({
        method,
        place: placeOf(url, secrets),
        phase,
        durationMs: clock.now() - startedMs,
        answer,
    });
    try {
        const reply = await exchange();
        const { 'x-li-uuid': id } = reply.headers;
        tell({ status: reply.status, requestId: typeof id === 'string' ? id : null });
        return reply;
    }
    catch (error) {
        tell(null);
        throw error;
    }
}

// EXTERNAL MODULE: ./http/faults.js
var faults = __webpack_require__(9317);
;// CONCATENATED MODULE: ./http/hearers.js
// Tells many short calls when one of a few long-lived signals aborts. A listener that an EventTarget has let go still
// points to the next one, and so keeps all that came after it in memory until a slow collection: here nothing does.
const hubs = new WeakMap();
/** Calls `hear` once for each of `signals` that aborts from now on; the returned function ends that. */
function whenAborted(signals, hear) {
    const ends = signals.map((signal) => hubOf(signal).add(hear));
    return () => {
        for (const end of ends)
            end();
    };
}
function hubOf(signal) {
    const hub = hubs.get(signal) ?? new Hub(signal);
    hubs.set(signal, hub);
    return hub;
}
class Hub {
    #hearers = [];
    constructor(signal) {
        const tell = () => {
            for (const hear of [...this.#hearers])
                hear(signal.reason);
        };
        signal.addEventListener('abort', tell, { once: true });
    }
    add(hear) {
        this.#hearers.push(hear);
        return () => this.#remove(hear);
    }
    #remove(hear) {
        const index = this.#hearers.indexOf(hear);
        if (index >= 0)
            this.#hearers.splice(index, 1);
    }
}

// EXTERNAL MODULE: ./http/policy.js
var policy = __webpack_require__(1878);
;// CONCATENATED MODULE: ./http/sending.js
// A request body on its way: how much of it has left, and at what pace. Knows nothing of what it is for.
// On a slow line a whole piece can take longer than the longest silence allowed, so it leaves in slices: small at first,
// and twice as large each time that one was quick.
const SLICE_BYTES = 32 * 1024;
// Eight of them, on a line of half a megabit a second, still leave within the longest silence.
const LARGEST_SLICE_BYTES = 512 * 1024;
const SLOW_SLICE_MS = 1000;
// Taken at once by a socket that has sent all before, so that the request is over when its answer comes: undici resets a
// connection whose answer outruns its last write, as one over TLS does on a short line.
const TAIL_BYTES = 1024;
/** How much a line takes at once, as its bodies have shown; they share it, and each goes on where the last one was. */
class Pace {
    #sliceBytes = SLICE_BYTES;
    get sliceBytes() {
        return this.#sliceBytes;
    }
    took(sliceMs) {
        const isSlow = sliceMs > SLOW_SLICE_MS;
        this.#sliceBytes = isSlow ? SLICE_BYTES : Math.min(2 * this.#sliceBytes, LARGEST_SLICE_BYTES);
    }
    /** A slice was not taken: the next try may need more patience. */
    broke() {
        this.#sliceBytes = SLICE_BYTES;
    }
}
/** Passes a body on while counting its bytes: what was not pulled was not sent, whatever the answer says. */
class Sending {
    sizeBytes;
    #chunks;
    #deadline;
    #pace;
    #sentBytes = 0;
    #bodyFault = null;
    constructor({ sizeBytes, chunks }, deadline, pace) {
        this.sizeBytes = sizeBytes;
        this.#chunks = chunks;
        this.#deadline = deadline;
        this.#pace = pace;
    }
    get sentBytes() {
        return this.#sentBytes;
    }
    /** What the body itself threw: the file's fault, not the network's. */
    get bodyFault() {
        return this.#bodyFault;
    }
    // One method for all bodies: of a generator function that is made for each one, V8 keeps a shape until a slow
    // collection, and with it whatever the function sees.
    async *[Symbol.asyncIterator]() {
        try {
            for await (const chunk of this.#chunks) {
                for (let start = 0; start < chunk.byteLength;) {
                    const sliceBytes = Math.min(this.#pace.sliceBytes, beforeTail(this.sizeBytes - this.#sentBytes));
                    const slice = chunk.subarray(start, start + sliceBytes);
                    start += slice.byteLength;
                    yield slice;
                    this.#sentBytes += slice.byteLength;
                    this.#pace.took(this.#deadline.progress(this.#sentBytes >= this.sizeBytes));
                }
            }
        }
        catch (error) {
            this.#bodyFault = { error };
            throw error;
        }
        finally {
            if (this.#sentBytes < this.sizeBytes)
                this.#pace.broke();
        }
    }
}
/** How many of the bytes that are left may go at once. */
function beforeTail(leftBytes) {
    return leftBytes > TAIL_BYTES ? leftBytes - TAIL_BYTES : TAIL_BYTES;
}
/** A call without a body of its own length leaves at once. */
function howMuchLeft(sending) {
    return sending === null || sending.sentBytes >= sending.sizeBytes ? 'all' : 'some';
}

;// CONCATENATED MODULE: ./http/client.js
// The only place where a request to LinkedIn is made: deadlines, host policy, no redirects, capped answers.
// Knows nothing of assets or JSON shapes; an HTTP status is an answer here, not an error.












function createClient(options) {
    const hearing = { ...options, secrets: secretsOf(options) };
    let skewMs = 0;
    const line = { deadlines: new deadline/* Deadlines */.Qk(options.clock), pace: new Pace() };
    return {
        apiUrl: options.apiUrl,
        serverNow: () => options.clock.today() + skewMs,
        async request(request) {
            assertHost(request, options.apiUrl);
            assertOngoing(request, options.signal);
            options.onRequest(request.phase);
            const reply = await overheard(request, () => exchange(request, options, line), hearing);
            skewMs = readSkew(reply, options) ?? skewMs;
            return reply;
        },
    };
}
/** The token and the bytes go to the API's own origin and to trusted upload hosts, whatever a caller asks for. */
function assertHost({ url, phase }, apiUrl) {
    if (!isTrusted(url, phase, apiUrl))
        throw new errors_0/* UploadError */.oW('UPLOAD_ADDRESS', `requests to ${url.host} are not allowed; nothing was sent`);
}
function isTrusted(url, phase, apiUrl) {
    if (phase === 'upload')
        return (0,policy/* isTrustedUploadUrl */.mX)(url, apiUrl);
    return phase === 'token' ? (0,policy/* isTokenUrl */.j0)(url, apiUrl) : url.origin === apiUrl.origin;
}
function assertOngoing(request, runSignal) {
    const aborted = [runSignal, request.signal].find((signal) => signal?.aborted);
    if (aborted !== undefined)
        throw (0,faults/* abortFault */.JD)(describe(request), aborted.reason);
}
async function exchange(request, options, { deadlines, pace }) {
    const signals = [options.signal, ...(request.signal ? [request.signal] : [])];
    const deadline = deadlines.start(describe(request), (fault) => call.giveUp(new Error(fault)));
    const sending = typeof request.body === 'object' ? new Sending(request.body, deadline, pace) : null;
    const sent = {
        origin: request.url.origin,
        path: request.url.pathname + request.url.search,
        method: request.method,
        headers: headersOf(request, options.token),
        body: sending === null ? bodyText(request) : iterableBody(sending),
        // Deadlines are ours: undici's would end a slow upload that still makes progress.
        headersTimeout: 0,
        bodyTimeout: 0,
    };
    const call = new Call(options.dispatcher, sent, request.replyCapBytes);
    const stopHearing = whenAborted(signals, (reason) => call.giveUp(reason));
    try {
        const answer = await call.answer;
        // undici takes a connection for free a turn later: a part that came before would open another one.
        if (sending !== null)
            await (0,promises_.setImmediate)();
        const secrets = [...secretsOf(options), ...(request.secrets ?? [])];
        assertAnswer(answer, { request, sending, secrets });
        const { status, headers, text } = answer;
        return hiding({ status, headers, text, call: factsOf(request, howMuchLeft(sending)) }, secrets);
    }
    catch (error) {
        throw faultOf(error, { request, signals, sending, deadline });
    }
    finally {
        stopHearing();
        deadline.end();
    }
}
function secretsOf({ token, secrets = [] }) {
    return [token, ...secrets];
}
/** What is shown of an answer, its words and its id, may echo a secret. */
function hiding(reply, secrets) {
    const id = reply.headers['x-li-uuid'];
    const headers = typeof id === 'string' ? { ...reply.headers, 'x-li-uuid': (0,secret_0/* hideIn */.cW)(id, secrets) } : reply.headers;
    return { ...reply, headers, text: (0,secret_0/* hideInJson */.Qz)(reply.text, secrets) };
}
function bodyText({ body }) {
    return typeof body === 'string' ? body : null;
}
/** undici sends any async iterable chunk by chunk, with back-pressure; only its type asks for a stream. */
function iterableBody(chunks) {
    return chunks;
}
function headersOf(request, token) {
    const length = typeof request.body === 'object' ? { 'content-length': String(request.body.sizeBytes) } : {};
    const authorization = request.bearer ? { authorization: `Bearer ${token.reveal()}` } : {};
    // Unasked, something between may compress, and a small answer unfold to any size.
    const own = { 'user-agent': 'linkedin-media-upload', 'accept-encoding': 'identity' };
    return { ...own, ...request.headers, ...length, ...authorization };
}
function assertAnswer({ status, headers: { location }, isWhole }, { request, sending, secrets }) {
    // The start of a refusal is enough for its message.
    if (!isWhole && status < 400) {
        const { replyCapBytes = capped/* REPLY_CAP_BYTES */.uW } = request;
        const message = `the answer to ${describe(request)} is larger than ${(0,capped/* showCap */.sR)(replyCapBytes)}`;
        throw new errors_0/* HttpError */.j$('HTTP_UNEXPECTED', message, { status, call: factsOf(request, 'all') });
    }
    if (status >= 300 && status < 400) {
        const target = typeof location === 'string' ? URL.parse(location, request.url.href) : null;
        const host = (0,secret_0/* hideIn */.cW)(target?.host ?? '', secrets) || 'nowhere';
        const message = `${describe(request)} was redirected (${status}) to ${host}; redirects are not followed`;
        throw new errors_0/* HttpError */.j$('HTTP_UNEXPECTED', message, { status, call: factsOf(request, 'all') });
    }
    if (status < 300 && sending !== null && sending.sentBytes < sending.sizeBytes) {
        throw new errors_0/* UploadError */.oW('UPLOAD_INCOMPLETE', `${describe(request)} was answered with ${status} after ${(0,units/* grouped */.zD)(sending.sentBytes)} of ${(0,units/* grouped */.zD)(sending.sizeBytes)} bytes`, { call: factsOf(request, 'some') });
    }
}
function faultOf(error, { request, signals, sending, deadline }) {
    const aborted = signals.find((signal) => signal.aborted);
    const call = factsOf(request, howMuchLeft(sending));
    if (aborted !== undefined)
        return (0,faults/* abortFault */.JD)(describe(request), aborted.reason);
    if (deadline.fault !== null)
        return new errors_0/* NetworkError */.Dr('NETWORK_TIMEOUT', deadline.fault, { call });
    if (sending !== null && sending.bodyFault !== null)
        return sending.bodyFault.error;
    if (error instanceof errors_0/* ActionError */.lZ)
        return error;
    const { code, text, isBeforeSending } = (0,faults/* networkFault */.T4)(error);
    return new errors_0/* NetworkError */.Dr(code, `${describe(request)} failed: ${text}`, {
        cause: (0,faults/* retold */.Xd)(error),
        call: isBeforeSending ? factsOf(request, 'nothing') : call,
    });
}
function factsOf({ phase, repeat }, sent) {
    return { phase, repeat, sent };
}
/** Host and path only: the query of an upload address is a credential. */
function describe({ method, url, phase }) {
    return phase === 'upload' ? `the upload to ${url.host}` : `${method} ${url.host}${url.pathname} (${phase})`;
}
// Some of LinkedIn's upload hosts send dates in a form of their own, and Date.parse makes a year of any number.
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
function readSkew({ headers: { date } }, { clock }) {
    if (typeof date !== 'string' || !HTTP_DATE.test(date))
        return null;
    const todayMs = Date.parse(date);
    return Number.isNaN(todayMs) ? null : todayMs - clock.today();
}

;// CONCATENATED MODULE: ./linkedin/receipts.js
// ETags: LinkedIn's opaque word that it holds a part, and what completing an upload needs of each.

/**
 * An ETag is LinkedIn's opaque receipt: one pair of surrounding quotes goes, nothing else. Two headers that agree
 * count as one.
 */
function readEtag(header) {
    const values = [...new Set([header ?? []].flat())];
    const [value] = values;
    if (value === undefined || values.length > 1)
        return null;
    const etag = /^"(.*)"$/.exec(value)?.[1] ?? value;
    return /^[\x20-\x7e]+$/.test(etag) ? etag : null;
}
/**
 * The receipt that completing an upload needs.
 * @throws UploadError ETAG_MISSING: a missing one is never guessed
 */
function etagOf({ etag }, index) {
    if (etag !== null)
        return etag;
    throw new errors_0/* UploadError */.oW('ETAG_MISSING', `part ${index + 1} came back without a usable ETag`);
}

// EXTERNAL MODULE: ./http/retry.js
var retry = __webpack_require__(840);
// EXTERNAL MODULE: ./schema.js
var schema = __webpack_require__(9514);
// EXTERNAL MODULE: ./linkedin/versions.js
var versions = __webpack_require__(5583);
;// CONCATENATED MODULE: ./linkedin/replies.js
// What LinkedIn answers, put into ours: JSON by a schema, and its refusals field by field.





/**
 * Reads a JSON answer by `schema`: unknown fields pass, a missing one is an error that names it.
 * @throws ReplyShapeError REPLY_SHAPE
 */
function parseReply(reply, schema, phase) {
    const parsed = schema.safeParse(parseJson(reply.text));
    if (parsed.success)
        return parsed.data;
    throw lacking(phase, firstPath(parsed.error), { requestedBy: requestId(reply), call: reply.call });
}
/** The text as JSON, or null when it is none: an error page is an answer too. A byte order mark before it is no part of it. */
function parseJson(text) {
    try {
        return JSON.parse(text.replace(/^\ufeff/, ''));
    }
    catch {
        return null;
    }
}
/** The answer to `phase` as one that is of no use, for want of what belongs at `path`. */
function lacking(phase, path, { requestedBy = '', ...details } = {}) {
    const field = path.length === 0 ? 'a JSON object' : path.join('.');
    const text = `LinkedIn's answer to ${errors_0/* PHASE_NAMES */.bs[phase]} lacks ${field}${requestedBy}`;
    return new errors_0/* ReplyShapeError */.og('REPLY_SHAPE', text, details);
}
/** Where a schema met the first thing that it cannot read. */
function firstPath(error) {
    return error.issues[0]?.path ?? [];
}
/** A field that only helps: what cannot be read of it is as good as not there. */
function ifReadable(schema) {
    return schema.optional().catch(undefined);
}
/** A list of `least` to `most` entries, counted before any is read: zod keeps a record of each that does not fit. */
function list(entry, { least = 0, most }) {
    return schema/* array */.YOg(schema/* unknown */.L5J()).min(least).max(most).pipe(schema/* array */.YOg(entry));
}
const errorCode = ifReadable(schema/* union */.KCZ([schema/* string */.YjP(), schema/* number */.aig()]));
const inputError = ifReadable(schema/* looseObject */._H3({ code: errorCode, description: ifReadable(schema/* string */.YjP()) }));
const INPUT_ERRORS = { most: 100 };
// Several shapes of error bodies are known, and any field may be missing from each, or be of another type in one more.
const errorBody = schema/* looseObject */._H3({
    message: ifReadable(schema/* string */.YjP()),
    code: errorCode,
    serviceErrorCode: ifReadable(schema/* number */.aig()),
    errorDetails: ifReadable(schema/* looseObject */._H3({ inputErrors: ifReadable(list(inputError, INPUT_ERRORS)) })),
});
/** LinkedIn's message and codes. Some errors, DUPLICATE_POST among them, have a code only in their input errors. */
function readError(body) {
    const { message, code, serviceErrorCode, errorDetails } = errorBody.safeParse(body).data ?? {};
    const coded = errorDetails?.inputErrors?.find((one) => one?.code);
    return { message: message || coded?.description, code: code || coded?.code, serviceErrorCode };
}
const WORDS_CAP = 300;
const CODE_CAP = 60;
/** LinkedIn's refusal as an error: status, codes and message in its own words, and the id its support asks for. */
function refusal(reply, phase, serverNowMs) {
    const { status, call, headers } = reply;
    return refusalIn(parseJson(reply.text), {
        status,
        phase,
        requestedBy: requestId(reply),
        call,
        isPage: isPage(reply, phase),
        retryAfterMs: (0,retry/* retryAfterMs */.Vs)(headers['retry-after'], serverNowMs),
        serverNowMs,
    });
}
/** Upload hosts answer with pages of their own; so does whatever fails in front of LinkedIn, which may pass. */
function isPage({ status, text }, phase) {
    return phase !== 'upload' && status < 500 && status !== 429 && /^\s*</.test(text);
}
/** The same for a refusal that stands in an answer of its own, as those of a batch read do. */
function refusalIn(body, refused) {
    const { status, phase, requestedBy } = refused;
    if (refused.isPage) {
        const text = `a web page, and not LinkedIn's API, answered ${errors_0/* PHASE_NAMES */.bs[phase]} (${status})`;
        return new errors_0/* LinkedInError */.nW('HTTP_UNEXPECTED', text, refused);
    }
    const { message, code, serviceErrorCode } = readError(body);
    const given = [code, serviceErrorCode].filter((part) => part !== undefined);
    const codes = new Set([status, ...given].map((part) => String(part).slice(0, CODE_CAP)));
    const ours = refusalCode(status, phase, `${code ?? ''} ${serviceErrorCode ?? ''} ${message ?? ''}`);
    const said = `(${[...codes].join(', ')})${inItsWords(message)}${advice(ours, refused)}${requestedBy}`;
    const verb = status >= 500 ? 'failed at' : 'refused';
    return new errors_0/* LinkedInError */.nW(ours, `LinkedIn ${verb} ${errors_0/* PHASE_NAMES */.bs[phase]} ${said}`, refused);
}
/** What only the moment or this release knows: hints are the same for every refusal of a code. */
function advice(code, { retryAfterMs, serverNowMs }) {
    if (code === 'VERSION_INACTIVE')
        return `; linkedin-version names it, and the newest version known is ${versions/* NEWEST_KNOWN_VERSION */.YL}`;
    if (code === 'DAILY_LIMIT' && serverNowMs !== undefined)
        return `; its daily limits reset at 00:00 UTC, in ${(0,units/* showWait */.lc)((0,retry/* untilMidnightMs */.dv)(serverNowMs))}`;
    return retryAfterMs ? `; it asks to wait ${(0,units/* showWait */.lc)(retryAfterMs)}` : '';
}
/** LinkedIn's message, quoted and cut; empty when it is missing or blank. */
function inItsWords(words = '') {
    return words.trim() === '' ? '' : `: "${words.slice(0, WORDS_CAP)}"`;
}
// An upload address that is used up or out of date answers with one of these.
const DEAD_ADDRESS = new Set([403, 404, 409, 410, 412]);
// LinkedIn answers a bad body with 403 as well, whoever the owner is. Its message ends with the path of the field.
const FIELD_REFUSED = /field value validation failed|unpermitted fields present/i;
/** By status, and by LinkedIn's codes and words where one status stands for several things. */
function refusalCode(status, phase, words) {
    if (status === 401)
        return /RESTRICTED_MEMBER|\b65608\b/.test(words) ? 'MEMBER_RESTRICTED' : 'TOKEN_REFUSED';
    if (phase === 'upload' && isDeadAddress(status, words))
        return 'UPLOAD_EXPIRED';
    if (status === 403)
        return FIELD_REFUSED.test(words) ? 'VALUE_REFUSED' : 'ACCESS_DENIED';
    if (status === 426)
        return 'VERSION_INACTIVE';
    // The counter that is used up is named: "… APPLICATION_AND_MEMBER DAY limit for calls to this resource …".
    if (status === 429)
        return /\bDAY\b/.test(words) ? 'DAILY_LIMIT' : 'LIMIT_REACHED';
    if (status >= 500)
        return 'SERVER_FAILED';
    // LinkedIn answers a missing role with 400: "Organization permissions must be used when using organization …".
    if (/permissions must be used when using/i.test(words))
        return 'ACCESS_DENIED';
    return 'REQUEST_REFUSED';
}
function isDeadAddress(status, words) {
    return DEAD_ADDRESS.has(status) || (status === 400 && words.includes('EXPIRED_UPLOAD_URL'));
}
const numbered = schema/* looseObject */._H3({ status: schema/* number */.aig().min(400).max(599) });
const MAYBE_NUMBERED = /"status"\s*:\s*[45]\d\d/;
/** The status that counts: an answer of 200 may hold a refusal, whose own status stands in its body. */
function statusOf({ status, text }) {
    // Nearly every good answer holds none: a look at its text spares reading it twice. No server writes 404 as 4.04e2.
    if (status < 200 || status >= 300 || !MAYBE_NUMBERED.test(text))
        return status;
    return numbered.safeParse(parseJson(text)).data?.status ?? status;
}
/** The id of an answer that LinkedIn's support asks for, when there is one. */
function requestId({ headers }) {
    const [id = ''] = [headers['x-li-uuid'] ?? []].flat();
    return /^[\w+/=-]{1,64}$/.test(id) ? ` [x-li-uuid ${id}]` : '';
}

;// CONCATENATED MODULE: ./linkedin/upload-secrets.js
// What in the answer to a registration opens an upload by itself: told as it arrives, before anything is done with it,
// so that the log can hide it. Knows nothing of how.
// Of the query of an upload address, what makes it a key; the rest is the same for many.
const KEYS = ['sau', 'ut'];
/** The credentials in what LinkedIn gave, as it gave them. Addresses that are none hold none. */
function uploadSecretsIn({ addresses, texts = [] }) {
    return [...addresses.flatMap((address) => upload_secrets_keysIn(address ?? '')), ...texts];
}
function upload_secrets_keysIn(address) {
    // A plus sign is one: LinkedIn's keys are base64, and no form.
    const query = new URLSearchParams(URL.parse(address)?.search.replaceAll('+', '%2B'));
    return KEYS.flatMap((name) => query.getAll(name));
}

;// CONCATENATED MODULE: ./linkedin/api.js
// How every LinkedIn call looks: addresses, headers, JSON, bytes and forms; a refusal leaves as an error of ours.






// What LinkedIn documents or was seen to give for what it has stored: 202 would only say that it may come to have it.
const STORED = new Set([200, 201, 204]);
class Api {
    #client;
    #version;
    #onSecret;
    constructor(client, version, onSecret = () => { }) {
        this.#client = client;
        this.#version = version;
        this.#onSecret = onSecret;
    }
    /** Tells of the credentials that LinkedIn gave along with `urn`; before anything is made of them. */
    tellSecrets(urn, given) {
        for (const secret of uploadSecretsIn(given))
            this.#onSecret(secret, urn);
    }
    get(call) {
        // A read changes nothing: what was asked can be asked again.
        return this.#json('GET', { ...call, repeat: 'freely' });
    }
    post(call, body) {
        return this.#json('POST', call, JSON.stringify(body));
    }
    /**
     * A target for server-given `url` and `headers`; our own `contentType` wins over the server's.
     * @throws UploadError UPLOAD_ADDRESS before anything is sent
     */
    target(given, own) {
        const headers = (0,policy/* allowedHeaders */.VV)(given.headers);
        if (own.contentType !== null)
            headers.set('content-type', own.contentType);
        if (!headers.has('content-type'))
            headers.set('content-type', 'application/octet-stream');
        const url = (0,policy/* parseUploadUrl */.uf)(given.url, this.#client.apiUrl);
        return { url, headers: Object.fromEntries(headers), bearer: own.bearer };
    }
    /**
     * Sends one part.
     * @throws UploadError UPLOAD_INCOMPLETE on a good answer that does not say that the part is stored; what `request` throws
     */
    async put(target, body) {
        const reply = await this.#client.request({
            phase: 'upload',
            // The same bytes to the same address replace themselves, but an upload whose answer was lost may be done.
            repeat: 'after-probe',
            method: 'PUT',
            url: target.url,
            headers: target.headers,
            bearer: target.bearer,
            secrets: keysOf(target.url),
            body: { sizeBytes: body.sizeBytes, chunks: body.chunks },
            signal: body.signal,
        });
        if (!STORED.has(reply.status))
            throw this.#unstored(reply, target);
        return { status: reply.status, etag: readEtag(reply.headers.etag) };
    }
    #unstored(reply, { bearer }) {
        const { status, call } = reply;
        if (status >= 200 && status < 300) {
            const text = `LinkedIn answered the upload with ${status}, which does not say that it has it`;
            return new errors_0/* UploadError */.oW('UPLOAD_INCOMPLETE', `${text}${requestId(reply)}`, { call });
        }
        const refused = refusal(reply, 'upload', this.serverNow());
        // Without the token in the request, a 401 speaks of the address, which is its own key.
        if (refused.code !== 'TOKEN_REFUSED' || bearer)
            return refused;
        return new errors_0/* LinkedInError */.nW('UPLOAD_EXPIRED', refused.message, { status, call });
    }
    /** @throws UploadError UPLOAD_ADDRESS */
    uploadUrl(text) {
        return (0,policy/* parseUploadUrl */.uf)(text, this.#client.apiUrl);
    }
    /**
     * Sends a form to an upload address, with the token.
     * @throws as `put`
     */
    async postForm(url, form, signal) {
        const { contentType, body } = await framed(form);
        const reply = await this.#client.request({
            phase: 'upload',
            // The same form to the same address replaces itself.
            repeat: 'freely',
            method: 'POST',
            url,
            headers: { 'content-type': contentType },
            bearer: true,
            secrets: keysOf(url),
            body,
            signal,
        });
        if (!STORED.has(reply.status))
            throw this.#unstored(reply, { bearer: true });
    }
    serverNow() {
        return this.#client.serverNow();
    }
    async #json(method, call, body) {
        const { phase, repeat, path, replyCapBytes, secrets = [] } = call;
        const isVersioned = this.#version !== 'v2';
        const reply = await this.#client.request({
            phase,
            repeat,
            method,
            url: new URL(`${this.#root()}/${isVersioned ? 'rest' : 'v2'}/${path}`),
            headers: {
                accept: 'application/json',
                'x-restli-protocol-version': '2.0.0',
                ...(isVersioned ? { 'linkedin-version': this.#version } : {}),
                ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            },
            bearer: true,
            replyCapBytes,
            secrets: secrets.map((secret) => new secret_0/* Secret */.zh(secret)),
            ...(body === undefined ? {} : { body }),
        });
        const status = statusOf(reply);
        if (status >= 200 && status < 300)
            return reply;
        throw refusal({ ...reply, status }, phase, this.serverNow());
    }
    /** A gateway may serve LinkedIn below a path of its own. */
    #root() {
        const { origin, pathname } = this.#client.apiUrl;
        return origin + pathname.replace(/\/+$/, '');
    }
}
/** What makes an upload address a credential. */
function keysOf({ href }) {
    return uploadSecretsIn({ addresses: [href] }).map((key) => new secret_0/* Secret */.zh(key));
}
/** The form as it travels: of a known length, in one chunk, which the client cuts for a slow line. */
async function framed(form) {
    const response = new Response(form);
    const bytes = await response.bytes();
    const chunks = {
        async *[Symbol.asyncIterator]() {
            yield bytes;
        },
    };
    const contentType = response.headers.get('content-type') ?? 'multipart/form-data';
    return { contentType, body: { sizeBytes: bytes.byteLength, chunks } };
}

;// CONCATENATED MODULE: ./linkedin/artifacts.js
// What LinkedIn made of a file, for the results row: renditions, playlists and where to fetch them. Read leniently:
// a kind that is not known here passes through as LinkedIn sent it.


/** Of what an artifact lists; LinkedIn lists some dozens. */
const LISTED = { most: 1000 };
const representation = schema/* looseObject */._H3({
    artifactClass: schema/* string */.YjP().optional(),
    bitrate: schema/* looseObject */._H3({ average: schema/* number */.aig().optional(), maximum: schema/* number */.aig().optional() }).optional(),
    codecs: list(schema/* looseObject */._H3({ name: schema/* string */.YjP() }), LISTED).optional(),
});
const details = schema/* looseObject */._H3({
    protocol: schema/* string */.YjP().optional(),
    durationInMicroseconds: schema/* number */.aig().optional(),
    representations: list(representation, LISTED).optional(),
});
const identifier = schema/* looseObject */._H3({
    identifier: schema/* string */.YjP().min(1),
    mediaType: ifReadable(schema/* string */.YjP()),
    // A moment in epoch seconds, whatever its name says.
    identifierExpiresInSeconds: ifReadable(schema/* number */.aig()),
});
const artifact = schema/* looseObject */._H3({
    data: schema/* unknown */.L5J().optional(),
    identifiers: list(schema/* unknown */.L5J(), LISTED).catch([]),
});
/** The answer to a read of an asset with `fields=mediaArtifacts,…`. */
const assetArtifacts = schema/* looseObject */._H3({
    mediaArtifacts: list(schema/* unknown */.L5J(), LISTED).nullish(),
});
function readAssetArtifacts({ mediaArtifacts }) {
    return (mediaArtifacts ?? []).map((given) => {
        const { success, data: read } = artifact.safeParse(given);
        if (!success)
            return { kind: 'unknown', addresses: [], ...passed(given) };
        return { ...readData(read.data), addresses: read.identifiers.flatMap(readAddress) };
    });
}
/** The Images and Videos APIs name one address to fetch the file from, and sometimes when it dies. */
function downloadArtifact(found) {
    const { downloadUrl, downloadUrlExpiresAt } = found;
    if (downloadUrl === undefined || downloadUrl === '')
        return [];
    return [{ kind: 'download', addresses: [{ url: downloadUrl, ...expiry(downloadUrlExpiresAt) }] }];
}
/** LinkedIn names the kind by the one key that `data` has. */
function readData(data) {
    const named = schema/* record */.g1P(schema/* string */.YjP(), schema/* unknown */.L5J()).safeParse(data);
    const [one, ...others] = Object.entries(named.data ?? {});
    if (one === undefined || others.length > 0)
        return { kind: 'unknown', ...passed(data) };
    const [kind, value] = one;
    return { kind, ...readDetails(value) };
}
function readDetails(value) {
    const { success, data } = details.safeParse(value);
    if (!success)
        return passed(value);
    const { protocol, durationInMicroseconds, representations } = data;
    const isKnown = protocol !== undefined || durationInMicroseconds !== undefined || representations !== undefined;
    return {
        ...(protocol === undefined ? {} : { protocol }),
        ...(durationInMicroseconds === undefined ? {} : { durationSeconds: durationInMicroseconds / 1e6 }),
        ...(representations === undefined ? {} : { renditions: representations.map(readRendition) }),
        ...(isKnown ? {} : passed(value)),
    };
}
const PASSED_DEPTH = 20;
const PASSED_VALUES = 2000;
/** What is not known here, as it came; without it when it is too deep or too large to be handed on as JSON. */
function passed(data) {
    const open = [{ value: data, depth: 0 }];
    for (let seen = 0; seen < open.length; seen += 1) {
        const { value, depth } = open[seen] ?? { value: null, depth: 0 };
        if (depth > PASSED_DEPTH || open.length > PASSED_VALUES)
            return {};
        if (typeof value !== 'object' || value === null)
            continue;
        for (const inner of Object.values(value))
            open.push({ value: inner, depth: depth + 1 });
    }
    return data === undefined ? {} : { data };
}
function readRendition({ artifactClass, bitrate, codecs }) {
    return {
        ...(artifactClass === undefined ? {} : { artifactClass }),
        ...(bitrate?.average === undefined ? {} : { averageBitrate: bitrate.average }),
        ...(bitrate?.maximum === undefined ? {} : { maximumBitrate: bitrate.maximum }),
        codecs: (codecs ?? []).map(({ name }) => name),
    };
}
function readAddress(value) {
    const { success, data } = identifier.safeParse(value);
    if (!success)
        return [];
    const { identifier: url, mediaType, identifierExpiresInSeconds: seconds } = data;
    return [
        {
            url,
            ...(mediaType === undefined ? {} : { mediaType }),
            ...expiry(seconds === undefined ? undefined : seconds * 1000),
        },
    ];
}
const YEAR_10000_MS = Date.UTC(10_000, 0);
/** A moment as people and programs read it; one that no calendar knows is left out. */
function expiry(epochMs = 0) {
    const isMoment = epochMs > 0 && epochMs < YEAR_10000_MS;
    return isMoment ? { expiresAt: new Date(epochMs).toISOString() } : {};
}

;// CONCATENATED MODULE: ./linkedin/readings.js
// What a read of a status comes to for its file, when it fails too.

/** LinkedIn's words for a status are shorter; what is longer is none. */
const WORD_CAP = 60;
/** An error of ours stands for its own file; a bug is thrown. */
async function answerOf(read) {
    try {
        return await read();
    }
    catch (error) {
        if (error instanceof errors_0/* ActionError */.lZ)
            return unreadableOr(error);
        throw error;
    }
}
/** A token may be good for uploads and not for reading their status: that is no failure of the file. */
function unreadableOr(error) {
    return error.code === 'ACCESS_DENIED' ? { state: 'unreadable', error } : error;
}

// EXTERNAL MODULE: ./linkedin/urn.js
var linkedin_urn = __webpack_require__(6947);
;// CONCATENATED MODULE: ./linkedin/asset-status.js
// Status and artifacts of an asset, as the page of the Assets API says: whose word decides, and what is asked by name.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)






const assetStatus = schema/* looseObject */._H3({
    recipes: list(schema/* looseObject */._H3({ recipe: schema/* string */.YjP(), status: schema/* string */.YjP() }), { most: 100 }),
    status: schema/* string */.YjP().optional(),
});
/** The API has no batch read: one call a file. */
function readAssets(api, queries, inLane) {
    return queries.map((query) => inLane(() => answerOf(() => readAsset(api, query))));
}
async function readAsset(api, query) {
    const path = `assets/${(0,linkedin_urn/* assetId */.Kf)(query.urn)}`;
    const reply = await api.get({ phase: 'status', path });
    return judgeAsset(parseReply(reply, assetStatus, 'status'), query);
}
const WITHDRAWN = new Set(['BLOCKED', 'ABANDONED', 'DELETED', 'SCHEDULED_DELETION']);
const READY = new Set(['AVAILABLE', 'MUTATING']);
const DEAD = {
    CLIENT_ERROR: { code: 'MEDIA_REJECTED', text: 'LinkedIn could not use the file (CLIENT_ERROR)' },
    SERVER_ERROR: { code: 'PROCESSING_FAILED', text: 'LinkedIn failed to process the file (SERVER_ERROR)' },
    INCOMPLETE: { code: 'PROCESSING_FAILED', text: 'LinkedIn gave up processing the file (INCOMPLETE)' },
};
/**
 * Our recipe's status tells how far processing is; the asset's own status only whether it may be served. It is
 * `ALLOWED` from the start, so it never means ready. A word that is not known yet is waited for.
 */
function judgeAsset(asset, { recipe, urn }) {
    const serving = asset.status ?? '';
    if (WITHDRAWN.has(serving)) {
        const text = `LinkedIn withdrew the asset (${serving})`;
        return { state: 'failed', status: serving, error: new errors_0/* UploadError */.oW('ASSET_WITHDRAWN', text, { urn }) };
    }
    const status = asset.recipes.find((entry) => entry.recipe === recipe)?.status.slice(0, WORD_CAP);
    if (status === undefined)
        return { state: 'waiting', status: null };
    const dead = Object.hasOwn(DEAD, status) ? DEAD[status] : undefined;
    if (dead !== undefined) {
        const error = new errors_0/* UploadError */.oW(dead.code, dead.text, { urn });
        return { state: 'failed', status, error, ...(status === 'SERVER_ERROR' ? { mayRetry: true } : {}) };
    }
    return { state: READY.has(status) ? 'available' : 'waiting', status };
}
/** Media artifacts come only when they are asked for by name. */
async function readArtifactsOfAsset(api, query) {
    const path = `assets/${(0,linkedin_urn/* assetId */.Kf)(query.urn)}?fields=mediaArtifacts,recipes,id`;
    const reply = await api.get({ phase: 'status', path });
    return readAssetArtifacts(parseReply(reply, assetArtifacts, 'status'));
}

;// CONCATENATED MODULE: ./linkedin/kept-urn.js
// What LinkedIn gave is told, never dropped: an answer that is of no use otherwise may still hold a URN.



const URN = /^urn:li:[A-Za-z]+:[A-Za-z0-9_-]+$/;
/** The field of an answer that holds its URN, and the same URN in an answer that is not valid JSON. */
const URN_IN_TEXT = {
    asset: /\burn:li:digitalmediaAsset:[\w-]+(?=[^\w-])/,
    image: /\burn:li:image:[\w-]+(?=[^\w-])/,
    video: /\burn:li:video:[\w-]+(?=[^\w-])/,
};
/**
 * Runs `read` over the answer to a registration; an error of ours leaves with the URN in `value[field]`. Of an answer
 * that is not valid JSON, and so was damaged on its way, it also keeps the call: that is worth another try.
 */
function keepingUrn(reply, field, read) {
    try {
        return read();
    }
    catch (error) {
        if (!(error instanceof errors_0/* ActionError */.lZ))
            throw error;
        const isDamaged = parseJson(reply.text) === null;
        const urn = isDamaged ? URN_IN_TEXT[field].exec(reply.text)?.[0] : urnIn(reply, field);
        if (urn === undefined)
            throw error;
        const Kind = error instanceof errors_0/* UploadError */.oW ? errors_0/* UploadError */.oW : errors_0/* ReplyShapeError */.og;
        const call = isDamaged ? error.call : undefined;
        throw new Kind(error.code, error.message, { cause: error, urn, call });
    }
}
function urnIn(reply, field) {
    const shape = schema/* looseObject */._H3({ value: schema/* looseObject */._H3({ [field]: schema/* string */.YjP().regex(URN) }) });
    const urn = shape.safeParse(parseJson(reply.text)).data?.value[field];
    return typeof urn === 'string' ? urn : undefined;
}

// EXTERNAL MODULE: ./linkedin/session.js
var session = __webpack_require__(4880);
;// CONCATENATED MODULE: ./linkedin/assets.js
// The Assets API: register, upload, complete, as its page says.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)







const MECHANISMS = {
    synchronous: 'SYNCHRONOUS_UPLOAD',
    single: 'SINGLE_REQUEST_UPLOAD',
    multipart: 'MULTIPART_UPLOAD',
};
const SINGLE = 'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest';
const MULTIPART = 'com.linkedin.digitalmedia.uploading.MultipartUpload';
const headers = schema/* record */.g1P(schema/* string */.YjP(), schema/* unknown */.L5J()).default({});
const byteNumber = schema/* number */.aig().int().nonnegative();
const partRequest = schema/* looseObject */._H3({
    url: schema/* string */.YjP(),
    headers,
    byteRange: schema/* looseObject */._H3({ firstByte: byteNumber, lastByte: byteNumber }),
    urlExpiresAt: ifReadable(schema/* number */.aig()),
});
// Artifact class names and id prefixes differ between LinkedIn's samples and its answers: only the URN is checked.
const registered = schema/* looseObject */._H3({
    value: schema/* looseObject */._H3({
        asset: schema/* string */.YjP().refine(linkedin_urn/* isAssetUrn */.cU),
        mediaArtifact: schema/* string */.YjP(),
        uploadMechanism: schema/* looseObject */._H3({
            [SINGLE]: schema/* looseObject */._H3({ uploadUrl: schema/* string */.YjP(), headers }).optional(),
            [MULTIPART]: schema/* looseObject */._H3({
                partUploadRequests: list(partRequest, session/* PARTS */.dI),
                metadata: schema/* string */.YjP(),
            })
                .optional(),
        }),
    }),
});
/** The body of `registerUpload`, field for field as the page shows it; the mechanism is always named. */
function registerBody(request) {
    return {
        registerUploadRequest: {
            owner: request.owner,
            recipes: [request.recipe],
            serviceRelationships: [{ identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' }],
            supportedUploadMechanism: [MECHANISMS[request.mechanism]],
            ...(request.mechanism === 'multipart' ? { fileSize: request.sizeBytes } : {}),
        },
    };
}
/**
 * Registers a file.
 * @throws LinkedInError, NetworkError; ReplyShapeError, UploadError with `urn` when the answer held one
 */
async function openAsset(api, request) {
    const replyCapBytes = request.mechanism === 'multipart' ? capped/* PART_PLAN_CAP_BYTES */.v1 : undefined;
    const reply = await api.post(
    // Each registration makes another asset, and LinkedIn takes no key that would make two of them one.
    { phase: 'register', repeat: 'sparingly', path: 'assets?action=registerUpload', replyCapBytes }, registerBody(request));
    return keepingUrn(reply, 'asset', () => sessionOf(api, request, parseReply(reply, registered, 'register').value));
}
function sessionOf(api, request, value) {
    const identity = (0,session/* identify */.ls)(value.asset, request.kind);
    const query = { api: request.api, urn: value.asset, kind: request.kind, recipe: request.recipe };
    const common = {
        identity,
        query,
        extras: [],
        processedOnUpload: request.mechanism === 'synchronous',
        needsEtags: request.mechanism === 'multipart',
    };
    const { [SINGLE]: single, [MULTIPART]: multipart } = value.uploadMechanism;
    api.tellSecrets(value.asset, {
        addresses: [single?.uploadUrl, ...(multipart?.partUploadRequests ?? []).map(({ url }) => url)],
        texts: multipart === undefined ? [] : [multipart.metadata],
    });
    if (request.mechanism === 'multipart') {
        if (multipart === undefined)
            throw lacking('register', ['value', 'uploadMechanism', MULTIPART]);
        const parts = multipart.partUploadRequests.map((part) => rangePart(api, part));
        const { mediaArtifact } = value;
        const complete = (receipts) => completeParts(api, { mediaArtifact, metadata: multipart.metadata }, receipts);
        return { ...common, parts, complete };
    }
    if (single === undefined)
        throw lacking('register', ['value', 'uploadMechanism', SINGLE]);
    return { ...common, parts: [wholePart(api, request, single)], complete: null };
}
/** Pictures need the token and their real type; a video's address is its own key, and must come without the token. */
function wholePart(api, request, given) {
    const isImage = request.kind === 'image';
    const target = api.target({ url: given.uploadUrl, headers: given.headers }, { bearer: isImage, contentType: isImage ? request.mediaType : null });
    return {
        firstByte: 0,
        sizeBytes: request.sizeBytes,
        expiresAtMs: null,
        put: (body) => api.put(target, body),
    };
}
function rangePart(api, part) {
    const target = api.target(part, { bearer: false, contentType: null });
    const { firstByte, lastByte } = part.byteRange;
    return {
        firstByte,
        sizeBytes: lastByte - firstByte + 1,
        expiresAtMs: part.urlExpiresAt ?? null,
        put: (body) => api.put(target, body),
    };
}
// The spelling of the action and of its body differ on purpose: that is how LinkedIn spells them.
async function completeParts(api, artifact, receipts) {
    const partUploadResponses = receipts.map((receipt, index) => ({
        headers: { ETag: etagOf(receipt, index) },
        httpStatusCode: receipt.status,
    }));
    const path = 'assets?action=completeMultiPartUpload';
    await api.post(
    // A completion whose answer was lost may have been heard: only the status tells.
    { phase: 'complete', repeat: 'after-probe', path, secrets: [artifact.metadata] }, { completeMultipartUploadRequest: { ...artifact, partUploadResponses } });
}

;// CONCATENATED MODULE: ./linkedin/images.js
// The Images API: initialize, one PUT, status. It has no recipes, and no answer that waits for processing.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)





const initialized = schema/* looseObject */._H3({
    value: schema/* looseObject */._H3({
        image: schema/* string */.YjP().refine((urn) => (0,linkedin_urn/* isMediaUrn */.cc)('image', urn)),
        uploadUrl: schema/* string */.YjP(),
        uploadUrlExpiresAt: ifReadable(schema/* number */.aig()),
    }),
});
/**
 * Opens an upload of one picture.
 * @throws LinkedInError, NetworkError; ReplyShapeError, UploadError with `urn` when the answer held one
 */
async function openImage(api, request) {
    const reply = await api.post(
    // Each initialization makes another image; LinkedIn takes no key that would make two of them one.
    { phase: 'register', repeat: 'sparingly', path: 'images?action=initializeUpload' }, { initializeUploadRequest: { owner: request.owner } });
    return keepingUrn(reply, 'image', () => {
        const { image, uploadUrl, uploadUrlExpiresAt } = parseReply(reply, initialized, 'register').value;
        api.tellSecrets(image, { addresses: [uploadUrl] });
        const target = api.target({ url: uploadUrl, headers: {} }, { bearer: true, contentType: request.mediaType });
        return {
            identity: (0,session/* identify */.ls)(image, request.kind),
            query: { api: request.api, urn: image, kind: request.kind, recipe: null },
            processedOnUpload: false,
            needsEtags: false,
            parts: [
                {
                    firstByte: 0,
                    sizeBytes: request.sizeBytes,
                    expiresAtMs: uploadUrlExpiresAt ?? null,
                    put: (body) => api.put(target, body),
                },
            ],
            extras: [],
            complete: null,
        };
    });
}

;// CONCATENATED MODULE: ./linkedin/media-status.js
// Status reads of the Images and Videos APIs: all that wait in one call where LinkedIn allows it, else one by one.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)






// Only the status decides: what else cannot be read is as good as not there.
const record = schema/* looseObject */._H3({
    status: schema/* string */.YjP(),
    downloadUrl: ifReadable(schema/* string */.YjP()),
    downloadUrlExpiresAt: ifReadable(schema/* number */.aig()),
    processingFailureReason: ifReadable(schema/* string */.YjP()),
});
// By URN, and each read by itself: what is wrong with one file is no reason to doubt the others.
const byUrn = schema/* record */.g1P(schema/* string */.YjP(), schema/* unknown */.L5J()).catch({});
const batch = schema/* looseObject */._H3({ results: byUrn, errors: byUrn, statuses: byUrn });
const media_status_numbered = schema/* looseObject */._H3({ status: schema/* number */.aig() });
const BATCH_URNS = session/* API_TRAITS */.lY.media.statusBatch;
const RESOURCES = { image: 'images', video: 'videos' };
/** Reads of one run: remembers of each kind when LinkedIn does not let this token read several at once. */
class MediaStatuses {
    #api;
    #oneByOne = new Set();
    /** The first call for many of each kind goes alone: it shows whether that is allowed. */
    #firsts = new Map();
    constructor(api) {
        this.#api = api;
    }
    /** All `queries` are of one kind. A promise for each, since one call may take longer than another. */
    read(queries, inLane) {
        const answers = [];
        for (let start = 0; start < queries.length; start += BATCH_URNS) {
            answers.push(...this.#readSome(queries.slice(start, start + BATCH_URNS), inLane));
        }
        return answers;
    }
    /** What an available file can be fetched from. */
    async readArtifacts(query) {
        return downloadArtifact(await this.#readRecord(query));
    }
    #readSome(queries, inLane) {
        const together = this.#readTogether(queries, inLane);
        return queries.map(async (query, index) => {
            const told = (await together)?.[index];
            return told ?? (await inLane(() => this.#readAlone(query)));
        });
    }
    #readAlone(query) {
        return answerOf(async () => judgeRecord(await this.#readRecord(query), query));
    }
    /** Null where it is not worth a call, or LinkedIn does not allow it. */
    async #readTogether(queries, inLane) {
        const [{ kind } = { kind: 'image' }] = queries;
        if (queries.length === 1)
            return null;
        const first = this.#firsts.get(kind);
        if (first !== undefined)
            await first;
        if (this.#oneByOne.has(kind))
            return null;
        const asking = inLane(() => this.#readBatch(kind, queries));
        const asked = asking.catch(() => { });
        if (first === undefined)
            this.#firsts.set(kind, asked);
        return await asking;
    }
    /** Null when LinkedIn does not allow it. */
    async #readBatch(kind, queries) {
        // The list's own signs stay raw; each URN in it is one encoded key.
        const urns = queries.map(({ urn }) => encodeURIComponent(urn)).join(',');
        try {
            const path = `${RESOURCES[kind]}?ids=List(${urns})`;
            const reply = await this.#api.get({ phase: 'status', path });
            const told = parseReply(reply, batch, 'status');
            return queries.map((query) => pickAnswer(query, told, reply));
        }
        catch (error) {
            if (!(error instanceof errors_0/* ActionError */.lZ))
                throw error;
            if (!isBatchRefused(error))
                return queries.map(() => error);
            this.#oneByOne.add(kind);
            return null;
        }
    }
    async #readRecord({ kind, urn }) {
        // Raw colons in the path are refused: the whole URN is one encoded key.
        const path = `${RESOURCES[kind]}/${encodeURIComponent(urn)}`;
        return parseReply(await this.#api.get({ phase: 'status', path }), record, 'status');
    }
}
// True of every read, or of this moment alone: a read of one file would meet the same.
const SAME_FOR_SINGLE_READS = new Set([401, 408, 426, 429]);
/** LinkedIn's development tier answers 403 or 400; others that know no batch reads, 404, 405, 414, 422 or 501. */
function isBatchRefused(error) {
    if (!(error instanceof errors_0/* LinkedInError */.nW))
        return false;
    const { status } = error;
    return (status >= 400 && status < 500 && !SAME_FOR_SINGLE_READS.has(status)) || status === 501;
}
/** An answer of 200 does not mean that all were found: each URN has a result, or an error with a status of its own. */
function pickAnswer(query, { results, errors, statuses }, reply) {
    const { urn } = query;
    // The same facts as of a read of the one file: whether it is read again must not depend on its company.
    const facts = { requestedBy: requestId(reply), call: reply.call };
    const found = record.safeParse(results[urn]);
    if (found.success)
        return judgeRecord(found.data, query);
    const refused = errors[urn];
    const own = media_status_numbered.safeParse(refused).data?.status ?? statuses[urn];
    const status = typeof own === 'number' ? own : reply.status;
    if (refused !== undefined || status >= 400)
        return unreadableOr(refusalIn(refused, { status, phase: 'status', ...facts }));
    return lacking('status', ['results', urn, ...firstPath(found.error)], facts);
}
/** `WAITING_UPLOAD` is normal for a moment after the upload; a word that is not known yet is waited for. */
function judgeRecord(found, { urn }) {
    const status = found.status.slice(0, WORD_CAP);
    if (status === 'AVAILABLE')
        return { state: 'available', status, artifacts: downloadArtifact(found) };
    if (status !== 'PROCESSING_FAILED')
        return { state: 'waiting', status };
    const reason = inItsWords(found.processingFailureReason);
    const text = `LinkedIn failed to process the file (PROCESSING_FAILED)${reason}`;
    return { state: 'failed', status, error: new errors_0/* UploadError */.oW('PROCESSING_FAILED', text, { urn }) };
}

;// CONCATENATED MODULE: ./linkedin/token-calls.js
// LinkedIn's two token calls, as they go over the wire: forms of secrets out, schemas in. Whatever of the secrets an
// answer repeats is hidden before anyone reads it.





const lifetime = ifReadable(schema/* number */.aig().nonnegative());
const token_calls_text = ifReadable(schema/* string */.YjP());
const refreshed = schema/* looseObject */._H3({
    // What a header cannot carry is no token, and neither is what the log could not hide.
    access_token: schema/* string */.YjP()
        .regex(/^[\x21-\x7e]+$/)
        .refine(secret_0/* canBeSecret */.a_),
    expires_in: lifetime,
    refresh_token: token_calls_text,
    refresh_token_expires_in: lifetime,
    scope: token_calls_text,
});
/**
 * Makes an access token of a refresh token, which stays as it is. `mask` hears of every new secret first.
 * https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
 * @throws LinkedInError REFRESH_REFUSED, CLIENT_REFUSED, SERVER_FAILED, LIMIT_REACHED; NetworkError; ReplyShapeError
 */
async function refreshAccessToken(client, app, { refreshToken, mask }) {
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken.reveal() };
    const reply = await post(client, 'accessToken', { app, form, secrets: [refreshToken] });
    if (reply.status !== 200)
        throw refreshRefusal(reply, client.serverNow());
    const answer = parseReply(reply, refreshed, 'token');
    const { access_token: token, refresh_token: again = '' } = answer;
    for (const secret of [token, again])
        if (secret !== '' && secret !== '[redacted]')
            mask(secret);
    return {
        token: new secret_0/* Secret */.zh(token),
        lifeSeconds: answer.expires_in ?? null,
        refreshLifeSeconds: answer.refresh_token_expires_in ?? null,
        scopes: scopesIn(answer.scope),
    };
}
const introspection = schema/* looseObject */._H3({ active: schema/* boolean */.zMY(), status: token_calls_text, scope: token_calls_text, expires_at: lifetime });
/**
 * Asks what an access token is worth.
 * https://learn.microsoft.com/linkedin/shared/authentication/token-introspection (read 2026-11-25)
 * @throws LinkedInError CLIENT_REFUSED, SERVER_FAILED, LIMIT_REACHED; NetworkError; ReplyShapeError
 */
async function introspectToken(client, app, token) {
    const form = { token: token.reveal() };
    const reply = await post(client, 'introspectToken', { app, form, secrets: [token] });
    if (reply.status !== 200)
        throw introspectionRefusal(reply, client.serverNow());
    const { active, status, scope, expires_at } = parseReply(reply, introspection, 'token');
    return {
        isActive: active,
        status: status ?? null,
        scopes: scopesIn(scope),
        expiresAtMs: expires_at === undefined ? null : expires_at * 1000,
    };
}
function post(client, call, { app, form, secrets }) {
    const { clientId, clientSecret } = app;
    const fields = { ...form, client_id: clientId.reveal(), client_secret: clientSecret.reveal() };
    return client.request({
        phase: 'token',
        // A second access token takes nothing from the first.
        repeat: 'freely',
        method: 'POST',
        url: (0,policy/* tokenUrl */.vQ)(call, client.apiUrl),
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
        bearer: false,
        body: new URLSearchParams(fields).toString(),
        secrets: [clientSecret, ...secrets],
    });
}
// The refusals of OAuth, and where the gateway answers instead, LinkedIn's own.
const oauthError = schema/* looseObject */._H3({ error: token_calls_text, error_description: token_calls_text, message: token_calls_text });
function toldIn({ text: body }) {
    const { error = '', error_description, message } = oauthError.safeParse(parseJson(body)).data ?? {};
    return { error, words: error_description ?? message ?? '' };
}
/** What may pass, and what no LinkedIn would say, is a refusal like any other. */
function isOther({ status, text: body }) {
    return status < 400 || status === 408 || status === 429 || status >= 500 || /^\s*</.test(body);
}
function refreshRefusal(reply, serverNowMs) {
    if (isOther(reply))
        return refusal(reply, 'token', serverNowMs);
    return isOfClient(reply) ? clientRefusal(reply) : refused(reply, 'REFRESH_REFUSED', 'the refresh token');
}
function introspectionRefusal(reply, serverNowMs) {
    return isOther(reply) ? refusal(reply, 'token', serverNowMs) : clientRefusal(reply);
}
/** A dead refresh token is told by `invalid_grant` or, in LinkedIn's own table, by 400 and `invalid_request`. */
function isOfClient(reply) {
    const { error, words } = toldIn(reply);
    return reply.status === 401 || /client/i.test(error) || /client_(id|secret)/i.test(words);
}
function clientRefusal(reply) {
    return refused(reply, 'CLIENT_REFUSED', 'the app of `client-id` and `client-secret`');
}
function refused(reply, code, what) {
    const { status, call } = reply;
    const { error, words } = toldIn(reply);
    const codes = [String(status), error.slice(0, 60)].filter((part) => part !== '').join(', ');
    const said = `(${codes})${inItsWords(words)}${requestId(reply)}`;
    return new errors_0/* LinkedInError */.nW(code, `LinkedIn refused ${what} ${said}`, { status, call });
}
/** LinkedIn's pages show them parted by commas and by blanks, the latter URL-encoded. */
function scopesIn(scope) {
    return scope === undefined ? null : scope.split(/(?:[\s,+]|%20)+/).filter((one) => one !== '');
}

;// CONCATENATED MODULE: ./linkedin/token.js
// The care for the access token before the first call: obtained by refresh where that can be, told how long it lives
// and whether it has the scope that its owner needs. Says nothing itself: what is to be said is handed on.



/**
 * @throws LinkedInError TOKEN_REFUSED for a token that has ended, REFRESH_REFUSED, CLIENT_REFUSED; of the refresh also
 * what the network throws. An introspection that fails is no more than a notice.
 */
async function careForToken(client, care, given) {
    const { refreshToken, mask } = care;
    const fresh = refreshToken === null ? null : await refreshAccessToken(client, care, { refreshToken, mask });
    const token = fresh?.token ?? given;
    const told = isAllTold(fresh) ? null : await inspect(client, care, token);
    if (fresh === null && told !== null && !(told instanceof errors_0/* ActionError */.lZ))
        assertAlive(told, client.serverNow());
    return { token, isFresh: fresh !== null, news: newsOf({ fresh, told }, care, client.serverNow()) };
}
/** A refresh tells of its token what an introspection would. */
function isAllTold(fresh) {
    return fresh !== null && fresh.lifeSeconds !== null && fresh.scopes !== null;
}
async function inspect(client, app, token) {
    try {
        return await introspectToken(client, app, token);
    }
    catch (thrown) {
        const error = (0,errors_0/* asActionError */.z6)(thrown);
        if (error.code === 'RUN_CANCELLED')
            throw error;
        return error;
    }
}
function assertAlive({ isActive, status, expiresAtMs }, nowMs) {
    const isOver = expiresAtMs !== null && expiresAtMs <= nowMs;
    if (isActive && !isOver)
        return;
    // LinkedIn says the same, and no more, of a token that it gave to another app.
    const said = isOver && isActive ? 'expired' : status;
    const what = said === 'expired' || said === 'revoked'
        ? `is ${said}`
        : 'is not active, or is not of the app of `client-id`';
    throw new errors_0/* LinkedInError */.nW('TOKEN_REFUSED', `LinkedIn says that the access token ${what}`, { status: 200 });
}
const DAY_S = 24 * 60 * 60;
function newsOf({ fresh, told }, care, nowMs) {
    const introspection = told instanceof errors_0/* ActionError */.lZ ? null : told;
    const endsAtMs = introspection?.expiresAtMs ?? null;
    const lifeSeconds = fresh?.lifeSeconds ?? (endsAtMs === null ? null : (endsAtMs - nowMs) / 1000);
    const days = { access: daysIn(lifeSeconds), refresh: daysIn(fresh?.refreshLifeSeconds ?? null) };
    const scopes = fresh?.scopes ?? introspection?.scopes ?? null;
    return {
        daysLeft: days.access,
        lines: [`the access token ${fresh === null ? 'is good' : 'was obtained by refresh'}${span(days.access)}`],
        warnings: [...lifeWarnings(days, care), ...scopeWarnings(scopes, care.ownerKind)],
        notices: told instanceof errors_0/* ActionError */.lZ ? [`the access token could not be checked: ${told.message}`] : [],
    };
}
function daysIn(seconds) {
    return seconds === null ? null : Math.max(0, Math.floor(seconds / DAY_S));
}
function span(days) {
    return days === null ? '' : `, for ${inDays(days)}`;
}
function inDays(days) {
    return days === 0 ? 'less than a day' : (0,units/* count */.U9)(days, 'day');
}
const GENERATOR = 'https://www.linkedin.com/developers/tools/oauth/token-generator';
/** A refreshed token that lives short shows that its refresh token does: neither outlives the other. */
function lifeWarnings({ access, refresh }, { warnDays, refreshToken }) {
    const left = refreshToken === null ? access : (refresh ?? access);
    if (left === null || left >= warnDays)
        return [];
    return refreshToken === null
        ? [`the access token has ${inDays(left)} left: make a new one at ${GENERATOR} and store it in its place`]
        : [
            `the refresh token has ${inDays(left)} left, and using it does not prolong it: let the member authorize the app again, and store the new refresh token in its place`,
        ];
}
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
const SCOPES = {
    person: 'w_member_social',
    organization: 'w_organization_social',
    sponsoredAccount: 'rw_ads',
};
const SCOPES_CAP = 300;
/** No more than a warning: LinkedIn may know of a grant that its scopes do not tell. */
function scopeWarnings(scopes, owner) {
    const needed = SCOPES[owner];
    if (scopes === null || scopes.includes(needed))
        return [];
    const has = scopes.length === 0 ? 'none' : scopes.join(', ').slice(0, SCOPES_CAP);
    return [
        `the access token lacks the scope ${needed}, which LinkedIn asks for with this kind of owner; it has: ${has}. The upload is tried all the same`,
    ];
}
const SETTLING_MS = 30_000;
const PATIENCE_MS = 5000;
/**
 * A client for a token that was just made: within seconds of it, LinkedIn can take it for a revoked one. Such a refusal
 * has had no effect, so the call is made once more, a moment later, as long as the token is that young.
 */
function patient(client, { clock, signal }) {
    const madeAtMs = clock.now();
    const request = async (call) => {
        const reply = await client.request(call);
        const isYoung = clock.now() - madeAtMs < SETTLING_MS;
        if (reply.status !== 401 || !call.bearer || typeof call.body === 'object' || !isYoung)
            return reply;
        await clock.sleep(PATIENCE_MS, call.signal === undefined ? signal : AbortSignal.any([signal, call.signal]));
        return client.request(call);
    };
    return { apiUrl: client.apiUrl, serverNow: () => client.serverNow(), request };
}

;// CONCATENATED MODULE: ./linkedin/videos.js
// The Videos API: initialize, parts where the instructions say, captions and thumbnail, finalize.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)







const videos_byteNumber = schema/* number */.aig().int().nonnegative();
const instruction = schema/* looseObject */._H3({ uploadUrl: schema/* string */.YjP(), firstByte: videos_byteNumber, lastByte: videos_byteNumber });
const videos_initialized = schema/* looseObject */._H3({
    value: schema/* looseObject */._H3({
        video: schema/* string */.YjP().refine((urn) => (0,linkedin_urn/* isMediaUrn */.cc)('video', urn)),
        uploadInstructions: list(instruction, session/* PARTS */.dI),
        // Usually empty; LinkedIn left it out in replies of May and August 2026 (versions 202503 and 202606).
        uploadToken: schema/* string */.YjP()
            .nullish()
            .transform((token) => token ?? ''),
        uploadUrlsExpireAt: ifReadable(schema/* number */.aig()),
        captionsUploadUrl: ifReadable(schema/* string */.YjP()),
        thumbnailUploadUrl: ifReadable(schema/* string */.YjP()),
    }),
});
/** The body of `initializeUpload`: captions and thumbnail are only asked for when they are there to be sent. */
function initializeVideoBody({ owner, sizeBytes, sidecars }) {
    return {
        initializeUploadRequest: {
            owner,
            fileSizeBytes: sizeBytes,
            uploadCaptions: sidecars?.captions !== undefined,
            uploadThumbnail: sidecars?.thumbnail !== undefined,
        },
    };
}
/**
 * Opens an upload of one video.
 * @throws LinkedInError, NetworkError; ReplyShapeError, UploadError with `urn` when the answer held one
 */
async function openVideo(api, request) {
    const path = 'videos?action=initializeUpload';
    const reply = await api.post(
    // Each initialization makes another video; LinkedIn takes no key that would make two of them one.
    { phase: 'register', repeat: 'sparingly', path, replyCapBytes: capped/* PART_PLAN_CAP_BYTES */.v1 }, initializeVideoBody(request));
    return keepingUrn(reply, 'video', () => {
        const value = parseReply(reply, videos_initialized, 'register').value;
        const { video, uploadInstructions, captionsUploadUrl, thumbnailUploadUrl, uploadToken } = value;
        const addresses = [
            ...uploadInstructions.map(({ uploadUrl }) => uploadUrl),
            captionsUploadUrl,
            thumbnailUploadUrl,
        ];
        api.tellSecrets(video, { addresses, texts: [uploadToken] });
        return {
            identity: (0,session/* identify */.ls)(video, request.kind),
            query: { api: request.api, urn: video, kind: request.kind, recipe: null },
            processedOnUpload: false,
            needsEtags: true,
            parts: uploadInstructions.map((one) => instructedPart(api, one, { request, value })),
            extras: extrasOf(api, request, value),
            complete: (receipts) => finalize(api, value, receipts),
        };
    });
}
/** Both ends are included; the last range may run past the end of a file that is shorter, as in LinkedIn's example. */
function instructedPart(api, { uploadUrl, firstByte, lastByte }, { request, value }) {
    const target = api.target({ url: uploadUrl, headers: {} }, { bearer: false, contentType: null });
    return {
        firstByte,
        sizeBytes: Math.min(lastByte + 1, request.sizeBytes) - firstByte,
        expiresAtMs: value.uploadUrlsExpireAt ?? null,
        put: (body) => api.put(target, body),
    };
}
function extrasOf(api, { sidecars }, value) {
    return [
        ...(sidecars?.captions === undefined ? [] : [captions(api, sidecars.captions, value)]),
        ...(sidecars?.thumbnail === undefined ? [] : [thumbnail(api, sidecars.thumbnail, value)]),
    ];
}
// The one language that LinkedIn takes captions in.
const CAPTIONS_METADATA = JSON.stringify({
    format: 'SRT',
    formattedForEasyReader: true,
    largeText: true,
    source: 'USER_PROVIDED',
    locale: { variant: 'AMERICAN', country: 'US', language: 'EN' },
    transcriptType: 'CLOSED_CAPTION',
});
/** The one upload that is a form, and of a video's the one that carries the token. */
function captions(api, sidecar, { captionsUploadUrl }) {
    if (captionsUploadUrl === undefined)
        throw lacking('register', ['value', 'captionsUploadUrl']);
    const url = api.uploadUrl(captionsUploadUrl);
    return {
        kind: 'captions',
        sizeBytes: sidecar.sizeBytes,
        put: async ({ chunks, signal }) => {
            const bytes = await Array.fromAsync(chunks, (chunk) => Uint8Array.from(chunk));
            const form = new FormData();
            form.set('metadata', CAPTIONS_METADATA);
            form.set('file', new File(bytes, 'captions.srt', { type: 'application/x-subrip' }));
            await api.postForm(url, form, signal);
        },
    };
}
function thumbnail(api, sidecar, { thumbnailUploadUrl }) {
    if (thumbnailUploadUrl === undefined)
        throw lacking('register', ['value', 'thumbnailUploadUrl']);
    const target = api.target({ url: thumbnailUploadUrl, headers: { 'media-type-family': 'STILLIMAGE' } }, { bearer: false, contentType: null });
    return {
        kind: 'thumbnail',
        sizeBytes: sidecar.sizeBytes,
        put: async (body) => {
            await api.put(target, body);
        },
    };
}
/** LinkedIn joins the parts in the order of their ids, and takes the token back even when it is empty. */
async function finalize(api, { video, uploadToken }, receipts) {
    const path = 'videos?action=finalizeUpload';
    await api.post(
    // A finalization whose answer was lost may have been heard: only the status tells.
    { phase: 'complete', repeat: 'after-probe', path, secrets: [uploadToken] }, { finalizeUploadRequest: { video, uploadToken, uploadedPartIds: receipts.map(etagOf) } });
}

;// CONCATENATED MODULE: ./linkedin/open.js
// The door to LinkedIn: one row for each of its APIs. Nothing behind this table leaks past it.








const PROTOCOLS = {
    assets: (api) => ({
        open: (request) => openAsset(api, request),
        read: (queries, inLane) => readAssets(api, queries, inLane),
        readArtifacts: (query) => readArtifactsOfAsset(api, query),
    }),
    media: (api) => {
        const statuses = new MediaStatuses(api);
        return {
            open: (request) => (request.kind === 'image' ? openImage(api, request) : openVideo(api, request)),
            read: (queries, inLane) => statuses.read(queries, inLane),
            readArtifacts: (query) => statuses.readArtifacts(query),
        };
    },
};
/** What LinkedIn knows beside the token, and may echo in any answer. */
function open_secretsOf({ clientSecret, refreshToken }) {
    return refreshToken === null ? [clientSecret] : [clientSecret, refreshToken];
}
/** LinkedIn as the publishing room sees it. All `queries` of one `readStatuses` are of one API and kind. */
function openLinkedIn(options) {
    const { tokenCare = null } = options;
    const secrets = tokenCare === null ? [] : open_secretsOf(tokenCare);
    let client = createClient({ ...options, secrets });
    // A refresh puts another client, with another token, in the place of the first.
    const current = {
        apiUrl: options.apiUrl,
        serverNow: () => client.serverNow(),
        request: (request) => client.request(request),
    };
    const api = new Api(current, options.version, options.onSecret);
    const protocols = { assets: PROTOCOLS.assets(api), media: PROTOCOLS.media(api) };
    const prepare = async (care) => {
        const { token, isFresh, news } = await careForToken(client, care, options.token);
        if (isFresh)
            client = patient(createClient({ ...options, token, secrets }), options);
        return news;
    };
    return {
        ...(tokenCare === null ? {} : { prepare: () => prepare(tokenCare) }),
        openSession: (request) => protocols[request.api].open(request),
        readStatuses: (queries, inLane) => {
            const [first] = queries;
            return first === undefined ? [] : protocols[first.api].read(queries, inLane);
        },
        readArtifacts: (query) => protocols[query.api].readArtifacts(query),
        serverNow: () => api.serverNow(),
    };
}

// EXTERNAL MODULE: ./publish/cut-off.js
var cut_off = __webpack_require__(8977);
// EXTERNAL MODULE: ./publish/disk-timeout.js
var disk_timeout = __webpack_require__(3726);
// EXTERNAL MODULE: ./publish/outcome.js
var publish_outcome = __webpack_require__(3725);
;// CONCATENATED MODULE: ./publish/budget.js
// What the whole run may spend on trying again: a budget of failures, and one brake for all files.


const FULL = 100;
const EVENT_COST = 10;
/** Calls that began within this time of a failure fail for the same reason. */
const EVENT_MS = 1000;
/**
 * A bucket that failures empty and successes refill. It charges per event, not per call: however many calls fail
 * together, they cost once. Ten events, and one more for every ten calls that work at the first try.
 */
class RetryBudget {
    #left = FULL;
    #eventEndMs = Number.NEGATIVE_INFINITY;
    /** Whether one more repeat would only add load to what is failing. */
    get isSpent() {
        return this.#left < 0;
    }
    /** A call that began at `startedMs` failed. It costs nothing while an earlier failure explains it. */
    chargeFailure(startedMs, nowMs) {
        if (startedMs >= this.#eventEndMs)
            this.chargePause(nowMs, EVENT_MS);
    }
    /** A pause of all files costs once; the calls that fail meanwhile are part of it. */
    chargePause(nowMs, pauseMs) {
        this.#left = Math.max(-EVENT_COST, this.#left - EVENT_COST);
        this.#eventEndMs = Math.max(this.#eventEndMs, nowMs + pauseMs);
    }
    /** A call that worked at its first try. */
    earn() {
        this.#left = Math.min(FULL, this.#left + 1);
    }
}
/** LinkedIn may ask for hours; a step that waits that long helps nobody. */
const LONGEST_PAUSE_MS = 120_000;
// After this many answers without complaint, one more upload may run beside the others.
const RECOVERY_CALLS = 10;
// So many failures in a row on one lane are an outage, and no accident of single files.
const OUTAGE_FAILURES = 10;
/**
 * When LinkedIn says that it is too much for one file, it is too much for all: everyone waits, then fewer run at once.
 * When one call after the other fails, everyone waits too, then one call at a time tries until one succeeds.
 */
class Brake {
    #clock;
    #lanes = new Set();
    #states = new Map();
    #fullLimit;
    #limit;
    #untilMs = 0;
    #calm = 0;
    #lock = null;
    constructor(clock, limit) {
        this.#clock = clock;
        this.#fullLimit = limit;
        this.#limit = limit;
    }
    /** Sets the limit of `lane`, now and from now on. */
    hold(lane) {
        this.#lanes.add(lane);
        lane.resize(this.#limit);
    }
    /**
     * Runs `task` in the lane as soon as nobody is to hold back. Who waits for that holds no place; who got a place when
     * the brake had been pulled meanwhile gives it on.
     * @throws the signal's reason; RunError RUN_STOPPED when the brake is locked
     */
    async run({ lane, key, signal }, task) {
        for (;;) {
            while (this.#isPulled)
                await this.#clock.sleep(this.#untilMs - this.#clock.now(), signal);
            this.#assertOpen(signal);
            const leave = await lane.enter(key);
            try {
                this.#assertOpen(signal);
                if (!this.#isPulled)
                    return await task();
            }
            finally {
                leave();
            }
        }
    }
    /**
     * LinkedIn says that it is too much, and how long to pause if it does. Complaints within one pause count once;
     * further ones wait longer each time.
     * @returns milliseconds that all wait; null when the complaint belongs to an earlier pause
     */
    pull({ lane, startedMs }, askedMs) {
        this.#calm = 0;
        const isNew = startedMs >= this.#untilMs;
        if (!isNew) {
            this.#extend(askedMs ?? 0);
            return null;
        }
        this.#limit = Math.max(1, Math.floor(this.#limit / 2));
        this.#resizeLanes();
        return this.#pause(lane, askedMs);
    }
    /**
     * A call failed in another way.
     * @returns milliseconds that all wait, when it is one of too many in a row; else null
     */
    fail({ lane, startedMs }, askedMs) {
        const state = this.#stateOf(lane);
        state.failuresInARow += 1;
        if (state.failuresInARow < OUTAGE_FAILURES || startedMs < this.#untilMs)
            return null;
        state.isOut = true;
        lane.resize(1);
        return this.#pause(lane, askedMs);
    }
    /** LinkedIn asks for a longer pause than a run can make: no call goes out any more. */
    lock(reason) {
        this.#lock ??= (0,publish_outcome/* stopped */.ce)('not sent', reason);
    }
    /** A call went through. */
    succeed(lane) {
        const state = this.#states.get(lane);
        this.#states.delete(lane);
        if (state?.isOut)
            this.#resizeLanes();
        if (this.#limit >= this.#fullLimit)
            return;
        this.#calm += 1;
        if (this.#calm < RECOVERY_CALLS)
            return;
        this.#calm = 0;
        this.#limit += 1;
        this.#resizeLanes();
    }
    get #isPulled() {
        return this.#untilMs > this.#clock.now();
    }
    #stateOf(lane) {
        const state = this.#states.get(lane) ?? { failuresInARow: 0, pausesInARow: 0, isOut: false };
        this.#states.set(lane, state);
        return state;
    }
    /** LinkedIn's own wish is never cut short. Without success in between, each pause is longer than the one before. */
    #pause(lane, askedMs) {
        const state = this.#stateOf(lane);
        state.pausesInARow += 1;
        const ownMs = (0,retry/* backoffMs */.jo)(state.pausesInARow, 'throttled', this.#clock.random());
        const isFirstWish = state.pausesInARow === 1 && askedMs !== null && askedMs > 0;
        const pauseMs = isFirstWish ? askedMs : Math.max(askedMs ?? 0, ownMs);
        this.#extend(pauseMs);
        return pauseMs;
    }
    #extend(pauseMs) {
        this.#untilMs = Math.max(this.#untilMs, this.#clock.now() + pauseMs);
    }
    #assertOpen(signal) {
        signal.throwIfAborted();
        if (this.#lock !== null)
            throw this.#lock;
    }
    #resizeLanes() {
        for (const lane of this.#lanes)
            lane.resize(this.#states.get(lane)?.isOut ? 1 : this.#limit);
    }
}

;// CONCATENATED MODULE: ./publish/poll.js
// The run's one poll loop: reads the status of all files that are due, and lets none wait for another.



// Each read counts against a daily quota that can be as low as a hundred, so the waits grow.
const WAITS_S = [1, 2, 3, 5, 8, 13, 20, 30];
const LONG_AFTER_MS = 10 * 60_000;
const LONG_WAIT_S = 60;
/** Milliseconds to wait after `waits` waits and `elapsedMs` of patience. */
function nextWaitMs(waits, elapsedMs) {
    if (elapsedMs >= LONG_AFTER_MS)
        return LONG_WAIT_S * 1000;
    return (WAITS_S[Math.min(waits, WAITS_S.length - 1)] ?? LONG_WAIT_S) * 1000;
}
// What was just registered may not be known everywhere at once.
const NOT_FOUND_MS = 30_000;
const FIRST_WAIT_MS = nextWaitMs(0, 0);
class PollLoop {
    #options;
    #waiting = new Set();
    #stop = new AbortController();
    #signal;
    #wake = new AbortController();
    #sleepsUntilMs = 0;
    #isRunning = false;
    constructor(options) {
        this.#options = options;
        this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
    }
    /**
     * Resolves with the reading that settles the file, null when `limitMs` is over before one does, or `stuck`.
     * @throws the error of a status read; the signal's reason when the run is cancelled
     */
    until(query, patience) {
        const startMs = this.#options.clock.now();
        return new Promise((settle, fail) => {
            const waitMs = Math.min(patience.firstMs, patience.limitMs);
            const waits = patience.firstMs > 0 ? 1 : 0;
            const due = dueAfter(query, startMs, waitMs);
            this.#join({ ...patience, ...due, query, startMs, askedMs: startMs, waits, settle, fail });
        });
    }
    /** Ends every wait, those to come too, with `reason`: no further read would tell more. */
    stop(reason) {
        this.#stop.abort(reason);
    }
    /** A file that is due before the loop would look again wakes it. */
    #join(waiting) {
        this.#waiting.add(waiting);
        if (waiting.dueMs < this.#sleepsUntilMs)
            this.#wake.abort();
        if (!this.#isRunning)
            void this.#run();
    }
    async #run() {
        this.#isRunning = true;
        try {
            while (this.#waiting.size > 0) {
                await this.#sleepUntilDue();
                this.#signal.throwIfAborted();
                for (const batch of this.#takeDue())
                    this.#read(batch);
            }
        }
        catch (error) {
            for (const waiting of this.#waiting)
                waiting.fail(error);
            this.#waiting.clear();
        }
        finally {
            this.#isRunning = false;
        }
    }
    async #sleepUntilDue() {
        const { clock } = this.#options;
        this.#wake = new AbortController();
        this.#sleepsUntilMs = Number.POSITIVE_INFINITY;
        for (const { dueMs } of this.#waiting)
            this.#sleepsUntilMs = Math.min(this.#sleepsUntilMs, dueMs);
        const waitMs = this.#sleepsUntilMs - clock.now();
        if (waitMs <= 0)
            return;
        await clock.sleep(waitMs, AbortSignal.any([this.#signal, this.#wake.signal])).catch(() => { });
    }
    /** Those that are due, one batch for each API and kind; they leave the set while they are read. */
    #takeDue() {
        const nowMs = this.#options.clock.now();
        const waiting = [...this.#waiting];
        const kinds = new Set(waiting.filter(({ dueMs }) => dueMs <= nowMs).map(kindOf));
        const due = waiting.filter((one) => one.readyMs <= nowMs && kinds.has(kindOf(one)));
        for (const one of due) {
            this.#waiting.delete(one);
            one.askedMs = nowMs;
        }
        return Map.groupBy(due, kindOf).values();
    }
    /** Each file goes by its own answer, as soon as that is there: another's call may take minutes. */
    #read(batch) {
        const { linkedin, inLane } = this.#options;
        const queries = batch.map((waiting) => waiting.query);
        const answers = linkedin.readStatuses(queries, (call) => inLane(call, this.#signal));
        const failures = new Map();
        for (const [index, waiting] of batch.entries())
            void this.#judge(waiting, answers[index], failures).catch((error) => waiting.fail(error));
    }
    /** @throws what is a bug */
    async #judge(waiting, answer, failures) {
        const reading = await answer;
        if (reading === undefined)
            throw new RangeError('a status read answered for fewer files than it was asked');
        if (reading instanceof errors_0/* ActionError */.lZ)
            this.#judgeFailure(waiting, reading, failures);
        else
            this.#judgeReading(waiting, reading);
    }
    /**
     * The next read in the row is the next try: a file that is uploaded has time. One call that failed for many files is
     * one error, and is repeated once.
     */
    #judgeFailure(waiting, error, failures) {
        const elapsedMs = waiting.askedMs - waiting.startMs;
        const notFoundMs = waiting.isNew ? NOT_FOUND_MS : waiting.stuckMs;
        const isTooEarly = error instanceof errors_0/* LinkedInError */.nW && error.status === 404 && elapsedMs < notFoundMs;
        const isNews = !isTooEarly && !failures.has(error);
        if (isNews)
            failures.set(error, this.#options.whyNotAgain(error));
        const end = isTooEarly ? null : failures.get(error);
        if (end)
            waiting.fail(end);
        else {
            waiting.onTrouble?.(error);
            const leastMs = (error instanceof errors_0/* LinkedInError */.nW && error.retryAfterMs) || 0;
            const waitMs = this.#waitOn(waiting, leastMs, isTooEarly);
            if (isNews && waitMs !== null)
                waiting.onRepeat?.({ error, waitMs, count: null });
        }
    }
    #judgeReading(waiting, reading) {
        if ('status' in reading)
            waiting.onStatus(reading.status);
        if (reading.state !== 'waiting') {
            waiting.settle(reading);
            return;
        }
        const elapsedMs = waiting.askedMs - waiting.startMs;
        const isMissing = !(0,session/* hasUpload */.ef)(reading);
        if (isMissing && elapsedMs >= waiting.stuckMs) {
            waiting.settle({ state: 'stuck', status: reading.status });
        }
        else
            this.#waitOn(waiting, 0, isMissing);
    }
    /**
     * The last wait is clipped to the limit, so that the last read begins at its very end, or later when the one before
     * took until then. It is never shorter than LinkedIn asks, `leastMs`; there is none when that is minutes too late. An
     * earlier run's upload that `isMissing` is read at the moment when it counts as lost.
     * @returns how long it is; null when there is none
     */
    #waitOn(waiting, leastMs, isMissing) {
        const nowMs = this.#options.clock.now();
        const endMs = waiting.startMs + waiting.limitMs;
        const isWorthIt = leastMs <= LONGEST_PAUSE_MS || nowMs + leastMs <= endMs;
        if (waiting.askedMs >= endMs || !isWorthIt) {
            waiting.settle(null);
            return null;
        }
        const lastMs = isMissing && !waiting.isNew ? waiting.startMs + waiting.stuckMs : endMs;
        const waitMs = Math.min(Math.max(0, lastMs - nowMs), nextWaitMs(waiting.waits, nowMs - waiting.startMs));
        const { dueMs, readyMs } = dueAfter(waiting.query, nowMs, waitMs);
        waiting.dueMs = Math.max(dueMs, nowMs + leastMs);
        waiting.readyMs = Math.max(readyMs, nowMs + leastMs);
        waiting.waits += 1;
        this.#join(waiting);
        return waiting.dueMs - nowMs;
    }
}
function kindOf({ query }) {
    return `${query.api} ${query.kind}`;
}
/** Where one call tells of many files, those that have waited most of their time are read along with the first. */
function dueAfter({ api }, nowMs, waitMs) {
    const isShared = session/* API_TRAITS */.lY[api].statusBatch > 1;
    return { dueMs: nowMs + waitMs, readyMs: nowMs + (isShared ? waitMs * 0.75 : waitMs) };
}

;// CONCATENATED MODULE: ./publish/aftercare.js
// From an upload that LinkedIn holds to what it made of it: waits for processing, then reads the artifacts.



/** After an upload that was answered, LinkedIn knows of it within seconds. */
const STUCK_MS = 60_000;
const READ_TRIES = 5;
class Aftercare {
    #options;
    #poll;
    /** Why the last read of a file failed, until one succeeds. */
    #troubles = new Map();
    /** How long each file was waited for in the sessions before. */
    #waitedMs = new Map();
    /** The refusal that every further call would meet. */
    #refusal = null;
    constructor(options) {
        this.#options = options;
        const { traffic } = options;
        this.#poll = new PollLoop({
            ...options,
            inLane: traffic.inReadLane,
            whyNotAgain: (error) => traffic.whyNotAgain(error),
        });
    }
    /** Nothing is asked any more: the answer is known. */
    stop(reason) {
        this.#refusal ??= reason;
        this.#poll.stop(reason);
    }
    /**
     * How the file ends; null when its session is lost, for LinkedIn does not have what it took, or failed at it: once a
     * file, that is worth another session.
     * @throws the error of a status read that is not worth another
     */
    async until(index, session, sessions) {
        const { waitMs } = this.#options;
        const { query, processedOnUpload } = session;
        if (waitMs === 0)
            return processedOnUpload ? await this.#available(index, query) : { state: 'processing' };
        const settlement = await this.#wait(index, query, {
            // An answer that came after processing needs one read to confirm it, at once.
            firstMs: processedOnUpload ? 0 : FIRST_WAIT_MS,
            stuckMs: sessions === 1 ? this.#stuckMs : Number.POSITIVE_INFINITY,
            isNew: true,
        });
        if (settlement === null)
            return this.#stillProcessing(index);
        switch (settlement.state) {
            case 'stuck':
                return this.#isOver(index) ? this.#stillProcessing(index) : null;
            case 'failed':
                return this.afterFailure(index, settlement, sessions);
            case 'available':
                return await this.#available(index, query, settlement.artifacts);
            default:
                return { state: 'unverified' };
        }
    }
    /** How a file ends when LinkedIn reports a failure; null when that is worth another session. */
    afterFailure(index, { error, mayRetry }, sessions) {
        return mayRetry && sessions === 1 && !this.#isOver(index) ? null : { state: 'failed', error };
    }
    /**
     * Asks for an upload of an earlier run: `reused` when LinkedIn has it, or may not tell; null when it has to be sent
     * again. Without a wait, one read decides. `isRecent`: LinkedIn may not have seen it everywhere yet.
     * @throws the error of a status read that is not worth another
     */
    async verify(index, query, isRecent) {
        const { waitMs } = this.#options;
        const settlement = await this.#wait(index, query, {
            firstMs: 0,
            stuckMs: isRecent ? this.#stuckMs : 0,
            isNew: false,
        });
        if (settlement === null)
            return waitMs === 0 ? { state: 'processing' } : this.#stillProcessing(index);
        if (settlement.state === 'stuck')
            return null;
        if (settlement.state === 'failed')
            return this.#isOver(index) ? { state: 'failed', error: settlement.error } : null;
        if (settlement.state === 'available')
            await this.#readTold(index, query, settlement.artifacts);
        return { state: 'reused' };
    }
    /** Each file has one wait, whatever becomes of its sessions. */
    async #wait(index, query, patience) {
        const startMs = this.#options.clock.now();
        const limitMs = this.#leftMs(index);
        try {
            return await this.#poll.until(query, { ...patience, limitMs, ...this.#hearing(index) });
        }
        finally {
            const waitedMs = this.#waitedMs.get(index) ?? 0;
            this.#waitedMs.set(index, waitedMs + this.#options.clock.now() - startMs);
        }
    }
    /** A short wait leaves half of its time to another session. */
    get #stuckMs() {
        return Math.min(STUCK_MS, this.#options.waitMs / 2);
    }
    /** Whether there was a wait for the file, and nothing is left of it. */
    #isOver(index) {
        return this.#options.waitMs > 0 && this.#leftMs(index) === 0;
    }
    #leftMs(index) {
        return Math.max(0, this.#options.waitMs - (this.#waitedMs.get(index) ?? 0));
    }
    #hearing(index) {
        return {
            onStatus: (status) => {
                this.#troubles.delete(index);
                if (status !== null)
                    this.#options.ledger.record(index, { kind: 'status', status });
            },
            onTrouble: (error) => void this.#troubles.set(index, error),
            onRepeat: (repeat) => this.#tellRepeat(index, repeat),
        };
    }
    /** `told`: the artifacts, when the status came with them. A file whose artifacts stay unread is available all the same. */
    async #available(index, query, told) {
        await this.#readTold(index, query, told);
        return { state: 'available' };
    }
    async #readTold(index, query, told) {
        const { ledger, readsArtifacts, signal, onError } = this.#options;
        if (!readsArtifacts)
            return;
        try {
            const artifacts = told ?? (await this.#askForArtifacts(index, query));
            ledger.record(index, { kind: 'artifacts', artifacts });
        }
        catch (thrown) {
            const end = (0,publish_outcome/* endBy */.be)(signal);
            const error = end === null ? (0,errors_0/* asActionError */.z6)(thrown) : (0,publish_outcome/* cutShort */.VV)('before that', end);
            ledger.record(index, { kind: 'artifacts-unread', error });
            onError(error);
        }
    }
    #askForArtifacts(index, query) {
        const { attempts, reads } = this.#options.traffic;
        const telling = attempts.telling((repeat) => this.#tellRepeat(index, repeat));
        return telling.run(() => this.#readArtifacts(query), { lane: reads, key: index, limit: READ_TRIES });
    }
    async #readArtifacts(query) {
        this.#options.signal.throwIfAborted();
        if (this.#refusal !== null)
            throw (0,publish_outcome/* stopped */.ce)('not asked', this.#refusal);
        return await this.#options.linkedin.readArtifacts(query);
    }
    #tellRepeat(index, repeat) {
        this.#options.ledger.record(index, { kind: 'repeat', ...repeat });
    }
    #stillProcessing(index) {
        const { ledger, waitMs } = this.#options;
        const { status } = ledger.entry(index);
        const said = status === null ? 'LinkedIn did not tell its status' : `LinkedIn still says ${status}`;
        const trouble = this.#troubles.get(index);
        const why = trouble === undefined ? '' : `; the last read failed: ${trouble.message}`;
        const waitedMs = Math.min(waitMs, this.#waitedMs.get(index) ?? 0);
        const text = `${said} after ${Math.ceil(waitedMs / 60_000)} min${why}`;
        return { state: 'processing', error: new errors_0/* UploadError */.oW('PROCESSING_TIMEOUT', text, { cause: trouble }) };
    }
}

;// CONCATENATED MODULE: ./publish/lanes.js
// A lane lets a fixed number of tasks run at once, and takes turns between the files that wait.
/**
 * Tasks wait in one queue a key (a file), and free places go round the keys: a video of a thousand parts and a
 * picture that came later both move.
 */
class Lane {
    #waiting = new Map();
    // One walk for many turns: to begin anew at each would step over all the keys that had theirs before.
    #round = this.#waiting.entries();
    #limit;
    /** Below zero while more are inside than a lowered limit allows. */
    #free;
    constructor(limit) {
        this.#limit = limit;
        this.#free = limit;
    }
    /** Lets `limit` tasks run at once from now on; those inside finish. */
    resize(limit) {
        this.#free += limit - this.#limit;
        this.#limit = limit;
        while (this.#free > 0 && this.#waiting.size > 0) {
            this.#free -= 1;
            this.#next();
        }
    }
    /** Runs `task` when a place is free; the place is given on when the task has settled. */
    async run(key, task) {
        const leave = await this.enter(key);
        try {
            return await task();
        }
        finally {
            leave();
        }
    }
    /** Waits for a place; the returned function gives it on, once. Rejects when the key is dismissed first. */
    async enter(key) {
        if (this.#free > 0)
            this.#free -= 1;
        else
            await new Promise((admit, refuse) => this.#queue(key, { admit, refuse }));
        let isInside = true;
        return () => {
            if (isInside)
                this.#next();
            isInside = false;
        };
    }
    /** Rejects all that wait under `key` with `reason`: what is given up takes no turns from others. */
    dismiss(key, reason) {
        const queue = this.#waiting.get(key) ?? [];
        this.#waiting.delete(key);
        for (const { refuse } of queue)
            refuse(reason);
    }
    #queue(key, waiter) {
        const queue = this.#waiting.get(key);
        if (queue === undefined)
            this.#waiting.set(key, [waiter]);
        else
            queue.push(waiter);
    }
    /** Gives a place that has become free to whoever's turn it is. */
    #next() {
        const turn = this.#free < 0 ? undefined : this.#turn();
        if (turn === undefined) {
            this.#free += 1;
            return;
        }
        const [key, queue] = turn;
        const waiter = queue.shift();
        // The key goes to the back of the round.
        this.#waiting.delete(key);
        if (queue.length > 0)
            this.#waiting.set(key, queue);
        waiter?.admit();
    }
    #turn() {
        const turn = this.#round.next();
        if (turn.done !== true)
            return turn.value;
        // A walk that came to its end stays there, whoever came since.
        this.#round = this.#waiting.entries();
        return this.#round.next().value;
    }
}

// EXTERNAL MODULE: ./publish/plan.js
var plan = __webpack_require__(5566);
// EXTERNAL MODULE: ./publish/verdict.js
var publish_verdict = __webpack_require__(3164);
;// CONCATENATED MODULE: ./publish/refusals.js
// What several files are refused for in the same words, one after the other, is no matter of the files.

const IN_A_ROW = 3;
// Each answer has an id of its own.
const REQUEST_ID = / \[x-li-uuid [^\]]*\]$/;
class Refusals {
    #said = '';
    #count = 0;
    /** Hears how each registration ended, null when it went well; tells whether the run is to end with it. */
    isEnough(error) {
        if (error === null) {
            this.#count = 0;
            return false;
        }
        if ((0,publish_verdict/* verdictOn */.Hc)(error).next !== 'give-up')
            return false;
        const said = error.message.replace(REQUEST_ID, '');
        this.#count = said === this.#said ? this.#count + 1 : 1;
        this.#said = said;
        return this.#count >= IN_A_ROW;
    }
}

;// CONCATENATED MODULE: ./publish/reuse.js
// Files that LinkedIn has already: from an earlier run, by the manifest, or from a twin with the same bytes in this one.

const DAY_MS = 86_400_000;
/** Whether an entry was verified within a day. A date ahead of the clock verifies nothing: others may have set it. */
function isFresh({ checkedAt }, todayMs) {
    const ageMs = checkedAt === undefined ? Number.NaN : todayMs - Date.parse(checkedAt);
    return ageMs >= 0 && ageMs < DAY_MS;
}
// A run that is taken up again at once must not take a moment's WAITING_UPLOAD for a loss.
const RECENT_MS = 10 * 60_000;
/** Whether LinkedIn may not show the upload yet: no read has shown it so far. */
function isRecent({ updatedAt, checkedAt }, todayMs) {
    return checkedAt === undefined && todayMs - Date.parse(updatedAt) < RECENT_MS;
}
class Reuse {
    #options;
    /** First file → the copy with the same bytes that took over. */
    #takenOver = new Map();
    constructor(options) {
        this.#options = options;
    }
    /**
     * How the file ends when nothing has to be sent for it; null when it is to be uploaded.
     * @throws the error of a status read that is not worth another
     */
    async outcomeOf(index) {
        const { recalled } = this.#options.ledger.entry(index).planned;
        if (recalled === undefined)
            return null;
        if (recalled.twinOf !== null)
            return await this.#afterTwin(index, recalled.twinOf);
        // What was only registered has no bytes, and the addresses for them were never kept.
        if (recalled.entry === null || recalled.entry.state === 'registered')
            return null;
        return await this.#ofEarlierRun(index, recalled.entry);
    }
    async #ofEarlierRun(index, entry) {
        const { ledger, clock } = this.#options;
        ledger.record(index, { kind: 'remembered', identity: entry.identity });
        if (entry.state === 'available' && isFresh(entry, clock.today()))
            return { state: 'reused' };
        const outcome = await this.#verify(index, entry);
        if (outcome === null)
            ledger.record(index, { kind: 'abandoned', reason: 'LinkedIn does not have it any more' });
        return outcome;
    }
    async #verify(index, entry) {
        const { aftercare, ledger, clock } = this.#options;
        const { request } = ledger.entry(index).planned;
        if (request === null)
            return null;
        const { api, kind, recipe } = request;
        const query = { api, kind, recipe, urn: entry.identity.urn };
        try {
            return await aftercare.verify(index, query, isRecent(entry, clock.today()));
        }
        catch (error) {
            // What LinkedIn no longer knows is uploaded anew.
            if (error instanceof errors_0/* LinkedInError */.nW && (error.status === 404 || error.status === 410))
                return null;
            throw error;
        }
    }
    /**
     * The same bytes are sent once. When the first file with them fails, one copy takes over and the others follow it.
     * Null for the copy that takes over, and when the run ends.
     */
    async #afterTwin(index, first) {
        const { ledger, endOf } = this.#options;
        for (;;) {
            const sent = this.#takenOver.get(first) ?? first;
            await endOf(sent);
            const { state, error, planned } = ledger.entry(sent);
            if (state !== 'failed' && state !== 'skipped')
                return this.#follow(index, sent);
            if (ledger.stopReason !== null || error === null || error instanceof errors_0/* RunError */.e4)
                return null;
            // An unreadable copy proves nothing about the others.
            if (sent !== first && !(error instanceof errors_0/* FileError */.f6))
                return { state: 'failed', error: sameBytesFailed(planned.file.path, error) };
            if ((this.#takenOver.get(first) ?? first) !== sent)
                continue;
            this.#takenOver.set(first, index);
            return null;
        }
    }
    #follow(index, sent) {
        const { ledger } = this.#options;
        const { state, identity, error } = ledger.entry(sent);
        if (identity === null)
            return null;
        ledger.record(index, { kind: 'remembered', identity });
        if (state !== 'processing')
            return { state: 'reused' };
        return error === null ? { state } : { state, error };
    }
}
function sameBytesFailed(path, error) {
    const text = `not sent: ${path} has the same bytes and failed: ${error.message}`;
    return new errors_0/* UploadError */.oW(error.code, text, { cause: error });
}

;// CONCATENATED MODULE: ./publish/attempts.js
// Tries a call until it works or is not worth another try: the run's one retry loop.




class Attempts {
    #options;
    constructor(options) {
        this.#options = options;
    }
    /** The same tries, with a listener for the repeats of one file. */
    telling(onRepeat) {
        return new Attempts({ ...this.#options, onRepeat });
    }
    /**
     * @throws the last error; RunError RETRIES_SPENT when the run's budget is used up; the signal's reason
     */
    async run(call, persistence) {
        const { brake, budget } = this.#options;
        const { lane, key, signal = this.#options.signal } = persistence;
        let { limit } = persistence;
        let losses = 0;
        for (let tries = 1;; tries += 1) {
            try {
                const result = await brake.run({ lane, key, signal }, () => this.#listenTo(call, lane));
                if (tries === 1)
                    budget.earn();
                return result;
            }
            catch (thrown) {
                // Why the tries were ended counts more than what one of them was about to fail with.
                signal.throwIfAborted();
                const error = (0,errors_0/* asActionError */.z6)(thrown);
                if (isLost(error)) {
                    losses += 1;
                    persistence.onLost?.();
                }
                // What a lost try may have done already, another one may be refused for.
                const done = losses > 0 ? await this.#probe(persistence, signal) : null;
                if (done !== null)
                    return done;
                if (error.code === 'LIMIT_REACHED')
                    limit += 1;
                const { lostLimit = limit } = persistence;
                const isLast = tries >= limit || losses > lostLimit || waitsTooLong(error);
                const next = this.judge(error, isLast ? Number.POSITIVE_INFINITY : tries);
                if (next instanceof errors_0/* ActionError */.lZ)
                    throw next;
                // Each further try may be lost as this one was.
                const most = Math.min(limit, next.tries, next.isLost ? tries + 1 + lostLimit - losses : limit);
                await this.#waitFor(next, { error, count: { tries: tries + 1, most } }, signal);
            }
        }
    }
    /** What follows from an error after so many tries: another one, or the error that ends them. */
    judge(error, tries) {
        const verdict = (0,publish_verdict/* verdictOn */.Hc)(error);
        if (verdict.next !== 'again' || tries >= verdict.tries)
            return error;
        if (error.code === 'LIMIT_REACHED' && waitsTooLong(error))
            return error;
        if (!this.#options.budget.isSpent)
            return verdict;
        if (error.code === 'LIMIT_REACHED')
            return error;
        const text = `too many calls had to be repeated in this run; the last one: ${error.message}`;
        return new errors_0/* RunError */.e4('RETRIES_SPENT', text, { cause: error });
    }
    /**
     * What a failed call means for all files: one that was too much, or that is one of many, holds them back. To be
     * called while the place of the call is still held: the next one must know.
     */
    heed(error, failed) {
        const { brake, budget, clock, onStop, onPause } = this.#options;
        const verdict = (0,publish_verdict/* verdictOn */.Hc)(error);
        if (verdict.next !== 'again')
            return;
        const isTooMuch = error.code === 'LIMIT_REACHED';
        if (isTooMuch && waitsTooLong(error)) {
            brake.lock(error);
            onStop(error);
            return;
        }
        const askedMs = waitsTooLong(error) ? null : verdict.waitMs;
        const pauseMs = isTooMuch ? brake.pull(failed, askedMs) : brake.fail(failed, askedMs);
        if (pauseMs === null) {
            budget.chargeFailure(failed.startedMs, clock.now());
        }
        else {
            budget.chargePause(clock.now(), pauseMs);
            onPause({ error, waitMs: pauseMs });
        }
    }
    async #listenTo(call, lane) {
        const { brake, clock, onStop } = this.#options;
        const startedMs = clock.now();
        try {
            const result = await call();
            brake.succeed(lane);
            return result;
        }
        catch (thrown) {
            const error = (0,errors_0/* asActionError */.z6)(thrown);
            // Also for a file that is given up meanwhile.
            this.heed(error, { lane, startedMs });
            if ((0,publish_verdict/* verdictOn */.Hc)(error).next === 'stop')
                onStop(error);
            throw error;
        }
    }
    /** A probe that fails tells nothing of the call, though it may tell of the run. */
    async #probe({ probe }, signal) {
        if (probe === undefined)
            return null;
        try {
            return await probe();
        }
        catch (thrown) {
            const error = (0,errors_0/* asActionError */.z6)(thrown);
            const verdict = (0,publish_verdict/* verdictOn */.Hc)(error);
            if (verdict.next === 'stop')
                throw error;
            if (verdict.next !== 'again')
                return null;
            if (waitsTooLong(error))
                throw error;
            if (verdict.waitMs)
                await this.#options.clock.sleep(verdict.waitMs, signal);
            return null;
        }
    }
    /** LinkedIn's own wish is never cut short; without one, or when its moment has passed, up to a growing limit. */
    async #waitFor({ reason, waitMs: askedMs }, { error, count }, signal) {
        const { clock, onRepeat } = this.#options;
        const waitMs = askedMs || (0,retry/* backoffMs */.jo)(count.tries - 1, reason, clock.random());
        onRepeat?.({ error, waitMs, count });
        await clock.sleep(waitMs, signal);
    }
}
function isLost(error) {
    const verdict = (0,publish_verdict/* verdictOn */.Hc)(error);
    return verdict.next === 'again' && verdict.isLost;
}
/** Whether LinkedIn asks to wait longer than a run can. */
function waitsTooLong(error) {
    const verdict = (0,publish_verdict/* verdictOn */.Hc)(error);
    return verdict.next === 'again' && (verdict.waitMs ?? 0) > LONGEST_PAUSE_MS;
}

;// CONCATENATED MODULE: ./publish/traffic.js
// The run's traffic rules in one place: lanes for calls, uploads and reads, one brake, one budget, one retry loop.




class Traffic {
    /** One at a time until `openCalls`. */
    calls = new Lane(1);
    completions;
    puts;
    reads;
    /** Files that are registered and wait for a PUT: few, so that upload addresses do not grow old. */
    berths;
    attempts;
    #budget = new RetryBudget();
    #brake;
    #clock;
    #signal;
    constructor({ concurrency, ...options }) {
        this.completions = new Lane(concurrency);
        this.puts = new Lane(concurrency);
        this.reads = new Lane(concurrency);
        this.berths = new Lane(concurrency);
        this.#clock = options.clock;
        this.#signal = options.signal;
        this.#brake = new Brake(options.clock, concurrency);
        for (const lane of [this.completions, this.puts, this.reads])
            this.#brake.hold(lane);
        this.attempts = new Attempts({ ...options, budget: this.#budget, brake: this.#brake });
    }
    /** LinkedIn has taken a first call: others may go beside each other. */
    openCalls() {
        this.#brake.hold(this.calls);
    }
    /** One status read, which is its own key: none has to wait for another file's. `signal` ends the wait for its turn. */
    inReadLane = async (call, signal = this.#signal) => this.#brake.run({ lane: this.reads, key: call, signal }, async () => {
        const startedMs = this.#clock.now();
        const answer = await call();
        this.#judgeRead(answer, startedMs);
        return answer;
    });
    /** A read tells of one file or of several, and its failure is an answer too: one call, one success or failure. */
    #judgeRead(answer, startedMs) {
        const answers = [answer].flat();
        const errors = answers.filter((one) => one instanceof errors_0/* ActionError */.lZ);
        const error = errors.find(({ code }) => code === 'LIMIT_REACHED') ?? errors[0];
        const isGood = answers.some((one) => one !== null && !(one instanceof errors_0/* ActionError */.lZ));
        if (isGood) {
            this.#budget.earn();
            this.#brake.succeed(this.reads);
        }
        if (error !== undefined && (!isGood || error.code === 'LIMIT_REACHED'))
            this.attempts.heed(error, { lane: this.reads, startedMs });
    }
    /** Null when a failed status read may come again in its row; else what ends the row. */
    whyNotAgain(error) {
        const next = this.attempts.judge(error, 1);
        return next instanceof errors_0/* ActionError */.lZ ? next : null;
    }
}

// EXTERNAL MODULE: ./media/bytes.js
var bytes = __webpack_require__(2017);
;// CONCATENATED MODULE: ./publish/body.js
// Turns a byte range of an open file into a request body that another try sends again from memory, in reused buffers.


const MIB = 1024 * 1024;
/** What one read brings: while one piece is sent, the next one is read. */
const PIECE_BYTES = MIB;
/** A range up to this size is kept as a whole until it has arrived; of a larger one, two pieces take turns. */
const KEPT_BYTES = 16 * MIB;
const SMALLEST_BYTES = 64 * 1024;
/** Buffers for as many bodies as are sent at once; memory grows with them, never with the files. */
class BufferPool {
    #free = [];
    /** One of `sizeBytes` or more. */
    take(sizeBytes) {
        const fits = this.#free.filter(({ byteLength }) => byteLength >= sizeBytes);
        const [best] = fits.sort((a, b) => a.byteLength - b.byteLength);
        // What is too small for its turn makes way: there are never more buffers than bodies at once.
        const gone = best ?? this.#free[0];
        if (gone !== undefined)
            this.#free.splice(this.#free.indexOf(gone), 1);
        return best ?? Buffer.allocUnsafeSlow(roundedUp(sizeBytes));
    }
    giveBack(buffer) {
        this.#free.push(buffer);
    }
}
/** To a power of two, so that pictures of about one size share buffers; untouched memory costs nothing. */
function roundedUp(sizeBytes) {
    return Math.max(SMALLEST_BYTES, 2 ** Math.ceil(Math.log2(sizeBytes)));
}
/**
 * The bytes of `range`, from its start for each try; a new try ends the one before. Whoever made it must `release` it
 * after the request, however that ended.
 */
class RangeBody {
    #options;
    #buffer;
    /** The place of a byte is its offset in the range, modulo the length of the window. */
    #window;
    /** The try that owns the buffer; null once that is given back. */
    #owner = {};
    /** How many bytes of the range, from its start, this try need not read any more. */
    #readBytes = 0;
    #reading = null;
    constructor(options) {
        const { pool, range } = options;
        const windowBytes = range.sizeBytes > KEPT_BYTES ? 2 * PIECE_BYTES : range.sizeBytes;
        this.#options = options;
        this.#buffer = pool.take(windowBytes);
        this.#window = this.#buffer.subarray(0, windowBytes);
    }
    async *[Symbol.asyncIterator]() {
        const { range, onSent } = this.#options;
        const { sizeBytes } = range;
        const owner = await this.#begin();
        for (let sentBytes = 0; sentBytes < sizeBytes;) {
            if (this.#readBytes === sentBytes)
                await this.#readOn();
            this.#assertOwner(owner);
            const piece = this.#window.subarray(...this.#placeOf(sentBytes, this.#readBytes));
            sentBytes += piece.byteLength;
            // undici asks for more only when the socket has taken the last piece: by then its place is free.
            if (this.#readBytes === sentBytes && sentBytes < sizeBytes)
                this.#readOn().catch(() => { });
            yield piece;
            this.#assertOwner(owner);
            onSent(piece.byteLength);
        }
    }
    /**
     * A read that is under way when the request breaks still writes into the buffer: another body may have that when the
     * read is over. It is not waited for, and a buffer whose read failed is used by nobody: that one may have hung.
     */
    release() {
        if (this.#owner === null)
            return;
        this.#owner = null;
        const giveBack = () => this.#options.pool.giveBack(this.#buffer);
        if (this.#reading === null)
            giveBack();
        else
            this.#reading.then(giveBack, () => { });
    }
    async #begin() {
        const owner = {};
        if (this.#owner !== null)
            this.#owner = owner;
        // What a broken try still reads is not to mix with the bytes of this one. A read that failed may still go on.
        await this.#reading;
        this.#assertOwner(owner);
        if (this.#window.byteLength < this.#options.range.sizeBytes)
            this.#readBytes = 0;
        return owner;
    }
    /** The next piece, once for all who wait for it; one that failed keeps failing. */
    #readOn() {
        this.#reading ??= this.#fill().then(() => {
            this.#reading = null;
        });
        return this.#reading;
    }
    /** @throws FileError FILE_CHANGED when the file ends too early: the buffer holds bytes of other files */
    async #fill() {
        const { source, range } = this.#options;
        const offset = this.#readBytes;
        const place = this.#window.subarray(...this.#placeOf(offset, range.sizeBytes));
        const readBytes = await source.read(place, range.firstByte + offset);
        if (readBytes < place.byteLength) {
            const text = `the file ended at byte ${(0,units/* grouped */.zD)(range.firstByte + offset + readBytes)}, before its part did`;
            throw new errors_0/* FileError */.f6('FILE_CHANGED', text);
        }
        this.#readBytes += readBytes;
    }
    /** From where to where in the window the piece at `offset` lies; `endBytes` is where the range ends for now. */
    #placeOf(offset, endBytes) {
        const start = offset % this.#window.byteLength;
        return [start, start + Math.min(PIECE_BYTES, endBytes - offset)];
    }
    /** A request that broke may still pull, when the disk or its closed socket wakes it. */
    #assertOwner(owner) {
        if (this.#owner !== owner)
            throw new RangeError('this try is over, and its buffer is not its own');
    }
}

// EXTERNAL MODULE: ./publish/opening.js
var opening = __webpack_require__(637);
;// CONCATENATED MODULE: ./publish/probe.js
// Status reads after a lost answer: whether LinkedIn has the upload, so that nothing is sent twice.


const SECOND_READ_MS = 1000;
class Probe {
    #options;
    #query;
    #failure = null;
    constructor(options, query) {
        this.#options = options;
        this.#query = query;
    }
    /** What LinkedIn reported, if that was a failure. */
    get failure() {
        return this.#failure;
    }
    /**
     * Whether nothing more is to be sent in this session: LinkedIn has the upload, or reports a failure.
     * @throws the error of the status read
     */
    async look() {
        return this.#judge(await this.#read());
    }
    /**
     * Like `look`, but reads again a second later if LinkedIn does not show the upload yet.
     * @throws the error of the last status read; the signal's reason
     */
    async lookTwice() {
        const { clock, signal } = this.#options;
        const answer = await this.#read();
        if (!mayComeLate(answer))
            return this.#judge(answer);
        await clock.sleep(SECOND_READ_MS, signal);
        return await this.look();
    }
    #judge(answer) {
        if (answer instanceof errors_0/* ActionError */.lZ)
            throw answer;
        if (answer.state === 'failed')
            this.#failure = answer;
        return answer.state === 'failed' || (0,session/* showsUpload */.g5)(answer);
    }
    async #read() {
        const { linkedin, traffic } = this.#options;
        const [answer] = linkedin.readStatuses([this.#query], (call) => traffic.inReadLane(call));
        if (answer === undefined)
            throw new RangeError('a status read did not answer for its file');
        return await answer;
    }
}
function mayComeLate(answer) {
    if (answer instanceof errors_0/* ActionError */.lZ)
        return answer instanceof errors_0/* LinkedInError */.nW && answer.status === 404;
    return answer.state === 'waiting' && !(0,session/* showsUpload */.g5)(answer);
}

;// CONCATENATED MODULE: ./publish/turns.js
// The turns of one session in the lane of PUTs: all of them share one fate, and what waits costs next to nothing.



// Two: while one is being let in, the next has its place in the round already.
const IN_LINE = 2;
/**
 * Each turn gets in line when one before it has been let in: ten thousand parts are no more promises than two.
 * Resolves when all have gone well. The first failure stops the others, and is thrown when none is under way any more.
 */
function takeTurns(options) {
    return new Turns(options).run();
}
class Turns {
    #options;
    #stop = new AbortController();
    #end = Promise.withResolvers();
    #failure = null;
    #started = 0;
    #admitted = 0;
    #ended = 0;
    constructor(options) {
        this.#options = options;
    }
    async run() {
        const { signal } = this.#options;
        signal.throwIfAborted();
        const stopHearing = whenAborted([signal], (reason) => this.#giveUp(reason));
        try {
            for (let ahead = 0; ahead < IN_LINE; ahead += 1)
                this.#start();
            if (this.#started > 0)
                await this.#end.promise;
        }
        finally {
            stopHearing();
        }
    }
    #start() {
        const { count, work } = this.#options;
        if (this.#started === count || this.#failure !== null)
            return;
        const index = this.#started;
        this.#started += 1;
        work(index, (put, persistence) => this.#take(put, persistence))
            .catch((error) => this.#giveUp(error))
            .finally(() => this.#leave());
    }
    #leave() {
        this.#ended += 1;
        if (this.#ended < this.#started)
            return;
        if (this.#failure !== null)
            this.#end.reject(this.#failure.error);
        else
            this.#end.resolve();
    }
    #take(put, persistence) {
        const { lane, key, attempts } = this.#options;
        // What no other try can mend ends the file before its place goes to the next part; a probe may still mend it.
        const isFinal = (error) => persistence.probe === undefined && (0,publish_verdict/* verdictOn */.Hc)((0,errors_0/* asActionError */.z6)(error)).next !== 'again';
        let isFirst = true;
        const inPlace = async () => {
            if (isFirst)
                this.#admit();
            isFirst = false;
            try {
                return await put(this.#stop.signal);
            }
            catch (error) {
                if (isFinal(error))
                    this.#giveUp(error);
                throw error;
            }
        };
        return attempts.run(inPlace, { ...persistence, lane, key, signal: this.#stop.signal });
    }
    #admit() {
        this.#admitted += 1;
        if (this.#failure !== null)
            return;
        if (this.#admitted === this.#options.count)
            this.#options.onLastAdmitted();
        else
            this.#start();
    }
    #giveUp(error) {
        if (this.#failure !== null)
            return;
        this.#failure = { error };
        this.#stop.abort(error);
        const { lane, key, count, onLastAdmitted } = this.#options;
        // What waits only to fail takes turns from the other files.
        lane.dismiss(key, error);
        if (this.#admitted < count)
            onLastAdmitted();
    }
}

;// CONCATENATED MODULE: ./publish/transfer.js
// Byte ranges out, receipts back: sends the parts of one session, as many at once as the lane allows.





// An address that dies while its bytes are under way costs them all.
const EXPIRY_MARGIN_MS = 30_000;
/**
 * Sends all parts, and the extras beside them, and resolves with the parts' receipts in their order. The first failure
 * stops the others.
 * @throws UploadError PART_PLAN, UPLOAD_EXPIRED; FileError FILE_CHANGED; what the parts and extras throw
 */
async function transfer(job) {
    const { session, sizeBytes, file } = job;
    const { parts, extras } = session;
    assertCover(parts, sizeBytes, session.identity.urn);
    const beside = extras.map((extra) => ({ extra, file: (0,opening/* lazily */.qy)(() => job.openExtra(extra.kind)) }));
    const files = [file, ...beside.map((one) => one.file)];
    const receipts = [];
    const work = async (index, take) => {
        const part = parts[index];
        const along = beside[index - parts.length];
        if (part !== undefined)
            receipts[index] = await sendPart(part, { index, file, job, take });
        else if (along !== undefined)
            await sendExtra(along.extra, { file: along.file, job, take });
    };
    try {
        // What a lane knows a file by stays in its memory for a while: the session would keep all addresses.
        const key = session.identity.urn;
        await takeTurns({ ...job, key, count: parts.length + extras.length, work });
        for (const one of files)
            await (await one.get()).verify();
        return receipts;
    }
    finally {
        for (const one of files)
            await one.close();
    }
}
const PART_TRIES = 5;
const WHOLE_TRIES = 4;
function sendPart(part, { index, file, job, take }) {
    const target = { put: async (body) => asReceipt(await part.put(body), index, job.session) };
    return take(async (signal) => {
        transfer_assertAlive(part, job);
        return await send(target, part, { file: await file.get(), job, signal });
    }, partPersistence(part, job));
}
function sendExtra(extra, { file, job, take }) {
    const range = { firstByte: 0, sizeBytes: extra.sizeBytes };
    return take(async (signal) => send(extra, range, { file: await file.get(), job, signal }), {
        limit: PART_TRIES,
    });
}
/** What a lost answer hid, the status tells, where one upload is the whole file. A part is simply sent again. */
function partPersistence({ sizeBytes }, job) {
    if (job.session.needsEtags)
        return { limit: PART_TRIES };
    const probe = async () => {
        if (!(await job.isUploadHeld()))
            return null;
        // The try that was in vain for all one knew was none.
        job.onSent(sizeBytes);
        return { status: 200, etag: null };
    };
    return { limit: WHOLE_TRIES, probe };
}
/** @throws UploadError ETAG_MISSING: a missing one is never guessed, but the part may be sent again for it */
function asReceipt(receipt, index, { needsEtags }) {
    if (!needsEtags || receipt.etag !== null)
        return receipt;
    throw new errors_0/* UploadError */.oW('ETAG_MISSING', `part ${index + 1} came back without a usable ETag`, {
        call: { phase: 'upload', repeat: 'freely', sent: 'all' },
    });
}
async function send(target, range, { file, job: { pool, onSent }, signal }) {
    let sentBytes = 0;
    const noteSent = (bytes) => {
        sentBytes += bytes;
        onSent(bytes);
    };
    const body = new RangeBody({ source: file, range, pool, onSent: noteSent });
    try {
        return await target.put({ sizeBytes: range.sizeBytes, chunks: body, signal });
    }
    catch (error) {
        onSent(-sentBytes);
        throw error;
    }
    finally {
        body.release();
    }
}
/**
 * LinkedIn chooses the ranges; the file is their law. They must cover it exactly, in order, or nothing is sent.
 * @throws UploadError PART_PLAN
 */
function assertCover(parts, sizeBytes, urn) {
    let expected = 0;
    for (const [index, part] of parts.entries()) {
        if (part.firstByte !== expected || part.sizeBytes <= 0) {
            const place = `starts at byte ${(0,units/* grouped */.zD)(part.firstByte)} and holds ${(0,units/* count */.U9)(part.sizeBytes, 'byte')}`;
            const text = `part ${index + 1} ${place}, where byte ${(0,units/* grouped */.zD)(expected)} is due`;
            throw new errors_0/* UploadError */.oW('PART_PLAN', text, { urn });
        }
        expected += part.sizeBytes;
    }
    if (expected !== sizeBytes) {
        const text = `the parts hold ${(0,units/* count */.U9)(expected, 'byte')}, the file ${(0,units/* count */.U9)(sizeBytes, 'byte')}`;
        throw new errors_0/* UploadError */.oW('PART_PLAN', text, { urn });
    }
}
function transfer_assertAlive({ expiresAtMs }, { serverNow, session }) {
    if (expiresAtMs === null || serverNow() < expiresAtMs - EXPIRY_MARGIN_MS)
        return;
    throw new errors_0/* UploadError */.oW('UPLOAD_EXPIRED', 'the upload address ran out before its turn came', {
        urn: session.identity.urn,
    });
}

;// CONCATENATED MODULE: ./publish/upload.js
// From a file to an upload that LinkedIn holds: register, transfer, complete. One session; whether there is another
// one is not decided here.








const REGISTER_TRIES = 5;
const LOST_REGISTRATIONS = 2;
const COMPLETE_TRIES = 4;
class Uploads {
    #options;
    #pool = new BufferPool();
    #open;
    /** Which file has which URN. */
    #owners = new Map();
    constructor(options) {
        this.#options = options;
        this.#open = (0,opening/* openPatiently */.BS)(options);
    }
    /** @throws what LinkedIn, the network or the file refuse; the ledger keeps every URN that came before */
    async upload(index) {
        const { ledger, traffic, signal, linkedin } = this.#options;
        const { file, request } = ledger.entry(index).planned;
        if (request === null)
            throw new RangeError('a refused file cannot be published');
        const attempts = traffic.attempts.telling((repeat) => ledger.record(index, { kind: 'repeat', ...repeat }));
        const leaveBerth = await traffic.berths.enter(index);
        const media = (0,opening/* lazily */.qy)(() => (0,bytes/* openBytes */.od)(file, this.#open));
        try {
            const session = await this.#register(index, { request, media, attempts });
            const probe = new Probe(this.#options, session.query);
            const receipts = await transfer({
                session,
                sizeBytes: request.sizeBytes,
                file: (0,opening/* unchanged */.Cv)(media),
                openExtra: (kind) => (0,bytes/* openBytes */.od)(sidecarOf(file, kind), this.#open),
                lane: traffic.puts,
                attempts,
                pool: this.#pool,
                signal,
                serverNow: () => linkedin.serverNow(),
                onSent: (bytes) => ledger.record(index, { kind: 'sent', bytes }),
                isUploadHeld: () => probe.lookTwice(),
                onLastAdmitted: leaveBerth,
            });
            if (probe.failure === null)
                await this.#complete(index, { session, receipts, attempts, probe });
            const processedOnUpload = session.processedOnUpload && isCreated(receipts);
            return { session: { ...session, processedOnUpload }, failure: probe.failure };
        }
        finally {
            leaveBerth();
            // Closed after a transfer; where there was none, the word of LinkedIn does not wait for the disk.
            void media.close();
        }
    }
    #register(index, { request, media, attempts }) {
        const { ledger, traffic } = this.#options;
        return attempts.run(() => this.#openSession(index, request, media), {
            lane: traffic.calls,
            key: index,
            limit: REGISTER_TRIES,
            // LinkedIn takes no key that would make two registrations one: each lost answer may have left another.
            lostLimit: LOST_REGISTRATIONS,
            onLost: () => ledger.record(index, { kind: 'possible-orphan' }),
        });
    }
    async #openSession(index, request, media) {
        const { ledger, linkedin, signal, onRegistration } = this.#options;
        if (ledger.stopReason !== null)
            throw (0,publish_outcome/* stopped */.ce)('not registered', ledger.stopReason);
        ledger.record(index, { kind: 'registering' });
        // Opened meanwhile, so that its place among the PUTs does not wait for the disk; who sends it hears what failed.
        media.get().catch(() => { });
        try {
            const session = await linkedin.openSession(request);
            this.#assertOwn(index, session);
            ledger.record(index, { kind: 'registered', identity: session.identity, parts: session.parts.length });
            onRegistration(null);
            return session;
        }
        catch (thrown) {
            const error = (0,errors_0/* asActionError */.z6)(thrown);
            this.#keepUrn(index, request, error);
            if (!signal.aborted)
                onRegistration(error);
            throw error;
        }
    }
    /** Two files in one asset would both be told as published, and only one of them would be. */
    #assertOwn(index, { identity: { urn } }) {
        const owner = this.#owners.get(urn) ?? index;
        this.#owners.set(urn, owner);
        if (owner === index)
            return;
        const { path } = this.#options.ledger.entry(owner).planned.file;
        throw new errors_0/* ReplyShapeError */.og('REPLY_SHAPE', `LinkedIn gave ${urn} again, which belongs to ${path}`);
    }
    /** A registration can fail and still have given a URN, or have been heard when the run was cancelled under way. */
    #keepUrn(index, { kind }, { urn }) {
        const { ledger, signal } = this.#options;
        if (urn !== undefined)
            ledger.record(index, { kind: 'registered', identity: (0,session/* identify */.ls)(urn, kind), parts: 0 });
        else if (signal.aborted)
            ledger.record(index, { kind: 'possible-orphan' });
    }
    /** A completion that was heard, though its answer was lost, shows in the status. */
    async #complete(index, { session, receipts, attempts, probe }) {
        const { completions } = this.#options.traffic;
        const { complete } = session;
        if (complete === null)
            return;
        await attempts.run(() => complete(receipts).then(() => true), {
            lane: completions,
            key: index,
            limit: COMPLETE_TRIES,
            probe: async () => (await probe.look()) || null,
        });
    }
}
// What else counts as stored, a lost answer among it, tells nothing of the processing.
function isCreated(receipts) {
    return receipts.every(({ status }) => status === 201);
}
/** What LinkedIn was told to expect with a video. */
function sidecarOf({ path, sidecars }, kind) {
    const sidecar = sidecars?.[kind];
    if (sidecar === undefined)
        throw new RangeError(`${path} has no ${kind}`);
    return sidecar;
}

;// CONCATENATED MODULE: ./publish/publish.js
// One file, whatever the API: upload, then wait. Never throws for a file: its end is in the ledger.










/** Publishes every open file of the ledger. */
async function publishAll(ledger, settings, deps) {
    const run = new Run(ledger, settings, deps);
    await run.prepare();
    await run.publishOpen();
}
const PREPARE_TRIES = 3;
// For each upload that may be under way: one that is registered, and two that are about to be, so that no lane waits.
const BEGUN_FOR_EACH_SLOT = 4;
class Run {
    #ledger;
    #linkedin;
    #signal;
    #uploads;
    #aftercare;
    #reuse;
    /** What waits for the end of a file. */
    #ends = new Map();
    /** Files that have begun and whose bytes are not in. */
    #begun;
    #refusals = new Refusals();
    #traffic;
    constructor(ledger, settings, deps) {
        this.#ledger = ledger;
        this.#linkedin = deps.linkedin;
        this.#signal = deps.signal;
        this.#begun = new Lane(BEGUN_FOR_EACH_SLOT * settings.concurrency);
        this.#traffic = new Traffic({
            ...settings,
            ...deps,
            onStop: (error) => this.#stop(error),
            onPause: (pause) => ledger.pause(pause),
        });
        const shared = { ...settings, ...deps, ledger, traffic: this.#traffic };
        this.#uploads = new Uploads({ ...shared, onRegistration: (error) => this.#judgeRegistration(error) });
        this.#aftercare = new Aftercare({ ...shared, onError: (error) => this.#stopIfFatal(error) });
        this.#reuse = new Reuse({
            ...shared,
            aftercare: this.#aftercare,
            endOf: (index) => this.#endOf(index),
        });
    }
    /** What the token needs before anything else is sent: without a good one no file is begun. */
    async prepare() {
        const { prepare } = this.#linkedin;
        if (prepare === undefined || this.#ledger.open().length === 0)
            return;
        const { attempts, calls } = this.#traffic;
        try {
            this.#ledger.noteToken(await attempts.run(prepare, { lane: calls, key: prepare, limit: PREPARE_TRIES }));
        }
        catch (thrown) {
            // A run that was ended is told by its signal.
            if (this.#signal.aborted)
                return;
            const error = (0,errors_0/* asActionError */.z6)(thrown);
            this.#ledger.stop(error);
            this.#aftercare.stop(error);
        }
    }
    /** What LinkedIn has is asked for together; what is to be sent begins by and by: files that wait take no memory. */
    async publishOpen() {
        const kindOf = (index) => ((0,plan/* isKnown */.q)(this.#ledger.entry(index).planned) ? 'known' : 'unsent');
        const { known = [], unsent = [] } = Object.groupBy(this.#ledger.open(), kindOf);
        const ends = known.map((index) => this.#publish(index, () => { }));
        for (const index of unsent) {
            const leave = await this.#begun.enter(index);
            ends.push(this.#publish(index, leave).finally(leave));
        }
        await Promise.all(ends);
    }
    /** `onSent`: its bytes are in. */
    async #publish(index, onSent) {
        let outcome;
        try {
            outcome = (await this.#reuse.outcomeOf(index)) ?? (await this.#inSessions(index, onSent));
        }
        catch (thrown) {
            const error = (0,errors_0/* asActionError */.z6)(thrown);
            this.#stopIfFatal(error);
            const { stage } = this.#ledger.entry(index);
            outcome = (0,publish_outcome/* outcomeOfFailure */.SK)(error, { stage, end: (0,publish_outcome/* endBy */.be)(this.#signal) });
        }
        this.#ledger.record(index, { kind: 'settled', ...outcome });
        this.#ends.get(index)?.resolve();
    }
    async #endOf(index) {
        if (this.#ledger.entry(index).stage === 'settled')
            return;
        const end = this.#ends.get(index) ?? Promise.withResolvers();
        this.#ends.set(index, end);
        await end.promise;
    }
    /** A session that is lost is given up, its URN kept, and the file registered anew. */
    async #inSessions(index, onSent) {
        for (let sessions = 1;; sessions += 1) {
            try {
                const { session, failure } = await this.#uploads.upload(index);
                if (failure === null)
                    this.#ledger.record(index, { kind: 'uploaded' });
                else
                    this.#ledger.record(index, { kind: 'status', status: failure.status });
                onSent();
                const outcome = failure === null
                    ? await this.#aftercare.until(index, session, sessions)
                    : this.#aftercare.afterFailure(index, failure, sessions);
                if (outcome !== null)
                    return outcome;
                this.#ledger.record(index, { kind: 'abandoned', reason: 'LinkedIn lost it or failed to process it' });
            }
            catch (thrown) {
                const error = (0,errors_0/* asActionError */.z6)(thrown);
                const verdict = (0,publish_verdict/* verdictOn */.Hc)(error);
                const isLost = verdict.next === 'new-session' && sessions < verdict.sessions;
                if (!isLost || this.#signal.aborted)
                    throw error;
                this.#ledger.record(index, { kind: 'abandoned', reason: error.message });
            }
        }
    }
    /** The first registration of a run goes alone: a dead token costs one call. */
    #judgeRegistration(error) {
        if (error === null)
            this.#traffic.openCalls();
        if (this.#refusals.isEnough(error) && error !== null)
            this.#stop(error);
    }
    #stopIfFatal(error) {
        if ((0,publish_verdict/* isFatal */.BG)(error))
            this.#stop(error);
    }
    #stop(error) {
        this.#ledger.stop(error);
        if ((0,publish_verdict/* endsReads */.c$)(error))
            this.#aftercare.stop(error);
    }
}

;// CONCATENATED MODULE: ./send.js
// The part of a run that sends: LinkedIn, or its stand-in, and the way there. Loaded only by a run that sends.






/** `mode: simulate` runs all of it against LinkedIn's stand-in on loopback, past any proxy and without a token. */
async function publish(ledger, { mode, connect, publish }, world) {
    const sandbox = mode === 'simulate' ? await openSandbox() : null;
    try {
        const target = sandbox === null ? connect : (0,inputs/* simulatedTarget */.S4)(connect, sandbox.url);
        const dispatcher = await world.openDispatcher(target.route);
        try {
            const linkedin = openLinkedIn({ ...world, ...target, dispatcher, ...hearing(ledger, world) });
            const open = (0,disk_timeout/* openInTime */.b)(world.clock);
            await (0,cut_off/* orCutOff */.nP)(ledger, publishAll(ledger, publish, { ...world, linkedin, open }), world);
        }
        finally {
            await dispatcher.destroy();
        }
    }
    finally {
        await sandbox?.close();
    }
}
async function openSandbox() {
    const { startSandbox } = await __webpack_require__.e(/* import() | sandbox */ 20).then(__webpack_require__.bind(__webpack_require__, 6424));
    return await startSandbox();
}


/***/ })

};
