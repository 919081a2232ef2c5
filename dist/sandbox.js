export const id = 20;
export const ids = [20];
export const modules = {

/***/ 6424:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  startSandbox: () => (/* binding */ startSandbox)
});

// EXTERNAL MODULE: external "node:http"
var external_node_http_ = __webpack_require__(7067);
;// CONCATENATED MODULE: ./sandbox/exchange.js
// One HTTP exchange as plain records: what every adapter (socket, dispatcher, interceptor) brings to the
// routes and takes back. Knows no socket, no asset and no rule of LinkedIn's.
async function bodyOf(exchange) {
    const chunks = [];
    for await (const chunk of exchange.body)
        chunks.push(chunk);
    return Buffer.concat(chunks);
}
/** The value of a header, or undefined. One that was sent twice is joined, and so matches no exact rule. */
function headerOf(exchange, name) {
    const values = exchange.headers.filter(([other]) => other.toLowerCase() === name).map(([, value]) => value);
    return values.length === 0 ? undefined : values.join(', ');
}
/** The path without its query: queries of upload addresses are credentials and stay out of logs. */
function pathOnly(exchange) {
    const [path = ''] = exchange.path.split('?', 1);
    return path;
}
function queryOf(exchange) {
    return new URLSearchParams(exchange.path.slice(pathOnly(exchange).length));
}
function jsonReply(status, value) {
    return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
function emptyReply(status, headers = {}) {
    return { status, headers, body: '' };
}
function pageReply(status, reason) {
    const body = `<!DOCTYPE html><html><head><title>${status}</title></head><body><h1>${status}</h1><p>${reason}</p></body></html>`;
    return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

;// CONCATENATED MODULE: ./sandbox/options.js
// What can be set on a sandbox, with its defaults. Data and pure functions only; knows no call and no asset.
const SCOPES = [
    'w_member_social',
    'r_member_social',
    'w_organization_social',
    'r_organization_social',
    'rw_ads',
];
// The ranges of the sample reply under "Registering Multi-Part Upload":
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read
// 2026-11-25)
const LINKEDIN_PART_BYTES = 4_194_304;
const FEWEST_PARTS = 3;
const LAG_SHARE = 3;
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/ugc-post-api (read 2026-11-26)
const DUPLICATE_WINDOW_MS = 10 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const FIRST_ACTIVE_VERSION = '202601';
// The newest that LinkedIn's pages show (2026-10): active even where the clock is behind.
const NEWEST_KNOWN_VERSION = '202609';
/**
 * LinkedIn's size; for a small file a third of it, so that a demo with small samples still shows several
 * parts.
 */
function defaultPartSizeBytes(fileSizeBytes) {
    return Math.min(LINKEDIN_PART_BYTES, Math.ceil(fileSizeBytes / FEWEST_PARTS));
}
/**
 * A real month, not retired by late 2026 and not in the future: LinkedIn makes a version active around the middle of
 * its month, and answers an earlier call as it answers one for a retired version. LinkedIn skipped 202512, but that
 * is retired anyway.
 */
function isActiveVersionAt(now, version) {
    const thisMonth = new Date(now).toISOString().slice(0, 7).replace('-', '');
    return (/^\d{4}(0[1-9]|1[0-2])$/.test(version) &&
        version >= FIRST_ACTIVE_VERSION &&
        (version <= NEWEST_KNOWN_VERSION || version <= thisMonth));
}
// https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
const OAUTH = { accessDays: 60, refreshDays: 365, scope: 'w_organization_social', status: 'active' };
function settle(options) {
    const { token, partSizeBytes = defaultPartSizeBytes, clock = { now: () => Date.now() } } = options;
    const { activeVersions = (version) => isActiveVersionAt(clock.now(), version) } = options;
    const { idPrefix = 'SIMULATED', processingMs = 300, oauth } = options;
    if (!/^[A-Za-z0-9_-]+$/.test(idPrefix))
        throw new RangeError(`idPrefix ${idPrefix} makes no ids of LinkedIn's form`);
    return {
        acceptsToken: (given) => token === undefined ? given !== '' : given === token || given === oauth?.accessToken,
        processingMs,
        partSizeBytes: typeof partSizeBytes === 'number' ? () => partSizeBytes : partSizeBytes,
        idPrefix,
        isActiveVersion: typeof activeVersions === 'function' ? activeVersions : (version) => activeVersions.includes(version),
        urlLifeMs: options.urlLifeMs ?? DAY_MS,
        quotedEtags: options.quotedEtags ?? true,
        videoEtags: options.videoEtags ?? 'path',
        lagMs: options.lagMs ?? Math.floor(processingMs / LAG_SHARE),
        overlongLastRange: options.overlongLastRange ?? false,
        uploadToken: options.uploadToken ?? '',
        scopes: new Set(options.scopes ?? SCOPES),
        duplicateWindowMs: options.duplicateWindowMs ?? DUPLICATE_WINDOW_MS,
        statusReads: options.statusReads ?? 'allowed',
        batchReads: options.batchReads ?? 'allowed',
        oauth: oauth === undefined ? null : { ...OAUTH, ...oauth },
        trouble: options.trouble ?? [],
        assetIdInReply: options.assetIdInReply ?? ((id) => id),
        clock,
    };
}

;// CONCATENATED MODULE: ./sandbox/posts/store.js
// The posts of the sandbox: what was sent, what became of it, and when. Time is handed in; knows no HTTP and no rule.
class PostStore {
    #idPrefix;
    #posts = [];
    constructor(idPrefix) {
        this.#idPrefix = idPrefix;
    }
    /** In the order they were made, the deleted ones included. */
    get all() {
        return this.#posts;
    }
    add(post) {
        const { type, author, sent, fields, createdAt } = post;
        const number = String(this.#posts.length + 1).padStart(6, '0');
        const made = {
            urn: `urn:li:${type}:${this.#idPrefix}-${number}`,
            author,
            sent,
            fields,
            createdAt,
            lastModifiedAt: createdAt,
            isEdited: false,
            isDeleted: false,
        };
        this.#posts.push(made);
        return made;
    }
    byUrn(urn) {
        return this.#posts.find((post) => post.urn === urn);
    }
}

;// CONCATENATED MODULE: ./sandbox/trouble.js
// Trouble as data: rules that make a call go wrong, and how they bend a true reply.
// Strikes only calls that kept every rule of LinkedIn's; knows nothing of what those rules are.

/** Counts the calls that each rule fits, and says which rules strike now. */
class Trouble {
    #rules;
    #seen;
    constructor(rules) {
        this.#rules = rules;
        this.#seen = rules.map(() => 0);
    }
    strike(call) {
        return this.#rules.filter((rule, index) => {
            if (!fits(rule, call))
                return false;
            const count = (this.#seen[index] ?? 0) + 1;
            this.#seen[index] = count;
            const nth = rule.nth ?? 1;
            return rule.every === true ? count >= nth : count === nth;
        });
    }
}
function fits(rule, call) {
    if (rule.on !== call.kind)
        return false;
    if (rule.api !== undefined && rule.api !== call.api)
        return false;
    if (rule.of !== undefined && rule.of !== call.purpose)
        return false;
    if (rule.asset !== undefined && !call.assets.includes(rule.asset))
        return false;
    return rule.recipe === undefined || call.recipes.includes(rule.recipe);
}
/** The reply of the first rule that keeps the call from being carried out, or null. */
function refusalByTrouble(rules, kind) {
    const reply = rules.find((rule) => rule.reply !== undefined && rule.reply.status >= 300)?.reply;
    if (reply === undefined)
        return null;
    const told = kind === 'upload'
        ? pageReply(reply.status, 'Trouble')
        : jsonReply(reply.status, { message: 'Trouble', status: reply.status });
    return overlay(told, reply);
}
/** The true reply as the rules bend it, one after the other. */
function bend(reply, rules) {
    let bent = reply;
    for (const rule of rules) {
        if (rule.mutate !== undefined)
            bent = { ...bent, body: mutated(bent.body, rule.mutate) };
        if (rule.omitEtag === true)
            bent = withoutHeader(bent, 'etag');
        if (rule.reply !== undefined)
            bent = overlay(bent, rule.reply);
    }
    return bent;
}
function mutated(body, patch) {
    return JSON.stringify(merge(body === '' ? {} : JSON.parse(body), patch));
}
function overlay(reply, over) {
    const added = Object.entries(over.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
    const headers = { ...reply.headers, ...Object.fromEntries(added) };
    if (over.body === undefined)
        return { status: over.status, headers, body: reply.body };
    const body = typeof over.body === 'string' ? over.body : JSON.stringify(over.body);
    return { status: over.status, headers, body };
}
function withoutHeader(reply, name) {
    return {
        ...reply,
        headers: Object.fromEntries(Object.entries(reply.headers).filter(([other]) => other !== name)),
    };
}
function merge(target, patch) {
    if (!isPlain(patch))
        return patch;
    const merged = typeof target === 'object' && target !== null ? { ...target } : {};
    for (const [name, value] of Object.entries(patch)) {
        if (value === null)
            delete merged[name];
        else
            merged[name] = merge(merged[name], value);
    }
    return Array.isArray(target) ? Object.values(merged) : merged;
}
function isPlain(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

;// CONCATENATED MODULE: ./sandbox/model.js
// The state of the sandbox: every asset, every address handed out, what was called and what was refused.
// Knows nothing of HTTP and no rule of LinkedIn's; the routes decide, this remembers.



class SandboxModel {
    settings;
    trouble;
    postStore;
    #assets = new Map();
    #registrations = new Map();
    #slots = new Map();
    #calls = { register: 0, upload: 0, complete: 0, status: 0 };
    #sideCalls = {
        refresh: 0,
        introspect: 0,
        post: 0,
        postRead: 0,
        postEdit: 0,
        postDelete: 0,
    };
    #log = [];
    #batchReads = 0;
    #uploadsNow = 0;
    #peakUploads = 0;
    constructor(options = {}) {
        this.settings = settle(options);
        this.trouble = new Trouble(this.settings.trouble);
        this.postStore = new PostStore(this.settings.idPrefix);
    }
    /** In the order they were registered. */
    assets() {
        const now = this.now();
        return [...this.#assets.values()].map((asset) => asset.report(now));
    }
    /** How many calls came of each kind and of whichever API, the refused ones included. A batch read is one. */
    calls() {
        return { ...this.#calls };
    }
    /** The calls that upload nothing, the refused ones included. */
    sideCalls() {
        return { ...this.#sideCalls };
    }
    /** The bodies of the posts that were made, as they were sent. */
    get posts() {
        return this.postStore.all.map(({ sent }) => sent);
    }
    /** How many of the status calls asked for several assets at once, the refused ones included. */
    get batchReads() {
        return this.#batchReads;
    }
    /** Every refused call and why, without tokens and queries. */
    get log() {
        return this.#log;
    }
    /** The most uploads that were under way at once. */
    get peakUploads() {
        return this.#peakUploads;
    }
    /** Epoch milliseconds. */
    now() {
        return this.settings.clock.now();
    }
    assetById(id) {
        return this.#assets.get(id);
    }
    /** The asset and slot of an upload address (path and query), if it was handed out. */
    slotAt(address) {
        return this.#slots.get(address);
    }
    /**
     * The id of the asset that is kept next. Ids look like LinkedIn's, whose first letters tell API and media, behind
     * a prefix that does not; they count up, so that runs can be compared.
     */
    nextId(letters) {
        return `${this.settings.idPrefix}-${letters}${String(this.#assets.size + 1).padStart(6, '0')}`;
    }
    /** The record of an earlier registration in the same words, if there is one: ten thousand files share one. */
    asBefore(registration) {
        const words = JSON.stringify(registration);
        const known = this.#registrations.get(words) ?? registration;
        this.#registrations.set(words, known);
        return known;
    }
    keep(asset) {
        this.#assets.set(asset.id, asset);
        for (const slot of asset.allSlots)
            this.#slots.set(slot.address, { asset, slot });
    }
    countCall(kind) {
        if (kind in this.#calls)
            this.#calls[kind] += 1;
        else
            this.#sideCalls[kind] += 1;
    }
    countBatchRead() {
        this.#batchReads += 1;
    }
    logRefusal(call) {
        this.#log.push(call);
    }
    /** Runs an upload and counts it among those under way. */
    async whileUploading(upload) {
        this.#uploadsNow += 1;
        this.#peakUploads = Math.max(this.#peakUploads, this.#uploadsNow);
        try {
            return await upload();
        }
        finally {
            this.#uploadsNow -= 1;
        }
    }
}

;// CONCATENATED MODULE: ./sandbox/refusal.js
// The ways LinkedIn says no: five shapes of JSON from its API, HTML pages from its upload host.
// Knows the shapes only; which rule was broken is the caller's to say, and no message may carry a token.

/** A call that is answered with a refusal. `message` is the reason, fit for a log. */
class Refusal extends Error {
    reply;
    constructor(reason, reply) {
        super(reason);
        this.name = 'Refusal';
        this.reply = reply;
    }
}
/** The oldest shape, of the shared error-handling page: a number of LinkedIn's own beside the status. */
function numbered(status, serviceErrorCode, message) {
    return new Refusal(message, jsonReply(status, { serviceErrorCode, message, status }));
}
/** The shape of the versioned API: a code in words, and at times the old number too. */
function coded(status, code, message, serviceErrorCode) {
    const number = serviceErrorCode === undefined ? {} : { serviceErrorCode };
    return new Refusal(message, jsonReply(status, { status, ...number, code, message }));
}
/** The bare shape: no code of either kind. */
function bare(status, message) {
    return new Refusal(message, jsonReply(status, { message, status }));
}
/** The upload host speaks HTML. */
function page(status, reason) {
    return new Refusal(reason, pageReply(status, reason));
}
/** A value that the body may not have; LinkedIn answers it as if it were a missing permission. */
function unallowed(path) {
    const message = `Field Value validation failed in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
    return coded(403, 'ACCESS_DENIED', message, 100);
}
/** A field that LinkedIn knows, and that this body may not have. */
function unpermitted(path) {
    const message = `Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [${path}]`;
    return coded(403, 'ACCESS_DENIED', message, 100);
}
/** A field that the body must have. */
function missing(path) {
    return inputError('MISSING_FIELD', path, `Required field is missing: ${path}`);
}
/** The shape of the checks behind the API: a code, and the field it is about. */
function inputError(code, path, message) {
    const input = { inputPath: { fieldPath: path.replace(/^\//, '') } };
    const body = {
        errorDetailType: 'com.linkedin.common.error.BadRequest',
        code,
        message,
        errorDetails: { inputErrors: [{ description: message, input, code }] },
        status: 400,
    };
    return new Refusal(message, jsonReply(400, body));
}
/** Rest.li's own check of a body against its schema, recorded in 2023 and 2025: one line for each mistake. */
function schemaErrors(mistakes) {
    const message = mistakes.map(([path, text]) => `ERROR :: ${path} :: ${text}\n`).join('');
    const reply = jsonReply(422, { message, status: 422 });
    return new Refusal(message.trim(), {
        ...reply,
        headers: { ...reply.headers, 'x-restli-error-response': 'true' },
    });
}

;// CONCATENATED MODULE: ./sandbox/fields.js
// Looks into JSON bodies by hand: exactly the fields that may be there, or a refusal that names the path.
// Knows no call; paths are written as LinkedIn writes them, `/registerUploadRequest/owner`.

/** The value as a record with no other fields than these, and all of the required ones. */
function fieldsOf(value, path, names) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw unallowed(path === '' ? '/' : path);
    const fields = value;
    const known = [...names.required, ...(names.optional ?? [])];
    const strangers = Object.keys(fields).filter((name) => !known.includes(name));
    if (strangers.length > 0)
        throw schemaErrors(strangers.map((name) => [`${path}/${name}`, 'unrecognized field found but not allowed']));
    const absent = names.required.find((name) => fields[name] === undefined || fields[name] === null);
    if (absent !== undefined)
        throw missing(`${path}/${absent}`);
    return fields;
}
const OWNER = /^urn:li:(person:[A-Za-z0-9_-]+|(organization|sponsoredAccount|sponsoredAdAccount):\d+)$/;
/** A URN that may own media, an ad account in either spelling of LinkedIn's pages. */
function ownerOf(value, path) {
    return textMatching(value, path, OWNER);
}
/** A number of bytes, above zero. */
function sizeOf(value, path) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1)
        throw unallowed(path);
    return value;
}
function flagOf(value, path) {
    if (typeof value !== 'boolean')
        throw unallowed(path);
    return value;
}
function listOf(value, path) {
    if (!Array.isArray(value))
        throw unallowed(path);
    return value;
}
function textOf(value, path) {
    return textMatching(value, path, /^/);
}
function textMatching(value, path, pattern) {
    if (typeof value !== 'string' || !pattern.test(value))
        throw unallowed(path);
    return value;
}
function oneOf(value, path, allowed) {
    const found = allowed.find((other) => other === value);
    if (found === undefined)
        throw unallowed(path);
    return found;
}

;// CONCATENATED MODULE: ./sandbox/gateway.js
// What LinkedIn asks of every JSON call before it looks at what is called: size, token, version, protocol, query,
// body, permission. Shared by the calls of all APIs; knows nothing of assets.


// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/query-tunneling (read 2026-11-25)
const LONGEST_URL = 8 * 1024;
const LONGEST_QUERY = 4 * 1024;
const LONGEST_SEGMENT = 4 * 1024;
function checkGateway(exchange, settings) {
    checkSizes(exchange);
    checkToken(exchange, settings);
    if (pathOnly(exchange).startsWith('/rest/'))
        checkVersion(exchange, settings);
    if (headerOf(exchange, 'x-restli-protocol-version') !== '2.0.0') {
        throw bare(400, 'X-Restli-Protocol-Version must be 2.0.0');
    }
}
function checkSizes(exchange) {
    const line = exchange.linePath ?? exchange.path;
    const [path = ''] = line.split('?', 1);
    const query = line.slice(path.length + 1);
    const segments = path.split('/').map((segment) => segment.length);
    if (line.length > LONGEST_URL || query.length > LONGEST_QUERY || Math.max(...segments) > LONGEST_SEGMENT) {
        throw bare(414, 'Request-URI Too Long');
    }
}
function hasGoodToken(exchange, settings) {
    const [, token] = /^Bearer ([^\s,]+)$/.exec(headerOf(exchange, 'authorization') ?? '') ?? [];
    return token !== undefined && settings.acceptsToken(token);
}
function checkToken(exchange, settings) {
    const sent = headerOf(exchange, 'authorization');
    if (sent === undefined || /^Bearer\s*$/.test(sent)) {
        throw coded(401, 'EMPTY_ACCESS_TOKEN', 'Empty oauth2 access token', 65604);
    }
    if (!hasGoodToken(exchange, settings))
        throw numbered(401, 65600, 'Invalid access token');
}
// Seen in 2026: a missing version is the gateway's own refusal, with a header that says so; a version that is
// retired, or never was, is named in the message with a day appended.
function checkVersion(exchange, settings) {
    const version = headerOf(exchange, 'linkedin-version');
    if (version === undefined || version === '') {
        const message = 'A version must be present. Please specify a version by adding the LinkedIn-Version header.';
        const reply = jsonReply(400, { status: 400, code: 'VERSION_MISSING', message });
        throw new Refusal(message, { ...reply, headers: { ...reply.headers, 'x-restli-gateway-error': 'true' } });
    }
    if (!settings.isActiveVersion(version)) {
        throw coded(426, 'NONEXISTENT_VERSION', `Requested version ${version}01 is not active`);
    }
}
/** The action of a POST. Actions take no other query parameter: LinkedIn then no longer knows the method. */
function actionOf(exchange) {
    const query = [...queryOf(exchange)];
    const [name, action] = query[0] ?? [];
    return query.length === 1 && name === 'action' && action !== undefined ? action : null;
}
function unsupportedMethod(exchange) {
    // Without the query, which LinkedIn does show: a client that puts its token there must not find it in a
    // log.
    const uri = pathOnly(exchange).replace(/^\/(rest|v2)/, '');
    return bare(400, `Method '${exchange.method}' is not supported for URI '${uri}'`);
}
/** A token that lacks the permission for `method` on a resource, named as LinkedIn names it: `partnerApiImages`. */
function notPermitted(exchange, api, method) {
    const version = headerOf(exchange, 'linkedin-version');
    const resource = `partnerApi${api.charAt(0).toUpperCase()}${api.slice(1)}`;
    const call = [resource, method, ...(version === undefined ? [] : [`${version}01`])].join('.');
    return coded(403, 'ACCESS_DENIED', `Not enough permissions to access: ${call}`, 100);
}
async function readJson(exchange) {
    const type = headerOf(exchange, 'content-type') ?? '';
    if (!/^application\/json(\s*;.*)?$/i.test(type)) {
        throw bare(415, 'Content-Type must be application/json');
    }
    const body = await bodyOf(exchange);
    try {
        return JSON.parse(body.toString('utf8'));
    }
    catch {
        throw bare(400, 'The body is not JSON');
    }
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./sandbox/slot.js
// One upload address: what has to come to it, what it answers, and what it holds so far. Each API says what its
// addresses take; `upload.ts` holds every client to it. Knows no API and no call.

// Of an image: https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read
// 2026-11-25). Its curl sample sends no type, and application/octet-stream is recorded with 201; a type that is
// neither an image's nor this was seen to get 400 and an HTML page.
const IMAGE_RULES = {
    method: 'PUT',
    needsToken: true,
    headers: {},
    headersOptional: true,
    contentType: /^(image\/(jpeg|png|gif)|application\/octet-stream)?$/,
    longest: null,
    answers: 201,
    etag: null,
    openForm: null,
};
/** Of one range of a video: the same page. */
function partRules(etag, headers) {
    return {
        method: 'PUT',
        needsToken: false,
        headers,
        headersOptional: false,
        contentType: /^application\/octet-stream$/,
        longest: null,
        answers: 200,
        etag,
        openForm: null,
    };
}
function makeSlot(slot) {
    const { rules, address, expiresAt, purpose = 'media', index = 0, range = null } = slot;
    return {
        purpose,
        rules,
        index,
        address,
        range,
        expiresAt,
        stored: null,
        cameBeforeComplete: null,
        writes: 0,
    };
}
/** Inclusive ranges that cover the file exactly, in order. */
function cutRanges(sizeBytes, partSizeBytes) {
    if (!Number.isSafeInteger(partSizeBytes) || partSizeBytes < 1) {
        throw new RangeError(`A part of ${partSizeBytes} bytes covers nothing`);
    }
    return Array.from({ length: Math.ceil(sizeBytes / partSizeBytes) }, (_, index) => ({
        firstByte: index * partSizeBytes,
        lastByte: Math.min((index + 1) * partSizeBytes, sizeBytes) - 1,
    }));
}
/** One address for each range of a video, in order. */
function makePartSlots(video) {
    const { id, rules, fileSizeBytes, partSizeBytes, expiresAt } = video;
    return cutRanges(fileSizeBytes, partSizeBytes).map((range, index) => makeSlot({ rules, address: partAddress(id, index), expiresAt, index, range }));
}
/** The address of one range of a video, like those of LinkedIn's upload host. */
function partAddress(id, index) {
    const signed = Buffer.from(`sandbox:${id}`).toString('base64url');
    return `/dms-uploads/${id}/uploadedVideo?sau=${signed}&pn=${index + 1}&sync=0&v=beta&ut=${ticket(id, index)}`;
}
/** Stands for the signature of an address: fixed for a slot, so that runs can be compared. */
function ticket(id, of) {
    return (0,external_node_crypto_.createHash)('sha256').update(`${id}/${of}`).digest('base64url').slice(0, 14);
}

;// CONCATENATED MODULE: ./sandbox/assets/slots.js
// Where the bytes of a registered asset go: one address for a whole file, or one for each range of it. And the name
// by which it is completed. Keeps no state.

// Under "Registering Multi-Part Upload": a video above 200 MB goes in parts.
const LONGEST_WHOLE_VIDEO = { sizeBytes: 200_000_000, reason: 'A video of this size is sent in parts' };
const VIDEO_TYPE = /^(application\/octet-stream|video\/[a-z0-9.+-]+)$/;
const OCTETS = { 'Content-Type': 'application/octet-stream' };
// One record for all pictures: there may be ten thousand.
const PICTURE_RULES = { ...IMAGE_RULES, headers: { 'media-type-family': 'STILLIMAGE' } };
function planSlots(plan) {
    return plan.mechanism === 'MULTIPART_UPLOAD' ? partSlots(plan) : [wholeSlot(plan)];
}
function wholeSlot(plan) {
    const rules = plan.family === 'VIDEO' ? wholeVideoRules(plan) : PICTURE_RULES;
    const address = `${wholePath(plan)}&v=beta&ut=${ticket(plan.id, 0)}`;
    return makeSlot({ rules, address, expiresAt: plan.expiresAt });
}
function wholeVideoRules(plan) {
    const rules = partRules(etagOf(plan), { 'media-type-family': 'VIDEO' });
    return { ...rules, headersOptional: true, contentType: VIDEO_TYPE, longest: LONGEST_WHOLE_VIDEO };
}
function wholePath({ id, family, mechanism }) {
    if (family === 'VIDEO') {
        return `/dms-uploads/${id}/uploadedVideo/0?ca=vector_feedshare&cn=uploads_secure&ccn=ambry-video&sync=0`;
    }
    const sync = mechanism === 'SYNCHRONOUS_UPLOAD' ? 1 : 0;
    return `/dms-uploads/${id}/feedshare-uploadedImage/0?ca=vector_feedshare&cn=uploads&sync=${sync}`;
}
function partSlots(plan) {
    const { id, fileSizeBytes, partSizeBytes, expiresAt } = plan;
    const rules = partRules(etagOf(plan), OCTETS);
    return makePartSlots({ id, rules, fileSizeBytes, partSizeBytes: partSizeBytes(fileSizeBytes), expiresAt });
}
function etagOf({ quotedEtags }) {
    return { form: 'hex', quoted: quotedEtags };
}
/** The name that a multi-part upload is completed by. */
function mediaArtifactOf({ urn, family }) {
    const artifactClass = family === 'VIDEO' ? 'uploadedVideo' : 'feedshare-uploadedImage';
    return `urn:li:digitalmediaMediaArtifact:(${urn},urn:li:digitalmediaMediaArtifactClass:${artifactClass})`;
}

;// CONCATENATED MODULE: ./sandbox/assets/complete.js
// The complete call of a multi-part upload: every part's receipt, in order, or a refusal.
// Receipts are compared with what the PUTs were answered, never trusted.





const ROOT = '/completeMultipartUploadRequest';
const RECEIPTS = `${ROOT}/partUploadResponses`;
async function checkComplete(model, exchange) {
    // The action says MultiPart and its body Multipart: LinkedIn's spelling.
    const body = fieldsOf(await readJson(exchange), '', { required: ['completeMultipartUploadRequest'] });
    const fields = fieldsOf(body.completeMultipartUploadRequest, ROOT, {
        required: ['mediaArtifact', 'metadata', 'partUploadResponses'],
    });
    const receipts = listOf(fields.partUploadResponses, RECEIPTS).map(receiptOf);
    const asset = assetOf(model, fields.mediaArtifact);
    if (asset.uploadedAt !== null)
        throw illegal('This upload is complete already');
    if (fields.metadata !== asset.echo)
        throw illegal('metadata is not as handed out');
    checkReceipts(receipts, asset.slots);
    return {
        kind: 'complete',
        api: 'assets',
        assets: [asset],
        carryOut: async () => {
            asset.uploadedAt = model.now();
            return { assets: [asset], reply: emptyReply(200) };
        },
    };
}
function receiptOf(value) {
    const { headers, httpStatusCode } = fieldsOf(value, RECEIPTS, { required: ['headers', 'httpStatusCode'] });
    const { ETag } = fieldsOf(headers, `${RECEIPTS}/headers`, { required: ['ETag'] });
    if (typeof ETag !== 'string')
        throw unallowed(`${RECEIPTS}/headers/ETag`);
    if (typeof httpStatusCode !== 'number')
        throw unallowed(`${RECEIPTS}/httpStatusCode`);
    return { etag: ETag, status: httpStatusCode };
}
function assetOf(model, mediaArtifact) {
    const [, id = ''] = /^urn:li:digitalmediaMediaArtifact:\(urn:li:digitalmediaAsset:([^,]+),/.exec(String(mediaArtifact)) ?? [];
    const asset = model.assetById(id);
    const named = asset && mediaArtifactOf({ urn: asset.urn, family: asset.registration.family });
    if (asset === undefined || named !== mediaArtifact)
        throw bare(404, 'No such mediaArtifact');
    return asset;
}
function checkReceipts(receipts, slots) {
    if (receipts.length !== slots.length)
        throw illegal(`${receipts.length} receipts for ${slots.length} parts`);
    for (const [index, slot] of slots.entries()) {
        const receipt = receipts[index];
        if (slot.stored === null)
            throw illegal(`Part ${index + 1} was not uploaded`);
        if (receipt?.etag !== slot.stored.etag)
            throw illegal(`The ETag of part ${index + 1} is not the one it was given`);
        if (receipt.status !== slot.stored.status)
            throw illegal(`Part ${index + 1} was answered with another status`);
    }
}
function illegal(message) {
    return coded(400, 'ILLEGAL_ARGUMENT', message);
}

;// CONCATENATED MODULE: ./sandbox/asset.js
// One asset of the sandbox, of whichever API: who owns it, which bytes came, and how far LinkedIn would be with
// it. Holds digests and lengths, never bytes; time is handed in; knows no HTTP and no API's rules.

const WITHOUT_SIDECARS = { captions: null, thumbnail: null };
class Asset {
    id;
    urn;
    registration;
    slots;
    sidecars;
    echo;
    createdAt;
    /** When processing began: at the last byte, or at the complete call. Epoch milliseconds. */
    uploadedAt = null;
    finalStatus = 'AVAILABLE';
    /** Why a video ends as PROCESSING_FAILED. */
    failureReason = null;
    assetStatus = 'ALLOWED';
    #lagMs;
    #processingMs;
    /** Null where one address takes the whole file: the digest there is the file's. */
    #joined;
    constructor(made) {
        this.id = made.id;
        this.urn = made.urn;
        this.registration = made.registration;
        this.slots = made.slots;
        this.sidecars = made.sidecars ?? WITHOUT_SIDECARS;
        this.echo = made.echo;
        this.createdAt = made.createdAt;
        this.#lagMs = made.lagMs ?? 0;
        this.#processingMs = made.processingMs;
        this.#joined = made.slots.length > 1 ? new JoinedDigest() : null;
    }
    /** Every address of the asset. */
    get allSlots() {
        const { captions, thumbnail } = this.sidecars;
        return [...this.slots, captions, thumbnail].filter((slot) => slot !== null);
    }
    /** How far processing is at `now` (epoch milliseconds). */
    statusAt(now) {
        if (this.uploadedAt === null || now < this.uploadedAt + this.#lagMs)
            return 'WAITING_UPLOAD';
        return now >= this.uploadedAt + this.#processingMs ? this.finalStatus : 'PROCESSING';
    }
    /** When the status last changed, in epoch milliseconds. */
    lastModifiedAt(now) {
        if (this.uploadedAt === null)
            return this.createdAt;
        return Math.min(now, this.uploadedAt + this.#processingMs);
    }
    /** A digest that follows the bytes across slots, where there are several and `slot` is the next in order. */
    joinedDigestFor(slot) {
        return this.#joined?.continueWith(slot.index) ?? null;
    }
    keep(slot, stored, joined) {
        slot.stored = stored;
        slot.cameBeforeComplete = this.uploadedAt === null;
        slot.writes += 1;
        if (slot.purpose === 'media')
            this.#joined?.advance(slot.index, joined);
    }
    get #sha256() {
        if (this.#joined !== null)
            return this.#joined.digest(this.slots.length);
        return this.slots[0]?.stored?.sha256 ?? null;
    }
    report(now) {
        const { api, owner, family, recipes, mechanism } = this.registration;
        return {
            id: this.id,
            urn: this.urn,
            api,
            kind: family === 'VIDEO' ? 'video' : 'image',
            owner,
            recipe: recipes[0] ?? '',
            mechanism,
            sizeBytes: this.slots.reduce((sum, slot) => sum + (slot.stored?.sizeBytes ?? 0), 0),
            sha256: this.uploadedAt === null ? null : this.#sha256,
            partDigests: this.slots.flatMap(({ range, stored }) => range && stored ? [digestOf(range, stored)] : []),
            captions: sidecarReport(this.sidecars.captions),
            thumbnail: sidecarReport(this.sidecars.thumbnail),
            status: this.statusAt(now),
            assetStatus: this.assetStatus,
        };
    }
}
function digestOf({ firstByte, lastByte }, { sha256 }) {
    return { firstByte, lastByte, sha256 };
}
function sidecarReport(slot) {
    if (slot === null || slot.stored === null)
        return null;
    const { sizeBytes, sha256 } = slot.stored;
    return { sizeBytes, sha256, beforeFinalize: slot.cameBeforeComplete === true };
}
/**
 * The digest of slots joined in order. Slots that come out of order, or twice, end it: bytes are not kept.
 */
class JoinedDigest {
    #hash = (0,external_node_crypto_.createHash)('sha256');
    #next = 0;
    continueWith(index) {
        return index === this.#next ? this.#hash.copy() : null;
    }
    advance(index, hash) {
        if (index === this.#next && hash !== null) {
            this.#hash = hash;
            this.#next += 1;
        }
        else {
            this.#next = Number.POSITIVE_INFINITY;
        }
    }
    digest(slots) {
        return this.#next === slots ? this.#hash.copy().digest('hex') : null;
    }
}

;// CONCATENATED MODULE: ./sandbox/scopes.js
// What the token may do, by its scopes: a call that it has none for is forbidden, one for the other kind of owner or
// author is told whose permissions to use. Knows no call.


const AD_SCOPE = 'rw_ads';
/** Before it is known whose the call is about. */
function checkAnyScope(model, exchange, permission) {
    const { access, api, method } = permission;
    const fitting = [`${access}_member_social`, `${access}_organization_social`, AD_SCOPE];
    if (!fitting.some((scope) => model.settings.scopes.has(scope)))
        throw notPermitted(exchange, api, method);
}
/** `urn` is the author or owner. */
function checkScope(model, exchange, permission, urn) {
    checkAnyScope(model, exchange, permission);
    const { access, api, method, role } = permission;
    const { scopes } = model.settings;
    if (urn.startsWith('urn:li:person:')) {
        if (!scopes.has(`${access}_member_social`))
            throw bare(400, `Member permissions must be used when using member as ${role}`);
    }
    else if (urn.startsWith('urn:li:organization:')) {
        if (!scopes.has(`${access}_organization_social`))
            throw bare(400, `Organization permissions must be used when using organization as ${role}`);
    }
    else if (!scopes.has(AD_SCOPE))
        throw notPermitted(exchange, api, method);
}

;// CONCATENATED MODULE: ./sandbox/assets/register.js
// The register call: judges the body by the schema of LinkedIn's page, makes the asset, answers with its
// addresses. https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api
// (read 2026-11-25)







const register_ROOT = '/registerUploadRequest';
const RECIPE = /^urn:li:digitalmediaRecipe:[A-Za-z0-9_-]+$/;
const IDENTIFIER = /^urn:li:userGeneratedContent$/;
const RELATIONSHIPS = ['OWNER', 'CREATOR', 'GENERIC'];
const MECHANISMS = ['SYNCHRONOUS_UPLOAD', 'SINGLE_REQUEST_UPLOAD', 'MULTIPART_UPLOAD'];
const MOST_RELATIONSHIPS = 5;
const REGISTER = {
    access: 'w',
    api: 'assets',
    method: 'ACTION-registerUpload',
    role: 'owner',
};
async function checkRegister(model, exchange) {
    const body = fieldsOf(await readJson(exchange), '', { required: ['registerUploadRequest'] });
    const request = requestIn(body.registerUploadRequest);
    checkScope(model, exchange, REGISTER, request.owner);
    return {
        kind: 'register',
        api: 'assets',
        assets: [],
        recipes: request.recipes,
        carryOut: async () => {
            const asset = register(model, request);
            return { assets: [asset], reply: registered(asset, exchange.origin) };
        },
    };
}
function register(model, request) {
    const { partSizeBytes, quotedEtags, processingMs, urlLifeMs } = model.settings;
    const { fileSizeBytes, ...registration } = request;
    const { family, mechanism } = registration;
    const createdAt = model.now();
    const id = model.nextId(family === 'VIDEO' ? 'C5605AQ' : 'C5622AQ');
    const slots = planSlots({
        id,
        family,
        mechanism,
        fileSizeBytes: fileSizeBytes ?? 0,
        partSizeBytes,
        quotedEtags,
        expiresAt: createdAt + urlLifeMs,
    });
    const asset = new Asset({
        id,
        urn: `urn:li:digitalmediaAsset:${id}`,
        registration: model.asBefore(registration),
        slots,
        echo: mechanism === 'MULTIPART_UPLOAD' ? metadataOf(id, slots.length) : null,
        createdAt,
        processingMs: mechanism === 'SYNCHRONOUS_UPLOAD' ? 0 : processingMs,
    });
    model.keep(asset);
    return asset;
}
/** Opaque to clients; in plain base64, so that one that trims or decodes it is found out. */
function metadataOf(id, parts) {
    const told = {
        bucketName: 'sandbox-video-uploads',
        keyName: `${id}/userUploadedVideo`,
        uploadId: `${id}?>~`,
        parts,
    };
    return Buffer.from(JSON.stringify(told)).toString('base64');
}
function requestIn(value) {
    const fields = fieldsOf(value, register_ROOT, {
        required: ['owner', 'recipes', 'serviceRelationships'],
        optional: ['supportedUploadMechanism', 'fileSize'],
    });
    const recipes = recipesOf(fields.recipes);
    const mechanism = mechanismOf(fields.supportedUploadMechanism);
    const family = familyOf(recipes, mechanism);
    assertFit(mechanism, family);
    return {
        api: 'assets',
        owner: ownerOf(fields.owner, `${register_ROOT}/owner`),
        recipes,
        family,
        mechanism,
        relationships: relationshipsOf(fields.serviceRelationships),
        fileSizeBytes: fileSizeOf(fields.fileSize, mechanism),
    };
}
function recipesOf(value) {
    const recipes = listOf(value, `${register_ROOT}/recipes`).map((recipe) => textMatching(recipe, `${register_ROOT}/recipes`, RECIPE));
    if (recipes.length === 0)
        throw missing(`${register_ROOT}/recipes`);
    return recipes;
}
/** The page's list of recipes is open-ended: the end of a name says what it is for, else the mechanism does. */
function familyOf(recipes, mechanism) {
    const families = new Set(recipes.map((recipe) => familyNamed(recipe) ?? FAMILIES[mechanism]));
    const [family = 'STILLIMAGE', another] = families;
    if (another !== undefined)
        throw unallowed(`${register_ROOT}/recipes`);
    return family;
}
function familyNamed(recipe) {
    if (/image$/i.test(recipe))
        return 'STILLIMAGE';
    return /video(_v\d+)?$/i.test(recipe) ? 'VIDEO' : null;
}
// One request may hold either: pictures are recommended to go by the mechanism of their own.
const FAMILIES = {
    SYNCHRONOUS_UPLOAD: 'STILLIMAGE',
    SINGLE_REQUEST_UPLOAD: 'VIDEO',
    MULTIPART_UPLOAD: 'VIDEO',
};
function mechanismOf(value) {
    const path = `${register_ROOT}/supportedUploadMechanism`;
    if (value === undefined)
        return 'SINGLE_REQUEST_UPLOAD';
    const [first, ...others] = listOf(value, path).map((mechanism) => oneOf(mechanism, path, MECHANISMS));
    if (first === undefined || others.length > 0)
        throw unallowed(path);
    return first;
}
function assertFit(mechanism, family) {
    if (mechanism === 'SYNCHRONOUS_UPLOAD' && family === 'VIDEO') {
        throw coded(400, 'ILLEGAL_ARGUMENT', 'SYNCHRONOUS_UPLOAD is for images only');
    }
    if (mechanism === 'MULTIPART_UPLOAD' && family === 'STILLIMAGE') {
        throw coded(400, 'ILLEGAL_ARGUMENT', 'MULTIPART_UPLOAD is for videos only');
    }
}
function relationshipsOf(value) {
    const path = `${register_ROOT}/serviceRelationships`;
    const list = listOf(value, path);
    if (list.length === 0)
        throw missing(path);
    if (list.length > MOST_RELATIONSHIPS) {
        throw coded(400, 'ILLEGAL_ARGUMENT', `serviceRelationships has more than ${MOST_RELATIONSHIPS} entries`);
    }
    return list.map((entry) => {
        const fields = fieldsOf(entry, path, { required: ['identifier', 'relationshipType'] });
        return {
            identifier: textMatching(fields.identifier, `${path}/identifier`, IDENTIFIER),
            relationshipType: oneOf(fields.relationshipType, `${path}/relationshipType`, RELATIONSHIPS),
        };
    });
}
function fileSizeOf(value, mechanism) {
    const path = `${register_ROOT}/fileSize`;
    if (value === undefined && mechanism === 'MULTIPART_UPLOAD')
        throw missing(path);
    return value === undefined ? null : sizeOf(value, path);
}
function registered(asset, origin) {
    const { urn, slots, echo: metadata } = asset;
    const mediaArtifact = mediaArtifactOf({ urn, family: asset.registration.family });
    const [whole] = slots;
    if (metadata !== null || whole === undefined) {
        const partUploadRequests = slots.map((slot) => partOf(slot, origin));
        const uploadMechanism = {
            'com.linkedin.digitalmedia.uploading.MultipartUpload': { partUploadRequests, metadata },
        };
        return jsonReply(200, { value: { uploadMechanism, asset: urn, mediaArtifact } });
    }
    const uploadMechanism = {
        'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest': {
            uploadUrl: origin + whole.address,
            headers: whole.rules.headers,
        },
    };
    const assetRealTimeTopic = `urn:li-realtime:digitalmediaAssetUpdatesTopic:${urn}`;
    return jsonReply(200, { value: { mediaArtifact, uploadMechanism, asset: urn, assetRealTimeTopic } });
}
function partOf({ rules, range, address, expiresAt }, origin) {
    return { headers: rules.headers, byteRange: range, url: origin + address, urlExpiresAt: expiresAt };
}

;// CONCATENATED MODULE: ./sandbox/query.js
// The parameters of a query as protocol 2.0.0 writes them: each once, and only those that a call knows. Knows no call.


function parametersOf(exchange, known) {
    const query = exchange.path.slice(pathOnly(exchange).length + 1);
    const parameters = new Map();
    for (const parameter of query.split('&').filter((text) => text !== '')) {
        const [, name = '', value = ''] = /^([^=]*)=?(.*)$/s.exec(parameter) ?? [];
        if (!known.includes(name))
            throw illegalQuery(`Query parameters here: ${known.join(', ') || 'none'}`);
        if (parameters.has(name))
            throw illegalQuery(`The query parameter ${name} is there twice`);
        parameters.set(name, value);
    }
    return parameters;
}
function illegalQuery(message) {
    return coded(400, 'ILLEGAL_ARGUMENT', message);
}

;// CONCATENATED MODULE: ./sandbox/projection.js
// Which fields of an answer a read asks for: `fields=a,b:(c),d:($*:(e))` as Rest.li writes it, or LinkedIn's older
// `projection=(a,b(c),d*(e))`. A field that the resource does not have is a mistake of the client's.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/projections (read 2026-11-26)

const PROJECTION_PARAMETERS = ['fields', 'projection'];
const EVERY = '$*';
/** `ofEntity` are the fields there are; `ofAnswer` those of the answer around entities, null for a read of one. */
function projectionOf(parameters, ofEntity, ofAnswer = null) {
    const [fields, projection] = PROJECTION_PARAMETERS.map((name) => parameters.get(name));
    if (fields !== undefined && projection !== undefined)
        throw illegalQuery('A read has fields or projection, not both');
    if (fields !== undefined)
        return { entity: checked(new Parser(decoded(fields), FIELDS).whole(), ofEntity), answer: null };
    if (projection === undefined)
        return { entity: null, answer: null };
    const [, inner] = /^\((.*)\)$/s.exec(decoded(projection)) ?? [];
    if (inner === undefined)
        throw illegalQuery('A projection is a list in parentheses');
    const mask = checked(new Parser(inner, PROJECTION).whole(), ofAnswer ?? ofEntity);
    return ofAnswer === null ? { entity: mask, answer: null } : { entity: null, answer: mask };
}
function masked(value, mask) {
    if (mask === null || typeof value !== 'object' || value === null)
        return value;
    const every = mask.get(EVERY);
    if (Array.isArray(value))
        return every === undefined ? [] : value.map((entry) => masked(entry, every));
    const kept = Object.entries(value).flatMap(([name, entry]) => {
        const inner = mask.get(name) ?? every;
        return mask.has(name) || every !== undefined ? [[name, masked(entry, inner ?? null)]] : [];
    });
    return Object.fromEntries(kept);
}
function checked(mask, known) {
    const stranger = [...mask.keys()].find((name) => !known.includes(name));
    if (stranger !== undefined)
        throw illegalQuery(`Unknown field: ${stranger}`);
    return mask;
}
function decoded(value) {
    try {
        return decodeURIComponent(value);
    }
    catch {
        throw illegalQuery('Syntax exception in query parameters');
    }
}
/** A field up to what follows it: in one syntax `:(`, in the other `(`, behind a `*` for the entries of a list. */
const FIELDS = /(?<name>[A-Za-z]\w*|\$\*)(?<open>:\()?/y;
const PROJECTION = /(?<name>[A-Za-z]\w*)(?<every>\*)?(?<open>\()?/y;
class Parser {
    #text;
    #field;
    #at = 0;
    constructor(text, field) {
        this.#text = text;
        this.#field = field;
    }
    whole() {
        const mask = this.#list();
        if (this.#at < this.#text.length)
            throw this.#fault();
        return mask;
    }
    #list() {
        const mask = new Map();
        do {
            this.#field.lastIndex = this.#at;
            const { name, every, open } = this.#field.exec(this.#text)?.groups ?? {};
            if (name === undefined || mask.has(name))
                throw this.#fault();
            this.#at = this.#field.lastIndex;
            const inner = open === undefined ? null : this.#list();
            if (open !== undefined && !this.#skip(')'))
                throw this.#fault();
            mask.set(name, every === undefined ? inner : new Map([[EVERY, inner]]));
        } while (this.#skip(','));
        return mask;
    }
    #skip(character) {
        if (this.#text[this.#at] !== character)
            return false;
        this.#at += 1;
        return true;
    }
    #fault() {
        return illegalQuery(`Syntax exception in a projection, at character ${this.#at}`);
    }
}

;// CONCATENATED MODULE: ./sandbox/keys.js
// The keys of the Images and Videos APIs: whole URNs, percent-encoded, alone in a path or as `List(…)` in a query.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/protocol-version (read 2026-11-25)

// What protocol 2.0.0 uses itself, and so must not stand in a key.
const RESERVED = /[:(),']/;
function keyInPath(raw) {
    return keys_decoded(raw) ?? fail('Syntax exception in path variables');
}
/** A key that is the whole value of a parameter. */
function keyInQuery(raw) {
    return keys_decoded(raw) ?? fail('Syntax exception in query parameters');
}
/** The keys of `ids=List(…)`; its own brackets and commas are not encoded. */
function keysInList(ids) {
    const [, list] = /^List\(([^=]+)\)$/.exec(ids) ?? [];
    const keys = (list ?? fail('Syntax exception in query parameters')).split(',');
    return keys.map(keyInQuery);
}
/** The bare id of a URN of this type. */
function idIn(urn, type) {
    const [, given, id = ''] = /^urn:li:([A-Za-z]+):(.*)$/.exec(urn) ?? [];
    if (given === undefined)
        throw invalidId(type, `The id is not a URN of type ${type}`);
    if (given !== type)
        throw coded(400, 'INVALID_URN_TYPE', `The URN is not of type ${type}`);
    if (!/^[A-Za-z0-9_-]+$/.test(id))
        throw coded(400, 'INVALID_URN_ID', 'The id of the URN is not well-formed');
    return id;
}
function invalidId(type, message) {
    return coded(400, type === 'image' ? 'INVALID_IMAGE_ID' : 'INVALID_VIDEO_ID', message);
}
function keys_decoded(raw) {
    if (raw === '' || RESERVED.test(raw))
        return null;
    try {
        return decodeURIComponent(raw);
    }
    catch {
        return null;
    }
}
function fail(message) {
    throw coded(400, 'ILLEGAL_ARGUMENT', message);
}

;// CONCATENATED MODULE: ./sandbox/reads.js
// Reading how far images and videos are, one by its URN or several at once: the same for both APIs but for the
// fields. Also who may read at all, the Assets API included. Reads and changes nothing.






/** Of the answer to a read of several. */
const BATCH_FIELDS = ['results', 'statuses', 'errors'];
function checkPermitted(model, exchange, api) {
    if (model.settings.statusReads === 'forbidden')
        throw notPermitted(exchange, api, 'GET');
}
function checkUrnRead(of, model, exchange, key) {
    if (exchange.method !== 'GET')
        throw unsupportedMethod(exchange);
    const urn = keyInPath(key);
    const id = idIn(urn, of.type);
    const { entity } = projectionOf(parametersOf(exchange, PROJECTION_PARAMETERS), reads_fieldsOf(of));
    checkPermitted(model, exchange, of.api);
    const asset = find(of, model, id);
    if (asset === undefined)
        throw bare(404, `No such ${of.type}`);
    return {
        kind: 'status',
        api: of.api,
        assets: [asset],
        carryOut: async () => ({
            assets: [asset],
            reply: jsonReply(200, masked(described(of, model, asset), entity)),
        }),
    };
}
/** One that is not found is an error of its own in a reply that is a success. */
function checkBatchUrnRead(of, model, exchange) {
    const parameters = parametersOf(exchange, ['ids', ...PROJECTION_PARAMETERS]);
    const ids = keysInList(parameters.get('ids') ?? '').map((urn) => idIn(urn, of.type));
    const { entity, answer } = projectionOf(parameters, reads_fieldsOf(of), BATCH_FIELDS);
    checkBatchPermitted(of, model, exchange);
    const found = ids.flatMap((id) => find(of, model, id) ?? []);
    return {
        kind: 'status',
        api: of.api,
        assets: found,
        carryOut: async () => {
            const results = found.map((asset) => [urnOf(of, asset.id), masked(described(of, model, asset), entity)]);
            const lost = ids.filter((id) => !found.some((asset) => asset.id === id));
            const errors = lost.map((id) => [urnOf(of, id), { status: 404, message: `No such ${of.type}` }]);
            const body = {
                results: Object.fromEntries(results),
                statuses: Object.fromEntries(results.map(([urn]) => [urn, 200])),
                errors: Object.fromEntries(errors),
            };
            return { assets: found, reply: jsonReply(200, masked(body, answer)) };
        },
    };
}
// LinkedIn's Development tier forbids BATCH_GET; both answers are known, neither is documented.
function checkBatchPermitted(of, model, exchange) {
    const { statusReads, batchReads } = model.settings;
    if (statusReads === 'forbidden' || batchReads === 'forbidden-403') {
        throw notPermitted(exchange, of.api, 'BATCH_GET');
    }
    if (batchReads === 'forbidden-400')
        throw bare(400, 'BATCH_GET is not allowed in the Development tier');
}
/** An asset of the Assets API can be read by its URN as an image or a video: its page says that the id is shared. */
function find(of, model, id) {
    const asset = model.assetById(id);
    return asset?.registration.family === of.family ? asset : undefined;
}
function reads_fieldsOf({ fields }) {
    return ['id', 'owner', 'status', ...fields];
}
function urnOf(of, id) {
    return `urn:li:${of.type}:${id}`;
}
function described(of, model, asset) {
    return {
        id: urnOf(of, asset.id),
        owner: asset.registration.owner,
        status: asset.statusAt(model.now()),
        ...of.describe(asset, model),
    };
}

;// CONCATENATED MODULE: ./sandbox/downloads.js
// Addresses from which LinkedIn would serve finished media. Nothing is: the host cannot exist, so that no client
// fetches anything by accident. Knows no API.

const HOST = 'https://media.simulated.invalid';
/** `what` is a path like `image` or `playlist/vid`; the expiry, in epoch seconds, is part of the signature. */
function downloadAddress(what, id, expiresAtSeconds) {
    return `${HOST}/${what}/${id}?e=${expiresAtSeconds}&v=beta&t=SIMULATED${ticket(id, 'media')}`;
}

;// CONCATENATED MODULE: ./sandbox/assets/artifacts.js
// What LinkedIn makes of an asset that is available, as the sample under "Get Media Artifacts" shows it. Invented
// where it is about the media itself, which is not kept; only the sample's numbers are LinkedIn's.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

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
// The page shows no image: the fields of one are a guess in the style of the video.
const STILL_IMAGE = {
    storageSize: { width: 1200, height: 800 },
    displayAspectRatio: { widthAspect: 1.5, heightAspect: 1.0, formatted: '1.50:1.00' },
};
/** `expiresAt` in epoch milliseconds; LinkedIn tells it in epoch seconds, though the field sounds like a span. */
function mediaArtifactsOf({ id, registration }, expiresAt) {
    const seconds = Math.floor(expiresAt / 1000);
    if (registration.family === 'VIDEO') {
        const identifiers = [identifier('playlist/vid/dynamic', id, 'application/vnd.apple.mpegURL', seconds)];
        return [{ data: { adaptiveStreamVideoWithAudioMasterPlaylist: PLAYLIST }, identifiers }];
    }
    return [
        { data: { stillImage: STILL_IMAGE }, identifiers: [identifier('image', id, 'image/jpeg', seconds)] },
    ];
}
function representation(name, bitrate) {
    return {
        bitrate: { average: bitrate, maximum: bitrate, type: 'UNKNOWN', minimum: bitrate },
        codecs: CODECS,
        artifactClass: `urn:li:digitalmediaArtifactClass:${name}`,
    };
}
function identifier(what, id, mediaType, expiresAtSeconds) {
    return {
        identifier: downloadAddress(what, id, expiresAtSeconds),
        mediaType,
        identifierExpiresInSeconds: expiresAtSeconds,
        size: 0,
    };
}

;// CONCATENATED MODULE: ./sandbox/assets/status.js
// The status call: how far LinkedIn would be with an asset, in the fields of its page.
// Reads and changes nothing.







const status_FIELDS = [
    'created',
    'id',
    'lastModified',
    'mediaTypeFamily',
    'recipes',
    'serviceRelationships',
    'status',
];
const BY_DEFAULT = new Map(status_FIELDS.map((name) => [name, null]));
/** Only told when asked for by name. */
const ARTIFACTS = 'mediaArtifacts';
function checkStatus(model, exchange, key) {
    if (exchange.method !== 'GET')
        throw unsupportedMethod(exchange);
    checkKey(key);
    const parameters = parametersOf(exchange, PROJECTION_PARAMETERS);
    const { entity } = projectionOf(parameters, [...status_FIELDS, ARTIFACTS]);
    checkPermitted(model, exchange, 'assets');
    const asset = status_assetOf(model, key);
    return {
        kind: 'status',
        api: 'assets',
        assets: [asset],
        carryOut: async () => ({
            assets: [asset],
            reply: jsonReply(200, masked(status_described(model, asset), entity ?? BY_DEFAULT)),
        }),
    };
}
/** The key is the bare id: a URN is a syntax error with its colons, and a stranger when they are encoded. */
function checkKey(key) {
    if (/[:(),]/.test(key))
        throw coded(400, 'ILLEGAL_ARGUMENT', 'Syntax exception in path variables');
}
/** What the Images and Videos APIs made is theirs: nothing says that it can be read here. */
function status_assetOf(model, id) {
    const asset = model.assetById(id);
    if (asset?.registration.api !== 'assets')
        throw bare(404, 'No such asset');
    return asset;
}
function status_described(model, asset) {
    const now = model.now();
    const { recipes, relationships, family } = asset.registration;
    const status = asset.statusAt(now);
    return {
        created: asset.createdAt,
        id: model.settings.assetIdInReply(asset.id),
        lastModified: asset.lastModifiedAt(now),
        mediaTypeFamily: family,
        recipes: recipes.map((recipe) => ({ recipe, status })),
        serviceRelationships: relationships,
        status: asset.assetStatus,
        ...(isServed(status) ? { [ARTIFACTS]: mediaArtifactsOf(asset, now + model.settings.urlLifeMs) } : {}),
    };
}
/** While it is processed again, what was made before is still there. */
function isServed(status) {
    return status === 'AVAILABLE' || status === 'MUTATING';
}

;// CONCATENATED MODULE: ./sandbox/assets/protocol.js
// The Assets API among its siblings: register, complete and status, under /rest and the older /v2.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)



const assets = {
    api: 'assets',
    roots: ['rest', 'v2'],
    actions: new Map([
        ['registerUpload', { kind: 'register', check: checkRegister }],
        // The capital P is LinkedIn's.
        ['completeMultiPartUpload', { kind: 'complete', check: checkComplete }],
    ]),
    checkRead: checkStatus,
    checkBatchRead: null,
};

;// CONCATENATED MODULE: ./sandbox/media-library.js
// The field that the initialize calls of the Images and Videos APIs share: the media library of an ad account.
// Judged, and then forgotten: nothing of the sandbox depends on it.

const ACCOUNT = /^urn:li:sponsoredAccount:\d+$/;
function checkMediaLibrary(value, path) {
    if (value === undefined)
        return;
    const fields = fieldsOf(value, path, { required: ['associatedAccount', 'assetName'] });
    textMatching(fields.associatedAccount, `${path}/associatedAccount`, ACCOUNT);
    textMatching(fields.assetName, `${path}/assetName`, /./);
}

;// CONCATENATED MODULE: ./sandbox/images/initialize.js
// Initializing an image: judges the body, makes the image, answers with the one address of its one PUT. There is no
// choice of mechanism: images are always processed later.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)







const initialize_ROOT = '/initializeUploadRequest';
const INITIALIZE = {
    access: 'w',
    api: 'images',
    method: 'ACTION-initializeUpload',
    role: 'owner',
};
async function checkInitialize(model, exchange) {
    const body = fieldsOf(await readJson(exchange), '', { required: ['initializeUploadRequest'] });
    const fields = fieldsOf(body.initializeUploadRequest, initialize_ROOT, {
        required: ['owner'],
        optional: ['mediaLibraryMetadata'],
    });
    const owner = ownerOf(fields.owner, `${initialize_ROOT}/owner`);
    checkScope(model, exchange, INITIALIZE, owner);
    checkMediaLibrary(fields.mediaLibraryMetadata, `${initialize_ROOT}/mediaLibraryMetadata`);
    return {
        kind: 'register',
        api: 'images',
        assets: [],
        carryOut: async () => {
            const asset = initialize(model, owner);
            return { assets: [asset], reply: initialized(asset, exchange.origin) };
        },
    };
}
function initialize(model, owner) {
    const { processingMs, lagMs, urlLifeMs } = model.settings;
    const createdAt = model.now();
    const id = model.nextId('C4E10AQ');
    const address = `/dms-uploads/sp/v2/${id}/uploaded-image/B4EZ${ticket(id, 'media')}/0?ca=vector_ads&cn=uploads&sync=0&v=beta&ut=${ticket(id, 0)}`;
    const asset = new Asset({
        id,
        urn: `urn:li:image:${id}`,
        registration: model.asBefore({
            api: 'images',
            owner,
            family: 'STILLIMAGE',
            recipes: [],
            mechanism: null,
            relationships: [],
        }),
        slots: [makeSlot({ rules: IMAGE_RULES, address, expiresAt: createdAt + urlLifeMs })],
        echo: null,
        createdAt,
        lagMs,
        processingMs,
    });
    model.keep(asset);
    return asset;
}
function initialized({ urn, slots: [slot] }, origin) {
    const uploadUrl = `${origin}${slot?.address}`;
    return jsonReply(200, { value: { uploadUrlExpiresAt: slot?.expiresAt, uploadUrl, image: urn } });
}

;// CONCATENATED MODULE: ./sandbox/images/status.js
// What the Images API tells of an image beyond its status: where to fetch it, once it is available.

const imageResource = {
    api: 'images',
    type: 'image',
    family: 'STILLIMAGE',
    fields: [
        'altText',
        'aspectRatioHeight',
        'aspectRatioWidth',
        'downloadUrl',
        'downloadUrlExpiresAt',
        'mediaLibraryMetadata',
    ],
    describe,
};
function describe(asset, model) {
    const now = model.now();
    if (asset.statusAt(now) !== 'AVAILABLE')
        return {};
    const downloadUrlExpiresAt = now + model.settings.urlLifeMs;
    return {
        downloadUrl: downloadAddress('image', asset.id, Math.floor(downloadUrlExpiresAt / 1000)),
        downloadUrlExpiresAt,
        // Of no real image: pixels are not kept.
        aspectRatioWidth: 3,
        aspectRatioHeight: 2,
    };
}

;// CONCATENATED MODULE: ./sandbox/images/protocol.js
// The Images API among its siblings: initialize and status, one by one or in batches; one PUT completes an upload.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/images-api (read 2026-11-25)



const protocol_images = {
    api: 'images',
    roots: ['rest'],
    actions: new Map([['initializeUpload', { kind: 'register', check: checkInitialize }]]),
    checkRead: (model, exchange, key) => checkUrnRead(imageResource, model, exchange, key),
    checkBatchRead: (model, exchange) => checkBatchUrnRead(imageResource, model, exchange),
};

;// CONCATENATED MODULE: ./sandbox/oauth.js
// LinkedIn's two token calls: a refresh token becomes an access token, and a token is told what it is worth. Forms in
// the body, no bearer, and refusals in the shape of OAuth. Knows no media.
// https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens and …/token-introspection (read 2026-11-25)


const REFRESH_PATH = '/oauth/v2/accessToken';
const INTROSPECT_PATH = '/oauth/v2/introspectToken';
async function checkRefresh(model, exchange) {
    const form = await formOf(exchange, ['grant_type', 'refresh_token', 'client_id', 'client_secret']);
    const { oauth } = model.settings;
    if (form.get('grant_type') !== 'refresh_token')
        throw invalid('The grant_type is not supported here');
    checkClient(oauth, form);
    if (form.get('refresh_token') !== oauth?.refreshToken)
        throw invalid('The provided authorization grant or refresh token is invalid, expired or revoked');
    return answering('refresh', () => ({
        access_token: oauth?.accessToken,
        expires_in: (oauth?.accessDays ?? 0) * DAY_S,
        refresh_token: oauth?.refreshToken,
        refresh_token_expires_in: (oauth?.refreshDays ?? 0) * DAY_S,
        ...(oauth?.scope === null ? {} : { scope: oauth?.scope }),
    }));
}
async function checkIntrospect(model, exchange) {
    const form = await formOf(exchange, ['client_id', 'client_secret', 'token']);
    const { settings } = model;
    const { oauth } = settings;
    checkClient(oauth, form);
    // A token of another app is answered with as little as this.
    if (oauth === null || !settings.acceptsToken(form.get('token') ?? ''))
        return answering('introspect', () => ({ active: false }));
    const createdAt = Math.floor(model.now() / 1000);
    return answering('introspect', () => ({
        active: oauth.status === 'active',
        status: oauth.status,
        client_id: oauth.clientId,
        authorized_at: createdAt,
        created_at: createdAt,
        expires_at: createdAt + oauth.accessDays * DAY_S,
        ...(oauth.scope === null ? {} : { scope: oauth.scope }),
        auth_type: '3L',
    }));
}
const DAY_S = 24 * 60 * 60;
/** The fields of a form that holds each of these once, and nothing else; an address or a header with secrets is refused. */
async function formOf(exchange, names) {
    if (exchange.method !== 'POST')
        throw refused(405, 'invalid_request', 'Only POST is supported');
    if (exchange.path.includes('?'))
        throw invalid('Parameters belong into the body');
    if (headerOf(exchange, 'authorization') !== undefined)
        throw invalid('No Authorization is expected');
    if (headerOf(exchange, 'content-type') !== 'application/x-www-form-urlencoded')
        throw refused(415, 'invalid_request', 'Content-Type must be application/x-www-form-urlencoded');
    const form = new URLSearchParams((await bodyOf(exchange)).toString('latin1'));
    for (const name of form.keys()) {
        if (!names.includes(name))
            throw invalid(`The parameter "${name}" is not known`);
        if (form.getAll(name).length > 1)
            throw invalid(`The parameter "${name}" is there twice`);
    }
    const missing = names.find((name) => !form.get(name));
    if (missing !== undefined)
        throw invalid(`A required parameter "${missing}" is missing`);
    return form;
}
function checkClient(oauth, form) {
    if (oauth === null || form.get('client_id') !== oauth.clientId)
        throw refused(400, 'invalid_client', 'The passed in client_id is invalid');
    if (form.get('client_secret') !== oauth.clientSecret)
        throw refused(401, 'invalid_client', 'Client authentication failed');
}
function invalid(description) {
    return refused(400, 'invalid_request', description);
}
/** No description may repeat what was sent. */
function refused(status, error, description) {
    return new Refusal(description, jsonReply(status, { error, error_description: description }));
}
function answering(kind, told) {
    return {
        kind,
        api: null,
        assets: [],
        carryOut: async () => ({ assets: [], reply: jsonReply(200, told()) }),
    };
}

;// CONCATENATED MODULE: ./sandbox/posts/values.js
// Values of a post's fields, refused with the codes of the Posts page.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)


function symbolOf(value, path, allowed) {
    const found = allowed.find((other) => other === value);
    if (found === undefined)
        throw inputError('INVALID_VALUE_FOR_FIELD', path, `${path} is none of ${allowed.join(', ')}`);
    return found;
}
/** Text that is not blank, of so many characters at most. */
function shortText(value, path, longest) {
    const text = textOf(value, path);
    if (text.trim() === '')
        throw inputError('INVALID_VALUE_BLANK_FIELD', path, `${path} is blank`);
    if (text.length > longest)
        throw inputError('FIELD_LENGTH_TOO_LONG', path, `${path} is longer than ${longest} characters`);
    return text;
}
// Ad accounts own media and author nothing.
const AUTHOR = /^urn:li:(person:[A-Za-z0-9_-]+|organization:\d+)$/;
function authorOf(value, path) {
    const author = textOf(value, path);
    if (!author.startsWith('urn:')) {
        // Recorded in 2023: the same line twice.
        const mistake = [path, `Urn doesn't start with 'urn:'. Urn: ${author} at index 0: ${author}`];
        throw schemaErrors([mistake, mistake]);
    }
    if (author === 'urn:li:person:')
        throw forbiddenWithoutWords();
    if (!AUTHOR.test(author))
        throw unallowed(path);
    return author;
}
/** Recorded in 2026 for a person without an id. */
function forbiddenWithoutWords() {
    return new Refusal('The author has no id', {
        status: 403,
        headers: { 'content-type': 'application/json', 'x-linkedin-error-response': 'true' },
        body: JSON.stringify({ message: '', status: 403 }),
    });
}

;// CONCATENATED MODULE: ./sandbox/posts/content.js
// What a post shows beside its text: one picture or video, several pictures, an article, a poll, or nothing. Gives the
// media that it refers to; whether that is there is not asked here.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26)



const LONGEST_ALT_TEXT = 4086;
const LONGEST_TITLE = 400;
const LONGEST_DESCRIPTION = 4086;
const FEWEST_IMAGES = 2;
const MOST_IMAGES = 20;
const FEWEST_OPTIONS = 2;
const MOST_OPTIONS = 4;
const LONGEST_QUESTION = 140;
const LONGEST_OPTION = 30;
const DURATIONS = ['ONE_DAY', 'THREE_DAYS', 'SEVEN_DAYS', 'FOURTEEN_DAYS'];
const KINDS = {
    media: (value, path) => [oneMedia(value, path, ['altText', 'title'])],
    multiImage: imagesIn,
    article: thumbnailIn,
    poll: (value, path) => {
        checkPoll(value, path);
        return [];
    },
};
/** Known to LinkedIn, and either for advertisers alone or not played here. */
const NOT_PLAYED = ['carousel', 'celebration', 'event', 'reference'];
/** `content` may be left out, and not be null: LinkedIn then speaks of a field that is not permitted. */
function mediaIn(content) {
    if (content === undefined)
        return [];
    const path = '/content';
    if (content === null)
        throw unpermitted(path);
    const kinds = Object.keys(KINDS);
    const fields = fieldsOf(content, path, { required: [], optional: [...kinds, ...NOT_PLAYED] });
    const [kind = '', another] = Object.keys(fields);
    if (NOT_PLAYED.includes(kind))
        throw unpermitted(`${path}/${kind}`);
    const read = KINDS[kind];
    if (read === undefined || another !== undefined)
        throw unallowed(path);
    return read(fields[kind], `${path}/${kind}`);
}
function imagesIn(value, path) {
    const list = `${path}/images`;
    const images = listOf(fieldsOf(value, path, { required: ['images'] }).images, list);
    if (images.length < FEWEST_IMAGES || images.length > MOST_IMAGES)
        throw unallowed(list);
    return images.map((image, index) => {
        const one = oneMedia(image, `${list}/${index}`, ['altText']);
        if (one.type !== 'image')
            throw unallowed(`${list}/${index}/id`);
        return one;
    });
}
function oneMedia(value, path, optional) {
    const { id, altText, title } = fieldsOf(value, path, { required: ['id'], optional });
    if (altText !== undefined)
        shortText(altText, `${path}/altText`, LONGEST_ALT_TEXT);
    if (title !== undefined)
        textOf(title, `${path}/title`);
    return mediaOf(id, `${path}/id`);
}
function mediaOf(value, path) {
    const urn = textOf(value, path);
    const [, type] = /^urn:li:(image|video):/.exec(urn) ?? [];
    if (type !== 'image' && type !== 'video')
        throw coded(400, 'INVALID_URN_TYPE', `${path} is neither an image nor a video`);
    return { urn, type };
}
/** LinkedIn fetches nothing from the address: title, description and thumbnail are what is shown. */
function thumbnailIn(value, path) {
    const optional = ['title', 'description', 'thumbnail'];
    const { source, title, description, thumbnail } = fieldsOf(value, path, { required: ['source'], optional });
    // Recorded in 2025.
    if (title === undefined)
        throw schemaErrors([[`${path}/title`, 'field is required but not found and has no default value']]);
    shortText(title, `${path}/title`, LONGEST_TITLE);
    if (!/^https?:\/\//.test(textOf(source, `${path}/source`)) || !URL.canParse(String(source)))
        throw inputError('INVALID_VALUE_FOR_FIELD', `${path}/source`, `${path}/source is no web address`);
    if (description !== undefined && textOf(description, `${path}/description`) !== '')
        shortText(description, `${path}/description`, LONGEST_DESCRIPTION);
    if (thumbnail === undefined)
        return [];
    const media = mediaOf(thumbnail, `${path}/thumbnail`);
    if (media.type !== 'image')
        throw unallowed(`${path}/thumbnail`);
    return [media];
}
function checkPoll(value, path) {
    const { question, options, settings } = fieldsOf(value, path, {
        required: ['question', 'options', 'settings'],
    });
    shortText(question, `${path}/question`, LONGEST_QUESTION);
    const texts = listOf(options, `${path}/options`);
    if (texts.length < FEWEST_OPTIONS || texts.length > MOST_OPTIONS)
        throw unallowed(`${path}/options`);
    for (const [index, option] of texts.entries()) {
        const at = `${path}/options/${index}`;
        shortText(fieldsOf(option, at, { required: ['text'] }).text, `${at}/text`, LONGEST_OPTION);
    }
    checkPollSettings(settings, `${path}/settings`);
}
function checkPollSettings(value, path) {
    const { duration, voteSelectionType, isVoterVisibleToAuthor } = fieldsOf(value, path, {
        required: ['duration'],
        optional: ['voteSelectionType', 'isVoterVisibleToAuthor'],
    });
    symbolOf(duration, `${path}/duration`, DURATIONS);
    if (voteSelectionType !== undefined)
        symbolOf(voteSelectionType, `${path}/voteSelectionType`, ['SINGLE_VOTE']);
    const visible = `${path}/isVoterVisibleToAuthor`;
    if (isVoterVisibleToAuthor !== undefined && !flagOf(isVoterVisibleToAuthor, visible))
        throw inputError('INVALID_VALUE_FOR_FIELD', visible, `${visible} is not supported as false`);
}

// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
;// CONCATENATED MODULE: ./sandbox/posts/duplicates.js
// LinkedIn takes the same post once in some minutes, and names the first to whoever sends it again. The recordings of
// 2023 show what is not the same: another picture, another letter in the text, or twelve minutes later.



function refuseDuplicate(model, sent) {
    const since = model.now() - model.settings.duplicateWindowMs;
    const first = model.postStore.all.find((post) => post.createdAt > since && (0,external_node_util_.isDeepStrictEqual)(identityOf(post.sent), identityOf(sent)));
    if (first !== undefined)
        throw duplicateOf(first.urn);
}
function identityOf({ author, commentary, content, reshareContext }) {
    return { author, commentary, content, reshareContext };
}
/** As recorded in 2022 and 2023: the code is in the details alone. */
function duplicateOf(urn) {
    const message = `com.linkedin.content.common.exception.BadRequestResponseException: Content is a duplicate of ${urn}`;
    const inputErrors = [{ description: 'Duplicate post is detected', input: {}, code: 'DUPLICATE_POST' }];
    const errorDetailType = 'com.linkedin.common.error.BadRequest';
    const body = { errorDetailType, message, errorDetails: { inputErrors }, status: 422 };
    return new Refusal(`The post is a duplicate of ${urn}`, jsonReply(422, body));
}

;// CONCATENATED MODULE: ./sandbox/posts/media.js
// The media of a post: it has to be there, to belong to the author and to be processed.


/** An asset of the Assets API goes by the image or video URN that shares its id. */
function postableAsset(model, { urn, type }, author) {
    const asset = model.assetById(idIn(urn, type));
    const family = type === 'image' ? 'STILLIMAGE' : 'VIDEO';
    if (asset === undefined || asset.registration.family !== family)
        throw invalidId(type, `There is no ${type} of this id`);
    if (asset.registration.owner !== author)
        throw bare(403, 'The media is not owned by the author of the post');
    const status = asset.statusAt(model.now());
    if (status === 'WAITING_UPLOAD' || status === 'PROCESSING')
        throw coded(400, 'MEDIA_ASSET_WAITING_UPLOAD', `The ${type} is not processed yet`);
    if (status !== 'AVAILABLE')
        throw coded(400, 'MEDIA_ASSET_PROCESSING_FAILED', `The ${type} could not be processed`);
    return asset;
}

;// CONCATENATED MODULE: ./sandbox/posts/text.js
// The text of a post in LinkedIn's "little text": how long it may be, what is kept of it, and how it reads back.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/little-text-format (read 2026-11-25)


// The Posts page names no number. Refusals of 2025 and 2026 name 3,000, and 4,000 for pages in September 2026; they also
// carry the code FIELD_ARRAY_SIZE_TOO_HIGH, where the page has the one used here. Whether backslashes count is unknown,
// so they do not.
const LONGEST = 3000;
const ESCAPED = /\\([\\|{}@[\]()<>#*_~])/g;
// Everything up to a reserved character that stands for itself.
const KEPT = /^(?:\\[\\|{}@[\]()<>#*_~]|@\[[^\]]+\]\(urn:li:[^)]+\)|\{hashtag\|\\?#\|[^}]+\}|#(?=[\p{L}\p{N}])|[^\\|{}@[\]()<>#*_~])*/u;
const HASHTAG = /(?<![\\|])#((?:[\p{L}\p{N}]|\\_)+)/gu;
/** What LinkedIn keeps of `commentary`: it takes a text with a reserved character in it, and cuts it there. */
function keptText(value, path, { mayBeBlank }) {
    const text = textOf(value, path);
    const { length } = text.replace(ESCAPED, '$1');
    if (length > LONGEST) {
        const message = `ShareCommentary text length (${length} characters) exceeded the maximum allowed (${LONGEST} characters)`;
        throw inputError('FIELD_LENGTH_TOO_LONG', path, `com.linkedin.content.common.exception.BadRequestResponseException: ${message}`);
    }
    if (!mayBeBlank && text.trim() === '')
        throw inputError('INVALID_VALUE_BLANK_FIELD', path, `${path} is blank`);
    return KEPT.exec(text)?.[0] ?? '';
}
/** As a read tells it: a hashtag comes back as a template. */
function toldText(text) {
    return text.replace(HASHTAG, String.raw `{hashtag|\#|$1}`);
}

;// CONCATENATED MODULE: ./sandbox/posts/create.js
// Making a post: judges the body field by field, and that its media is there, owned by its author and processed.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)










const NAMES = {
    required: ['author', 'commentary', 'visibility', 'distribution', 'lifecycleState'],
    optional: [
        'adContext',
        'container',
        'content',
        'contentCallToActionLabel',
        'contentLandingPage',
        'isReshareDisabledByAuthor',
        'reshareContext',
    ],
};
const CREATE = { access: 'w', api: 'postsExternal', method: 'CREATE', role: 'author' };
async function checkCreate(model, exchange) {
    const sent = fieldsOf(await readJson(exchange), '', NAMES);
    const author = authorOf(sent.author, '/author');
    checkScope(model, exchange, CREATE, author);
    checkReach(sent);
    checkExtras(sent);
    const media = mediaIn(sent.content);
    const mayBeBlank = sent.content !== undefined || sent.reshareContext !== undefined;
    const commentary = keptText(sent.commentary, '/commentary', { mayBeBlank });
    const assets = media.map((one) => postableAsset(model, one, author));
    refuseDuplicate(model, sent);
    return {
        kind: 'post',
        api: null,
        assets,
        carryOut: async () => {
            // The same post may have been made while this one's body was on its way.
            refuseDuplicate(model, sent);
            const post = { type: typeOf(media), author, sent, fields: { ...sent, commentary } };
            const { urn } = model.postStore.add({ ...post, createdAt: model.now() });
            const headers = { 'x-restli-id': urn, location: `/posts/${encodeURIComponent(urn)}` };
            return { assets, reply: emptyReply(201, headers) };
        },
    };
}
/** Recorded: posts of a video and of several pictures are of the older type. */
function typeOf(media) {
    return media.length > 1 || media[0]?.type === 'video' ? 'ugcPost' : 'share';
}
/** Who gets to see it, and when: drafts and other times are what the API cannot make. */
function checkReach({ visibility, container, distribution, lifecycleState, adContext }) {
    symbolOf(lifecycleState, '/lifecycleState', ['PUBLISHED']);
    const reach = symbolOf(visibility, '/visibility', ['PUBLIC', 'CONNECTIONS', 'LOGGED_IN', 'CONTAINER']);
    if (reach === 'CONTAINER' && container === undefined)
        throw missing('/container');
    const fields = fieldsOf(distribution, '/distribution', {
        required: ['feedDistribution'],
        optional: ['targetEntities', 'thirdPartyDistributionChannels'],
    });
    const feed = symbolOf(fields.feedDistribution, '/distribution/feedDistribution', ['MAIN_FEED', 'NONE']);
    for (const name of ['targetEntities', 'thirdPartyDistributionChannels'])
        if (fields[name] !== undefined)
            listOf(fields[name], `/distribution/${name}`);
    // A post outside the feed is an advertisement.
    if (feed === 'NONE' && recordOf(adContext, '/adContext').dscAdAccount === undefined)
        throw inputError('MISSING_REQUIRED_FIELD_FOR_DSC', '/adContext/dscAdAccount', 'dscAdAccount is missing');
}
function checkExtras(sent) {
    const { isReshareDisabledByAuthor, reshareContext } = sent;
    for (const name of ['container', 'contentCallToActionLabel', 'contentLandingPage'])
        if (sent[name] !== undefined)
            textOf(sent[name], `/${name}`);
    if (isReshareDisabledByAuthor !== undefined)
        flagOf(isReshareDisabledByAuthor, '/isReshareDisabledByAuthor');
    recordOf(sent.adContext, '/adContext');
    if (reshareContext === undefined)
        return;
    const { parent } = fieldsOf(reshareContext, '/reshareContext', { required: ['parent'] });
    textMatching(parent, '/reshareContext/parent', /^urn:li:(share|ugcPost):[A-Za-z0-9_-]+$/);
    if (sent.content !== undefined)
        throw unpermitted('/content');
}
function recordOf(value, path) {
    if (value === undefined)
        return {};
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw unallowed(path);
    return value;
}

;// CONCATENATED MODULE: ./sandbox/posts/read.js
// Reading posts: one or several by URN, or those of an author, newest first. Reads and changes nothing.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)








const READ = { access: 'r', api: 'postsExternal', role: 'author' };
const VIEWS = ['viewContext', ...PROJECTION_PARAMETERS];
const read_FIELDS = [
    'adContext',
    'author',
    'commentary',
    'container',
    'content',
    'contentCallToActionLabel',
    'contentLandingPage',
    'createdAt',
    'distribution',
    'id',
    'isReshareDisabledByAuthor',
    'lastModifiedAt',
    'lifecycleState',
    'lifecycleStateInfo',
    'publishedAt',
    'reshareContext',
    'visibility',
];
function checkGet(model, exchange, key) {
    const urn = postUrn(keyInPath(key));
    const parameters = parametersOf(exchange, VIEWS);
    checkView(parameters);
    const { entity } = projectionOf(parameters, read_FIELDS);
    const permission = { ...READ, method: 'GET' };
    checkAnyScope(model, exchange, permission);
    const post = livingPost(model, urn);
    if (post === undefined)
        throw noSuchPost();
    checkScope(model, exchange, permission, post.author);
    return reading(() => masked(read_described(post), entity));
}
function checkBatchGet(model, exchange) {
    const parameters = parametersOf(exchange, ['ids', ...VIEWS]);
    const urns = keysInList(parameters.get('ids') ?? '').map(postUrn);
    checkView(parameters);
    const { entity, answer } = projectionOf(parameters, read_FIELDS, BATCH_FIELDS);
    const permission = { ...READ, method: 'BATCH_GET' };
    checkAnyScope(model, exchange, permission);
    const found = urns.flatMap((urn) => livingPost(model, urn) ?? []);
    for (const { author } of found)
        checkScope(model, exchange, permission, author);
    const lost = urns.filter((urn) => !found.some((post) => post.urn === urn));
    return reading(() => {
        const results = found.map((post) => [post.urn, masked(read_described(post), entity)]);
        const body = {
            results: Object.fromEntries(results),
            statuses: Object.fromEntries(results.map(([urn]) => [urn, 200])),
            errors: Object.fromEntries(lost.map((urn) => [urn, LOST])),
        };
        return masked(body, answer);
    });
}
const MOST_AT_ONCE = 100;
const AT_ONCE = 10;
const ORDERS = { LAST_MODIFIED: 'lastModifiedAt', CREATED: 'createdAt' };
/** The finder `q=author`. */
function checkFind(model, exchange) {
    const parameters = parametersOf(exchange, ['q', 'author', 'count', 'start', 'sortBy', 'isDsc', ...VIEWS]);
    checkView(parameters);
    const author = keyInQuery(parameters.get('author') ?? '');
    if (!/^urn:li:(person|organization):/.test(author))
        throw illegalQuery('author is a person or an organization');
    const order = ORDERS[read_oneOf(parameters, 'sortBy', ['LAST_MODIFIED', 'CREATED'])];
    const count = numberIn(parameters, 'count', AT_ONCE, MOST_AT_ONCE);
    const start = numberIn(parameters, 'start', 0, Number.MAX_SAFE_INTEGER);
    const isDark = parameters.has('isDsc') ? read_oneOf(parameters, 'isDsc', ['true', 'false']) === 'true' : null;
    const { entity, answer } = projectionOf(parameters, read_FIELDS, ['elements', 'metadata', 'paging']);
    checkScope(model, exchange, { ...READ, method: 'FINDER-author' }, author);
    return reading(() => {
        // The newer one first, of two that are as old.
        const found = model.postStore.all
            .toReversed()
            .filter((post) => post.author === author && !post.isDeleted)
            .filter((post) => isDark === null || isDarkPost(post) === isDark)
            .sort((one, other) => other[order] - one[order]);
        const elements = found.slice(start, start + count).map((post) => masked(read_described(post), entity));
        const page = { parameters, start, count, shown: elements.length, total: found.length };
        return masked({ paging: pagingOf(page), elements }, answer);
    });
}
/** Links as recorded: the query of the call, with another start. */
function pagingOf(page) {
    const { parameters, start, count, shown, total } = page;
    const link = (rel, to) => {
        const query = new Map(parameters).set('count', String(count)).set('start', String(to));
        const href = `/rest/posts?${[...query].map((pair) => pair.join('=')).join('&')}`;
        return { type: 'application/json', rel, href };
    };
    const links = [
        ...(start > 0 ? [link('prev', Math.max(0, start - count))] : []),
        ...(shown > 0 && start + shown < total ? [link('next', start + shown)] : []),
    ];
    return { start, count, links, total };
}
/** The post of a URN that came from outside. */
function postUrn(urn) {
    const [, type, id = ''] = /^urn:li:([A-Za-z]+):(.*)$/s.exec(urn) ?? [];
    if (type !== undefined && type !== 'share' && type !== 'ugcPost')
        throw coded(400, 'INVALID_URN_TYPE', 'The URN is not of type share or ugcPost');
    if (!/^[A-Za-z0-9_-]+$/.test(id))
        throw coded(400, 'INVALID_URN_ID', 'The URN of the post is not well-formed');
    return urn;
}
function livingPost(model, urn) {
    const post = model.postStore.byUrn(urn);
    return post?.isDeleted === false ? post : undefined;
}
const LOST = { status: 404, code: 'NOT_FOUND', message: 'Could not find entity' };
function noSuchPost() {
    return coded(LOST.status, LOST.code, LOST.message);
}
/** As recorded: lists that were sent empty are not told, but for the channels. */
function read_described({ urn, author, fields, createdAt, lastModifiedAt, isEdited, }) {
    const { commentary, distribution, reshareContext, ...others } = fields;
    const { targetEntities, ...reach } = distribution;
    const targets = Array.isArray(targetEntities) && targetEntities.length > 0 ? { targetEntities } : {};
    const { parent } = (reshareContext ?? {});
    return {
        isReshareDisabledByAuthor: false,
        ...others,
        createdAt,
        lastModifiedAt,
        publishedAt: createdAt,
        author,
        id: urn,
        distribution: { ...targets, thirdPartyDistributionChannels: [], ...reach },
        ...(parent === undefined ? {} : { reshareContext: { parent, root: parent } }),
        commentary: toldText(String(commentary)),
        lifecycleStateInfo: { isEditedByAuthor: isEdited },
    };
}
function isDarkPost({ fields }) {
    return fields.distribution.feedDistribution === 'NONE';
}
/** Whose eyes it is read with: the same here, where every post is published. */
function checkView(parameters) {
    read_oneOf(parameters, 'viewContext', ['READER', 'AUTHOR']);
}
/** The value of a parameter, or the first where it is left out. */
function read_oneOf(parameters, name, allowed) {
    const value = parameters.get(name);
    const found = value === undefined ? allowed[0] : allowed.find((other) => other === value);
    if (found === undefined)
        throw illegalQuery(`${name} is one of ${allowed.join(', ')}`);
    return found;
}
function numberIn(parameters, name, byDefault, most) {
    const value = parameters.get(name) ?? String(byDefault);
    if (!/^\d+$/.test(value) || Number(value) > most)
        throw illegalQuery(`${name} is a number up to ${most}`);
    return Number(value);
}
function reading(told) {
    return {
        kind: 'postRead',
        api: null,
        assets: [],
        carryOut: async () => ({ assets: [], reply: jsonReply(200, told()) }),
    };
}

;// CONCATENATED MODULE: ./sandbox/posts/edit.js
// Changing and deleting a post: a handful of fields can be set, and what is deleted can be deleted again.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)










const WRITE = { access: 'w', api: 'postsExternal', role: 'author' };
const UPDATE = { ...WRITE, method: 'PARTIAL_UPDATE' };
const DELETE = { ...WRITE, method: 'DELETE' };
const TEXTS = ['contentCallToActionLabel', 'contentLandingPage'];
async function checkEdit(model, exchange, key) {
    const urn = postUrn(keyInPath(key));
    parametersOf(exchange, []);
    checkAnyScope(model, exchange, UPDATE);
    const { patch } = fieldsOf(await readJson(exchange), '', { required: ['patch'] });
    const post = livingPost(model, urn);
    if (post === undefined)
        throw noSuchPost();
    checkScope(model, exchange, UPDATE, post.author);
    const changes = changesIn(patch, post);
    return {
        kind: 'postEdit',
        api: null,
        assets: [],
        carryOut: async () => {
            post.fields = { ...post.fields, ...changes };
            post.lastModifiedAt = model.now();
            post.isEdited = true;
            return { assets: [], reply: emptyReply(204) };
        },
    };
}
/** `$set` for whole fields, and beside it a `$set` of its own for what is within adContext. */
function changesIn(patch, { fields }) {
    const steps = recordAt(patch, '/patch');
    const stranger = Object.keys(steps).find((name) => name !== '$set' && name !== 'adContext');
    if (stranger !== undefined)
        throw unpermitted(`/patch/${stranger}`);
    const set = steps.$set === undefined ? {} : settable(recordAt(steps.$set, '/patch/$set'), fields);
    const within = steps.adContext === undefined ? {} : recordAt(steps.adContext, '/patch/adContext');
    const ads = within.$set === undefined ? {} : recordAt(within.$set, '/patch/adContext/$set');
    if (Object.keys(set).length + Object.keys(ads).length === 0)
        throw missing('/patch/$set');
    if (Object.keys(ads).length === 0)
        return set;
    return { ...set, adContext: { ...fields.adContext, ...ads } };
}
function settable(set, { content, reshareContext }) {
    const mayBeBlank = content !== undefined || reshareContext !== undefined;
    const settled = Object.entries(set).map(([name, value]) => {
        const path = `/patch/$set/${name}`;
        if (name === 'commentary')
            return [name, keptText(value, path, { mayBeBlank })];
        if (name === 'lifecycleState')
            return [name, symbolOf(value, path, ['PUBLISHED'])];
        if (name === 'adContext')
            return [name, recordAt(value, path)];
        if (!TEXTS.includes(name))
            throw unpermitted(path);
        return [name, textOf(value, path)];
    });
    return Object.fromEntries(settled);
}
function checkDelete(model, exchange, key) {
    const urn = postUrn(keyInPath(key));
    parametersOf(exchange, []);
    checkAnyScope(model, exchange, DELETE);
    const post = model.postStore.byUrn(urn);
    if (post === undefined)
        throw noSuchPost();
    checkScope(model, exchange, DELETE, post.author);
    return {
        kind: 'postDelete',
        api: null,
        assets: [],
        carryOut: async () => {
            post.isDeleted = true;
            return { assets: [], reply: emptyReply(204) };
        },
    };
}
function recordAt(value, path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
        throw unallowed(path);
    return value;
}

;// CONCATENATED MODULE: ./sandbox/posts/protocol.js
// The calls of the Posts API, told apart by HTTP method, key and query. `X-RestLi-Method` may name the call too, in
// any case, and has to name this one then. Comments are another resource.




/** Null for what is no call of this API. `key` as it stands in the path. */
function postCall(exchange, key) {
    const call = key === undefined ? callOfAll(exchange) : callOfOne(exchange, key);
    const named = headerOf(exchange, 'x-restli-method');
    return named === undefined || named.toUpperCase() === call?.restliMethod ? call : null;
}
function callOfAll(exchange) {
    const query = queryOf(exchange);
    if (exchange.method === 'POST')
        return query.size > 0 ? null : { kind: 'post', restliMethod: 'CREATE', check: checkCreate };
    if (exchange.method !== 'GET')
        return null;
    if (query.has('ids'))
        return { kind: 'postRead', restliMethod: 'BATCH_GET', check: checkBatchGet };
    return query.get('q') === 'author' ? { kind: 'postRead', restliMethod: 'FINDER', check: checkFind } : null;
}
function callOfOne({ method }, key) {
    switch (method) {
        case 'GET':
            return { kind: 'postRead', restliMethod: 'GET', check: (model, given) => checkGet(model, given, key) };
        case 'POST':
            return {
                kind: 'postEdit',
                restliMethod: 'PARTIAL_UPDATE',
                check: (model, given) => checkEdit(model, given, key),
            };
        case 'DELETE':
            return {
                kind: 'postDelete',
                restliMethod: 'DELETE',
                check: (model, given) => checkDelete(model, given, key),
            };
        default:
            return null;
    }
}

;// CONCATENATED MODULE: ./sandbox/multipart.js
// A multipart body (RFC 2046), taken apart over its bytes and as strictly as it can be read: what a lenient parser
// would forgive is a mistake of the client's. Knows neither a form nor a tunnel.
const LINE = '\r\n';
// Up to 70 characters, and no space at the end.
const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([A-Za-z0-9'()+_,\-./:=?]{1,70}))\s*$/;
/** The sections between the delimiters, or what is wrong with the body. */
function sectionsOf(body, contentType) {
    const [, quoted, plain] = BOUNDARY.exec(contentType) ?? [];
    const boundary = quoted ?? plain;
    if (boundary === undefined)
        return 'The Content-Type of a multipart body needs its boundary';
    const raw = split(body, `--${boundary}`);
    if (typeof raw === 'string')
        return raw;
    const sections = raw.map(sectionOf).filter((section) => section !== null);
    return sections.length === raw.length ? sections : 'A section has no headers';
}
/** What stands between the delimiters, each at the start of a line, the last one closed. */
function split(body, delimiter) {
    if (body.toString('latin1', 0, delimiter.length) !== delimiter)
        return 'The body does not begin with its boundary';
    const sections = [];
    let start = delimiter.length;
    while (body.toString('latin1', start, start + 2) === LINE) {
        const end = body.indexOf(`${LINE}${delimiter}`, start);
        if (end === -1)
            return 'The body does not end with its boundary';
        sections.push(body.subarray(start + LINE.length, end));
        start = end + LINE.length + delimiter.length;
    }
    const ending = body.toString('latin1', start);
    return ending === '--' || ending === `--${LINE}` ? sections : 'The body does not end with its boundary';
}
function sectionOf(section) {
    const blank = section.indexOf(`${LINE}${LINE}`);
    if (blank === -1)
        return null;
    const headers = section.toString('utf8', 0, blank).split(LINE);
    return { headers, content: section.subarray(blank + 2 * LINE.length) };
}

;// CONCATENATED MODULE: ./sandbox/tunnel.js
// Query tunnelling: a query that is too long for the request line comes in the body of a POST, and the method with it
// in a header. Takes such a request out again; knows no call.
// https://learn.microsoft.com/linkedin/shared/api-guide/concepts/query-tunneling (read 2026-11-26)



const OVERRIDE = 'x-http-method-override';
const METHODS = ['GET', 'PUT', 'POST', 'DELETE'];
const FORM = /^application\/x-www-form-urlencoded(\s*;.*)?$/i;
const MIXED = /^multipart\/mixed\s*;/i;
/** What no longer is about the request inside. */
const OUTER_HEADERS = [OVERRIDE, 'content-type', 'content-length'];
/** Whether a request to the API is in a tunnel; the upload host and the token addresses know none. */
function isTunnelled(exchange) {
    return /^\/(rest|v2)\//.test(exchange.path) && headerOf(exchange, OVERRIDE) !== undefined;
}
/** The request inside, or why there is none. */
async function untunnelled(exchange) {
    const method = headerOf(exchange, OVERRIDE) ?? '';
    if (exchange.method !== 'POST' || !METHODS.includes(method))
        return bare(400, `X-HTTP-Method-Override goes with POST, and is one of ${METHODS.join(', ')}`);
    const type = headerOf(exchange, 'content-type') ?? '';
    if (FORM.test(type))
        return inside(exchange, method, (await bodyOf(exchange)).toString('latin1'), null);
    if (!MIXED.test(type))
        return bare(415, 'A tunnelled request is application/x-www-form-urlencoded or multipart/mixed');
    const sections = sectionsOf(await bodyOf(exchange), type);
    if (typeof sections === 'string')
        return bare(400, sections);
    const queries = sections.filter((section) => FORM.test(tunnel_typeOf(section)));
    const bodies = sections.filter((section) => !queries.includes(section));
    const [query] = queries;
    if (query === undefined || queries.length > 1 || bodies.length > 1)
        return bare(400, 'A tunnelled request has one query and at most one body');
    return inside(exchange, method, query.content.toString('latin1'), bodies[0] ?? null);
}
function inside(exchange, method, query, body) {
    const separator = pathOnly(exchange) === exchange.path ? '?' : '&';
    const headers = exchange.headers.filter(([name]) => !OUTER_HEADERS.includes(name.toLowerCase()));
    const content = body?.content ?? Buffer.alloc(0);
    return {
        ...exchange,
        method,
        path: query === '' ? exchange.path : exchange.path + separator + query,
        linePath: exchange.path,
        headers: body === null ? headers : [...headers, ['content-type', tunnel_typeOf(body)]],
        body: (async function* () {
            yield content;
        })(),
    };
}
function tunnel_typeOf({ headers }) {
    const [, type = ''] = headers.map((line) => /^content-type:\s*(.*)$/i.exec(line)).find((found) => found !== null) ?? [];
    return type;
}

;// CONCATENATED MODULE: ./sandbox/upload.js
// Bytes to an address that was handed out: a whole file, one part of a video, or what comes beside it. Takes
// digests of them as they pass and answers as LinkedIn's upload host does, in HTML when it refuses. Knows the rules
// of an address from its slot, and no API.




function checkUpload(model, exchange) {
    const target = model.slotAt(exchange.path);
    if (target === undefined)
        throw page(404, 'No such upload address');
    const { asset, slot } = target;
    if (exchange.method !== slot.rules.method)
        throw page(405, `Bytes are sent here with ${slot.rules.method}`);
    if (model.now() >= slot.expiresAt)
        throw page(403, 'This upload address has expired');
    checkAuthorization(model, exchange, slot);
    const lengthBytes = declaredLength(exchange);
    checkLength(lengthBytes, slot);
    checkHeaders(exchange, slot);
    checkFree(target);
    return {
        kind: 'upload',
        api: asset.registration.api,
        assets: [asset],
        purpose: slot.purpose,
        carryOut: (answerStatus) => store({ model, exchange, target, lengthBytes, answerStatus }),
    };
}
function checkAuthorization(model, exchange, { rules }) {
    if (rules.needsToken) {
        if (!hasGoodToken(exchange, model.settings))
            throw page(401, 'This address needs a valid access token');
    }
    else if (headerOf(exchange, 'authorization') !== undefined) {
        throw page(400, 'Bytes are sent here without Authorization');
    }
}
function declaredLength(exchange) {
    const declared = headerOf(exchange, 'content-length');
    // HTTP has either a length or chunks, never both.
    if (declared === undefined)
        throw page(411, 'Content-Length is required');
    if (!/^\d+$/.test(declared))
        throw page(400, 'Content-Length is no number');
    return Number(declared);
}
function checkLength(lengthBytes, { rules, range }) {
    if (lengthBytes === 0)
        throw page(400, 'The body is empty');
    if (range !== null && lengthBytes !== range.lastByte - range.firstByte + 1) {
        throw page(400, 'The length is not that of the byte range');
    }
    if (rules.longest !== null && lengthBytes > rules.longest.sizeBytes)
        throw page(413, rules.longest.reason);
}
function checkHeaders(exchange, { rules }) {
    for (const [name, value] of Object.entries(rules.headers)) {
        const sent = headerOf(exchange, name.toLowerCase());
        if (sent === undefined && rules.headersOptional)
            continue;
        if (sent !== value)
            throw page(400, `The header ${name} must be ${value}`);
    }
    if (!rules.contentType.test(headerOf(exchange, 'content-type') ?? '')) {
        throw page(400, 'Content-Type does not fit what is sent here');
    }
}
/** A part may be sent again until the upload is complete, and the last one counts; a whole file only once. */
function checkFree({ asset, slot }) {
    if (asset.uploadedAt !== null)
        throw page(409, 'This upload is complete');
    if (slot.range === null && slot.stored !== null)
        throw page(409, 'This upload address is used up');
}
async function store(upload) {
    const { model, exchange, target, lengthBytes, answerStatus } = upload;
    const { asset, slot } = target;
    const { rules } = slot;
    const joined = asset.joinedDigestFor(slot);
    const received = await (rules.openForm === null
        ? digestFile(exchange, lengthBytes, joined)
        : digestForm(exchange, lengthBytes, rules.openForm));
    // Another upload to the same address may have ended while this one's bytes were on their way.
    checkFree(target);
    const { sizeBytes, sha256 } = received;
    const stored = { sizeBytes, sha256, etag: upload_etagOf(target, sha256), status: answerStatus ?? rules.answers };
    asset.keep(slot, stored, joined);
    if (asset.echo === null)
        asset.uploadedAt = model.now();
    return { assets: [asset], reply: emptyReply(rules.answers, etagHeader(slot, stored)) };
}
function upload_etagOf({ asset, slot }, sha256) {
    const { etag } = slot.rules;
    if (etag === null)
        return null;
    const digits = (0,external_node_crypto_.createHash)('sha256')
        .update(`${asset.id}/${slot.index}/${slot.writes}/${sha256}`)
        .digest('hex')
        .slice(0, 32);
    return etag.form === 'path' ? `/ambry-video/signedId/SIMULATED_${digits}.bin` : digits;
}
function etagHeader({ rules }, { etag }) {
    if (etag === null)
        return {};
    return { etag: rules.etag?.quoted ? `"${etag}"` : etag };
}
/** `joined` sees the bytes too. */
async function digestFile(exchange, lengthBytes, joined) {
    const hash = (0,external_node_crypto_.createHash)('sha256');
    let head = Buffer.alloc(0);
    for await (const chunk of exactly(exchange.body, lengthBytes)) {
        if (head.length < LONGEST_SIGNATURE)
            head = Buffer.concat([head, chunk.subarray(0, LONGEST_SIGNATURE)]);
        hash.update(chunk);
        joined?.update(chunk);
    }
    checkSignature(head, headerOf(exchange, 'content-type') ?? '');
    return { sizeBytes: lengthBytes, sha256: hash.digest('hex') };
}
/** Of the file in the form, not of the form. */
async function digestForm(exchange, lengthBytes, openForm) {
    const chunks = [];
    for await (const chunk of exactly(exchange.body, lengthBytes))
        chunks.push(chunk);
    const file = openForm(Buffer.concat(chunks), headerOf(exchange, 'content-type') ?? '');
    return { sizeBytes: file.length, sha256: (0,external_node_crypto_.createHash)('sha256').update(file).digest('hex') };
}
/** The body, which must be exactly as long as declared. */
async function* exactly(body, lengthBytes) {
    let sizeBytes = 0;
    for await (const chunk of body) {
        sizeBytes += chunk.byteLength;
        if (sizeBytes > lengthBytes)
            break;
        yield chunk;
    }
    if (sizeBytes !== lengthBytes)
        throw page(400, 'The body is not as long as declared');
}
const SIGNATURES = [
    ['image/jpeg', 'ffd8ff'],
    ['image/png', '89504e47'],
    ['image/gif', '47494638'],
];
const LONGEST_SIGNATURE = 4;
/** The type of an image is its real one; bytes that begin like none of the three are not judged. */
function checkSignature(head, contentType) {
    const hex = head.toString('hex');
    const [real = contentType] = SIGNATURES.find(([, signature]) => hex.startsWith(signature)) ?? [];
    if (contentType.startsWith('image/') && contentType !== real) {
        throw page(400, 'Content-Type is not that of the image');
    }
}

;// CONCATENATED MODULE: ./sandbox/videos/finalize.js
// Finalizing a video: its token, and the id of every part in the order of the instructions, or a refusal. Ids are
// compared with what the PUTs were answered, never trusted.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)





const finalize_ROOT = '/finalizeUploadRequest';
async function checkFinalize(model, exchange) {
    const body = fieldsOf(await readJson(exchange), '', { required: ['finalizeUploadRequest'] });
    const fields = fieldsOf(body.finalizeUploadRequest, finalize_ROOT, {
        required: ['video', 'uploadToken', 'uploadedPartIds'],
    });
    const asset = videoOf(model, textOf(fields.video, `${finalize_ROOT}/video`));
    const token = textOf(fields.uploadToken, `${finalize_ROOT}/uploadToken`);
    const ids = listOf(fields.uploadedPartIds, `${finalize_ROOT}/uploadedPartIds`).map((id) => textOf(id, `${finalize_ROOT}/uploadedPartIds`));
    if (asset.uploadedAt !== null)
        throw coded(400, 'UPDATING_ASSET_FAILED', 'This video is finalized already');
    if (token !== asset.echo)
        throw coded(400, 'ILLEGAL_ARGUMENT', 'uploadToken is not as handed out');
    checkSidecars(asset);
    checkPartIds(asset, ids);
    return {
        kind: 'complete',
        api: 'videos',
        assets: [asset],
        carryOut: async () => {
            asset.uploadedAt = model.now();
            return { assets: [asset], reply: emptyReply(200) };
        },
    };
}
function videoOf(model, urn) {
    const asset = model.assetById(idIn(urn, 'video'));
    if (asset?.registration.api !== 'videos')
        throw invalidId('video', 'No such video');
    return asset;
}
/** What was asked for is waited for. */
function checkSidecars({ sidecars }) {
    for (const [name, slot] of Object.entries(sidecars)) {
        if (slot !== null && slot.stored === null) {
            throw coded(400, 'MEDIA_ASSET_WAITING_UPLOAD', `Asked for and not sent: ${name}`);
        }
    }
}
/**
 * LinkedIn's store knows a part by its signed id alone and says the same of ids that are missing, shortened or in
 * quotes. It would join other orders as they come, into a video that cannot be played: that is refused here.
 */
function checkPartIds({ slots }, ids) {
    const given = slots.map(({ stored }) => stored?.etag ?? null);
    if (given.includes(null))
        throw coded(400, 'MEDIA_ASSET_WAITING_UPLOAD', 'A part was not uploaded');
    if (ids.length !== given.length || ids.some((id) => !given.includes(id))) {
        throw bare(400, 'All chunks IDs must be signed');
    }
    if (ids.some((id, index) => id !== given[index])) {
        throw bare(400, 'The part ids are not in the order of the upload instructions');
    }
}

;// CONCATENATED MODULE: ./sandbox/form.js
// A form as `multipart/form-data` (RFC 7578), as strictly as it can be read. Knows no field.


const DISPOSITION = /^content-disposition: form-data; name="([^"]+)"(?:; filename="([^"]*)")?$/i;
/** @throws Refusal when the body is not such a form, whole */
function formPartsOf(body, contentType) {
    const sections = sectionsOf(body, contentType);
    if (typeof sections === 'string')
        throw page(400, sections);
    return sections.map(form_partOf);
}
function form_partOf({ headers, content }) {
    const [, name, filename = null] = headers.map((line) => DISPOSITION.exec(line)).find((found) => found !== null) ?? [];
    if (name === undefined)
        throw page(400, 'A field of the form has no name');
    return { name, filename, content };
}

;// CONCATENATED MODULE: ./sandbox/videos/captions.js
// Captions as LinkedIn takes them: a form of two fields, what the text is and the text. The metadata is judged by
// the one set of values that is known to be taken. https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api
// (read 2026-11-25)



/** The text of the captions. */
function captionsIn(body, contentType) {
    const parts = formPartsOf(body, contentType);
    const stranger = parts.find(({ name }) => name !== 'metadata' && name !== 'file');
    if (stranger !== undefined)
        throw page(400, 'The form has a field that is not known');
    checkMetadata(only(parts, 'metadata'));
    const file = only(parts, 'file');
    if (file.filename === null)
        throw page(400, 'The field file is no file');
    if (file.content.length === 0)
        throw page(400, 'The captions are empty');
    return file.content;
}
function only(parts, name) {
    const [part, another] = parts.filter((other) => other.name === name);
    if (part === undefined || another !== undefined)
        throw page(400, `The form needs one field ${name}`);
    return part;
}
function checkMetadata({ filename, content }) {
    if (filename !== null)
        throw page(400, 'The field metadata is a file');
    try {
        checkMetadataFields(JSON.parse(content.toString('utf8')));
    }
    catch (error) {
        if (error instanceof Refusal)
            throw page(400, error.message);
        throw page(400, 'The field metadata is no JSON');
    }
}
function checkMetadataFields(value) {
    const root = '/metadata';
    const fields = fieldsOf(value, root, {
        required: ['format', 'formattedForEasyReader', 'largeText', 'source', 'locale', 'transcriptType'],
    });
    oneOf(fields.format, `${root}/format`, ['SRT']);
    flagOf(fields.formattedForEasyReader, `${root}/formattedForEasyReader`);
    flagOf(fields.largeText, `${root}/largeText`);
    oneOf(fields.source, `${root}/source`, ['USER_PROVIDED']);
    oneOf(fields.transcriptType, `${root}/transcriptType`, ['CLOSED_CAPTION']);
    const locale = fieldsOf(fields.locale, `${root}/locale`, { required: ['variant', 'country', 'language'] });
    textOf(locale.variant, `${root}/locale/variant`);
    textMatching(locale.country, `${root}/locale/country`, /^[A-Z]{2}$/);
    // English is the only language that is taken; its letters were seen in both cases.
    textMatching(locale.language, `${root}/locale/language`, /^en$/i);
}

;// CONCATENATED MODULE: ./sandbox/videos/slots.js
// Where the bytes of a video go, and those of the captions and the thumbnail beside it. Keeps no state.


const ETAGS = {
    path: { form: 'path', quoted: false },
    'quoted-path': { form: 'path', quoted: true },
    'quoted-hex': { form: 'hex', quoted: true },
};
// The form is taken apart in memory. LinkedIn names no limit; half an hour of speech is a tenth of this.
const LONGEST_CAPTIONS = { sizeBytes: 1024 * 1024, reason: 'Captions are shorter than this' };
const LONGEST_THUMBNAIL = { sizeBytes: 10_000_000, reason: 'A thumbnail is smaller than this' };
const CAPTIONS_RULES = {
    method: 'POST',
    needsToken: true,
    headers: {},
    headersOptional: false,
    contentType: /^multipart\/form-data;/i,
    longest: LONGEST_CAPTIONS,
    answers: 201,
    etag: null,
    openForm: captionsIn,
};
const THUMBNAIL_RULES = {
    method: 'PUT',
    needsToken: false,
    headers: { 'media-type-family': 'STILLIMAGE' },
    headersOptional: false,
    contentType: /^(application\/octet-stream|image\/(jpeg|png))$/,
    longest: LONGEST_THUMBNAIL,
    answers: 201,
    etag: null,
    openForm: null,
};
function slots_planSlots(model, video) {
    const { id, fileSizeBytes } = video;
    const { partSizeBytes, videoEtags, urlLifeMs } = model.settings;
    const expiresAt = model.now() + urlLifeMs;
    const rules = partRules(ETAGS[videoEtags], {});
    const partBytes = partSizeBytes(fileSizeBytes);
    return {
        partBytes,
        parts: makePartSlots({ id, rules, fileSizeBytes, partSizeBytes: partBytes, expiresAt }),
        captions: video.wantsCaptions ? besideSlot(id, 'captions', expiresAt) : null,
        thumbnail: video.wantsThumbnail ? besideSlot(id, 'thumbnail', expiresAt) : null,
    };
}
function besideSlot(id, purpose, expiresAt) {
    const [name, rules] = purpose === 'captions' ? ['uploadedCaptions', CAPTIONS_RULES] : ['uploadedThumbnail', THUMBNAIL_RULES];
    const address = `/dms-uploads/${id}/${name}/0?ca=vector_ads&cn=uploads&sync=0&v=beta&ut=${ticket(id, purpose)}`;
    return makeSlot({ purpose, rules, address, expiresAt });
}

;// CONCATENATED MODULE: ./sandbox/videos/initialize.js
// Initializing a video: judges the body, makes the video, answers with an address for every range of it, and for
// what comes beside it where that was asked for.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)







const videos_initialize_ROOT = '/initializeUploadRequest';
const initialize_INITIALIZE = {
    access: 'w',
    api: 'videos',
    method: 'ACTION-initializeUpload',
    role: 'owner',
};
async function initialize_checkInitialize(model, exchange) {
    const body = fieldsOf(await readJson(exchange), '', { required: ['initializeUploadRequest'] });
    const request = initialize_requestIn(body.initializeUploadRequest);
    checkScope(model, exchange, initialize_INITIALIZE, request.owner);
    return {
        kind: 'register',
        api: 'videos',
        assets: [],
        carryOut: async () => {
            const id = model.nextId('C5F10AQ');
            const slots = slots_planSlots(model, { id, ...request });
            const asset = initialize_initialize(model, { id, owner: request.owner, slots });
            const toldPartBytes = model.settings.overlongLastRange ? slots.partBytes : null;
            return { assets: [asset], reply: initialize_initialized(asset, exchange.origin, toldPartBytes) };
        },
    };
}
function initialize_requestIn(value) {
    const fields = fieldsOf(value, videos_initialize_ROOT, {
        required: ['owner', 'fileSizeBytes'],
        optional: [
            'uploadCaptions',
            'uploadThumbnail',
            'mediaLibraryMetadata',
            'templateName',
            'linkbackContext',
        ],
    });
    checkMediaLibrary(fields.mediaLibraryMetadata, `${videos_initialize_ROOT}/mediaLibraryMetadata`);
    if (fields.templateName !== undefined)
        textMatching(fields.templateName, `${videos_initialize_ROOT}/templateName`, /./);
    return {
        owner: ownerOf(fields.owner, `${videos_initialize_ROOT}/owner`),
        fileSizeBytes: sizeOf(fields.fileSizeBytes, `${videos_initialize_ROOT}/fileSizeBytes`),
        wantsCaptions: flagOf(fields.uploadCaptions ?? false, `${videos_initialize_ROOT}/uploadCaptions`),
        wantsThumbnail: flagOf(fields.uploadThumbnail ?? false, `${videos_initialize_ROOT}/uploadThumbnail`),
    };
}
function initialize_initialize(model, video) {
    const { processingMs, uploadToken } = model.settings;
    const { id, owner, slots } = video;
    const asset = new Asset({
        id,
        urn: `urn:li:video:${id}`,
        registration: model.asBefore({
            api: 'videos',
            owner,
            family: 'VIDEO',
            recipes: [],
            mechanism: null,
            relationships: [],
        }),
        slots: slots.parts,
        sidecars: { captions: slots.captions, thumbnail: slots.thumbnail },
        echo: uploadToken,
        createdAt: model.now(),
        processingMs,
    });
    model.keep(asset);
    return asset;
}
/** `toldPartBytes` is how long every range is said to be; null where the last one ends with the file. */
function initialize_initialized(asset, origin, toldPartBytes) {
    const { urn, slots, sidecars, echo } = asset;
    const uploadInstructions = slots.map(({ address, range }) => {
        const { firstByte, lastByte } = range ?? { firstByte: 0, lastByte: 0 };
        return {
            uploadUrl: origin + address,
            lastByte: toldPartBytes === null ? lastByte : firstByte + toldPartBytes - 1,
            firstByte,
        };
    });
    const { captions, thumbnail } = sidecars;
    return jsonReply(200, {
        value: {
            uploadUrlsExpireAt: slots[0]?.expiresAt,
            video: urn,
            uploadInstructions,
            uploadToken: echo,
            ...(captions === null ? {} : { captionsUploadUrl: origin + captions.address }),
            ...(thumbnail === null ? {} : { thumbnailUploadUrl: origin + thumbnail.address }),
        },
    });
}

;// CONCATENATED MODULE: ./sandbox/videos/status.js
// What the Videos API tells of a video beyond its status: why it failed, or where to fetch it and what came beside.

const videoResource = {
    api: 'videos',
    type: 'video',
    family: 'VIDEO',
    fields: [
        'aspectRatioHeight',
        'aspectRatioWidth',
        'captions',
        'downloadUrl',
        'downloadUrlExpiresAt',
        'duration',
        'mediaLibraryMetadata',
        'processingFailureReason',
        'thumbnail',
        'transcript',
    ],
    describe: status_describe,
};
// Of no real video: bytes are not kept. The aspect ratio is not always told in whole numbers.
const PLAYED = { duration: 2056, aspectRatioWidth: 1.75, aspectRatioHeight: 1 };
function status_describe(asset, model) {
    const now = model.now();
    const status = asset.statusAt(now);
    if (status === 'PROCESSING_FAILED' && asset.failureReason !== null) {
        return { processingFailureReason: asset.failureReason };
    }
    if (status !== 'AVAILABLE')
        return {};
    const downloadUrlExpiresAt = now + model.settings.urlLifeMs;
    const address = (what) => downloadAddress(what, asset.id, Math.floor(downloadUrlExpiresAt / 1000));
    const { captions, thumbnail } = asset.sidecars;
    return {
        ...PLAYED,
        downloadUrl: address('video'),
        downloadUrlExpiresAt,
        ...(captions === null ? {} : { captions: address('captions') }),
        ...(thumbnail === null ? {} : { thumbnail: address('thumbnail') }),
    };
}

;// CONCATENATED MODULE: ./sandbox/videos/protocol.js
// The Videos API among its siblings: initialize, finalize and status, one by one or in batches. Parts, captions and
// the thumbnail go to the addresses that initialize gives.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25)




const videos = {
    api: 'videos',
    roots: ['rest'],
    actions: new Map([
        ['initializeUpload', { kind: 'register', check: initialize_checkInitialize }],
        ['finalizeUpload', { kind: 'complete', check: checkFinalize }],
    ]),
    checkRead: (model, exchange, key) => checkUrnRead(videoResource, model, exchange, key),
    checkBatchRead: (model, exchange) => checkBatchUrnRead(videoResource, model, exchange),
};

;// CONCATENATED MODULE: ./sandbox/routes.js
// Exchange in, exchange out: finds which of LinkedIn's calls this is, has it judged, lets trouble strike,
// carries it out. Knows no socket; every adapter drives this one function.











const PROTOCOLS = [assets, protocol_images, videos];
function createRoutes(model) {
    let replies = 0;
    return async (given) => {
        const { exchange, route } = await routed(given);
        if (route.kind !== null)
            model.countCall(route.kind);
        if (route.isBatch === true)
            model.countBatchRead();
        const reply = route.kind === 'upload'
            ? await model.whileUploading(() => answer(model, exchange, route))
            : await answer(model, exchange, route);
        replies += 1;
        // LinkedIn asks for this header in support cases; a client may log it.
        return {
            ...reply,
            headers: { ...reply.headers, 'x-li-uuid': `SIMULATED-${String(replies).padStart(6, '0')}` },
        };
    };
}
/** A tunnelled request goes where it would go by itself; one that cannot be taken out of its tunnel goes nowhere. */
async function routed(given) {
    if (!isTunnelled(given))
        return { exchange: given, route: routeOf(given) };
    const exchange = await untunnelled(given);
    if (!(exchange instanceof Refusal))
        return { exchange, route: routeOf(exchange) };
    const refuse = () => {
        throw exchange;
    };
    return { exchange: given, route: { kind: null, check: behindGateway(refuse) } };
}
function routeOf(exchange) {
    const path = pathOnly(exchange);
    if (path.startsWith('/dms-uploads/'))
        return { kind: 'upload', check: checkUpload };
    const side = SIDE_ROUTES.get(path);
    if (side !== undefined)
        return side;
    const [, root = '', name, key] = /^\/([^/]+)\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    if (root === 'rest' && name === 'posts') {
        const { kind, check } = postCall(exchange, key) ?? UNSUPPORTED;
        return { kind, check: behindGateway(check) };
    }
    const protocol = PROTOCOLS.find(({ api, roots }) => api === name && roots.includes(root));
    const route = protocol === undefined ? NOWHERE : routeIn(protocol, exchange, key);
    return { ...route, check: behindGateway(route.check) };
}
const UNSUPPORTED = {
    kind: null,
    check: (_model, exchange) => {
        throw unsupportedMethod(exchange);
    },
};
/** The token addresses stand before the gateway: none of its headers is asked for there. */
const SIDE_ROUTES = new Map([
    [REFRESH_PATH, { kind: 'refresh', check: checkRefresh }],
    [INTROSPECT_PATH, { kind: 'introspect', check: checkIntrospect }],
]);
const NOWHERE = {
    kind: null,
    check: () => {
        throw coded(404, 'RESOURCE_NOT_FOUND', 'No virtual resource found');
    },
};
function routeIn(protocol, exchange, key) {
    if (key !== undefined) {
        return { kind: 'status', check: (model, read) => protocol.checkRead(model, read, key) };
    }
    const { checkBatchRead } = protocol;
    if (checkBatchRead !== null && exchange.method === 'GET' && queryOf(exchange).has('ids')) {
        return { kind: 'status', check: checkBatchRead, isBatch: true };
    }
    const action = exchange.method === 'POST' ? protocol.actions.get(actionOf(exchange) ?? '') : undefined;
    return action ?? UNSUPPORTED;
}
/** A path that is none of LinkedIn's is told so only to a caller whom the gateway lets in. */
function behindGateway(check) {
    return (model, exchange) => {
        checkGateway(exchange, model.settings);
        return check(model, exchange);
    };
}
async function answer(model, exchange, route) {
    try {
        const call = await route.check(model, exchange);
        return await carryOut(model, exchange, call);
    }
    catch (error) {
        if (!(error instanceof Refusal))
            throw error;
        logRefusal(model, exchange, { kind: route.kind, status: error.reply.status, reason: error.message });
        return error.reply;
    }
}
async function carryOut(model, exchange, call) {
    const { kind } = call;
    const rules = model.trouble.strike({
        kind,
        api: call.api,
        assets: call.assets.map(({ id }) => id),
        recipes: call.recipes ?? call.assets.flatMap(({ registration }) => registration.recipes),
        purpose: call.purpose ?? null,
    });
    const refused = refusalByTrouble(rules, kind);
    if (refused !== null) {
        logRefusal(model, exchange, { kind, status: refused.status, reason: 'trouble' });
        return refused;
    }
    const answerStatus = rules.findLast((rule) => rule.reply !== undefined)?.reply?.status ?? null;
    const { assets: concerned, reply } = await call.carryOut(answerStatus);
    for (const rule of rules)
        for (const asset of concerned)
            afflict(asset, rule);
    return bend(reply, rules);
}
/** What a rule makes of an asset from now on; of one among several only when the rule is for it. */
function afflict(asset, rule) {
    if (rule.asset !== undefined && rule.asset !== asset.id)
        return;
    asset.finalStatus = rule.finalStatus ?? asset.finalStatus;
    asset.failureReason = rule.failureReason ?? asset.failureReason;
    asset.assetStatus = rule.assetStatus ?? asset.assetStatus;
}
function logRefusal(model, exchange, refusal) {
    model.logRefusal({ method: exchange.method, path: pathOnly(exchange), ...refusal });
}

;// CONCATENATED MODULE: ./sandbox/server.js
// The sandbox on a loopback port: a real server around the routes, and nothing but that. Knows no call of
// LinkedIn's; the one route of its own, for tests of another process, is off unless asked for.




// Large reads keep the digests, not the event loop, the limit of a fast upload.
const READ_BYTES = 1024 * 1024;
// Longer than a client keeps a socket, so that it never sends on one that is just being closed here.
const KEEP_ALIVE_MS = 120_000;
/** `around` stands between the socket and the routes: it may look at every exchange, change it, or answer itself. */
async function startSandbox(options = {}, around = (handle) => handle) {
    const model = new SandboxModel(options);
    const handle = around(createRoutes(model));
    // A long upload is no attack: no limit on how long a request takes.
    const server = (0,external_node_http_.createServer)({
        highWaterMark: READ_BYTES,
        requestTimeout: 0,
        keepAliveTimeout: KEEP_ALIVE_MS,
    });
    await listen(server, options.port ?? 0);
    const port = portOf(server);
    const url = options.reachedAt ?? `http://127.0.0.1:${port}`;
    server.on('request', (request, response) => {
        if (options.inspectable === true && request.url === '/sandbox/assets')
            send(response, inspection(model));
        else
            void respond({ handle, url, request, response });
    });
    return { url, port, model, close: () => server_close(server) };
}
async function respond(call) {
    const { handle, url, request, response } = call;
    try {
        const reply = await handle({
            method: request.method ?? '',
            path: request.url ?? '',
            headers: pairs(request.rawHeaders),
            body: request,
            origin: url,
        });
        // Node itself reads and drops what a refused client still sends: a reset would take the answer along.
        send(response, reply);
    }
    catch (error) {
        // A client that broke off is gone; with one that still listens, the fault is the sandbox's or its options'.
        if (!request.socket.destroyed)
            send(response, pageReply(500, String(error)));
    }
}
function send(response, { status, headers, body }) {
    const length = status === 204 || status === 304 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    response.writeHead(status, { ...headers, ...length });
    response.end(body);
}
function inspection(model) {
    return jsonReply(200, {
        assets: model.assets(),
        calls: model.calls(),
        batchReads: model.batchReads,
        posts: model.posts,
        peakUploads: model.peakUploads,
        log: model.log,
    });
}
function pairs(rawHeaders) {
    return Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
        rawHeaders[index * 2] ?? '',
        rawHeaders[index * 2 + 1] ?? '',
    ]);
}
function listen(server, port) {
    return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
            server.off('error', reject);
            resolve();
        });
    });
}
function portOf(server) {
    const address = server.address();
    if (address === null || typeof address === 'string')
        throw new Error('The sandbox listens on no port');
    return address.port;
}
function server_close(server) {
    return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
    });
}


/***/ })

};
