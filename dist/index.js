import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 4589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 3024:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 1455:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs/promises");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 8161:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 99:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:sqlite");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 7830:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/web");

/***/ }),

/***/ 8500:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 2018:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tty");

/***/ }),

/***/ 9023:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 713:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ bothOrFaults),
/* harmony export */   w: () => (/* binding */ inputFaults)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5650);
/* harmony import */ var _input_table_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(293);
// Two pieces of work that judge inputs, one after the other: what is wrong with one input hides nothing of another.


/** What is wrong with the inputs; null when something else was thrown. */
function inputFaults(thrown) {
    if (thrown instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .InputFaults */ .qv)
        return thrown.faults;
    return thrown instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .InputError */ .dz ? [thrown] : null;
}
/**
 * Both results, where nothing is wrong, nor was before: `told`.
 * @throws InputFaults with all faults, in the order of action.yml; what else the work throws while none is known
 */
async function bothOrFaults(first, second, told = []) {
    const faults = [...told];
    const a = await attempt(first, faults);
    const b = await attempt(second, faults);
    if (a === null || b === null || faults.length > 0)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .InputFaults */ .qv(faults.toSorted(byInput));
    return [a.result, b.result];
}
/** Null where it was not done, or ended with what `faults` has then; a failure of another kind is no news beside these. */
async function attempt({ work, needs = [], goesOn = true }, faults) {
    const isHindered = faults.some(({ input }) => needs.some((name) => name === input));
    if (faults.length > 0 && (!goesOn || isHindered))
        return null;
    try {
        return { result: await work() };
    }
    catch (thrown) {
        const own = inputFaults(thrown);
        if (own === null && faults.length === 0)
            throw thrown;
        faults.push(...(own ?? []));
        return null;
    }
}
function byInput(a, b) {
    const names = Object.keys(_input_table_js__WEBPACK_IMPORTED_MODULE_1__/* .INPUTS */ .m);
    return names.indexOf(a.input) - names.indexOf(b.input);
}


/***/ }),

/***/ 5773:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Fd: () => (/* binding */ guardPipes),
/* harmony export */   kN: () => (/* binding */ warnOfDebugging),
/* harmony export */   rP: () => (/* binding */ lingerBriefly),
/* harmony export */   sz: () => (/* binding */ tellBug)
/* harmony export */ });
/* harmony import */ var node_util__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7975);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5650);
/* harmony import */ var _report_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2786);
/* harmony import */ var _say_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3059);
// What the process would print or end with behind the back of say.ts: lines of Node itself, a pipe that closes, a bug
// that nobody waited for.




/**
 * Keeps a closed pipe from ending the process, for the outputs are files; and makes each line that Node prints to
 * stderr (warnings, NODE_DEBUG) harmless: no command, no query of an address.
 */
function guardPipes({ stdout, stderr }) {
    for (const pipe of [stdout, stderr])
        pipe.on('error', () => { });
    const write = stderr.write.bind(stderr);
    stderr.write = (chunk, ...rest) => write(harmlessLines(chunk), ...rest);
}
function harmlessLines(chunk) {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .redact */ .E$)(text).split('\n').map(_say_js__WEBPACK_IMPORTED_MODULE_3__/* .harmless */ .Is).join('\n');
}
// What Node and undici call the parts that print what is sent, and where.
const LOUD = ['undici', 'fetch', 'http', 'https', 'http2', 'net', 'tls'];
/** Says so when NODE_DEBUG makes Node print each request: hosts, paths and file names are then for all to read. */
function warnOfDebugging(say) {
    const loud = LOUD.filter((part) => (0,node_util__WEBPACK_IMPORTED_MODULE_0__.debuglog)(part).enabled);
    if (loud.length === 0)
        return;
    const text = `NODE_DEBUG makes Node print its traffic to this log (${loud.join(', ')}); the queries of addresses, which are credentials, are left out of it. Remove NODE_DEBUG when you are done`;
    say.warning(text, { title: 'variable NODE_DEBUG' });
}
// What hangs was waited for before: nothing is left to do.
const LINGER_MS = 1000;
/**
 * Ends the process of a run that is over, should something that hangs keep it: all is told by then. None of Node's own
 * ways out would do, for each waits for its threads. `signal`: why the run was ended early, if it was.
 */
function lingerBriefly(signal, ending) {
    const end = () => {
        try {
            // The exit code decides over the step: a process that only ends with it takes the place of this one.
            if (!signal.aborted)
                ending.execve?.(ending.execPath, [ending.execPath, '-e', exitWith(ending)], {});
        }
        finally {
            // Of a run that was ended early no code counts; and Windows has no other way.
            ending.kill(ending.pid, 'SIGKILL');
        }
    };
    setTimeout(end, LINGER_MS).unref();
}
function exitWith({ exitCode = 0 }) {
    return `process.exitCode = ${Number(exitCode)}`;
}
/**
 * Tells a bug that nobody waited for, ends the run with it as the reason, so that what is known so far is delivered, and
 * has the process fail, however far the run has come.
 */
function tellBug(say, end, ending) {
    return (thrown) => {
        ending.exitCode = 1;
        const bug = (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .asActionError */ .z6)(thrown);
        say.error((0,_report_js__WEBPACK_IMPORTED_MODULE_2__/* .withHint */ .mu)(bug), { title: bug.code });
        end.abort(bug);
    };
}


/***/ }),

/***/ 293:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ INPUTS)
/* harmony export */ });
/* harmony import */ var _linkedin_versions_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5583);
// The inputs of the action by name. Data only: what each may hold, and where its value goes, is read elsewhere.

/** Every input and its default, as in action.yml (a test compares them): an empty input means its default. */
const INPUTS = {
    'access-token': { default: '' },
    owner: { default: '' },
    files: { default: '' },
    recipe: { default: 'auto' },
    api: { default: 'assets' },
    'image-upload': { default: 'synchronous' },
    mode: { default: 'publish' },
    'linkedin-version': { default: _linkedin_versions_js__WEBPACK_IMPORTED_MODULE_0__/* .NEWEST_KNOWN_VERSION */ .YL },
    'api-url': { default: 'https://api.linkedin.com' },
    'if-no-files-found': { default: 'error' },
    'fail-on': { default: 'any' },
    concurrency: { default: '8' },
    'multipart-threshold-mb': { default: '200' },
    'wait-minutes': { default: '30' },
    'max-files': { default: '100' },
    'follow-symlinks': { default: 'false' },
    'include-hidden-files': { default: 'false' },
    sidecars: { default: 'false' },
    'media-artifacts': { default: 'false' },
    manifest: { default: '' },
    shard: { default: '' },
    summary: { default: 'true' },
    'release-tag': { default: '' },
    'release-assets': { default: '' },
    'github-token': { default: '' },
    'client-id': { default: '' },
    'client-secret': { default: '' },
    'refresh-token': { default: '' },
    'token-warn-days': { default: '10' },
};


/***/ }),

/***/ 8808:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  ji: () => (/* binding */ manifestPath),
  Ko: () => (/* binding */ readInputs),
  S4: () => (/* binding */ simulatedTarget),
  ui: () => (/* binding */ wantsSummary)
});

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./errors.js
var errors = __nccwpck_require__(5650);
// EXTERNAL MODULE: ./linkedin/versions.js
var versions = __nccwpck_require__(5583);
// EXTERNAL MODULE: ./media/patterns.js
var media_patterns = __nccwpck_require__(4191);
// EXTERNAL MODULE: ./media/slashes.js
var slashes = __nccwpck_require__(1023);
// EXTERNAL MODULE: ./secret.js
var secret_0 = __nccwpck_require__(3713);
// EXTERNAL MODULE: ./http/policy.js
var policy = __nccwpck_require__(1878);
;// CONCATENATED MODULE: ./http/environment.js
// What the environment of the step says about the network: the proxy, and whether certificates are checked. Pure.



/** @throws VariableError TLS_UNCHECKED: a token is not sent to whoever answers */
function checkTls({ NODE_TLS_REJECT_UNAUTHORIZED: asked }) {
    if (asked !== '0')
        return;
    const text = 'is 0: no certificate would be checked, so the token could go to anybody; nothing was sent';
    throw new errors/* VariableError */.P$('TLS_UNCHECKED', 'NODE_TLS_REJECT_UNAUTHORIZED', text);
}
// In this order, as curl has it: small letters first. A proxy for http serves https too when it is the only one.
const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'];
/**
 * The way to `apiUrl`. What is on this machine is reached past any proxy: it would get the token in clear text.
 * @throws VariableError PROXY_INVALID, without showing the address: it may hold a password
 */
function readRoute(env, apiUrl) {
    const name = PROXY_VARIABLES.find((variable) => env[variable]);
    if (name === undefined || (0,policy/* isLoopback */.U9)(apiUrl.hostname))
        return 'direct';
    const url = parseProxy(env[name] ?? '', name);
    return {
        address: new secret_0/* Secret */.zh(url.href),
        secrets: secretsOf(url),
        except: env.no_proxy || env.NO_PROXY || '',
    };
}
/** A proxy is often written without its scheme, which then is http. It has no path, whatever stands behind its host. */
function parseProxy(text, name) {
    const given = text.trim();
    const url = URL.parse(given.includes('://') ? given : `http://${given}`);
    const isProxy = url !== null && /^https?:$/.test(url.protocol) && isEncoded(url.username + url.password);
    if (isProxy)
        return Object.assign(url, { pathname: '', search: '', hash: '' });
    const expected = 'http://host:port or https://host:port, with user:password@ before the host if it asks for them';
    throw new errors/* VariableError */.P$('PROXY_INVALID', name, `is no address of a proxy; it takes ${expected}`);
}
/** undici decodes the user and the password, and would fail at a bare `%` with both of them in its words. */
function isEncoded(text) {
    try {
        decodeURIComponent(text);
        return true;
    }
    catch {
        return false;
    }
}
/** The password as it is written, as it is meant, and as it travels with its user. */
function secretsOf({ username, password }) {
    if (password === '')
        return [];
    const meant = decodeURIComponent(password);
    const sent = Buffer.from(`${decodeURIComponent(username)}:${meant}`).toString('base64');
    return [...new Set([sent, password, meant])];
}

// EXTERNAL MODULE: ./action/input-table.js
var input_table = __nccwpck_require__(293);
;// CONCATENATED MODULE: ./action/input-reader.js
// Takes the text of inputs out of the environment, and keeps what is wrong with each.



/** Reads inputs one after the other: no fault hides another, and none is told twice. */
class Reader {
    #env;
    #faults = [];
    constructor(env) {
        this.#env = env;
    }
    /** In the order of the inputs, those of the environment first. */
    get faults() {
        const names = Object.keys(input_table/* INPUTS */.m);
        const slips = unknownInputs(this.#env);
        return this.#faults
            .map((fault) => (slips.length > 0 && MISSING.has(fault.code) ? withSlips(fault, slips) : fault))
            .toSorted((a, b) => names.indexOf(a.input) - names.indexOf(b.input));
    }
    /** `fallback` stands in for a faulty value, so that the reading can go on; it is never used. */
    read(name, parse, fallback) {
        let value = fallback;
        this.check(() => {
            value = parse(rawInput(this.#env, name) || input_table/* INPUTS */.m[name].default, name);
        });
        return value;
    }
    /** The way to `apiUrl`, as the environment has it. */
    route(apiUrl) {
        let route = 'direct';
        this.check(() => checkTls(this.#env));
        this.check(() => {
            route = readRoute(this.#env, apiUrl);
        });
        return route;
    }
    check(judge) {
        try {
            judge();
        }
        catch (error) {
            if (!(error instanceof errors/* InputError */.dz))
                throw error;
            const isTold = this.#faults.some((one) => one.input === error.input && one.message === error.message);
            if (!isTold)
                this.#faults.push(error);
        }
    }
}
const MISSING = new Set(['INPUT_MISSING', 'TOKEN_MISSING']);
/** The runner hands on what is no input with a mere warning: it may be the one that is missing, misspelt. */
function unknownInputs(env) {
    const given = Object.keys(env).filter((name) => name.startsWith('INPUT_'));
    return given.map((name) => name.slice('INPUT_'.length).toLowerCase()).filter((name) => !(name in input_table/* INPUTS */.m));
}
function withSlips({ code, input, message }, slips) {
    const named = slips.map((name) => `\`${name}\``).join(' and ');
    const text = `${message}; the step sets ${named}, which this action does not know`;
    return new errors/* InputError */.dz(code, input, text);
}
/** The runner's spelling: upper case, hyphens as they are. */
function variable(name) {
    return `INPUT_${name.toUpperCase()}`;
}
function rawInput(env, name) {
    return env[variable(name)]?.trim() ?? '';
}
/** `mask` hears of it, and `env` loses it. */
function takeSecret(env, name, mask) {
    const text = rawInput(env, name);
    if (text !== '')
        mask(text);
    delete env[variable(name)];
    return text;
}

// EXTERNAL MODULE: ./linkedin/urn.js
var urn = __nccwpck_require__(6947);
// EXTERNAL MODULE: ./media/limits.js
var limits = __nccwpck_require__(4820);
// EXTERNAL MODULE: ./media/shards.js
var shards = __nccwpck_require__(8445);
;// CONCATENATED MODULE: ./action/owner-advice.js
// What to write as `owner`, for who wrote something else: the address of a page, its number, or its name.
// Pure, and shows no more than digits of what it was given.
/** Ends the sentence "but takes …". */
function ownerExpected(text) {
    if (/^["'].*["']$/.test(text))
        return 'a URN without quotes around it';
    const page = pageMeant(text);
    if (page !== null)
        return `a URN, which for a page is urn:li:organization:${page}`;
    return /^urn:li:(?:company|organization):|linkedin\.com\/(?:company|showcase|school)\//.test(text)
        ? `the number of the page and not its name, as its admin view shows it: ${NUMBER}`
        : `a URN: urn:li:person:…, urn:li:sponsoredAccount:…, or of a page ${NUMBER}`;
}
const NUMBER = 'urn:li:organization:24141830 for linkedin.com/company/24141830/admin';
/** The number of the page, where the text holds one. */
function pageMeant(text) {
    const [, number = null] = /^(?:urn:li:company:|organization:)?(\d{1,20})$/.exec(text) ?? PAGE_ADDRESS.exec(text) ?? [];
    return number;
}
const PAGE_ADDRESS = /^(?:https?:\/\/)?(?:www\.)?linkedin\.com\/(?:company|showcase|school)\/(\d{1,20})(?:[/?#]|$)/;

;// CONCATENATED MODULE: ./action/input-values.js
// What one input may hold: its text into a value, or a fault that says what to write instead. Pure; knows neither
// the environment nor the runner.








function required(text, name) {
    if (text === '')
        throw new errors/* InputError */.dz('INPUT_MISSING', name, 'is empty');
    return text;
}
/** Where `release-assets` is empty too. */
function requiredFiles(text, name) {
    if (text !== '')
        return text;
    const fault = 'is empty, and so is `release-assets`: one of them says what to publish (in YAML, a value that starts with `!` needs quotes, or a line of its own below `files: |`)';
    throw new errors/* InputError */.dz('INPUT_MISSING', name, fault);
}
function oneOf(values, told = values.join(', ')) {
    return (text, name) => {
        const value = values.find((candidate) => candidate === text);
        if (value === undefined)
            throw invalid(name, text, `one of: ${told}`);
        return value;
    };
}
function whole(min, max) {
    return (text, name) => {
        const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
        if (!(value >= min && value <= max))
            throw invalid(name, text, `a whole number from ${min} to ${max}`);
        return value;
    };
}
// The spellings that YAML 1.2 and actions/core take for a boolean.
function yesOrNo(text, name) {
    if (/^(true|True|TRUE)$/.test(text))
        return true;
    if (/^(false|False|FALSE)$/.test(text))
        return false;
    throw invalid(name, text, '`true` or `false`');
}
function parseOwner(text, name) {
    const kind = (0,urn/* ownerKind */.kK)(required(text, name));
    if (kind !== null)
        return { owner: text, ownerKind: kind };
    throw invalid(name, text, ownerExpected(text));
}
/** Only the Assets API has recipes: with the other one nothing is sent, and nothing is wrong. */
function recipeFor(api) {
    return (text, name) => {
        const recipe = text === 'auto' ? text : (0,limits/* parseRecipe */.Cl)(text);
        if (recipe !== null)
            return recipe;
        if (api === 'media')
            return { shortName: text, urn: text };
        const expected = '`auto`, urn:li:digitalmediaRecipe:…, or a short name such as feedshare-image';
        throw invalid(name, text, expected);
    };
}
/** Only the Assets API has unversioned paths. */
function versionFor(api) {
    const takesV2 = api !== 'media';
    const expected = `YYYYMM, such as ${versions/* NEWEST_KNOWN_VERSION */.YL}, ${takesV2 ? 'or v2' : 'with `api: media`'}`;
    return (text, name) => {
        if ((0,versions/* isVersion */.lF)(text) && (takesV2 || text !== 'v2'))
            return text;
        throw invalid(name, text, expected);
    };
}
function parseShardInput(text, name) {
    if (text === '')
        return null;
    const shard = (0,shards/* parseShard */.uK)(text);
    if (shard !== null)
        return shard;
    const expected = '`i/n` with i from 1 to n, such as 2/5 for the second of five shares';
    throw invalid(name, text, `${expected}; n is ${shards/* SHARDS_MAX */.vj} at most`);
}
/** The Assets API takes neither captions nor thumbnails. */
function sidecarsFor(api) {
    return (text, name) => {
        const isWanted = yesOrNo(text, name);
        if (!isWanted || api !== 'assets')
            return isWanted;
        const fault = 'needs `api: media`: the Assets API takes neither captions nor thumbnails';
        throw new errors/* InputError */.dz('INPUT_INVALID', name, fault);
    };
}
/** A path is kept, for a gateway that serves LinkedIn below one; a query would be lost, so it is refused. */
function parseApiUrl(text, name) {
    const url = URL.parse(text);
    const isHttps = url?.protocol === 'https:';
    const isLocal = url?.protocol === 'http:' && (0,policy/* isLoopback */.U9)(url.hostname);
    if (url !== null && (isHttps || isLocal) && !/[@?#]/.test(text))
        return url;
    const expected = 'an https address (http only on loopback) without user and password, `?` or `#`';
    // What stands before an @ may be a password, and this text is for all to read.
    if (text.includes('@')) {
        throw new errors/* InputError */.dz('INPUT_INVALID', name, `holds an @, but takes ${expected}`);
    }
    throw invalid(name, text, expected);
}
/** The text of a fault never shows the token, not even a part of it. */
function checkToken(token, name) {
    if (token === '')
        throw new errors/* InputError */.dz('TOKEN_MISSING', name, 'is empty, but needed to publish');
    checkSecret(token, name);
}
/** As with a token: what no header and no form of LinkedIn's would take is a slip in storing it. */
function checkSecret(secret, name) {
    const [, flaw] = TOKEN_FLAWS.find(([pattern]) => pattern.test(secret)) ?? [];
    const text = flaw ?? ((0,secret_0/* canBeSecret */.a_)(secret) ? null : TOO_SHORT);
    if (text !== null)
        throw new errors/* InputError */.dz('INPUT_INVALID', name, text);
}
const TOO_SHORT = `has fewer than ${secret_0/* SHORTEST_SECRET */.c3} characters, which is too short for it; store the secret again`;
const TOKEN_FLAWS = [
    [/^\*+$/, 'holds only asterisks, the mask of a secret and not the secret itself; store the secret again'],
    [
        /^(?:secrets|vars|env|inputs|github)[.[]|^\$/i,
        // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the workflow's own, to be copied.
        'is the name of a secret and not its value; write it in braces: ${{ secrets.NAME }}',
    ],
    [/^bearer\b/i, 'starts with "Bearer"; give the bare token'],
    [/^["']|["']$/, 'stands in quotes; give the bare token'],
    [/^[[{]/, 'is JSON; store the text of its `access_token` (or `refresh_token`) alone'],
    [/^\w*(?:token|secret|client_id)\w*=/i, 'starts with a name and "="; store what stands behind it alone'],
    [/[^\x21-\x7e]/, 'holds blanks, line breaks or other characters that no token has; store the secret again'],
];
/** Enough to know a value by: it may be a token that was given to the wrong input, and no mask hides a part of one. */
const SHOWN_CHARS = 20;
function invalid(name, text, expected) {
    const shown = JSON.stringify(text.slice(0, SHOWN_CHARS)) + (text.length > SHOWN_CHARS ? '…' : '');
    return new errors/* InputError */.dz('INPUT_INVALID', name, `is ${shown}, but takes ${expected}`);
}

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: ./media/names.js
var names = __nccwpck_require__(5538);
;// CONCATENATED MODULE: ./action/release/inputs.js
// The inputs that name a GitHub release: its tag, which of its assets, and the token to read them with.





/**
 * Null when no assets are asked for: then the token is removed without being looked at. `takeToken` masks it, and
 * removes it from `env`.
 */
function readRelease(reader, env, takeToken) {
    const text = reader.read('release-assets', (given) => given, '');
    if (text === '') {
        reader.read('release-tag', noTag, '');
        delete env['INPUT_GITHUB-TOKEN'];
        return null;
    }
    const token = takeToken();
    reader.check(() => checkGitHubToken(token));
    const apiUrl = readApiUrl(reader, env);
    return {
        patterns: readAssetPatterns(reader, text),
        tag: reader.read('release-tag', (given) => given || tagOfEvent(env), ''),
        repository: readRepository(reader, env),
        apiUrl,
        route: reader.route(apiUrl),
        token: new secret_0/* Secret */.zh(token),
    };
}
const noTag = (text, name) => {
    if (text === '')
        return text;
    const fault = 'is set, but no assets are asked for: name them in `release-assets`, such as *.mp4';
    throw new errors/* InputError */.dz('INPUT_INVALID', name, fault);
};
/** Line by line: a faulty pattern hides no other. */
function readAssetPatterns(reader, lines) {
    const patterns = [];
    for (const line of lines.split(/[\r\n]+/)) {
        reader.check(() => patterns.push(...(0,names/* readNamePatterns */.n)(line, 'release-assets')));
    }
    return patterns;
}
/** The text of a fault never shows the token. */
function checkGitHubToken(token) {
    if (token === '') {
        const fault = 'is empty; leave the input out, and the token of the job is used';
        throw new errors/* InputError */.dz('INPUT_MISSING', 'github-token', fault);
    }
    checkToken(token, 'github-token');
}
/** The tag of the release that started this run. */
function tagOfEvent({ GITHUB_EVENT_NAME: event = '', GITHUB_EVENT_PATH: file = '' }) {
    const tag = event === 'release' ? tagIn(file) : null;
    if (tag !== null)
        return tag;
    const reason = event === 'release' ? 'its event names no tag' : `it was started by ${event || 'no event'}`;
    throw new errors/* InputError */.dz('INPUT_MISSING', 'release-tag', `is empty, and this run has no release of its own: ${reason}`);
}
function tagIn(file) {
    try {
        const tag = JSON.parse((0,external_node_fs_.readFileSync)(file, 'utf8')).release.tag_name;
        return typeof tag === 'string' && tag !== '' ? tag : null;
    }
    catch {
        return null;
    }
}
function readRepository(reader, { GITHUB_REPOSITORY = '' }) {
    const [, owner = '', repo = ''] = /^([\w.-]+)\/([\w.-]+)$/.exec(GITHUB_REPOSITORY) ?? [];
    reader.check(() => {
        if (repo === '')
            throw unusable('GITHUB_REPOSITORY', 'the name of a repository');
    });
    return { owner, repo };
}
function readApiUrl(reader, { GITHUB_API_URL = '' }) {
    let url = new URL('https://api.github.com');
    reader.check(() => {
        try {
            if (GITHUB_API_URL !== '')
                url = parseApiUrl(GITHUB_API_URL, 'release-assets');
        }
        catch {
            throw unusable('GITHUB_API_URL', 'an https address');
        }
    });
    return url;
}
function unusable(variable, expected) {
    const text = `needs the runner's variable ${variable} to hold ${expected}`;
    return new errors/* InputError */.dz('INPUT_INVALID', 'release-assets', text);
}

;// CONCATENATED MODULE: ./action/secrets.js
// The secrets of the step judged together: which of them are needed depends on which are given. Their text is shown
// by no fault.



/** Masked and taken out of the environment, in this order. */
const SECRETS = ['access-token', 'client-id', 'client-secret', 'refresh-token'];
function takeSecrets(take) {
    return Object.fromEntries(SECRETS.map((name) => [name, take(name)]));
}
/** One check an input, each of which may throw an InputError of its own. */
function secretChecks(given) {
    const { 'access-token': token, ...app } = given;
    const isGiven = Object.values(app).some((secret) => secret !== '');
    return [
        // It would not be used.
        () => given['refresh-token'] === '' && checkToken(token, 'access-token'),
        ...Object.entries(app).map(([name, secret]) => () => {
            if (secret !== '')
                checkSecret(secret, name);
            else if (isGiven && name !== 'refresh-token')
                throw incomplete(name, app);
        }),
    ];
}
function incomplete(name, app) {
    const [given] = Object.entries(app).flatMap(([other, secret]) => (secret === '' ? [] : [other]));
    const use = app['refresh-token'] === ''
        ? 'the two check the access token together'
        : 'a refresh token is taken with both `client-id` and `client-secret`';
    return new errors/* InputError */.dz('INPUT_MISSING', name, `is empty, but \`${given}\` is not: ${use}`);
}
/** A token that is obtained by refresh outranks the one that is given. */
function tokenSettings(given, { mode, ownerKind, warnDays, mask }) {
    const { 'client-id': id, 'client-secret': secret, 'refresh-token': refresh } = given;
    const token = new secret_0/* Secret */.zh(refresh === '' ? given['access-token'] : '');
    if (mode !== 'publish' || id === '' || secret === '')
        return { token, tokenCare: null };
    const app = { clientId: new secret_0/* Secret */.zh(id), clientSecret: new secret_0/* Secret */.zh(secret) };
    const refreshToken = refresh === '' ? null : new secret_0/* Secret */.zh(refresh);
    return { token, tokenCare: { ...app, refreshToken, ownerKind, warnDays, mask } };
}

;// CONCATENATED MODULE: ./action/inputs.js
// Strings of the workflow into typed settings, one record a room. All faults are found before any is told.











const MODES = ['publish', 'plan', 'simulate'];
/** For who wrote `dry-run`, say. */
const MODES_TOLD = 'publish, plan (which sends nothing), simulate (which sends to a sandbox)';
const APIS = ['assets', 'media'];
const IF_NO_FILES = ['error', 'warn', 'ignore'];
const FAIL_ON = ['any', 'all', 'never'];
const IMAGE_UPLOADS = ['synchronous', 'asynchronous'];
const FILES_MAX = 100_000;
/**
 * Reads the inputs of the step from `env`; secrets leave `env`, and `mask` hears of them before anything else, and of
 * the password of a proxy.
 */
function readInputs(env, mask) {
    const secrets = takeSecrets((name) => takeSecret(env, name, mask));
    const reader = new Reader(env);
    const mode = reader.read('mode', oneOf(MODES, MODES_TOLD), 'publish');
    if (mode === 'publish')
        for (const check of secretChecks(secrets))
            reader.check(check);
    const api = reader.read('api', oneOf(APIS), null);
    const waitMs = reader.read('wait-minutes', whole(0, 1440), 0) * 60_000;
    const readsArtifacts = reader.read('media-artifacts', yesOrNo, false);
    const plan = { api: api ?? 'assets', ...readPlan(reader, api), waitMs, readsArtifacts };
    const warnDays = reader.read('token-warn-days', whole(0, 365), 0);
    const sidecars = reader.read('sidecars', sidecarsFor(api), false);
    const manifest = reader.read('manifest', pathIn(env), null);
    const parseFiles = rawInput(env, 'release-assets') === '' ? requiredFiles : String;
    const inputs = {
        mode,
        find: { ...readFind(reader, env.GITHUB_WORKSPACE ?? '', parseFiles), sidecars, manifest },
        release: readRelease(reader, env, () => takeSecret(env, 'github-token', mask)),
        ifNoFilesFound: reader.read('if-no-files-found', oneOf(IF_NO_FILES), 'error'),
        sidecars,
        shard: reader.read('shard', parseShardInput, null),
        manifest: manifestPath(env),
        plan,
        connect: {
            ...readConnect(reader, { api, mode }),
            ...tokenSettings(secrets, { ...plan, mode, warnDays, mask }),
        },
        publish: { concurrency: reader.read('concurrency', whole(1, 64), 1), waitMs, readsArtifacts },
        failOn: reader.read('fail-on', oneOf(FAIL_ON), 'any'),
    };
    reader.read('summary', yesOrNo, true);
    const routes = [inputs.connect.route, inputs.release?.route ?? 'direct'];
    for (const secret of new Set(routes.flatMap((route) => (route === 'direct' ? [] : route.secrets))))
        mask(secret);
    return { inputs, faults: reader.faults };
}
/** Whether the job summary is wanted, also when other inputs are faulty. */
function wantsSummary(env) {
    return !/^false$/i.test(rawInput(env, 'summary'));
}
/** Where the manifest is kept, also when other inputs are faulty; null where it is not. A simulated upload is nothing to remember. */
function manifestPath(env) {
    return rawInput(env, 'mode') === 'simulate' ? null : new Reader(env).read('manifest', pathIn(env), null);
}
/** Where `mode: simulate` goes: to the sandbox, with a token that is none, and too short to be hidden in what it answers. */
function simulatedTarget({ version }, sandboxUrl) {
    const token = new secret_0/* Secret */.zh('none');
    return { version, apiUrl: new URL(sandboxUrl), token, tokenCare: null, route: 'direct' };
}
/** Paths are relative to the workspace, as the patterns are. */
function pathIn({ GITHUB_WORKSPACE: workspace = '' }) {
    return (text, name) => {
        if (text === '')
            return null;
        if (!(0,slashes/* withSlashes */.s)(text).endsWith('/'))
            return (0,slashes/* withSlashes */.s)(external_node_path_.resolve(workspace, text));
        throw new errors/* InputError */.dz('INPUT_INVALID', name, `is ${text}, a folder; add the name of a file, such as linkedin.json`);
    };
}
function readFind(reader, workspace, parseFiles) {
    reader.check(() => checkWorkspace(workspace));
    const patterns = reader.read('files', parseFiles, '');
    // Line by line: a faulty pattern hides no other.
    for (const line of patterns.split(/[\r\n]+/)) {
        reader.check(() => (0,media_patterns/* readPatterns */.ce)(line, { named: workspace, real: workspace }));
    }
    return {
        patterns,
        workspace,
        followSymlinks: reader.read('follow-symlinks', yesOrNo, false),
        includeHiddenFiles: reader.read('include-hidden-files', yesOrNo, false),
        maxFiles: reader.read('max-files', whole(1, FILES_MAX), FILES_MAX),
    };
}
function readPlan(reader, api) {
    return {
        ...reader.read('owner', parseOwner, { owner: '', ownerKind: 'person' }),
        recipe: reader.read('recipe', recipeFor(api), 'auto'),
        imageUpload: reader.read('image-upload', oneOf(IMAGE_UPLOADS), 'synchronous'),
        multipartThresholdBytes: reader.read('multipart-threshold-mb', whole(1, 200), 200) * 1_000_000,
    };
}
function readConnect(reader, { api, mode }) {
    const apiUrl = reader.read('api-url', parseApiUrl, new URL(input_table/* INPUTS */.m['api-url'].default));
    return {
        apiUrl,
        // Without a call to LinkedIn, the network of the runner is nobody's concern.
        route: mode === 'publish' ? reader.route(apiUrl) : 'direct',
        version: reader.read('linkedin-version', versionFor(api), versions/* NEWEST_KNOWN_VERSION */.YL),
    };
}
function checkWorkspace(workspace) {
    if (external_node_path_.isAbsolute(workspace))
        return;
    const text = 'is looked up in the workspace, but GITHUB_WORKSPACE names no folder';
    throw new errors/* InputError */.dz('WORKSPACE_EMPTY', 'files', text);
}


/***/ }),

/***/ 5722:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $w: () => (/* binding */ takesOutputs),
/* harmony export */   A6: () => (/* binding */ nameResultsFile),
/* harmony export */   Kn: () => (/* binding */ writeOutputs),
/* harmony export */   Yz: () => (/* binding */ outputsOf),
/* harmony export */   nl: () => (/* binding */ inertJson),
/* harmony export */   py: () => (/* binding */ OUTPUTS)
/* harmony export */ });
/* unused harmony export OUTPUT_CAP_BYTES */
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1915);
/* harmony import */ var _rows_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3595);
// The step's outputs: their values from a report, and their way to the runner.


/** Every output, as in action.yml; a test compares them. */
const OUTPUTS = [
    'results',
    'results-file',
    'outputs-truncated',
    'asset-urns',
    'image-urns',
    'video-urns',
    'asset-urn',
    'image-urn',
    'video-urn',
    'urns',
    'uploaded-count',
    'reused-count',
    'failed-count',
    'posts-file',
    'manifest-file',
    'token-days-left',
];
/** One environment variable holds 128 KiB: an output must fit into one, with room for its name. */
const OUTPUT_CAP_BYTES = 100 * 1024;
/** `files` by their paths, empty where there are none. */
function outputsOf({ rows, totals, manifestFile, tokenDaysLeft }, files) {
    const good = rows.filter(_rows_js__WEBPACK_IMPORTED_MODULE_1__/* .isSuccess */ .oJ);
    const lists = {
        'asset-urns': good.flatMap((row) => row.assetUrn ?? []),
        'image-urns': good.flatMap((row) => mediaUrn(row, 'image')),
        'video-urns': good.flatMap((row) => mediaUrn(row, 'video')),
    };
    const cut = [];
    const trim = (name, entries, [open, close]) => {
        const { kept, isAll } = fitting(entries, OUTPUT_CAP_BYTES - 2);
        if (!isAll)
            cut.push(name);
        return open + kept.join(',') + close;
    };
    const list = (name, values) => trim(name, values.values().map(inertJson), ['[', ']']);
    const values = {
        results: list('results', rows),
        'results-file': files.results,
        'asset-urns': list('asset-urns', lists['asset-urns']),
        'image-urns': list('image-urns', lists['image-urns']),
        'video-urns': list('video-urns', lists['video-urns']),
        'asset-urn': lists['asset-urns'][0] ?? '',
        'image-urn': lists['image-urns'][0] ?? '',
        'video-urn': lists['video-urns'][0] ?? '',
        urns: trim('urns', good.values().flatMap(urnEntry), ['{', '}']),
        'uploaded-count': String(totals.uploaded),
        'reused-count': String(totals.reused),
        'failed-count': String(totals.failed),
        'posts-file': files.posts,
        'manifest-file': manifestFile ?? '',
        'token-days-left': tokenDaysLeft === null ? '' : String(tokenDaysLeft),
    };
    return { values: { ...values, 'outputs-truncated': String(cut.length > 0) }, cut };
}
/**
 * Whether there is a runner that takes outputs. @actions/core looks into `process.env` by itself, and falls back to the
 * deprecated `::set-output` when it finds nothing there: both must name the same file.
 */
function takesOutputs(env) {
    return Boolean(env.GITHUB_OUTPUT) && env.GITHUB_OUTPUT === process.env.GITHUB_OUTPUT;
}
/** The one output that is set before anything is sent. Needs `takesOutputs`. */
function nameResultsFile(path) {
    _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH('results-file', path);
}
/** Hands the outputs to the runner. Needs `takesOutputs`. */
function writeOutputs(values) {
    for (const name of OUTPUTS)
        _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setOutput */ .uH(name, values[name]);
}
/**
 * JSON that is inert inside single quotes of a shell (PowerShell's curly ones too), in HTML, in YAML and in a log: what
 * could end or start something there stands as `\uXXXX`, which JSON reads back as the same text. Short escapes do not
 * stay either: the `echo` of some shells would make a line end of `\n`, and a command of the line after it.
 */
function inertJson(value) {
    return JSON.stringify(value).replace(/\\["\\bfnrt]|##\[|['`$<>&\u007f-\u009f\u2018-\u201f\u2028\u2029\ufeff]/g, (found) => (found === '##[' ? `##${unicodeEscape('[')}` : unicodeEscape(JSON.parse(`"${found}"`))));
}
function unicodeEscape(character) {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
function mediaUrn(row, kind) {
    return row.kind === kind && row.mediaUrn !== undefined ? [row.mediaUrn] : [];
}
function urnEntry(row) {
    return row.mediaUrn === undefined ? [] : [`${inertJson(row.file)}:${inertJson(row.mediaUrn)}`];
}
/** As many entries from the start as fit into `capBytes` with a comma between them; what is beyond is never made. */
function fitting(entries, capBytes) {
    const kept = [];
    let sizeBytes = 0;
    for (const entry of entries) {
        sizeBytes += Buffer.byteLength(entry) + 1;
        if (sizeBytes - 1 > capBytes)
            return { kept, isAll: false };
        kept.push(entry);
    }
    return { kept, isAll: true };
}


/***/ }),

/***/ 2786:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  lW: () => (/* binding */ annotationOf),
  FK: () => (/* binding */ buildReport),
  xV: () => (/* binding */ reportFailure),
  mu: () => (/* binding */ withHint),
  u_: () => (/* binding */ withoutName)
});

// UNUSED EXPORTS: tell

// EXTERNAL MODULE: ./errors.js
var errors = __nccwpck_require__(5650);
// EXTERNAL MODULE: ./publish/plan.js
var publish_plan = __nccwpck_require__(5566);
// EXTERNAL MODULE: ./units.js
var units = __nccwpck_require__(2210);
// EXTERNAL MODULE: ./action/both-or-faults.js
var both_or_faults = __nccwpck_require__(713);
// EXTERNAL MODULE: ./linkedin/urn.js
var urn = __nccwpck_require__(6947);
;// CONCATENATED MODULE: ./linkedin/posts.js
// Bodies for LinkedIn's Posts API: one for each video and picture, one for all pictures together. Bodies only: nothing
// is sent, and the text is left for a person to write.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/multiimage-post-api (read 2026-11-25)
const FEWEST_IMAGES = 2;
const MOST_IMAGES = 20;
/**
 * The posts that `media` can be shown in, in file order, those of several pictures last; each post is made when it is
 * asked for. Media of the same URN counts once. None for an ad account: it owns media, but people and organizations alone
 * are authors, and LinkedIn refuses media that its author does not own.
 */
function* postsOf(media, owner) {
    const kind = (0,urn/* ownerKind */.kK)(owner);
    if (kind === null || kind === 'sponsoredAccount')
        return;
    const distinct = [...Map.groupBy(media, ({ mediaUrn }) => mediaUrn).values()].flatMap(([first]) => first ?? []);
    const images = distinct.filter((one) => one.kind === 'image');
    for (const one of distinct)
        yield post(one.kind, [one], owner);
    for (const gallery of galleries(images))
        yield post('images', gallery, owner);
}
function post(kind, media, author) {
    const ids = media.map(({ mediaUrn }) => ({ id: mediaUrn }));
    const [only = { id: '' }] = ids;
    return {
        kind,
        files: media.map(({ file }) => file),
        ready: media.every(({ isReady }) => isReady),
        body: {
            author,
            commentary: '',
            visibility: 'PUBLIC',
            distribution: {
                feedDistribution: 'MAIN_FEED',
                targetEntities: [],
                thirdPartyDistributionChannels: [],
            },
            content: kind === 'images' ? { multiImage: { images: ids } } : { media: only },
            lifecycleState: 'PUBLISHED',
            isReshareDisabledByAuthor: false,
        },
    };
}
/** More pictures than one post takes are shared out evenly, so that no rest is too small for a post. */
function galleries(images) {
    if (images.length < FEWEST_IMAGES)
        return [];
    const posts = Math.ceil(images.length / MOST_IMAGES);
    const startOf = (index) => Math.round((index * images.length) / posts);
    return Array.from({ length: posts }, (_, index) => images.slice(startOf(index), startOf(index + 1)));
}

// EXTERNAL MODULE: ./action/rows.js
var action_rows = __nccwpck_require__(3595);
;// CONCATENATED MODULE: ./action/ready-posts.js
// Which of the run's files can be posted, and as what. Pure over the ledger and its rows.


/** The posts of what LinkedIn holds, whatever became of the other files; made anew each time they are asked for. */
function postsFrom(ledger, rows) {
    const owner = ledger.entries.find(({ planned }) => planned.request !== null)?.planned.request?.owner ?? '';
    const media = rows.filter(action_rows/* isSuccess */.oJ).flatMap(({ file, kind, mediaUrn, state }) => {
        if (kind === undefined || mediaUrn === undefined)
            return [];
        return [{ file, kind, mediaUrn, isReady: state === 'available' || state === 'reused' }];
    });
    return () => postsOf(media, owner);
}

// EXTERNAL MODULE: ./action/say.js
var say = __nccwpck_require__(3059);
// EXTERNAL MODULE: ./action/timeline.js
var timeline = __nccwpck_require__(7941);
;// CONCATENATED MODULE: ./action/report.js
// What the run comes to, as data: totals, problems, a headline. Pure over the ledger, so it can be made at any moment.








/** `end` is what ended the whole run early, if anything did: a cancellation or a bug. */
function buildReport(ledger, settings, end) {
    const { mode, failOn, plan } = settings;
    const { stopReason } = ledger;
    const isCancelled = end?.code === 'RUN_CANCELLED';
    const rows = (0,action_rows/* rowsOf */.RO)(ledger, plan.api);
    const totals = totalsOf(rows, ledger.entries);
    return {
        mode,
        rows,
        spans: (0,timeline/* spansOf */.Ly)(ledger),
        totals,
        problems: problemsOf(rows, [
            ...(end === null ? [] : [isCancelled ? CANCELLED : problemOf(end)]),
            ...(stopReason === null ? [] : [problemOf(stopReason)]),
        ]),
        headline: headlineOf(rows, totals, {
            mode,
            isCancelled,
            shard: settings.shard ?? null,
            known: ledger.entries.filter(({ state, planned }) => state === 'planned' && (0,publish_plan/* isKnown */.q)(planned)).length,
        }),
        failed: end !== null || isOfNoFile(stopReason) || failsBy(failOn, totals),
        requests: ledger.requests,
        durationMs: ledger.elapsedMs,
        missed: settings.missed ?? [],
        manifestFile: settings.manifest ?? null,
        posts: postsFrom(ledger, rows),
        tokenDaysLeft: ledger.tokenNews?.daysLeft ?? null,
    };
}
/** A bug, a part of the action that is missing, a manifest that could not be kept: no file's fault, so `fail-on` has no say in it. */
function isOfNoFile(stopReason) {
    return OF_NO_FILE.has(stopReason?.code);
}
const OF_NO_FILE = new Set(['INTERNAL', 'ACTION_INCOMPLETE', 'MANIFEST_WRITE']);
const NOTHING = { files: 0, uploaded: 0, reused: 0, planned: 0, failed: 0, bytesSent: 0 };
/**
 * The report of a run that ended before it had files to report on: its inputs are wrong, or it is itself. `manifest` is
 * where one is kept; what is wrong with that one makes it none.
 */
function reportFailure(thrown, manifest = null) {
    const faults = (0,both_or_faults/* inputFaults */.w)(thrown);
    const error = (0,errors/* asActionError */.z6)(thrown);
    const ending = error.code === 'RUN_CANCELLED' ? 'Cancelled. Nothing was sent' : 'The run failed';
    return {
        mode: 'publish',
        rows: [],
        spans: [],
        totals: NOTHING,
        problems: faults === null ? [problemOf(error)] : faults.map(inputProblem),
        headline: faults === null ? ending : `Nothing was sent: ${(0,units/* count */.U9)(faults.length, 'input')} to correct`,
        failed: true,
        requests: { calls: 0, uploads: 0 },
        durationMs: 0,
        missed: [],
        manifestFile: faults?.some(({ input }) => input === 'manifest') ? null : manifest,
        posts: () => [],
        tokenDaysLeft: null,
    };
}
/** The message with the file's name in front, once: messages about a file's content begin with it. */
function tell(file, message) {
    return withoutName(file, message) === message ? `${file}: ${message}` : message;
}
/** The message without the file's name in front. */
function withoutName(file, message) {
    return message.startsWith(`${file} `) ? message.slice(file.length + 1) : message;
}
// The runner cuts an annotation at 4,096 characters, and may lengthen it before: it masks secrets.
const ANNOTATION_CAP = 4000;
/** As `withHint`, the message cut to what the runner takes: what to do stands at the end, and must stay. */
function annotationOf({ message, hint }) {
    const room = ANNOTATION_CAP - hint.length - 2;
    const text = (0,say/* harmless */.Is)(message);
    return withHint({ message: text.length > room ? `${text.slice(0, room - 1)}…` : text, hint });
}
/** The message and what to do about it, as two sentences; some messages end with a period of their own. */
function withHint({ message, hint }) {
    return `${message}${/[.!?…]["”']?$/.test(message) ? '' : '.'} ${hint}`;
}
/** Each success counts once: as planned, as sent in this run, or as taken from an earlier upload, though that is not processed yet. */
function totalsOf(rows, entries) {
    const successes = rows.filter(action_rows/* isSuccess */.oJ);
    const planned = successes.filter((row) => row.state === 'planned').length;
    const uploaded = successes.filter((row) => row.state !== 'reused' && row.attempts > 0).length;
    return {
        files: rows.length,
        uploaded,
        reused: successes.length - planned - uploaded,
        planned,
        failed: rows.length - successes.length,
        bytesSent: entries.reduce((sum, entry) => sum + entry.sentBytes, 0),
    };
}
function failsBy(failOn, { failed, files }) {
    if (failOn === 'never')
        return false;
    return failOn === 'all' ? files > 0 && failed === files : failed > 0;
}
function headlineOf(rows, totals, headed) {
    const { mode, isCancelled, shard, known } = headed;
    const lead = `${isCancelled ? 'Cancelled. ' : ''}${LEADS[mode]}`;
    const place = shard === null ? 'found' : `in share ${shard.index}/${shard.count}`;
    if (totals.files === 0)
        return `${lead}No files ${place}, nothing to do`;
    const isPlan = mode === 'plan';
    const reused = isPlan ? known : totals.reused;
    const parts = [isPlan ? `${totals.planned - known} can be uploaded` : `${totals.uploaded} uploaded`];
    if (reused > 0)
        parts.push(`${reused} reused`);
    const skipped = rows.filter(({ state }) => state === 'skipped').length;
    const ofThem = skipped > 0 ? ` (${skipped} not started)` : '';
    if (totals.failed > 0)
        parts.push(`${totals.failed} ${isPlan ? 'refused' : 'failed'}${ofThem}`);
    return `${lead}${parts.join(', ')} of ${(0,units/* count */.U9)(totals.files, 'file')}`;
}
const LEADS = { publish: '', plan: 'Plan: ', simulate: 'Simulated: ' };
const CANCELLED = {
    title: 'RUN_CANCELLED',
    message: 'the run was cancelled',
    hint: errors/* HINTS */.NI.RUN_CANCELLED,
};
/** What is true of the whole run is told first, and once: not again for each file that it met. */
function problemsOf(rows, ofRun) {
    const isTold = ({ title, message }) => title === 'RUN_STOPPED' ||
        ofRun.some((one) => one.title === title && (one === CANCELLED || message.endsWith(one.message)));
    return [...ofRun, ...rows.flatMap(fileProblem).filter((problem) => !isTold(problem))];
}
function fileProblem({ file, error }) {
    if (error === undefined)
        return [];
    const { code, message, hint } = error;
    return [{ title: code, message: tell(file, message), hint, file }];
}
/** Some faults say what is wrong with the input, some what is wrong in it. */
function inputProblem(fault) {
    const { input, message, hint } = fault;
    const text = message.startsWith('the ') ? `${input} cannot be used: ${message}` : `${input} ${message}`;
    return { title: `${fault instanceof errors/* VariableError */.P$ ? 'variable' : 'input'} ${input}`, message: text, hint };
}
function problemOf({ code, message, hint }) {
    return { title: code, message, hint };
}


/***/ }),

/***/ 3595:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   ML: () => (/* binding */ eachRow),
/* harmony export */   RO: () => (/* binding */ rowsOf),
/* harmony export */   oJ: () => (/* binding */ isSuccess)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5650);
// What is known of each file, as the rows of the output `results`. Pure over the ledger: it can be asked at any moment.

/** One row a file, in file order, at any moment of the run. */
function rowsOf(ledger, api) {
    return [...eachRow(ledger, api)];
}
/** The same rows, each made when it is asked for. */
function* eachRow(ledger, api) {
    for (const entry of ledger.entries)
        yield rowOf(entry, api);
}
/** A success is a row without an error; what that means for each state was decided when it was settled. */
function isSuccess(row) {
    return row.error === undefined;
}
function rowOf(entry, api) {
    const { file, request } = entry.planned;
    const { identity } = entry;
    const media = file.media;
    return {
        file: file.path,
        // A report in the middle of the run shows files on their way as what LinkedIn has of them.
        state: entry.state ?? UNFINISHED[entry.stage],
        ...(media === null ? {} : { kind: media.kind, mediaType: media.mediaType }),
        // Without an identity the file was never opened, and its size is not known.
        ...(file.identity === null ? {} : { bytes: file.sizeBytes }),
        ...pick(media, ['sha256', 'width', 'height', 'durationSeconds', 'frames']),
        api,
        ...(request?.recipe == null ? {} : { recipe: request.recipe }),
        ...pick(identity, ['assetUrn', 'mediaUrn', 'urnSource']),
        ...(entry.status === null ? {} : { status: entry.status }),
        attempts: entry.attempts,
        durationMs: Math.round(Math.max(0, (entry.endedMs ?? 0) - (entry.startedMs ?? entry.endedMs ?? 0))),
        ...sidecarsOf(entry),
        ...artifactsOf(entry),
        ...(entry.abandonedUrns.length === 0 ? {} : { abandonedUrns: entry.abandonedUrns }),
        ...(entry.possibleOrphans === 0 ? {} : { possibleOrphans: entry.possibleOrphans }),
        ...errorOf(entry),
    };
}
function sidecarsOf({ planned: { file, request }, isUploaded }) {
    if (!isUploaded || request?.sidecars === undefined)
        return {};
    const paths = Object.entries(file.sidecars ?? {}).map(([kind, sidecar]) => [kind, sidecar.path]);
    return { sidecars: Object.fromEntries(paths) };
}
/** `media-artifacts` may be read and tell of none. */
function artifactsOf({ artifacts }) {
    return artifacts === null || artifacts.length === 0 ? {} : { artifacts };
}
const UNFINISHED = {
    waiting: 'skipped',
    registering: 'failed',
    registered: 'failed',
    uploading: 'failed',
    uploaded: 'processing',
    settled: 'failed',
};
const NOT_OVER = 'the run was not over when this was written';
function errorOf({ error, state }) {
    if (state === null)
        return { error: { code: 'RUN_STOPPED', message: NOT_OVER, hint: _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HINTS */ .NI.RUN_STOPPED } };
    return error === null ? {} : { error: { code: error.code, message: error.message, hint: error.hint } };
}
/** The `keys` of `from` that are set. */
function pick(from, keys) {
    const picked = {};
    for (const key of keys)
        if (from?.[key] !== undefined)
            picked[key] = from[key];
    return picked;
}


/***/ }),

/***/ 3059:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   BH: () => (/* binding */ warnOfMany),
/* harmony export */   Is: () => (/* binding */ harmless),
/* harmony export */   cv: () => (/* binding */ say)
/* harmony export */ });
/* unused harmony export linesToMask */
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1915);
/* harmony import */ var _secret_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3713);
// The one way to stdout. Whatever came from a file name or from a server is made harmless here: the runner obeys
// `::command::` at the start of a line and `##[command]` anywhere in one.


/** Of the ten warnings that the runner keeps a step, those that one kind may take. */
const WARNINGS_OF_A_KIND = 3;
/** Warns of each where they are few; else of the first ones, and of how many more `more` are in the log. */
function warnOfMany(say, warnings, more) {
    const isMany = warnings.length > WARNINGS_OF_A_KIND;
    const shown = isMany ? WARNINGS_OF_A_KIND - 1 : warnings.length;
    for (const { text, place } of warnings.slice(0, shown))
        say.warning(text, place);
    for (const { text } of warnings.slice(shown))
        say.info(text);
    if (isMany)
        say.warning(`${more(warnings.length - shown)}: the log has them all`);
}
const say = {
    info: (text) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(harmless(text)),
    group: (title, lines) => {
        _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .startGroup */ .Oh(harmless(title));
        for (const line of lines)
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .info */ .pq(harmless(line));
        _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .endGroup */ .N4();
    },
    // A runner without debugging would throw away each of what may be many thousand lines.
    debug: (text) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .isDebug */ ._o() && _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .debug */ .Yz(harmless(text)),
    notice: (text, place) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .notice */ .lm(harmless(text), harmlessPlace(place)),
    warning: (text, place) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .warning */ .$e(harmless(text), harmlessPlace(place)),
    error: (text, place) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .error */ .z3(harmless(text), harmlessPlace(place)),
    mask: (secret) => {
        for (const line of linesToMask(secret))
            _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .setSecret */ .Pq(line);
    },
};
/** The lines of `secret` that can be masked: the runner masks each by itself, and a short one would hide half the log. */
function linesToMask(secret) {
    const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
    return lines.filter(_secret_js__WEBPACK_IMPORTED_MODULE_1__/* .canBeSecret */ .a_);
}
// C0 and C1 controls (line ends and ANSI escapes among them), halves of surrogate pairs, line and paragraph separators,
// and all that Unicode draws nothing for (zero-width and bidirectional marks among it): none may shape what a reader or
// the runner sees. U+FE0F stays where it makes a sign an emoji.
const INVISIBLE = /[\p{Cc}\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?!\ufe0f)\p{Default_Ignorable_Code_Point}|(?<!\p{Extended_Pictographic})\ufe0f/gu;
/** One line in, one line out, with no command in it. */
function harmless(text) {
    return text
        .replace(INVISIBLE, escapeCharacter)
        .replaceAll('##[', '##\\u005b')
        .replace(/^(\s*):(?=:)/, '$1\\u003a');
}
function escapeCharacter(character) {
    if (character === '\n')
        return '\\n';
    if (character === '\r')
        return '\\r';
    if (character === '\t')
        return '\\t';
    const digits = (character.codePointAt(0) ?? 0).toString(16);
    return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}
function harmlessPlace({ title, file } = {}) {
    return {
        ...(title === undefined ? {} : { title: harmless(title) }),
        ...(file === undefined || file.startsWith('release:') ? {} : { file: harmless(file) }),
    };
}


/***/ }),

/***/ 7941:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D_: () => (/* binding */ CHART_FILES),
/* harmony export */   IY: () => (/* binding */ timelineChart),
/* harmony export */   Ly: () => (/* binding */ spansOf),
/* harmony export */   Wy: () => (/* binding */ CHART_MS)
/* harmony export */ });
// When each file was worked on, as data and as a chart for the summary. Pure over the ledger.
/** A chart of more files than these is no picture any more. */
const CHART_FILES = 20;
/** A run that is over sooner has no course to show. */
const CHART_MS = 1000;
/** One span a file, in file order; null for what was never begun. */
function spansOf(ledger) {
    return ledger.entries.map((entry) => spanOf(entry, ledger));
}
function spanOf({ startedMs, uploadedMs, endedMs }, ledger) {
    if (startedMs === null)
        return null;
    const since = (ms) => Math.max(0, Math.round(ms - ledger.startedMs));
    return {
        startMs: since(startedMs),
        uploadedMs: uploadedMs === null ? null : since(uploadedMs),
        endMs: endedMs === null ? Math.round(ledger.elapsedMs) : since(endedMs),
    };
}
/** A Gantt chart in Mermaid's words, in seconds since the run began. */
function timelineChart(spans) {
    const sections = spans.map(({ file, ...span }) => ({ label: asLabel(file), lines: bars(span) }));
    const longest = Math.max(...sections.map(({ label }) => label.length));
    return [
        '```mermaid',
        // Mermaid leaves the same room for any name, and draws the bars over what is longer.
        `%%{init: {"gantt": {"leftPadding": ${30 + longest * CHARACTER_PIXELS}}}}%%`,
        'gantt',
        '  dateFormat x',
        // Seconds since the epoch: no time zone of a reader's browser moves them.
        `  axisFormat ${isShort(spans) ? '%s.%L' : '%s'} s`,
        ...sections.flatMap(({ label, lines }) => [`  section ${label}`, ...lines]),
        '```',
    ].join('\n');
}
// The marks of the axis stand less than a second apart then.
function isShort(spans) {
    return spans.every(({ endMs }) => endMs < 15_000);
}
// Of a letter of a section's name, 11 pixels high.
const CHARACTER_PIXELS = 6;
function bars({ startMs, uploadedMs, endMs, isSuccess }) {
    const ending = isSuccess ? 'done' : 'crit';
    if (uploadedMs === null)
        return [bar('upload', ending, startMs, endMs)];
    const upload = bar('upload', 'active', startMs, uploadedMs);
    return endMs > uploadedMs ? [upload, bar('processing', ending, uploadedMs, endMs)] : [upload];
}
function bar(label, look, fromMs, toMs) {
    return `  ${label} :${look}, ${fromMs}, ${Math.max(1, toMs - fromMs)}ms`;
}
const LABEL_CHARACTERS = 32;
/** Of a path the end, in letters and marks that mean nothing to Mermaid. */
function asLabel(file) {
    const label = file.replace(/[^\p{L}\p{N} ._/()-]/gu, '·');
    const characters = [...label];
    return characters.length > LABEL_CHARACTERS ? `…${characters.slice(1 - LABEL_CHARACTERS).join('')}` : label;
}


/***/ }),

/***/ 5650:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dr: () => (/* binding */ NetworkError),
/* harmony export */   E$: () => (/* binding */ redact),
/* harmony export */   NI: () => (/* binding */ HINTS),
/* harmony export */   P$: () => (/* binding */ VariableError),
/* harmony export */   bs: () => (/* binding */ PHASE_NAMES),
/* harmony export */   dz: () => (/* binding */ InputError),
/* harmony export */   e4: () => (/* binding */ RunError),
/* harmony export */   f6: () => (/* binding */ FileError),
/* harmony export */   j$: () => (/* binding */ HttpError),
/* harmony export */   lZ: () => (/* binding */ ActionError),
/* harmony export */   nW: () => (/* binding */ LinkedInError),
/* harmony export */   oW: () => (/* binding */ UploadError),
/* harmony export */   og: () => (/* binding */ ReplyShapeError),
/* harmony export */   qv: () => (/* binding */ InputFaults),
/* harmony export */   y_: () => (/* binding */ GitHubError),
/* harmony export */   z6: () => (/* binding */ asActionError)
/* harmony export */ });
// Every failure this action can name: its class says who can act, its code what happened, its hint what to do.
// A leaf: imports nothing, open to every room.
/** What to do about each failure. Feeds annotations, the summary and the README's table; its keys are the codes. */
const HINTS = {
    INPUT_MISSING: 'Set the input in the `with:` block of the step.',
    TOKEN_MISSING: 
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the workflow's own, to be copied.
    'Check that a secret of exactly the name in the workflow exists: a misspelt one is empty. Or the `with:` block of the step lacks `access-token: ${{ secrets.LINKEDIN_ACCESS_TOKEN }}`. Pull requests from forks get no secrets: use `mode: plan` or `mode: simulate` there.',
    INPUT_INVALID: 'Correct the value in the `with:` block of the step, or in the secret or variable that it comes from.',
    FILES_NOT_FOUND: 'Make the patterns in `files` fit what the workspace holds: one a line, relative to it. `if-no-files-found: warn` lets an empty match pass.',
    WORKSPACE_EMPTY: 'Add actions/checkout before this step, or what else brings the files.',
    FILES_TOO_MANY: 'Narrow the patterns in `files` and `release-assets`, or raise `max-files` if so many are meant.',
    RELEASE_NOT_FOUND: 'Set `release-tag` to the tag of a published release: a draft is not found by its tag. In a private repository the job also needs `permissions: contents: read`.',
    RELEASE_UNMATCHED: 'Compare the patterns in `release-assets` with the names of the assets, which each matches as a whole; `if-no-files-found: warn` lets an empty match pass.',
    ASSET_UNFINISHED: 'Let the job that uploads the assets end before this one starts (`needs:`); an upload that broke off has to be done again.',
    ASSET_DIFFERS: 'Run the job again; if it persists, upload the asset to the release anew: these are not the bytes that GitHub lists.',
    ASSET_UNREACHED: 'Run the job again; www.githubstatus.com tells of outages. Check the disk space and the proxy of the runner if it persists.',
    GITHUB_DENIED: 'Give the job `permissions: contents: read`, or set `github-token` to a token that may read the repository.',
    GITHUB_FAILED: 'Run the job again; www.githubstatus.com tells of outages. Check the network and the proxy of the runner if it persists.',
    FILE_EMPTY: 'Commit the real file, or exclude it with a `!` pattern.',
    FILE_TRUNCATED: 'Export the file again: its end is missing, often after a broken copy or download.',
    FILE_UNREADABLE: 'Check permissions and disk of the file, and that no earlier step moves or deletes it.',
    FILE_CHANGED: 'Let the step that writes the file finish before this one starts.',
    FILE_LFS_POINTER: 'Add `lfs: true` to actions/checkout, so that Git LFS brings the real file.',
    FILE_TYPE: 'Send a JPG, PNG or GIF picture or an MP4 video, or exclude the file with a `!` pattern.',
    FILE_PIXELS: 'Make the picture smaller, so that it fits into 6000 x 6000 pixels, say.',
    FILE_FRAMES: 'Shorten the animation to 250 frames, or send it as an MP4 video.',
    FILE_RECIPE: 'Use the recipe named in the message, or leave `recipe` at `auto`.',
    FILE_SIDECAR: 'Correct or remove the file beside the video; captions are SubRip text (.srt), a thumbnail is a PNG or JPG.',
    MANIFEST_INVALID: 'Check the path in `manifest`. If it names the right file, restore that from its last good copy, or delete it: the next run then starts a new one, and uploads anew.',
    MANIFEST_WRITE: 'Check the permissions and the disk space of the folder of `manifest`; the URNs are in the log and in `results`.',
    NETWORK_FAILED: 'Check the network and proxy of the runner, then run the job again.',
    NETWORK_TIMEOUT: 'Run the job again; if it persists, check the proxy of the runner and www.linkedin-apistatus.com.',
    TLS_FAILED: 'If the runner is behind a proxy that opens TLS, or LinkedIn behind a gateway of yours, set NODE_EXTRA_CA_CERTS to the file of its certificate authority; check the clock of the runner too. Where no TLS is spoken, check the host and port of `api-url` and of the proxy.',
    TLS_UNCHECKED: 'Remove NODE_TLS_REJECT_UNAUTHORIZED from the environment of the step; a certificate authority of your own goes into NODE_EXTRA_CA_CERTS.',
    PROXY_INVALID: 'Write the proxy of the runner as http://host:port, user and password percent-encoded where they hold other signs than letters and digits.',
    PROXY_REFUSED: 'Give the user and the password of the proxy in https_proxy (http://user:password@host:port), and let api.linkedin.com:443 and www.linkedin.com:443 through it.',
    HTTP_UNEXPECTED: 'Check `api-url` and any proxy between the runner and LinkedIn: this is not how LinkedIn answers.',
    TOKEN_REFUSED: 'Renew `access-token`: LinkedIn tokens live 60 days, and this one is expired, revoked or of another app.',
    REFRESH_REFUSED: 'Let the member authorize the app again and store the new `refresh-token`: LinkedIn ends them after 365 days or when they are revoked, and gives them to approved apps alone. Or give an `access-token` in place of it.',
    CLIENT_REFUSED: 'Set `client-id` and `client-secret` to those on the Auth tab of the app that the token is of, at www.linkedin.com/developers/apps.',
    ACCESS_DENIED: 'The token needs the scope, and its member the role, for this `owner`: w_member_social for a person; w_organization_social and an admin or content role for an organization; rw_ads for an ad account. Check the id in `owner` too: LinkedIn may refuse a wrong one in the same way.',
    VERSION_INACTIVE: 'Set `linkedin-version` (YYYYMM) to an active version: this one is retired or too new.',
    MEMBER_RESTRICTED: 'LinkedIn restricts the account of the member behind the token: that member must solve it on linkedin.com.',
    LIMIT_REACHED: 'Run the job again later, with a lower `concurrency`.',
    DAILY_LIMIT: "LinkedIn's daily limits reset at 00:00 UTC; run the job again after that, or ask LinkedIn for a higher tier.",
    RETRIES_SPENT: 'LinkedIn or the network fails too often to go on; run the job again later. www.linkedin-apistatus.com tells of outages.',
    VALUE_REFUSED: 'Check `owner`, `recipe` and `linkedin-version` against the field that LinkedIn names.',
    REQUEST_REFUSED: "LinkedIn's message says what it refused, where it gave one: check `owner` and `recipe` against it, and the file where it refused the upload.",
    SERVER_FAILED: 'Run the job again later; www.linkedin-apistatus.com tells of outages.',
    REPLY_SHAPE: 'LinkedIn changed its answer or something between answered in its place; please report this with the log.',
    UPLOAD_ADDRESS: 'Please report this with the log: media and token go to LinkedIn alone.',
    UPLOAD_EXPIRED: 'Run the job again, with fewer files or a lower `concurrency` if uploads wait long for their turn.',
    UPLOAD_INCOMPLETE: 'Run the job again: LinkedIn did not take the whole file.',
    PART_PLAN: 'Run the job again, and report this with the log if it persists.',
    ETAG_MISSING: 'Run the job again: without a receipt for each part LinkedIn cannot put them together.',
    MEDIA_REJECTED: 'Check the format, codec and size of the file, and export it again.',
    PROCESSING_FAILED: 'Run the job again; if it persists, export the file again.',
    ASSET_WITHDRAWN: 'The asset exists but may not be served; look at the owner page on LinkedIn for a reason.',
    PROCESSING_TIMEOUT: 'The file is uploaded and its URN is in `results`; raise `wait-minutes`, or set it to 0 and check the URN later.',
    RUN_STOPPED: 'Solve the error that stopped the run, then run the job again.',
    RUN_CANCELLED: 'Run the job again; `results` holds what was uploaded until then.',
    OUTPUT_FAILED: 'Check the disk space and the GITHUB_OUTPUT file of the runner; the URNs are in the log.',
    ACTION_INCOMPLETE: 'Bring the whole action to the runner, with every file of its folder `dist/`.',
    INTERNAL: 'This is a bug of the action: please report it with the log.',
};
/** The phases in words. */
const PHASE_NAMES = {
    register: 'the registration',
    upload: 'the upload',
    complete: 'the completion of the upload',
    status: 'the status request',
    token: 'the request for the token',
};
/** The base of all: a code, a message without secrets or URL queries, and the cause. */
class ActionError extends Error {
    code;
    urn;
    /** The call that failed; undefined when none was made. */
    call;
    constructor(code, message, details = {}) {
        super(redact(message), details.cause === undefined ? {} : { cause: details.cause });
        this.name = new.target.name;
        this.code = code;
        this.urn = details.urn;
        this.call = details.call;
    }
    get hint() {
        return HINTS[this.code];
    }
}
/** The workflow author can act: one input is wrong. `input` is its name in action.yml. */
class InputError extends ActionError {
    input;
    constructor(code, input, message) {
        super(code, message);
        this.input = input;
    }
}
/** The workflow author can act: a variable of the environment is wrong, and `input` is its name. */
class VariableError extends InputError {
}
/** All faults of the inputs, reported together. */
class InputFaults extends ActionError {
    faults;
    constructor(faults) {
        super('INPUT_INVALID', faults.map((fault) => `${fault.input}: ${fault.message}`).join('; '));
        this.faults = faults;
    }
}
/** The owner of the file can act: this file cannot be sent as it is. */
class FileError extends ActionError {
}
/** The network did not carry the request or its answer. */
class NetworkError extends ActionError {
}
/** Something answered in HTTP, but not as LinkedIn does. */
class HttpError extends ActionError {
    status;
    constructor(code, message, details) {
        super(code, message, details);
        this.status = details.status;
    }
}
/** GitHub refused or failed, or the place where it keeps the bytes of its assets. */
class GitHubError extends ActionError {
    /** 0 when there was no answer. */
    status;
    /** How long to wait at least before the next try; null when another is of no use. */
    retryAfterMs;
    constructor(code, message, details) {
        super(code, message, details);
        this.status = details.status;
        this.retryAfterMs = details.retryAfterMs;
    }
}
/** LinkedIn refused or failed, in its own words. */
class LinkedInError extends HttpError {
    /** How long it asks to wait before the next try; null when it does not say. */
    retryAfterMs;
    constructor(code, message, details) {
        super(code, message, details);
        this.retryAfterMs = details.retryAfterMs ?? null;
    }
}
/** An answer of LinkedIn lacks what it promises; the message names the field. */
class ReplyShapeError extends ActionError {
}
/** The upload itself went wrong: addresses, parts, receipts, processing. */
class UploadError extends ActionError {
}
/** The run ended before this file's turn, or in the middle of it. */
class RunError extends ActionError {
}
/** What was thrown, as an error of ours: else a file of dist/ is not there, or it is a bug, told without its stack. */
function asActionError(thrown) {
    if (thrown instanceof ActionError)
        return thrown;
    const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    if (thrown?.code === 'ERR_MODULE_NOT_FOUND')
        return new ActionError('ACTION_INCOMPLETE', `this action is not whole: ${text}`, { cause: thrown });
    return new ActionError('INTERNAL', `unexpected ${text}`, { cause: thrown });
}
/** Removes bearer tokens, and of every URL the user and the query: upload addresses are credentials. */
function redact(text) {
    return text
        .replace(/\b(?:Bearer\s+)+[^\s"',;]+/gi, 'Bearer [redacted]')
        .replace(/(\bhttps?:\/\/)[^\s/"'<>@]+@/gi, '$1[redacted]@')
        .replace(/(\bhttps?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/gi, '$1?[redacted]');
}


/***/ }),

/***/ 3332:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Gn: () => (/* binding */ STALL_MS),
/* harmony export */   Qk: () => (/* binding */ Deadlines)
/* harmony export */ });
/* unused harmony exports ANSWER_MS, Deadline */
// How long a request may take: a limit on silence, not on size, so that a slow upload may take its time.
/** Longest silence while bytes are still to be sent, and for the answer to a request without a body. */
const STALL_MS = 60_000;
/** Longest wait for the answer after the last byte: a synchronous picture is processed before it is answered. */
const ANSWER_MS = 300_000;
/** One watch for all requests under way: a timer for each, ended by an exception, is a twentieth of a short one's time. */
class Deadlines {
    #clock;
    #limitMs;
    // No Set: one that is emptied and filled all the time leaves tables behind that keep one another in memory.
    #open = [];
    #watch = null;
    /** `limitMs`: the longest silence, until a body is on its way. */
    constructor(clock, limitMs = STALL_MS) {
        this.#clock = clock;
        this.#limitMs = limitMs;
    }
    /** For `what`, as its fault will name it; to be ended with the request. `expire` hears the fault, once. */
    start(what, expire) {
        const forget = () => this.#forget(deadline);
        const deadline = new Deadline({ clock: this.#clock, limitMs: this.#limitMs, what, expire, forget });
        this.#open.push(deadline);
        if (this.#watch === null)
            void this.#watchOver(new AbortController());
        return deadline;
    }
    #forget(deadline) {
        const index = this.#open.indexOf(deadline);
        if (index >= 0)
            this.#open.splice(index, 1);
        if (this.#open.length > 0)
            return;
        // With a reason at hand no exception is made, and no stack walked.
        this.#watch?.abort(null);
        this.#watch = null;
    }
    async #watchOver(watch) {
        this.#watch = watch;
        while (this.#watch === watch) {
            // One that starts meanwhile cannot be due before that.
            const untilMs = this.#open.map((deadline) => deadline.leftMs);
            const ended = await this.#clock
                .sleep(Math.min(this.#limitMs, ...untilMs), watch.signal)
                .catch(() => 'ended');
            if (ended === 'ended')
                return;
            for (const deadline of [...this.#open])
                deadline.judge();
        }
    }
}
/** Of one request: runs out when nothing has moved for too long. */
class Deadline {
    #options;
    #lastProgressMs;
    #limitMs;
    #fault = null;
    constructor(options) {
        this.#options = options;
        this.#lastProgressMs = options.clock.now();
        this.#limitMs = options.limitMs;
    }
    /** What happened, when it has run out. */
    get fault() {
        return this.#fault;
    }
    get leftMs() {
        return this.#lastProgressMs + this.#limitMs - this.#options.clock.now();
    }
    /**
     * Some bytes left; `isLast` when none are to follow and only the answer is awaited.
     * @returns milliseconds since the last time
     */
    progress(isLast) {
        const nowMs = this.#options.clock.now();
        const tookMs = nowMs - this.#lastProgressMs;
        this.#lastProgressMs = nowMs;
        this.#limitMs = isLast ? ANSWER_MS : STALL_MS;
        return tookMs;
    }
    /** Runs out, if its time is up. */
    judge() {
        if (this.leftMs > 0)
            return;
        const { what, expire } = this.#options;
        this.#fault = `${what} timed out: nothing moved for ${this.#limitMs / 1000} s`;
        this.end();
        expire(this.#fault);
    }
    end() {
        this.#options.forget();
    }
}


/***/ }),

/***/ 1878:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U9: () => (/* binding */ isLoopback),
/* harmony export */   VV: () => (/* binding */ allowedHeaders),
/* harmony export */   j0: () => (/* binding */ isTokenUrl),
/* harmony export */   mX: () => (/* binding */ isTrustedUploadUrl),
/* harmony export */   uf: () => (/* binding */ parseUploadUrl),
/* harmony export */   vQ: () => (/* binding */ tokenUrl)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5650);
// Where requests may go and which headers a server may ask for: pure rules, decided on parsed addresses.

// The hosts of every upload address that LinkedIn documents or was seen to give:
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
const UPLOAD_HOSTS = new Set(['www.linkedin.com', 'api.linkedin.com']);
const API_ORIGIN = 'https://api.linkedin.com';
const TOKEN_ORIGIN = 'https://www.linkedin.com';
const TOKEN_CALLS = ['accessToken', 'introspectToken'];
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
// A server may set what describes the body, and nothing that routes, authenticates or frames the request.
const ALLOWED_HEADERS = /^(content-type|content-md5|media-type-family|x-amz-server-side-encryption(-aws-kms-key-id)?)$/;
function isLoopback(hostname) {
    return LOOPBACK.test(hostname);
}
/** LinkedIn's own address of a token call, or the same path on the API's base where another one is set. */
function tokenUrl(call, apiUrl) {
    const { origin, pathname } = apiUrl;
    const root = origin === API_ORIGIN ? TOKEN_ORIGIN : origin + pathname.replace(/\/+$/, '');
    return new URL(`${root}/oauth/v2/${call}`);
}
/** Tells whether secrets of an app may be sent to `url`: the token calls, and nothing beside them. */
function isTokenUrl(url, apiUrl) {
    return TOKEN_CALLS.some((call) => tokenUrl(call, apiUrl).href === url.href);
}
/** Tells whether media may be sent to `url`: LinkedIn's own hosts, or the API's own origin when that is a gateway. */
function isTrustedUploadUrl(url, apiUrl) {
    if (url.username !== '' || url.password !== '')
        return false;
    if (isLoopback(apiUrl.hostname))
        return isHttp(url) && url.hostname === apiUrl.hostname;
    if (url.protocol !== 'https:')
        return false;
    return (url.port === '' && UPLOAD_HOSTS.has(url.hostname)) || url.origin === apiUrl.origin;
}
/**
 * Parses an upload address that a server gave.
 * @throws UploadError UPLOAD_ADDRESS, naming the host alone: the rest of the address is a credential.
 */
function parseUploadUrl(text, apiUrl) {
    const url = URL.parse(text);
    if (url === null)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UploadError */ .oW('UPLOAD_ADDRESS', 'LinkedIn gave an upload address that is no URL');
    if (!isTrustedUploadUrl(url, apiUrl)) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UploadError */ .oW('UPLOAD_ADDRESS', `LinkedIn gave an upload address on ${url.protocol}//${url.host}, which is not allowed; nothing was sent`);
    }
    return url;
}
/** The headers of `given` that may be sent back, names in lower case. Drops the rest. */
function allowedHeaders(given) {
    const allowed = new Map();
    for (const [name, value] of Object.entries(given)) {
        const lower = name.toLowerCase();
        if (typeof value !== 'string' || !/^[\t\x20-\x7e]*$/.test(value))
            continue;
        if (ALLOWED_HEADERS.test(lower))
            allowed.set(lower, value);
    }
    return allowed;
}
function isHttp(url) {
    return url.protocol === 'http:' || url.protocol === 'https:';
}


/***/ }),

/***/ 840:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Vs: () => (/* binding */ retryAfterMs),
/* harmony export */   dv: () => (/* binding */ untilMidnightMs),
/* harmony export */   jo: () => (/* binding */ backoffMs)
/* harmony export */ });
// How long to wait before a request is sent again. Pure timing: never waits, and never decides whether to repeat.
const CAP_MS = 20_000;
const BASE_MS = { fault: 1500, throttled: 2000 };
/**
 * Equal jitter: half of a limit that doubles, and a random share of the other half. The floor outlasts a short outage,
 * where tries are few; the random share keeps clients that failed together from coming back together.
 * @param tries how many tries are behind, 1 or more
 * @param random in [0, 1)
 */
function backoffMs(tries, reason, random) {
    const limitMs = Math.min(CAP_MS, BASE_MS[reason] * 2 ** (tries - 1));
    return Math.round((limitMs * (1 + random)) / 2);
}
// Of HTTP's three forms of a date two name their zone; so does the one of some upload hosts of LinkedIn.
const ZONED_DATE = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\b\d\d:\d\d:\d\d (GMT|UTC)( \d{4})?$/i;
const BARE_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
// The longest time that a Date can tell.
const LONGEST_MS = 8.64e15;
/**
 * Milliseconds that a `Retry-After` header asks for: seconds, or a date against the server's own clock; of several the
 * longest. A moment that has passed is 0; what is neither is null.
 */
function retryAfterMs(header, serverNowMs) {
    const waits = [header ?? []].flat().map((one) => waitIn(one.trim(), serverNowMs));
    const told = waits.filter((ms) => ms !== null);
    return told.length === 0 ? null : Math.max(...told);
}
function waitIn(text, serverNowMs) {
    if (/^\d+$/.test(text))
        return Math.min(Number(text) * 1000, LONGEST_MS);
    const date = ZONED_DATE.test(text) ? text : BARE_DATE.test(text) ? `${text} GMT` : '';
    const dateMs = Date.parse(date);
    return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - serverNowMs);
}
const DAY_MS = 86_400_000;
/** Milliseconds until LinkedIn's daily limits reset, at 00:00 UTC. */
function untilMidnightMs(serverNowMs) {
    return DAY_MS - (serverNowMs % DAY_MS);
}


/***/ }),

/***/ 8829:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _action_guard_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5773);
/* harmony import */ var _action_say_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3059);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5650);
/* harmony import */ var _main_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(3171);
/* harmony import */ var _system_clock_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(4799);
// The entry: the real world for main.ts. No branches, no logic.





(0,_action_guard_js__WEBPACK_IMPORTED_MODULE_0__/* .guardPipes */ .Fd)(process);
(0,_action_guard_js__WEBPACK_IMPORTED_MODULE_0__/* .warnOfDebugging */ .kN)(_action_say_js__WEBPACK_IMPORTED_MODULE_1__/* .say */ .cv);
const cancel = new AbortController();
// Rejections that nobody handles end up here too.
process.on('uncaughtException', (0,_action_guard_js__WEBPACK_IMPORTED_MODULE_0__/* .tellBug */ .sz)(_action_say_js__WEBPACK_IMPORTED_MODULE_1__/* .say */ .cv, cancel, process));
const SIGNALS = ['SIGINT', 'SIGTERM'];
const onSignal = (signal) => {
    // A second signal, of either kind, ends the process at once: GitHub sends the other one 7.5 s after the first.
    for (const one of SIGNALS)
        process.off(one, onSignal);
    cancel.abort(new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .RunError */ .e4('RUN_CANCELLED', `the run was cancelled (${signal})`));
};
for (const signal of SIGNALS)
    process.on(signal, onSignal);
const exitCode = await (0,_main_js__WEBPACK_IMPORTED_MODULE_3__/* .main */ .i)({
    env: process.env,
    say: _action_say_js__WEBPACK_IMPORTED_MODULE_1__/* .say */ .cv,
    clock: _system_clock_js__WEBPACK_IMPORTED_MODULE_4__/* .systemClock */ .m,
    signal: cancel.signal,
    openDispatcher: async (route) => {
        // In one file of dist/ with what sends: whoever connects sends too, as a rule.
        const { openConnections } = await Promise.all(/* import() | send */[__nccwpck_require__.e(956), __nccwpck_require__.e(619), __nccwpck_require__.e(341)]).then(__nccwpck_require__.bind(__nccwpck_require__, 5688));
        return openConnections(route);
    },
});
// A bug told meanwhile stays one: not the last word of the run.
process.exitCode ||= exitCode;
(0,_action_guard_js__WEBPACK_IMPORTED_MODULE_0__/* .lingerBriefly */ .rP)(cancel.signal, process);

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 4880:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   dI: () => (/* binding */ PARTS),
/* harmony export */   ef: () => (/* binding */ hasUpload),
/* harmony export */   g5: () => (/* binding */ showsUpload),
/* harmony export */   lY: () => (/* binding */ API_TRAITS),
/* harmony export */   ls: () => (/* binding */ identify)
/* harmony export */ });
/* harmony import */ var _urn_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6947);
// What a session with LinkedIn looks like to the rest of the house, whichever API is behind it.

/** In what the APIs differ before a session is opened: "Compare & Contrast" on the page of the Assets API. */
const API_TRAITS = {
    assets: {
        hasRecipes: true,
        hasSynchronousUpload: true,
        hasSinglePartVideos: true,
        hasSidecars: false,
        statusBatch: 1,
        statusTellsArtifacts: false,
        reuseCaveat: 'LinkedIn says that assets generally cannot be reused, where images and videos can (`api: media`)',
    },
    media: {
        hasRecipes: false,
        hasSynchronousUpload: false,
        hasSinglePartVideos: false,
        hasSidecars: true,
        // LinkedIn takes 4 KB of query, and an encoded URN is about 50 bytes.
        statusBatch: 50,
        statusTellsArtifacts: true,
        reuseCaveat: null,
    },
};
/** All that a URN of LinkedIn's tells: an asset's id is shared by its image or video, other URNs are their own. */
function identify(urn, kind) {
    if (!(0,_urn_js__WEBPACK_IMPORTED_MODULE_0__/* .isAssetUrn */ .cU)(urn))
        return { urn, mediaUrn: urn, urnSource: 'linkedin' };
    return { urn, assetUrn: urn, mediaUrn: (0,_urn_js__WEBPACK_IMPORTED_MODULE_0__/* .deriveMediaUrn */ .hO)(kind, urn), urnSource: 'derived' };
}
/** How many parts an upload may have: of 4 MiB each, as LinkedIn cuts them, 5 GiB are 1280. */
const PARTS = { least: 1, most: 10_000 };
// Words of all three APIs for an upload that has not come in.
const WITHOUT_UPLOAD = new Set(['NEW', 'WAITING_UPLOAD']);
/** Whether LinkedIn holds the bytes, as far as a reading tells. */
function hasUpload(reading) {
    if (reading.state === 'unreadable')
        return false;
    return reading.state !== 'waiting' || !WITHOUT_UPLOAD.has(reading.status ?? '');
}
/** Whether a reading proves that LinkedIn has the upload: an unknown word is no proof, and neither is a failure. */
function showsUpload(reading) {
    if (reading.state === 'waiting')
        return reading.status === 'PROCESSING';
    return reading.state === 'available';
}


/***/ }),

/***/ 6947:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Kf: () => (/* binding */ assetId),
/* harmony export */   Th: () => (/* binding */ oneSpelling),
/* harmony export */   cU: () => (/* binding */ isAssetUrn),
/* harmony export */   cc: () => (/* binding */ isMediaUrn),
/* harmony export */   hO: () => (/* binding */ deriveMediaUrn),
/* harmony export */   kK: () => (/* binding */ ownerKind)
/* harmony export */ });
// LinkedIn's URNs: who owns media, and how an asset's id becomes an image or a video. A leaf, open to all.
// Person ids are not numeric; the two spellings of the ad account both occur in LinkedIn's documents:
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
const OWNER = /^urn:li:(person|organization|sponsoredAccount|sponsoredAdAccount):([A-Za-z0-9_-]+)$/;
const MEDIA = /^urn:li:(image|video):[A-Za-z0-9_-]+$/;
const ASSET = /^urn:li:digitalmediaAsset:([A-Za-z0-9_-]+)$/;
/** The kind of an owner URN, or null when it is none: people, organizations and ad accounts own media. */
function ownerKind(urn) {
    const [, kind, id] = OWNER.exec(urn) ?? [];
    if (kind === undefined || id === undefined)
        return null;
    if (kind !== 'person' && !/^\d+$/.test(id))
        return null;
    return kind === 'sponsoredAdAccount' ? 'sponsoredAccount' : kind;
}
/** One spelling for each owner: of the two of an ad account, the newer. */
function oneSpelling(owner) {
    return owner.replace(/^urn:li:sponsoredAdAccount:/, 'urn:li:sponsoredAccount:');
}
function isMediaUrn(kind, urn) {
    return MEDIA.exec(urn)?.[1] === kind;
}
function isAssetUrn(urn) {
    return ASSET.test(urn);
}
/** The bare id of an asset URN, as the status address takes it. */
function assetId(urn) {
    return urn.slice(urn.lastIndexOf(':') + 1);
}
/** The image or video URN that shares the asset's id, as LinkedIn's page tells under "Asset Usage". */
function deriveMediaUrn(kind, assetUrn) {
    return `urn:li:${kind}:${assetId(assetUrn)}`;
}


/***/ }),

/***/ 5583:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   YL: () => (/* binding */ NEWEST_KNOWN_VERSION),
/* harmony export */   lF: () => (/* binding */ isVersion),
/* harmony export */   rt: () => (/* binding */ versionWarning)
/* harmony export */ });
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2210);
// LinkedIn's API versions, as far as this release of the action knows them, and when LinkedIn stops to serve each.

/** The newest version seen in LinkedIn's documents when this was written (2026-11-25); supported for a year. */
const NEWEST_KNOWN_VERSION = '202609';
const VERSION = /^20\d{2}(0[1-9]|1[0-2])$/;
function isVersion(text) {
    return text === 'v2' || VERSION.test(text);
}
// The last days that LinkedIn published. A version that is not here and not newer never was one, or is older.
// https://learn.microsoft.com/linkedin/marketing/integrations/migrations (copies of 2026-03 and 2026-08)
const ENDS = {
    '202506': '2026-06-15',
    '202507': '2026-07-15',
    '202508': '2026-08-17',
    '202509': '2026-09-15',
    '202510': '2026-10-15',
    '202511': '2026-11-16',
    '202601': '2027-01-15',
    '202602': '2027-02-15',
    '202603': '2027-03-16',
    '202604': '2027-04-15',
    '202605': '2027-05-15',
    '202606': '2027-06-15',
    '202607': '2027-07-15',
};
// Seen in use, with no end published yet: each version is served for a year, and none ended before the 15th.
const ENDS_EXPECTED = {
    '202608': '2027-08-15',
    '202609': '2027-09-15',
};
const OLDEST = '202506';
const NOTICE_DAYS = 45;
const DAY_MS = 86_400_000;
/**
 * What a user should know of a version that is about to end, has ended, or never was; null when there is nothing to
 * say, as of a version that is newer than this release. `todayMs` in epoch milliseconds.
 */
function versionWarning(version, todayMs) {
    if (version === 'v2' || version > NEWEST_KNOWN_VERSION)
        return null;
    const instead = `set a newer one, such as ${NEWEST_KNOWN_VERSION}`;
    if (version < OLDEST)
        return `LinkedIn has ended version ${version}; ${instead}`;
    const published = ENDS[version];
    const end = published ?? ENDS_EXPECTED[version];
    if (end === undefined)
        return `LinkedIn has published no version ${version}; ${instead}`;
    const daysLeft = Math.ceil((Date.parse(end) - todayMs) / DAY_MS);
    if (daysLeft > NOTICE_DAYS)
        return null;
    const isSure = published !== undefined;
    if (daysLeft <= 0) {
        const what = isSure ? `has ended version ${version} on` : `has probably ended version ${version}, about`;
        return `LinkedIn ${what} ${end}; ${instead}`;
    }
    const what = isSure ? `ends version ${version} on` : `is expected to end version ${version} about`;
    const advice = version === NEWEST_KNOWN_VERSION ? 'look for a newer release of this action' : instead;
    return `LinkedIn ${what} ${end}, in ${(0,_units_js__WEBPACK_IMPORTED_MODULE_0__/* .count */ .U9)(daysLeft, 'day')}; ${advice}`;
}


/***/ }),

/***/ 3171:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  i: () => (/* binding */ main)
});

// EXTERNAL MODULE: ./action/both-or-faults.js
var both_or_faults = __nccwpck_require__(713);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: ./errors.js
var errors = __nccwpck_require__(5650);
// EXTERNAL MODULE: ./units.js
var units = __nccwpck_require__(2210);
// EXTERNAL MODULE: ./action/report.js + 2 modules
var report = __nccwpck_require__(2786);
;// CONCATENATED MODULE: ./action/stage-text.js
// What is said of a file as each stage of it ends: in the log while the run goes on, and file by file at its end. Pure.



/** What to say of a file when one of its stages has ended; null between stages. */
function stageText(entry, change) {
    const { file } = entry.planned;
    switch (change.kind) {
        case 'registered':
            return `registered as ${change.identity.urn}${change.parts > 1 ? ` in ${change.parts} parts` : ''}`;
        case 'remembered':
            return `LinkedIn has these bytes already, as ${change.identity.urn}`;
        case 'uploaded':
            return `uploaded${withSidecars(entry)}, ${(0,units/* showBytes */.ni)(file.sizeBytes)} after ${sinceStart(entry, entry.uploadedMs)}`;
        case 'repeat':
            // A limit holds back all files: that they pause is told once.
            return change.error.code === 'LIMIT_REACHED' ? null : repeatText(change);
        case 'artifacts-unread':
            return `its media artifacts could not be read: ${change.error.message}`;
        case 'abandoned':
            return `${entry.abandonedUrns.at(-1)} is given up (${change.reason ?? 'its upload is lost'}); registering again`;
        case 'settled':
            return settledText(entry);
        default:
            return null;
    }
}
/** ` with its captions (launch.srt)`: what has no row, and so no line, of its own. */
function withSidecars({ planned }) {
    const named = Object.entries(planned.file.sidecars ?? {}).map(([kind, { path }]) => `${kind} (${path})`);
    return named.length === 0 ? '' : ` with its ${named.join(' and ')}`;
}
function repeatText({ error, waitMs, count: tries }) {
    const what = error.call === undefined ? 'the call' : errors/* PHASE_NAMES */.bs[error.call.phase];
    const which = tries === null ? '' : ` (try ${tries.tries} of ${tries.most})`;
    return `${what} is tried again ${soon(waitMs)}${which}: ${error.message}`;
}
function soon(waitMs) {
    return waitMs < SHOWN_MS ? 'at once' : `in ${(0,units/* showDuration */.kJ)(waitMs)}`;
}
// What is shorter is shown as nothing.
const SHOWN_MS = 50;
function settledText(entry) {
    const { planned, state, error, identity, endedMs } = entry;
    if (state === 'planned')
        return null;
    // The line of the file that stopped the run tells why; ten thousand others need not.
    if (state === 'skipped' && error?.code === 'RUN_STOPPED')
        return 'skipped: the run was stopped';
    if (error === null)
        return `${state}${identity === null ? '' : ` as ${identity.mediaUrn}`} after ${sinceStart(entry, endedMs)}`;
    // A run that is cancelled has nothing but its log where the outputs are not looked at.
    const known = identity === null ? '' : ` [${identity.mediaUrn}]`;
    return `${state}: ${(0,report/* withoutName */.u_)(planned.file.path, error.message)}${known}`;
}
function sinceStart({ startedMs }, atMs) {
    return (0,units/* showDuration */.kJ)(startedMs === null || atMs === null ? 0 : atMs - startedMs);
}

;// CONCATENATED MODULE: ./action/histories.js
// What happened to each file, kept in its own order: files run side by side, so the log of the run mixes their lines.


/** More files than these would drown the log; those that failed come first. */
const FILES_TOLD = 100;
class Histories {
    #ledger;
    /** At each file's place in the ledger; null where there are none, or none any more. */
    #lines;
    /** The first of the files that failed, and of those that did not, as far as they have ended. */
    #failed = [];
    #good = [];
    #forgotten = 0;
    /** Hears of each stage that ends from now on. */
    constructor(ledger) {
        this.#ledger = ledger;
        this.#lines = ledger.entries.map(() => null);
        ledger.subscribe((entry, change, index) => {
            const text = stageText(entry, change);
            if (text === null)
                return;
            const lines = this.#lines[index] ?? [];
            lines.push(`  ${(0,units/* showDuration */.kJ)(ledger.elapsedMs).padStart(9)}  ${text}`);
            this.#lines[index] = lines;
            if (entry.stage === 'settled')
                this.#end(index, entry.error === null ? this.#good : this.#failed);
        });
    }
    /** Of ten thousand files most will not be told: what happened to them need not be kept. */
    #end(index, ended) {
        ended.push(index);
        if (ended.length <= FILES_TOLD)
            return;
        const last = Math.max(...ended);
        ended.splice(ended.indexOf(last), 1);
        this.#lines[last] = null;
        this.#forgotten += 1;
    }
    /** File by file, each stage with the time since the run began; none where the log of the run tells the same. */
    lines() {
        const begun = this.#ledger.entries.flatMap(({ planned, error }, index) => {
            const lines = this.#lines[index];
            return lines ? [{ path: planned.file.path, error, lines }] : [];
        });
        if (begun.length < 2)
            return [];
        const ordered = [
            ...begun.filter(({ error }) => error !== null),
            ...begun.filter(({ error }) => error === null),
        ];
        const told = ordered.slice(0, FILES_TOLD).flatMap(({ path, lines }) => [path, ...lines]);
        const more = ordered.length + this.#forgotten - FILES_TOLD;
        return more > 0 ? [...told, `and ${(0,units/* count */.U9)(more, 'more file')}, told above as they went`] : told;
    }
}

// EXTERNAL MODULE: ./action/outputs.js
var outputs = __nccwpck_require__(5722);
// EXTERNAL MODULE: ./linkedin/session.js
var session = __nccwpck_require__(4880);
;// CONCATENATED MODULE: ./publish/cost.js
// What publishing costs at least, in requests and bytes. Pure over what the plan would open.

/** For one file alone. */
function leastRequests(request, aftercare) {
    return leastRequestsOfAll([request], aftercare);
}
/** For all files together: where LinkedIn allows it, one status read tells of many. */
function leastRequestsOfAll(requests, aftercare) {
    const kinds = Map.groupBy(requests, ({ api, kind }) => `${api} ${kind}`).values();
    const reads = aftercare.waitMs === 0 ? [] : [...kinds].map(statusReads);
    const ofFiles = requests.map((request) => uploadCalls(request) + artifactCalls(request, aftercare));
    const puts = requests.map(({ sidecars = {} }) => 1 + Object.keys(sidecars).length);
    return { calls: sum([...ofFiles, ...reads]), puts: sum(puts) };
}
/** Of the file and of what goes along with it. */
function bytesToSend({ sizeBytes, sidecars = {} }) {
    return sum([sizeBytes, ...Object.values(sidecars).map((sidecar) => sidecar.sizeBytes)]);
}
function statusReads(requests) {
    const [first] = requests;
    return first === undefined ? 0 : Math.ceil(requests.length / session/* API_TRAITS */.lY[first.api].statusBatch);
}
/** To open the upload, and to complete one of several parts. */
function uploadCalls({ mechanism }) {
    return mechanism === 'multipart' ? 2 : 1;
}
function artifactCalls({ api, mechanism }, { waitMs, readsArtifacts }) {
    const isAvailable = waitMs > 0 || mechanism === 'synchronous';
    return readsArtifacts && isAvailable && !session/* API_TRAITS */.lY[api].statusTellsArtifacts ? 1 : 0;
}
function sum(numbers) {
    return numbers.reduce((total, number) => total + number, 0);
}

// EXTERNAL MODULE: ./publish/plan.js
var publish_plan = __nccwpck_require__(5566);
;// CONCATENATED MODULE: ./action/plan-table.js
// The plan as a table of words, for the log and for the summary of `mode: plan`.



const PLAN_COLUMNS = ['file', 'type', 'size', 'recipe', 'mechanism', 'parts', 'API calls'];
const MECHANISMS = {
    synchronous: 'synchronous',
    single: 'single request',
    multipart: 'multi-part',
};
/** One row a file, in file order; a refused file has its reason in place of a recipe. */
function planRows({ plan, ...after }) {
    return plan.files.map((planned) => planRow(planned, after));
}
/** `At least 7 API calls and 5 uploads (PUT), 3.2 MB; …`: what publishing would cost. */
function planTotals({ plan, ...after }) {
    const requests = plan.files.filter((one) => !(0,publish_plan/* isKnown */.q)(one)).flatMap(({ request }) => request ?? []);
    const { calls, puts } = leastRequestsOfAll(requests, after);
    const bytes = requests.reduce((sum, request) => sum + bytesToSend(request), 0);
    const open = requests.some(isMultipart) ? '; LinkedIn decides the number of parts' : '';
    const known = plan.files.filter(publish_plan/* isKnown */.q).length;
    const reused = known > 0 ? `; ${(0,units/* count */.U9)(known, 'file')} reused, with a status read where the last one is a day old` : '';
    return `At least ${(0,units/* count */.U9)(calls, 'API call')} and ${(0,units/* count */.U9)(puts, 'upload')} (PUT), ${(0,units/* showBytes */.ni)(bytes)}${open}${reused}`;
}
function isMultipart({ mechanism }) {
    return mechanism === 'multipart';
}
/** The table as aligned lines, the header first. */
function planLines(shown) {
    const rows = [[...PLAN_COLUMNS], ...planRows(shown)];
    const widths = PLAN_COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    return rows.map((row) => row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd());
}
function planRow(planned, after) {
    const { file, request, refusal } = planned;
    const type = file.media?.mediaType ?? '–';
    const size = file.identity === null ? '–' : (0,units/* showBytes */.ni)(file.sizeBytes);
    if (request === null)
        return [file.path, type, size, `refused: ${refusal?.code}`, '–', '–', '0'];
    const { calls } = leastRequests(request, after);
    const recipe = request.recipe?.split(':').at(-1) ?? '–';
    if ((0,publish_plan/* isKnown */.q)(planned))
        return [file.path, type, size, recipe, 'reused', '–', '≥ 0'];
    const parts = [isMultipart(request) ? 'by LinkedIn' : '1', ...Object.keys(request.sidecars ?? {})];
    return [file.path, type, size, recipe, MECHANISMS[request.mechanism], parts.join(' + '), `≥ ${calls}`];
}

// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __nccwpck_require__(8161);
// EXTERNAL MODULE: ./media/slashes.js
var slashes = __nccwpck_require__(1023);
;// CONCATENATED MODULE: ./action/slept.js
// The beat of what goes on beside the uploads until the run is over.
/** False when `signal` aborted the sleep: the run is over. */
function slept(clock, ms, signal) {
    return clock.sleep(ms, signal).then(() => true, () => false);
}

;// CONCATENATED MODULE: ./action/results-file.js
// The file that holds every row, whole always: named before the first upload, kept current while the run goes on.






const REFRESH_MS = 3000;
// The more rows, the longer it takes to write them: never more than a twentieth of the run.
const REST = 20;
const CHUNK_CHARS = 64 * 1024;
// How Windows refuses to replace a file that another program, a virus scanner say, holds for a moment.
const HELD = new Set(['EPERM', 'EACCES', 'EBUSY']);
class ResultsFile {
    path;
    #move;
    /** In a folder of its own under RUNNER_TEMP: two steps of one job keep two files. */
    constructor(env, move = external_node_fs_.renameSync) {
        this.#move = move;
        const folder = (0,external_node_fs_.mkdtempSync)(external_node_path_.join(env.RUNNER_TEMP || (0,external_node_os_.tmpdir)(), 'linkedin-media-'));
        this.path = (0,slashes/* withSlashes */.s)(external_node_path_.join(folder, 'results.json'));
        this.write([]);
    }
    /** A reader sees the old rows or the new ones, never half. */
    write(rows) {
        writeRows(`${this.path}.new`, rows);
        this.#move(`${this.path}.new`, this.path);
    }
    /** As `write`; but at the end of the run the rows matter more than who reads meanwhile: a file that is held is written over. */
    writeLast(rows) {
        try {
            this.write(rows);
        }
        catch (error) {
            if (!HELD.has(error.code))
                throw error;
            writeRows(this.path, rows);
            (0,external_node_fs_.rmSync)(`${this.path}.new`, { force: true });
        }
    }
    /** A full disk in the middle of the run is told at its end, when it still matters. */
    #tryWrite(rows) {
        try {
            this.write(rows);
        }
        catch {
            // The last write, at the end of the run, is not forgiven.
        }
    }
    /** Writes the ledger's rows at once, then every few seconds while they change; resolves when `signal` aborts. */
    async keepCurrent(ledger, { rows, clock, signal }) {
        let isStale = false;
        const write = () => {
            const startedMs = clock.now();
            this.#tryWrite(rows());
            return clock.now() - startedMs;
        };
        let tookMs = write();
        ledger.subscribe((_, change) => {
            isStale ||= change.kind !== 'sent';
        });
        while (await slept(clock, Math.max(REFRESH_MS, tookMs * REST), signal)) {
            if (isStale)
                tookMs = write();
            isStale = false;
        }
    }
}
/**
 * One row a line, and some at a time: ten thousand in one text, every few seconds, would be most of what a run takes of
 * memory.
 */
function writeRows(path, rows) {
    const file = (0,external_node_fs_.openSync)(path, 'w');
    try {
        let text = '[';
        let between = '\n  ';
        for (const row of rows) {
            text += between + (0,outputs/* inertJson */.nl)(row);
            between = ',\n  ';
            if (text.length < CHUNK_CHARS)
                continue;
            (0,external_node_fs_.appendFileSync)(file, text);
            text = '';
        }
        (0,external_node_fs_.appendFileSync)(file, `${text}${between.startsWith(',') ? '\n' : ''}]\n`);
    }
    finally {
        (0,external_node_fs_.closeSync)(file);
    }
}

;// CONCATENATED MODULE: ./action/posts-file.js
// The file with ready bodies for the Posts API, next to the file of results: for a next step, or a person, to fill in
// and send.


/** Writes `posts` beside `resultsFile`; returns the path, empty when there are none. */
function writePosts(posts, resultsFile) {
    const [first] = posts();
    if (first === undefined || resultsFile === '')
        return '';
    // Its own slashes, where the system's separator would be another one.
    const postsFile = `${external_node_path_.dirname(resultsFile)}/posts.json`;
    writeRows(postsFile, posts());
    return postsFile;
}

// EXTERNAL MODULE: ./linkedin/versions.js
var versions = __nccwpck_require__(5583);
;// CONCATENATED MODULE: ./action/beside.js
// What somebody may have meant to go along with a video, and does not: one notice for all videos, not one for each.
/** How many videos one notice names. */
const NAMED = 3;
/** Sentences for the notices of the run. Only `api: media` takes what goes along. */
function besideNotices(files) {
    const going = files.filter(({ request }) => request?.api === 'media');
    return [...inVain(going), ...unasked(going)];
}
function inVain(files) {
    const bare = files.filter(({ file }) => file.soughtInVain !== undefined);
    const [first] = bare;
    if (first === undefined)
        return [];
    const verb = bare.length === 1 ? 'goes' : 'go';
    const alike = bare.length === 1 ? '' : ', and so for the others';
    const sought = first.file.soughtInVain?.join(', ');
    return [`sidecars: ${someOf(bare)} ${verb} without captions and thumbnail (looked for ${sought}${alike})`];
}
function unasked(files) {
    const captioned = files.filter(({ file }) => file.unaskedCaptions !== undefined);
    const [first] = captioned;
    if (first === undefined)
        return [];
    const [verb, whose] = captioned.length === 1 ? ['goes', 'its'] : ['go', 'their'];
    const where = `${first.file.unaskedCaptions}${captioned.length === 1 ? '' : ', say,'}`;
    return [
        `sidecars: ${someOf(captioned)} ${verb} without ${whose} captions: ${where} is there, and \`sidecars: true\` sends it along`,
    ];
}
function someOf(files) {
    const left = files.length - NAMED;
    const names = files.slice(0, NAMED).map(({ file }) => file.path);
    return left > 0 ? `${names.join(', ')} and ${left} more` : names.join(', ');
}

// EXTERNAL MODULE: ./action/say.js
var action_say = __nccwpck_require__(3059);
;// CONCATENATED MODULE: ./action/progress.js
// The log while the run goes on: what is odd about the plan, one line as each stage of a file ends and for each call
// that is made again, a line every ten seconds while bytes move, and one a minute while nothing does.







const PROGRESS_MS = 10_000;
/** No log is silent for longer: whoever reads it must not take waiting for hanging. */
const SILENCE_MS = 60_000;
const TOKEN = { title: 'LinkedIn token' };
/** Hands on the plan, and tells its notices and warnings before anything is sent; refusals come with the results. */
function announceWarnings(plan, { say, version, clock }) {
    const ending = (0,versions/* versionWarning */.rt)(version, clock.today());
    if (ending !== null)
        say.warning(`linkedin-version: ${ending}`);
    for (const text of [...plan.notices, ...besideNotices(plan.files)])
        say.notice(text);
    for (const text of plan.warnings)
        say.warning(text);
    const ofFiles = plan.files.flatMap(({ file: { path: file }, warnings }) => warnings.map((text) => ({ text: `${file} ${text}`, place: { file } })));
    (0,action_say/* warnOfMany */.BH)(say, ofFiles, (more) => `${more} more warnings of files`);
    return plan;
}
/** Follows `ledger`, stage lines as they happen; resolves when `signal` aborts. */
async function followProgress(ledger, { say, clock, signal }) {
    let movedBytes = 0;
    let toldMs = clock.now();
    const tell = (line) => {
        if (line === null)
            return;
        say.info(line);
        toldMs = clock.now();
    };
    ledger.subscribe((entry, change) => {
        if (change.kind === 'sent')
            movedBytes += change.bytes;
        const text = stageText(entry, change);
        tell(text === null ? null : `${entry.planned.file.path}: ${text}`);
    });
    ledger.onToken((news) => {
        for (const line of news.lines)
            say.info(line);
        for (const text of news.notices)
            say.notice(text, TOKEN);
        for (const text of news.warnings)
            say.warning(text, TOKEN);
    });
    ledger.subscribeToPauses((pause) => tell(pauseLine(pause)));
    let last = { movedBytes, atMs: clock.now() };
    while (await slept(clock, PROGRESS_MS, signal)) {
        const now = { movedBytes, atMs: clock.now() };
        const bytesPerMs = (now.movedBytes - last.movedBytes) / Math.max(1, now.atMs - last.atMs);
        if (bytesPerMs > 0)
            tell(progressLine(ledger, bytesPerMs));
        else if (now.atMs - toldMs >= SILENCE_MS)
            tell(waitingLine(ledger));
        last = now;
    }
}
function pauseLine({ error, waitMs }) {
    return `all files pause for ${(0,units/* showDuration */.kJ)(waitMs)}, then fewer are sent at once: ${error.message}`;
}
/** What a file that failed has not sent is not left to send: the line ends at 100 %. */
function progressLine(ledger, bytesPerMs) {
    const entries = ledger.entries.filter(({ planned }) => planned.request !== null);
    const done = entries.filter(isDone).length;
    const sentBytes = entries.reduce((sum, entry) => sum + entry.sentBytes, 0);
    const leftBytes = entries.reduce((sum, entry) => sum + unsentBytes(entry), 0);
    const totalBytes = sentBytes + leftBytes;
    const percent = Math.floor((sentBytes / Math.max(1, totalBytes)) * 100);
    return (`${done} of ${(0,units/* count */.U9)(entries.length, 'file')} done, ${(0,units/* showBytes */.ni)(sentBytes)} of ${(0,units/* showBytes */.ni)(totalBytes)} ` +
        `(${percent} %), ${(0,units/* showBytes */.ni)(bytesPerMs * 1000)}/s, about ${(0,units/* showDuration */.kJ)(leftBytes / bytesPerMs)} left`);
}
const DOING = {
    uploaded: 'being processed by LinkedIn',
    uploading: 'being uploaded',
    registered: 'waiting for their upload',
    registering: 'being registered',
    waiting: 'waiting for their turn',
};
/** Null when nothing is waited for. */
function waitingLine({ entries }) {
    const open = entries.filter(({ stage }) => stage !== 'settled');
    const byStage = Map.groupBy(open, ({ stage }) => stage);
    const parts = Object.entries(DOING).flatMap(([stage, text]) => {
        const files = byStage.get(stage)?.length ?? 0;
        return files === 0 ? [] : [`${files} ${text}`];
    });
    const done = `${entries.length - open.length} of ${(0,units/* count */.U9)(entries.length, 'file')} done`;
    return open.length === 0 ? null : `still waiting: ${[done, ...parts].join(', ')}`;
}
function isDone({ stage }) {
    return stage === 'uploaded' || stage === 'settled';
}
function unsentBytes(entry) {
    const { request } = entry.planned;
    return request === null || isDone(entry) ? 0 : Math.max(0, bytesToSend(request) - entry.sentBytes);
}

// EXTERNAL MODULE: ./action/rows.js
var action_rows = __nccwpck_require__(3595);
// EXTERNAL MODULE: ./action/timeline.js
var timeline = __nccwpck_require__(7941);
;// CONCATENATED MODULE: ./action/summary.js
// The job summary, in GitHub's Markdown: the headline, what to do about each failure, then every file.
// Whatever came from outside is shown as text: no name of a file becomes markup or a link.





/** The runner drops a summary of more than 1 MiB whole; this stays well below. */
const SUMMARY_CAP_BYTES = 900 * 1024;
/** `plan` for the table of `mode: plan`; `stepId` where the workflow names the step. */
function buildSummary(report, plan, stepId = null) {
    const budget = { leftBytes: SUMMARY_CAP_BYTES };
    const sections = [
        `## ${icon(report)} ${asText(report.headline)}`,
        ...problemSection(report.problems, budget),
        ...missedSection(report.missed, budget),
        ...(plan === null ? fileSection(report, budget) : planSection(plan, budget)),
        ...artifactsSection(report.rows, budget),
        ...timelineSection(report),
        ...(plan === null ? totalsSection(report) : []),
        ...usageSection(report, stepId),
    ];
    return `${sections.join('\n\n')}\n`;
}
function icon({ failed, totals }) {
    if (failed)
        return '❌';
    return totals.failed > 0 ? '⚠️' : '✅';
}
function problemSection(problems, budget) {
    if (problems.length === 0)
        return [];
    const head = ['problem', 'what happened', 'what to do'];
    const cells = ({ title, message, hint }) => [
        oneLine(asCode(title)),
        // What an input takes is told in our own words, with code in them.
        title.startsWith('input ') ? asHint(message) : asText(message),
        asHint(hint),
    ];
    return ['### What to do', table({ head, rows: problems, cells }, budget)];
}
/** Of patterns in our own words, with code in them. */
function missedSection(missed, budget) {
    if (missed.length === 0)
        return [];
    const head = ['input', 'warning'];
    const cells = ({ input, text }) => [oneLine(asCode(input)), asHint(text)];
    return ['### What was not found', table({ head, rows: missed, cells }, budget)];
}
function fileSection({ rows, spans }, budget) {
    if (rows.length === 0)
        return [];
    const told = rows.map((row, index) => ({ row, span: spans[index] ?? null }));
    // Failures are what a reader came for.
    const ordered = [...told.filter(({ row }) => !(0,action_rows/* isSuccess */.oJ)(row)), ...told.filter(({ row }) => (0,action_rows/* isSuccess */.oJ)(row))];
    const head = ['file', 'kind', 'size', 'state', 'URNs', 'time'];
    const cells = ({ row, span }) => [
        [asCode(row.file), ...besidesOf(row)].join('<br>'),
        row.kind ?? '',
        row.bytes === undefined ? '' : oneLine((0,units/* showBytes */.ni)(row.bytes)),
        (0,action_rows/* isSuccess */.oJ)(row) ? row.state : `**${row.state}**`,
        [row.mediaUrn, row.assetUrn].flatMap((urn) => (urn === undefined ? [] : asCode(urn))).join('<br>'),
        timeCell(span),
    ];
    return ['### Files', table({ head, rows: ordered, cells }, budget)];
}
/** Their paths are in `results`. */
function besidesOf({ sidecars = {} }) {
    const kinds = Object.keys(sidecars);
    return kinds.length === 0 ? [] : [`with ${kinds.map(asText).join(' and ')}`];
}
/** What the chart shows, in words, but for what is no time at all. */
function timeCell(span) {
    if (span === null)
        return '';
    const { startMs, uploadedMs, endMs } = span;
    const lines = [(0,units/* showDuration */.kJ)(endMs - startMs), ...lineOf('from', startMs)];
    const processing = uploadedMs === null ? [] : lineOf('processing', endMs - uploadedMs);
    if (uploadedMs !== null && processing.length > 0)
        lines.push(...lineOf('upload', uploadedMs - startMs), ...processing);
    return oneLine(lines.join('<br>'));
}
function lineOf(label, ms) {
    const time = (0,units/* showDuration */.kJ)(ms);
    return time === (0,units/* showDuration */.kJ)(0) ? [] : [`${label} ${time}`];
}
/** Kept from being broken in a narrow column. */
function oneLine(cell) {
    return cell.replaceAll(' ', '&nbsp;');
}
/** Renditions and durations; the addresses are credentials, and stay in `results`. */
function artifactsSection(rows, budget) {
    const made = rows.flatMap(({ file, artifacts = [] }) => artifacts.filter(tellsSomething).map((artifact) => ({ file, ...artifact })));
    if (made.length === 0)
        return [];
    const head = ['file', 'artifact', 'duration', 'renditions'];
    const cells = ({ file, kind, durationSeconds, renditions = [] }) => [
        asCode(file),
        asText(wordOf(kind)),
        durationSeconds === undefined ? '' : (0,units/* showDuration */.kJ)(durationSeconds * 1000),
        renditions.flatMap((rendition) => asText(renditionText(rendition)) || []).join('<br>'),
    ];
    return ['### What LinkedIn made of them', table({ head, rows: made, cells }, budget)];
}
/** An address alone is nothing that a summary can show. */
function tellsSomething({ durationSeconds, renditions = [] }) {
    return durationSeconds !== undefined || renditions.length > 0;
}
function renditionText({ artifactClass = '', averageBitrate, codecs }) {
    const rate = averageBitrate === undefined ? '' : `${Math.round(averageBitrate / 1000)} kbit/s`;
    const names = codecs.map(wordOf).filter((name) => name !== '');
    return [wordOf(artifactClass), rate, names.join(' + ')].filter((part) => part !== '').join(', ');
}
/** LinkedIn's own word, of a URN the last one. None holds a slash: what does may be an address, and is not shown. */
function wordOf(text) {
    return text.includes('/') ? '' : text.slice(text.lastIndexOf(':') + 1);
}
function planSection(shown, budget) {
    const rows = planRows(shown);
    if (rows.length === 0)
        return [];
    const cells = ([file = '', ...rest]) => [
        asCode(file),
        ...rest.map((cell) => oneLine(asText(cell))),
    ];
    return ['### Plan', table({ head: PLAN_COLUMNS, rows, cells }, budget), asText(planTotals(shown))];
}
/** The table of files has the same facts: not every reader, and not every page, shows the chart. */
function timelineSection({ rows, spans }) {
    const begun = rows.flatMap((row, index) => {
        const span = spans[index] ?? null;
        return span === null ? [] : [{ row, span }];
    });
    if (begun.every(({ span }) => span.endMs < timeline/* CHART_MS */.Wy))
        return [];
    const shown = begun
        .toSorted((a, b) => a.span.startMs - b.span.startMs)
        .slice(0, timeline/* CHART_FILES */.D_)
        .map(({ row, span }) => ({ ...span, file: (0,action_say/* harmless */.Is)(row.file), isSuccess: (0,action_rows/* isSuccess */.oJ)(row) }));
    const title = begun.length > timeline/* CHART_FILES */.D_ ? `### Timeline of the first ${timeline/* CHART_FILES */.D_} files` : '### Timeline';
    return [title, (0,timeline/* timelineChart */.IY)(shown)];
}
function totalsSection({ totals, requests, durationMs, rows }) {
    if (rows.length === 0)
        return [];
    const sent = `${(0,units/* showBytes */.ni)(totals.bytesSent)} sent in ${(0,units/* showDuration */.kJ)(durationMs)}`;
    return [
        `${sent}, with ${(0,units/* count */.U9)(requests.calls, 'API call')} and ${(0,units/* count */.U9)(requests.uploads, 'upload')} (PUT).`,
    ];
}
/** How a next step takes what this one found out: by `env:`, where no URN or name becomes a part of the script. */
function usageSection({ mode, totals }, stepId) {
    if (mode === 'plan' || totals.uploaded + totals.reused === 0)
        return [];
    const lead = stepId === null ? 'Give this step an `id`, `media` say, and the' : 'The';
    const step = [
        '- env:',
        `    URNS: \${{ steps.${stepId ?? 'media'}.outputs.urns }}`,
        `  run: echo "$URNS" | jq -r 'to_entries[] | "\\(.key) \\(.value)"'`,
    ];
    return [
        '<details><summary>Use the URNs in the next step</summary>',
        `${lead} next step has them, file by file:`,
        ['```yaml', ...step, '```'].join('\n'),
        'Every row is in the JSON file at the output `results-file`.',
        '</details>',
    ];
}
/** Rows that do not fit into the budget are counted instead. */
function table({ head, rows, cells }, budget) {
    const lines = [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`];
    for (const [index, row] of rows.entries()) {
        const line = `| ${cells(row).join(' | ')} |`;
        budget.leftBytes -= Buffer.byteLength(line) + 1;
        if (budget.leftBytes < 0)
            return [...lines, '', `… and ${rows.length - index} more.`].join('\n');
        lines.push(line);
    }
    return lines.join('\n');
}
// Letters, digits and a few safe marks stay; all else becomes an entity, which neither Markdown nor HTML reads.
const UNSAFE = /[^\p{L}\p{N} .,:;'"()/≥–…%-]|:(?=\/\/)|(?<=www)\./giu;
// GitHub looks for addresses and mentions in the rendered text too, where an entity is a letter again: a break that
// nobody sees stands behind these.
const LINKING = new Set(['@', '#', ':', '.']);
function asText(text) {
    const entity = (mark) => `&#${mark.codePointAt(0)};${LINKING.has(mark) ? '<wbr>' : ''}`;
    return (0,action_say/* harmless */.Is)(text).replace(UNSAFE, entity);
}
/** Our own words, with code in backticks. */
function asHint(hint) {
    const pieces = hint.split('`');
    return pieces.map((piece, index) => (index % 2 === 1 ? asCode(piece) : asText(piece))).join('');
}
function asCode(text) {
    return `<code>${asText(text)}</code>`;
}

;// CONCATENATED MODULE: ./action/deliver.js
// The end of a run, good or bad: results file, outputs, summary, annotations, in that order, whatever fails.













/** The id that the workflow gives the step; the runner makes up others, with underscores in front. */
function stepId({ GITHUB_ACTION: id = '' }) {
    return /^(?!__)[A-Za-z_][\w-]*$/.test(id) ? id : null;
}
/** A manifest that nothing was written to is none yet. */
function presentOrNull(path) {
    return path !== null && (0,external_node_fs_.existsSync)(path) ? path : null;
}
// The runner keeps ten annotations of a kind a step; the last one is for the total.
const ANNOTATIONS = 9;
class Desk {
    #env;
    #say;
    #clock;
    #wantsSummary;
    #histories = null;
    #resultsFile = null;
    #postsFile = '';
    #isWritten = false;
    constructor({ env, say, clock, wantsSummary }) {
        this.#env = env;
        this.#say = say;
        this.#clock = clock;
        this.#wantsSummary = wantsSummary;
    }
    /**
     * Runs `work` with the log, and the results file, following the ledger meanwhile. What `work` throws is a bug: it ends
     * up in the ledger as what stopped the run, so that no URN is lost to it.
     */
    async follow(ledger, api, work) {
        const over = new AbortController();
        const until = { clock: this.#clock, signal: over.signal };
        const resultsFile = this.#nameResultsFile();
        this.#histories = new Histories(ledger);
        // Settled, not all: a fault of the log must not end the run.
        const following = Promise.allSettled([
            followProgress(ledger, { say: this.#say, ...until }),
            resultsFile?.keepCurrent(ledger, { rows: () => (0,action_rows/* eachRow */.ML)(ledger, api), ...until }),
        ]);
        try {
            await work();
        }
        catch (error) {
            ledger.stop((0,errors/* asActionError */.z6)(error));
        }
        finally {
            over.abort();
            await following;
        }
    }
    /** Returns the exit code of the step; `plan` is shown when it is what the run was for. */
    deliver(report, plan) {
        const shown = report.mode === 'plan' && plan !== undefined && report.rows.length > 0 ? plan : null;
        const faults = this.#isWritten ? [] : this.#write(report, shown);
        if (shown !== null)
            for (const line of [...planLines(shown), planTotals(shown)])
                this.#say.info(line);
        this.#tellHistories();
        this.#noticeUnverified(report.rows.filter(({ state }) => state === 'unverified').length);
        this.#annotate(report, [...faults, ...report.problems]);
        return report.failed || faults.length > 0 ? 1 : 0;
    }
    /** Once: a bug that is met after this must not put the report of itself in the place of what was uploaded. */
    #write(report, shown) {
        this.#isWritten = true;
        return [
            this.#attempt('results file', () => this.#openResultsFile().writeLast(report.rows)),
            this.#attempt('posts file', () => this.#writePosts(report)),
            this.#attempt('outputs', () => this.#setOutputs(report)),
            this.#attempt('job summary', () => this.#wantsSummary && this.#addSummary(buildSummary(report, shown, stepId(this.#env)))),
        ].flatMap((fault) => fault ?? []);
    }
    #tellHistories() {
        const lines = this.#histories?.lines() ?? [];
        if (lines.length > 0)
            this.#say.group('Each file from its start to its end', lines);
    }
    /** Before anything is sent, so that it is known however the run ends. What fails here fails at the end too, and is told then. */
    #nameResultsFile() {
        try {
            const { path } = this.#openResultsFile();
            if ((0,outputs/* takesOutputs */.$w)(this.#env))
                (0,outputs/* nameResultsFile */.A6)(path);
        }
        catch {
            // The last try, at the end of the run, is not forgiven.
        }
        return this.#resultsFile;
    }
    #openResultsFile() {
        if (this.#resultsFile === null) {
            this.#resultsFile = new ResultsFile(this.#env);
            this.#say.info(`results are kept in ${this.#resultsFile.path}`);
        }
        return this.#resultsFile;
    }
    #writePosts({ posts }) {
        this.#postsFile = writePosts(posts, this.#resultsFile?.path ?? '');
    }
    #setOutputs(report) {
        const path = this.#resultsFile?.path ?? '';
        const told = { ...report, manifestFile: presentOrNull(report.manifestFile) };
        const { values, cut } = (0,outputs/* outputsOf */.Yz)(told, { results: path, posts: this.#postsFile });
        const where = path === '' ? '' : `; ${path} (output results-file) has every row`;
        for (const name of cut)
            this.#say.warning(`the output ${name} is cut to 100 KiB${where}`, { title: `output ${name}` });
        let isWritten = false;
        try {
            if ((0,outputs/* takesOutputs */.$w)(this.#env)) {
                (0,outputs/* writeOutputs */.Kn)(values);
                isWritten = true;
            }
        }
        finally {
            // Outside a runner, or when it cannot be written to, the log is what remains.
            if (!isWritten)
                this.#logOutputs(told, path);
        }
    }
    /** All but the media artifacts: their addresses are credentials, and a log is for all to read. */
    #logOutputs(report, path) {
        const rows = report.rows.map(({ artifacts: _, ...row }) => row);
        const { values } = (0,outputs/* outputsOf */.Yz)({ ...report, rows }, { results: path, posts: this.#postsFile });
        for (const [name, value] of Object.entries(values))
            this.#say.info(`output ${name}: ${value}`);
    }
    #addSummary(markdown) {
        if (this.#env.GITHUB_STEP_SUMMARY)
            (0,external_node_fs_.appendFileSync)(this.#env.GITHUB_STEP_SUMMARY, markdown);
    }
    #attempt(what, work) {
        try {
            work();
            return null;
        }
        catch (cause) {
            const text = cause instanceof Error ? cause.message : String(cause);
            const error = new errors/* ActionError */.lZ('OUTPUT_FAILED', `the ${what} could not be written: ${text}`, { cause });
            return { title: error.code, message: error.message, hint: error.hint };
        }
    }
    #annotate({ headline, failed, rows, mode }, problems) {
        for (const problem of problems.slice(0, ANNOTATIONS))
            this.#tell(problem);
        const others = problems.slice(ANNOTATIONS);
        for (const problem of others)
            this.#say.info((0,report/* withHint */.mu)(problem));
        const title = mode === 'plan' ? 'Plan' : 'LinkedIn upload';
        if (others.length > 0)
            this.#say.error(`${headline}; all ${problems.length} problems are in the log`, { title });
        else if (failed && rows.length > 0)
            this.#say.error(headline, { title });
        else
            this.#say.info(headline);
    }
    /** The runner cuts the line of the log with the annotation: what was too long for it is told whole before. */
    #tell(problem) {
        const { title, file } = problem;
        const text = (0,report/* annotationOf */.lW)(problem);
        if (text.length < (0,action_say/* harmless */.Is)((0,report/* withHint */.mu)(problem)).length)
            this.#say.info((0,report/* withHint */.mu)(problem));
        this.#say.error(text, { title, ...(file === undefined ? {} : { file }) });
    }
    #noticeUnverified(files) {
        if (files === 0)
            return;
        const text = `${(0,units/* count */.U9)(files, 'file')} uploaded, but this token may not read the status: LinkedIn's processing is not confirmed`;
        this.#say.notice(text, { title: 'Status not readable' });
    }
}

// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __nccwpck_require__(1455);
// EXTERNAL MODULE: ./media/in-order.js
var in_order = __nccwpck_require__(4402);
// EXTERNAL MODULE: ./media/patterns.js
var media_patterns = __nccwpck_require__(4191);
;// CONCATENATED MODULE: ./media/walk.js
// Walks the disk for the paths that one pattern matches. Knows names and links; does not know what may be sent.






/** Folders that link to one another have more paths than anybody can walk. */
const LINKED_FOLDERS_MAX = 10_000;
const ENTRIES_AT_ONCE = 8;
/**
 * Yields what `pattern` matches and `excludes` leave in. A link is yielded itself; while links are followed, the walk also
 * enters the folder that it leads to, unless that would lie below itself. What is deleted meanwhile is skipped.
 * @throws InputError INPUT_INVALID on `follow-symlinks`; what the disk throws; the reason of `signal`
 */
function walk(pattern, options) {
    return new Walk(pattern, options).matches();
}
class Walk {
    #pattern;
    #options;
    #linkedFolders = 0;
    constructor(pattern, options) {
        this.#pattern = pattern;
        this.#options = options;
    }
    /** Level by level: a circle of links reaches the limit of folders while its paths are short. */
    async *matches() {
        const first = await this.#visitFirst();
        if (first.match !== undefined)
            yield first.match;
        let level = first.folder === undefined ? [] : [first.folder];
        while (level.length > 0) {
            const next = [];
            for (const above of level)
                for (const { match, folder } of await this.#visitAllIn(above)) {
                    if (match !== undefined)
                        yield match;
                    if (folder !== undefined)
                        next.push(folder);
                }
            level = next;
        }
    }
    async #visitFirst() {
        const { root, followSymlinks, signal } = this.#options;
        const { base, glob } = this.#pattern;
        signal?.throwIfAborted();
        if (base === root && !(await this.#isListed(glob.literals)))
            return {};
        const path = (0,external_node_path_.join)(base, ...glob.literals);
        const above = followSymlinks ? await external_node_fs_.promises.realpath((0,external_node_path_.dirname)(path)).catch(unlessGone) : (0,external_node_path_.dirname)(path);
        if (above === null)
            return {};
        const place = (0,external_node_path_.join)(above, (0,external_node_path_.basename)(path));
        return this.#visit({ path, place, names: glob.literals, above: null });
    }
    /** A disk that ignores case finds a file by a name that is not its own. */
    async #isListed(names) {
        const { root, listings } = this.#options;
        let folder = root;
        for (const name of names) {
            const listing = listings.get(folder) ?? listingOf(folder);
            listings.set(folder, listing);
            if ((await listing)?.has(name) === false)
                return false;
            folder = (0,external_node_path_.join)(folder, name);
        }
        return true;
    }
    async #visitAllIn(above) {
        const listing = await external_node_fs_.promises.readdir(above.place).catch(unlessGone);
        return (0,in_order/* mapInOrder */.Y)(listing ?? [], ENTRIES_AT_ONCE, (name) => {
            const place = (0,external_node_path_.join)(above.place, name);
            return this.#visit({ path: (0,external_node_path_.join)(above.path, name), place, names: [...above.names, name], above });
        });
    }
    async #visit(entry) {
        this.#options.signal?.throwIfAborted();
        const { glob } = this.#pattern;
        const isBelow = entry.above?.isTaken === true;
        if (!isBelow && !glob.mayMatchIn(entry.names))
            return {};
        const stats = await external_node_fs_.promises.lstat(entry.place).catch(unlessGone);
        if (stats === null)
            return {};
        if (stats.isDirectory())
            return this.#enter(entry);
        if (this.#isExcluded(entry, false))
            return {};
        const behind = stats.isSymbolicLink() && this.#options.followSymlinks ? await this.#follow(entry) : {};
        if (!isBelow && !glob.matches(entry.names, false))
            return behind;
        return { match: { path: entry.path, place: entry.place }, ...behind };
    }
    async #follow(entry) {
        const stats = await external_node_fs_.promises.stat(entry.place).catch(unlessGone);
        if (stats?.isDirectory() !== true)
            return {};
        const place = await external_node_fs_.promises.realpath(entry.place).catch(unlessGone);
        return place === null ? {} : this.#enter({ ...entry, place }, entry.path);
    }
    /** `link` leads to the folder. */
    #enter(entry, link = null) {
        const { above, names } = entry;
        const firstLink = above?.link ?? link;
        if (this.#isExcluded(entry, true) || (firstLink !== null && isBelowItself(entry)))
            return {};
        if (firstLink !== null)
            this.#countLinked(firstLink);
        const isTaken = above?.isTaken === true || this.#pattern.glob.matches(names, true);
        return { folder: { ...entry, isTaken, link: firstLink } };
    }
    #countLinked(link) {
        this.#linkedFolders += 1;
        if (this.#linkedFolders <= LINKED_FOLDERS_MAX)
            return;
        const shown = (0,slashes/* withSlashes */.s)((0,external_node_path_.relative)(this.#options.root, link));
        const limit = `more than ${(0,units/* grouped */.zD)(LINKED_FOLDERS_MAX)} folders through links, such as ${shown}`;
        const advice = 'exclude links between folders with `!` lines, or set it to false';
        throw new errors/* InputError */.dz('INPUT_INVALID', 'follow-symlinks', `leads the pattern ${this.#pattern.text} to ${limit}; ${advice}`);
    }
    #isExcluded({ path, names, above }, isFolder) {
        return this.#options.excludes.some(({ base, glob }) => {
            const own = base === this.#pattern.base ? names : namesBelow(base, path);
            if (own === null)
                return false;
            // What lies above was asked about on the way, but for the folders above the first one.
            return above === null ? glob.covers(own, isFolder) : glob.matches(own, isFolder);
        });
    }
}
function isBelowItself({ place, above }) {
    for (let folder = above; folder !== null; folder = folder.above)
        if (folder.place === place)
            return true;
    return false;
}
function namesBelow(base, path) {
    return path === base ? [] : ((0,slashes/* pathBelow */.B)(base, path)?.split('/') ?? null);
}
function listingOf(folder) {
    return external_node_fs_.promises.readdir(folder).then((names) => new Set(names), () => null);
}
function unlessGone(error) {
    // A name that is not valid UTF-8 is listed with a replacement character, and no file exists under that.
    const isGone = error.code === 'ENOENT' && !(0,external_node_path_.basename)(error.path ?? '').includes('\uFFFD');
    if (isGone || error.code === 'ENOTDIR')
        return null;
    throw error;
}

;// CONCATENATED MODULE: ./media/near-misses.js
// After a search that brought nothing for a pattern: the file that it passed by, and why. Looks no further than the search
// itself did, stops at the first file, and never fails a run.



/** So many patterns are looked at again: a list of a thousand names is not worth a thousand searches. */
const PATTERNS_EXPLAINED = 5;
/** What is behind each of `idle`, in their order. */
async function explainMisses(idle, searched) {
    const misses = [];
    for (const [index, pattern] of idle.entries()) {
        const reason = index < PATTERNS_EXPLAINED ? await explain(pattern, searched) : {};
        misses.push({ pattern: pattern.text, ...reason });
    }
    return misses;
}
async function explain(pattern, searched) {
    const { excludes, workspace } = searched;
    const loose = (0,media_patterns/* anyCase */.n9)(pattern, workspace.root);
    // Nothing outside may be sent, so nothing there explains anything.
    if (loose === null)
        return {};
    const excluded = excludes.length > 0 ? await firstFile(pattern, { ...searched, excludes: [] }) : null;
    if (excluded !== null)
        return { excluded };
    const otherCase = await firstFile(loose, searched);
    return otherCase === null ? {} : { otherCase };
}
/** Links are not followed. */
async function firstFile(pattern, searched) {
    const { matches, workspace } = searched;
    try {
        for await (const match of walk(pattern, { ...searched, followSymlinks: false })) {
            if (matches.has(match.path))
                continue;
            const judged = await workspace.judge(match);
            if (judged !== null && !('rule' in judged))
                return judged.path;
        }
    }
    catch {
        // It is to explain a failure, and must be none itself.
    }
    return null;
}
/** The names in the workspace itself, sorted; null when it cannot be read. */
function namesIn({ root }) {
    return (0,promises_.readdir)(root).then((names) => names.sort(), () => null);
}

// EXTERNAL MODULE: ./media/path-order.js
var path_order = __nccwpck_require__(3758);
// EXTERNAL MODULE: ./media/sidecar-names.js
var sidecar_names = __nccwpck_require__(7408);
// EXTERNAL MODULE: ./media/unfinished.js
var unfinished = __nccwpck_require__(5693);
// EXTERNAL MODULE: ./media/workspace.js
var media_workspace = __nccwpck_require__(4447);
;// CONCATENATED MODULE: ./media/files.js
// First stage on the disk: from patterns to the files that may be sent, and why the others may not.
// Knows names, links and the workspace's border; never opens a file and knows nothing of media.













/** A glob slip such as `/**` must end in words, not in all memory of the runner. */
const MATCHES_MAX = 1_000_000;
const MATCHES_AT_ONCE = 8;
/**
 * Finds the files that the patterns name. An empty result is a result.
 * Throws InputError: FILES_TOO_MANY on `max-files`; INPUT_INVALID on `files` for a pattern that cannot be searched, or on
 * `follow-symlinks` where links lead to too many folders. Throws the reason of `signal`.
 */
async function findFiles(options) {
    const { signal } = options;
    const workspace = await (0,media_workspace/* openWorkspace */.O)(options);
    const patterns = (0,media_patterns/* readPatterns */.ce)(options.patterns, { named: options.workspace, real: workspace.root });
    const { matches, unmatched, holds } = await matchAll(patterns, workspace, options);
    const excludes = patterns.filter(({ isExclude }) => isExclude);
    const judged = await (0,in_order/* mapInOrder */.Y)([...matches.values()], MATCHES_AT_ONCE, async (match) => {
        signal?.throwIfAborted();
        const one = await workspace.judge(match);
        return one !== null && isExcluded(one, match, excludes)
            ? { path: one.path, rule: 'excluded' }
            : one;
    });
    const sorted = judged.filter((one) => one !== null).sort(path_order/* byPathBytes */.Y);
    const { files, leftOut } = keepOnce(await withoutManifest(sorted, options.manifest ?? null));
    const rows = options.sidecars ? (0,sidecar_names/* withoutSidecars */.$8)(files) : files;
    if (rows.length > options.maxFiles) {
        const text = `is ${options.maxFiles}, but the patterns match ${(0,units/* count */.U9)(rows.length, 'file')}`;
        throw new errors/* InputError */.dz('FILES_TOO_MANY', 'max-files', text);
    }
    return { files, leftOut, unmatched, holds };
}
async function matchAll(patterns, workspace, options) {
    const excludes = patterns.filter(({ isExclude }) => isExclude);
    const { followSymlinks, signal } = options;
    const walkOptions = { root: workspace.root, excludes, followSymlinks, listings: new Map(), signal };
    const matches = new Map();
    const idle = [];
    for (const pattern of patterns.filter(({ isExclude }) => !isExclude)) {
        const own = await match(pattern, walkOptions).catch((cause) => {
            throw cause instanceof errors/* ActionError */.lZ ? cause : searchFault(pattern, workspace.root, cause);
        });
        if (own.size === 0)
            idle.push(pattern);
        for (const [path, one] of own)
            matches.set(path, one);
    }
    const isNothing = matches.size === 0 && idle.length > 0;
    const holds = isNothing ? await namesIn(workspace) : null;
    const unmatched = await explainMisses(idle, { ...walkOptions, matches, workspace });
    return { matches, unmatched, holds };
}
async function match(pattern, options) {
    const matches = new Map();
    for await (const one of walk(pattern, options)) {
        matches.set(one.path, one);
        if (matches.size <= MATCHES_MAX)
            continue;
        const text = `the patterns match more than ${(0,units/* grouped */.zD)(MATCHES_MAX)} paths`;
        throw new errors/* InputError */.dz('FILES_TOO_MANY', 'files', text);
    }
    return matches;
}
/** A link must not lay open what a `!` line keeps out: where `match` is not the real path, that one is judged too. */
function isExcluded(judged, match, excludes) {
    if ('rule' in judged || judged.absolutePath === match.path)
        return false;
    return excludes.some((exclude) => (0,media_patterns/* coversFile */.F1)(exclude, judged.absolutePath));
}
function searchFault(pattern, root, cause) {
    const { code, path, message } = cause;
    const place = path === undefined ? '' : ` at ${(0,slashes/* withSlashes */.s)((0,external_node_path_.relative)(root, path))}`;
    let reason = code ?? message ?? 'unknown reason';
    if (code === 'EACCES' || code === 'EPERM')
        reason = `this step may not read that folder (${code}); let it, exclude it, or name only folders beside it`;
    if (code === 'ELOOP')
        reason = `a link that leads to itself (${code}); remove it, or leave \`follow-symlinks\` at false`;
    // What is no UTF-8 comes back from the directory with a replacement character, under which no file exists.
    if (code === 'ENOENT' && path?.includes('\uFFFD'))
        reason = 'a name that is not valid UTF-8';
    return new errors/* InputError */.dz('INPUT_INVALID', 'files', `the pattern ${pattern.text} cannot be searched${place}: ${reason}`);
}
/** By its real path: the workspace, or a folder on the way, may be known by another name. */
async function withoutManifest(judged, manifest) {
    const real = manifest === null ? null : await (0,promises_.realpath)(manifest).catch(() => null);
    return judged.map((one) => {
        if ('rule' in one)
            return one;
        const isManifest = one.absolutePath === real || (0,unfinished/* isUnfinished */.u)(one.absolutePath);
        return isManifest ? { path: one.path, rule: 'manifest' } : one;
    });
}
/** Two names of one real path (links, or two spellings on a case-blind disk) are one file: the first name stays. */
function keepOnce(sorted) {
    const seen = new Set();
    const files = [];
    const leftOut = [];
    for (const one of sorted) {
        if ('rule' in one)
            leftOut.push(one);
        else if (seen.has(one.absolutePath))
            leftOut.push({ path: one.path, rule: 'duplicate' });
        else
            files.push(one);
        if ('absolutePath' in one)
            seen.add(one.absolutePath);
    }
    return { files, leftOut };
}

// EXTERNAL MODULE: ./media/names.js
var names = __nccwpck_require__(5538);
// EXTERNAL MODULE: ./media/shards.js
var shards = __nccwpck_require__(8445);
// EXTERNAL MODULE: ./publish/cut-off.js
var cut_off = __nccwpck_require__(8977);
// EXTERNAL MODULE: ./media/left-out.js
var left_out = __nccwpck_require__(8356);
;// CONCATENATED MODULE: ./action/found.js
// What the log says of the search: what was found and where, what was found but may not be sent, and what nothing was
// found for.




/** How many patterns one message names, the log has them all; and how many names of the workspace. */
const PATTERNS_NAMED = 5;
const NAMES_TOLD = 10;
/**
 * Says what was found, and what was found but may not be sent, by rule. Returns what it warned of.
 * @throws InputFaults when nothing was found for any input and that is an error
 */
function announceFound(sources, ifNone, say) {
    for (const source of sources)
        announceSource(source, say);
    const isNothing = sources.every(({ files }) => files.length === 0);
    if (isNothing)
        return announceNothing(sources, ifNone, say);
    const misses = sources.flatMap(({ input, unmatched }) => unmatched.map((one) => ({ input, text: missed(one) })));
    warnOf(misses, say);
    return misses;
}
/** Says how much of what was found is this job's, where that is a share of it. */
function announceShare(shard, { files, along }, say) {
    if (shard === null)
        return;
    const some = files.length === 0 ? 'no files' : `${(0,units/* count */.U9)(files.length, 'file')}${alongOf(along)}`;
    say.info(`share ${shard.index}/${shard.count}: ${some}`);
}
function announceSource(source, say) {
    const { input, files, along, within } = source;
    const place = within === undefined ? '' : ` in ${within}`;
    say.info(`${(0,units/* count */.U9)(files.length, NOUNS[input])} found${place}${alongOf(along)}`);
    for (const line of rulesOf(source))
        say.info(line);
    for (const { rule, path } of source.leftOut)
        say.debug(`left out (${rule}): ${path}`);
}
function alongOf(along = 0) {
    return along === 0 ? '' : `, ${along} of them to go along with a video`;
}
const NOUNS = { files: 'file', 'release-assets': 'release asset' };
function rulesOf({ leftOut }) {
    return [...Map.groupBy(leftOut, (one) => one.rule)].map(([rule, left]) => `left out: ${(0,units/* count */.U9)(left.length, 'path')}, ${left_out/* LEFT_OUT_REASONS */.P[rule]}`);
}
function warnOf(misses, say) {
    const warnings = misses.map(({ input, text }) => ({ text, place: { title: `input ${input}` } }));
    (0,action_say/* warnOfMany */.BH)(say, warnings, (more) => `${more} more patterns brought nothing`);
}
function missed({ pattern, excluded, otherCase }) {
    if (excluded !== undefined)
        return `the pattern ${pattern} matched only what a \`!\` line excludes, such as ${excluded}`;
    const slip = SLIPS.find(([look]) => look.test(pattern))?.[1];
    const advice = otherCase === undefined ? slip : `${otherCase} is there: the case of letters counts`;
    return `the pattern ${pattern} matched nothing${advice === undefined ? '' : ` (${advice})`}`;
}
// What other tools take, and this action matches as it stands.
const SLIPS = [
    [/\{[^{}]*,[^{}]*\}/, 'braces stand for themselves: write one pattern a line'],
    [/(?:\.\w{2,4}|\*)[,;\s]\s*\S/, 'one pattern a line: what stands on one line is one pattern'],
    [/^!?\//, 'a leading / is the root of the machine: leave it out for the workspace'],
    [/\\/, 'write / between folders'],
];
function announceNothing(sources, ifNone, say) {
    const faults = sources.map((source) => {
        if (!isEmpty(source))
            for (const one of source.unmatched.slice(PATTERNS_NAMED))
                say.info(missed(one));
        return new errors/* InputError */.dz(codeOf(source), source.input, `names no file that can be sent: ${reasonsOf(source)}`);
    });
    if (ifNone === 'error')
        throw new errors/* InputFaults */.qv(faults);
    const misses = sources.map(({ input }, index) => ({ input, text: `${input} ${faults[index]?.message}` }));
    if (ifNone === 'warn') {
        warnOf(misses, say);
        return misses;
    }
    for (const { text } of misses)
        say.info(text);
    return [];
}
function codeOf(source) {
    if (source.input === 'release-assets')
        return 'RELEASE_UNMATCHED';
    return isEmpty(source) ? 'WORKSPACE_EMPTY' : 'FILES_NOT_FOUND';
}
function isEmpty({ holds }) {
    return holds?.length === 0;
}
function reasonsOf(source) {
    if (isEmpty(source))
        return 'the workspace is empty, as it is where no step has checked the repository out';
    const { unmatched, within, holds } = source;
    const unnamed = unmatched.length - PATTERNS_NAMED;
    const more = unnamed > 0 ? [`and so did ${(0,units/* count */.U9)(unnamed, 'more pattern')}`] : [];
    const reasons = [...unmatched.slice(0, PATTERNS_NAMED).map(missed), ...more, ...rulesOf(source)];
    if (reasons.length === 0)
        reasons.push('it holds no pattern that takes files in');
    const names = (holds ?? []).filter((name) => !name.startsWith('.'));
    if (names.length > 0)
        reasons.push(`the workspace holds ${found_someOf(names)}`);
    if (within !== undefined)
        reasons.push(`there is ${within}`);
    return reasons.join('; ');
}
function found_someOf(names) {
    const left = names.length - NAMES_TOLD;
    return [...names.slice(0, NAMES_TOLD), ...(left > 0 ? [`${left} more`] : [])].join(', ');
}

;// CONCATENATED MODULE: ./action/gather.js
// From the inputs to this job's share of files on the disk: those of the workspace, and those of a release, which are
// judged together by their names and sizes before the first byte of an asset is fetched.









/** Inputs without which no search says anything of the others. */
const NEEDED_TO_GATHER = [
    'files',
    'release-assets',
    'if-no-files-found',
    'follow-symlinks',
    'include-hidden-files',
    'sidecars',
];
/**
 * @throws InputError, InputFaults under `files`, `max-files`, `release-assets` or `release-tag`; GitHubError,
 * NetworkError when the release cannot be read; the reason of the signal when the run is to end, also when the disk hangs
 */
function gather(inputs, world) {
    return (0,cut_off/* unlessHanging */.fL)(search(inputs, world), world);
}
async function search(inputs, world) {
    const found = await findFiles({ ...inputs.find, signal: world.signal });
    if (inputs.release !== null) {
        const { withRelease } = await Promise.all(/* import() | release */[__nccwpck_require__.e(956), __nccwpck_require__.e(666)]).then(__nccwpck_require__.bind(__nccwpck_require__, 5629));
        return withRelease(inputs.release, world, (release) => gatherBoth(found, inputs, { release, world }));
    }
    const missed = announceFound([ofFiles(found, inputs)], inputs.ifNoFilesFound, world.say);
    return { files: ownShare(found.files, inputs, world.say), released: [], missed };
}
async function gatherBoth(found, inputs, from) {
    const { release, world } = from;
    const listed = await release.list();
    const { matched, unmatched } = (0,names/* matchNames */.G)(release.settings.patterns, listed);
    const ofRelease = {
        input: 'release-assets',
        files: matched,
        along: gather_alongOf(matched, inputs),
        leftOut: [],
        unmatched,
        within: nameSome(release.settings, listed),
    };
    const sources = inputs.find.patterns === '' ? [] : [ofFiles(found, inputs)];
    const missed = announceFound([...sources, ofRelease], inputs.ifNoFilesFound, world.say);
    refuseTooMany(rowsOf(found.files, inputs), rowsOf(matched, inputs), inputs.find.maxFiles);
    const share = ownShare([...found.files, ...matched].sort(path_order/* byPathBytes */.Y), inputs, world.say);
    return { ...(await bringShare(share, inputs.sidecars ? listed : [], from)), missed };
}
/** `share` with its assets on the disk, and what of `others` lies beside them. */
async function bringShare(share, others, { release, world }) {
    const own = share.filter(isAsset);
    const released = await release.bring([...own, ...sidecarsOf(own, others)], {
        folder: await world.scratch.folder(),
        onBrought: ({ path, sizeBytes }) => world.say.info(`${path}: downloaded, ${(0,units/* showBytes */.ni)(sizeBytes)}`),
    });
    const files = new Map(released.map((file) => [file.path, file]));
    return { files: share.flatMap((one) => (isAsset(one) ? (files.get(one.path) ?? []) : one)), released };
}
function isAsset(one) {
    return 'id' in one;
}
/** What lies beside a share's own assets in the release, matched or not, and is not in the share by itself. */
function sidecarsOf(own, listed) {
    const beside = new Set(own.flatMap(({ path }) => (0,sidecar_names/* pathsBeside */.Vq)(path, ['captions', 'thumbnail'])));
    for (const { path } of own)
        beside.delete(path);
    return listed.filter(({ path }) => beside.has(path));
}
function ofFiles(found, inputs) {
    return { input: 'files', ...found, along: gather_alongOf(found.files, inputs) };
}
function ownShare(files, inputs, say) {
    const share = (0,shards/* takeShard */.mt)(files, inputs);
    announceShare(inputs.shard, { files: share, along: gather_alongOf(share, inputs) }, say);
    return share;
}
function gather_alongOf(files, inputs) {
    return files.length - rowsOf(files, inputs);
}
/** How many rows these files make: with `sidecars`, what goes along with a video has none. */
function rowsOf(files, { sidecars }) {
    return (sidecars ? (0,sidecar_names/* withoutSidecars */.$8)(files) : files).length;
}
/** Before anything is fetched. Too many files of the workspace were refused before GitHub was asked. */
function refuseTooMany(files, assets, maxFiles) {
    if (files + assets <= maxFiles)
        return;
    const text = `is ${maxFiles}, but the patterns match ${(0,units/* count */.U9)(files, 'file')} and ${(0,units/* count */.U9)(assets, 'release asset')}`;
    throw new errors/* InputError */.dz('FILES_TOO_MANY', 'max-files', text);
}
/** How many names of a release one message tells. */
const gather_NAMES_TOLD = 10;
/** `release v1.0 (3 assets: a.mp4, b.png, notes.txt)` */
function nameSome({ tag }, listed) {
    const names = listed.slice(0, gather_NAMES_TOLD).map(({ name }) => name);
    if (listed.length > names.length)
        names.push('…');
    return `release ${tag} (${(0,units/* count */.U9)(listed.length, 'asset')}${names.length > 0 ? `: ${names.join(', ')}` : ''})`;
}

// EXTERNAL MODULE: ./action/inputs.js + 6 modules
var action_inputs = __nccwpck_require__(8808);
;// CONCATENATED MODULE: ./media/look.js
// The way to the look at the found files. What knows pictures and videos loads only where there are files to look at.
/** One MediaFile for each file, sidecars aside, in the order given. Never throws for a file. */
async function lookAt(found, options) {
    if (found.length === 0)
        return [];
    const { inspectMedia } = await Promise.all(/* import() | inspection */[__nccwpck_require__.e(753), __nccwpck_require__.e(25)]).then(__nccwpck_require__.bind(__nccwpck_require__, 3376));
    return await inspectMedia(found, options);
}

// EXTERNAL MODULE: ./media/media-file.js
var media_file = __nccwpck_require__(777);
// EXTERNAL MODULE: ./publish/opening.js
var opening = __nccwpck_require__(637);
;// CONCATENATED MODULE: ./action/look-in-time.js
// The look at the found files, with patience for a disk that is busy, and an end for one that hangs.




/**
 * One MediaFile for each file, sidecars aside, in the order given. When the run is to end and the disk hangs, nothing of
 * the files is known but their names; why it ends is their fault then.
 */
function lookInTime(found, options, world) {
    const looking = lookAt(found, { ...options, open: (0,opening/* openPatiently */.BS)(world), signal: world.signal });
    return (0,cut_off/* unlessHanging */.fL)(looking, world, (end) => found.map(({ path, fault }) => (0,media_file/* unseen */.n)(path, fault ?? end)));
}

;// CONCATENATED MODULE: ./action/scratch.js
// A folder of the step's own under RUNNER_TEMP: made when it is first needed, gone when the step ends.




// All is told by then: what hangs is left to the runner.
const LIMITS = { lastWaitMs: 500, limitMs: 30_000 };
class Scratch {
    #parent;
    #folder = null;
    constructor({ RUNNER_TEMP }) {
        this.#parent = RUNNER_TEMP || (0,external_node_os_.tmpdir)();
    }
    /** The real path of the folder, the same each time; nobody else may look into it. */
    folder() {
        this.#folder ??= (0,promises_.mkdtemp)(external_node_path_.join(this.#parent, 'linkedin-release-')).then((made) => (0,promises_.realpath)(made));
        return this.#folder;
    }
    /** Never throws: what stays, the runner removes after the job. */
    async remove(world) {
        if (this.#folder !== null)
            await (0,cut_off/* endsInTime */.Ht)(this.#remove(this.#folder), LIMITS, world);
    }
    async #remove(making) {
        const folder = await making.catch(() => null);
        if (folder !== null)
            await (0,promises_.rm)(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => { });
    }
}

;// CONCATENATED MODULE: ./publish/entry.js
// One file of a run: all that is known of it, and how each change moves it on. Pure.
/** A file before anything happened to it. */
const FRESH = {
    stage: 'waiting',
    state: null,
    identity: null,
    parts: null,
    abandonedUrns: [],
    attempts: 0,
    sentBytes: 0,
    possibleOrphans: 0,
    isUploaded: false,
    artifacts: null,
    status: null,
    error: null,
    startedMs: null,
    uploadedMs: null,
    endedMs: null,
};
/** `entry` after `change`, which came `nowMs` by the run's clock. */
function apply(entry, change, nowMs) {
    switch (change.kind) {
        case 'registering':
            return { ...entry, stage: 'registering', startedMs: entry.startedMs ?? nowMs };
        case 'registered':
            return {
                ...entry,
                stage: 'registered',
                identity: change.identity,
                abandonedUrns: givenUp(entry, change.identity.urn),
                parts: change.parts,
                attempts: entry.attempts + 1,
            };
        case 'sent':
            return { ...entry, stage: 'uploading', sentBytes: entry.sentBytes + change.bytes };
        case 'uploaded':
            return { ...entry, stage: 'uploaded', isUploaded: true, uploadedMs: nowMs };
        case 'status':
            return { ...entry, status: change.status };
        case 'remembered':
            return { ...entry, stage: 'uploaded', identity: change.identity, startedMs: entry.startedMs ?? nowMs };
        case 'possible-orphan':
            return { ...entry, possibleOrphans: entry.possibleOrphans + 1 };
        case 'artifacts':
            return { ...entry, artifacts: change.artifacts };
        case 'artifacts-unread':
        case 'repeat':
            return entry;
        case 'abandoned':
            return { ...entry, ...OF_A_NEW_SESSION, abandonedUrns: givenUp(entry, null) };
        case 'settled':
            return { ...entry, stage: 'settled', state: change.state, error: change.error ?? null, endedMs: nowMs };
    }
}
/** What the lost session had come to counts no more. */
const OF_A_NEW_SESSION = {
    stage: 'registering',
    identity: null,
    isUploaded: false,
    uploadedMs: null,
    status: null,
    sentBytes: 0,
};
/** The URNs given up once `urn` is the file's own: none that LinkedIn ever gave is forgotten. */
function givenUp({ abandonedUrns, identity }, urn) {
    return identity === null || identity.urn === urn ? abandonedUrns : [...abandonedUrns, identity.urn];
}

;// CONCATENATED MODULE: ./publish/ledger.js
// The run's memory: every change of every file is written here as it happens, so that a report can be made of it
// at any moment, and no URN that LinkedIn gave depends on how the run ends.


class Ledger {
    #entries;
    #listeners = [];
    #pauseListeners = [];
    #clock;
    #startedMs;
    #requests = { calls: 0, uploads: 0 };
    #stopReason = null;
    #isClosed = false;
    #tokenNews = null;
    #tokenListeners = [];
    /**
     * Refused files are settled from the start: their reasons are known before anything is sent. What is no fault of the
     * file ended the run before it was looked at.
     */
    constructor(plan, clock) {
        this.#clock = clock;
        this.#startedMs = clock.now();
        this.#entries = plan.files.map((planned) => ({
            ...FRESH,
            planned,
            ...refused(planned),
        }));
    }
    get entries() {
        return this.#entries;
    }
    get requests() {
        return this.#requests;
    }
    /** When the run began, by its own monotonic clock. */
    get startedMs() {
        return this.#startedMs;
    }
    /** Milliseconds since the run began. */
    get elapsedMs() {
        return this.#clock.now() - this.#startedMs;
    }
    /** Why no further file was started, or null. */
    get stopReason() {
        return this.#stopReason;
    }
    entry(index) {
        const entry = this.#entries[index];
        if (entry === undefined)
            throw new RangeError(`no file ${index} in the ledger`);
        return entry;
    }
    /** Indices of the files that are still to be published, in file order. */
    open() {
        return [...this.#entries.keys()].filter((index) => this.entry(index).stage !== 'settled');
    }
    record(index, change) {
        if (this.#isClosed)
            return;
        const entry = apply(this.entry(index), change, this.#clock.now());
        this.#entries[index] = entry;
        for (const listener of this.#listeners)
            this.#guard(() => listener(entry, change, index));
    }
    /** What goes wrong in a listener is a bug of ours: it ends the run early, and takes no file with it. */
    #guard(tell) {
        try {
            tell();
        }
        catch (error) {
            this.stop((0,errors/* asActionError */.z6)(error));
        }
    }
    /** Whatever comes later comes too late to be told, and is not recorded: what was told stays so. */
    close() {
        this.#isClosed = true;
    }
    /** Ends every open file as planned: nothing is to be sent. */
    settleAsPlanned() {
        for (const index of this.open())
            this.record(index, { kind: 'settled', state: 'planned' });
    }
    /** The first reason stands: what follows from it is not news. */
    stop(reason) {
        this.#stopReason ??= reason;
    }
    /** What became known of the access token; null when nothing was asked of it. */
    get tokenNews() {
        return this.#tokenNews;
    }
    noteToken(news) {
        this.#tokenNews = news;
        for (const listener of this.#tokenListeners)
            listener(news);
    }
    onToken(listener) {
        this.#tokenListeners.push(listener);
    }
    /** Hears of each request as it is sent, by what it is for. Token calls have no quota. */
    countRequest = (phase) => {
        if (phase === 'token')
            return;
        const kind = phase === 'upload' ? 'uploads' : 'calls';
        this.#requests = { ...this.#requests, [kind]: this.#requests[kind] + 1 };
    };
    subscribe(listener) {
        this.#listeners.push(listener);
    }
    /** LinkedIn holds all files back: no matter of one file, and so no change. */
    pause(pause) {
        for (const listener of this.#pauseListeners)
            this.#guard(() => listener(pause));
    }
    subscribeToPauses(listener) {
        this.#pauseListeners.push(listener);
    }
}
function refused({ refusal }) {
    if (refusal === null)
        return {};
    return { stage: 'settled', state: refusal instanceof errors/* FileError */.f6 ? 'failed' : 'skipped', error: refusal };
}

// EXTERNAL MODULE: ./publish/disk-timeout.js
var disk_timeout = __nccwpck_require__(3726);
;// CONCATENATED MODULE: ./publish/memory.js
// What a run remembers of earlier ones, and leaves to later ones: the manifest as the plan and the ledger see it.



/** @throws InputError under `manifest`; the reason of `signal` when the disk hangs at the end of the run */
function openMemory(options) {
    const { clock, signal = new AbortController().signal } = options;
    return (0,cut_off/* unlessHanging */.fL)(memory_open(options), { clock, signal });
}
async function memory_open({ path, find, mode, apiUrl, clock }) {
    if (path === null)
        return null;
    const { apiBaseOf, openManifest } = await Promise.all(/* import() | manifest */[__nccwpck_require__.e(956), __nccwpck_require__.e(556)]).then(__nccwpck_require__.bind(__nccwpck_require__, 8865));
    const access = mode === 'plan' ? 'read-only' : 'read-write';
    const manifest = await openManifest({ path, workspace: find?.workspace ?? null, clock, mode: access });
    return new Memory(manifest, apiBaseOf(apiUrl), clock);
}
// Of the few seconds that a cancelled run has: what hangs elsewhere has taken most of them by then.
const LAST_WRITE_MS = 1500;
// LinkedIn has judged the file: another run has to begin with another upload.
const JUDGED = new Set(['MEDIA_REJECTED', 'PROCESSING_FAILED', 'ASSET_WITHDRAWN']);
class Memory {
    #manifest;
    #apiBase;
    #clock;
    constructor(manifest, apiBase, clock) {
        this.#manifest = manifest;
        this.#apiBase = apiBase;
        this.#clock = clock;
    }
    keyOf({ owner, api, recipe, sizeBytes }, digests) {
        return { ...digests, sizeBytes, owner, api, recipe, apiUrl: this.#apiBase };
    }
    find(key) {
        return this.#manifest.find(key);
    }
    /** Writes down every change of `ledger` that a later run needs. */
    follow(ledger) {
        ledger.subscribe((entry, change) => {
            const { recalled, request, file } = entry.planned;
            const { identity } = entry;
            if (recalled === undefined || request === null || identity === null)
                return;
            const state = this.#stateAfter(entry, change);
            if (state === null)
                return;
            this.#manifest.record(recalled.key, { file: file.path, kind: request.kind, identity, ...state });
        });
    }
    /**
     * `signal` aborts when the run is to end.
     * @throws ActionError MANIFEST_WRITE, also when the disk hangs
     */
    async close(signal) {
        const limits = { lastWaitMs: LAST_WRITE_MS, limitMs: disk_timeout/* DISK_MS */.Z };
        if (await (0,cut_off/* endsInTime */.Ht)(this.#manifest.close(), limits, { clock: this.#clock, signal }))
            return;
        throw new errors/* ActionError */.lZ('MANIFEST_WRITE', 'the manifest was not written in time: its disk hangs');
    }
    /** Null when the change is nothing to remember. */
    #stateAfter(entry, change) {
        if (change.kind === 'registered' || change.kind === 'uploaded')
            return { state: change.kind };
        if (change.kind !== 'settled')
            return null;
        const { state, error } = change;
        if (state === 'available' || (state === 'reused' && entry.status !== null))
            return this.#verified(entry);
        return error !== undefined && JUDGED.has(error.code) ? { state: 'registered' } : null;
    }
    /** Without a status read, LinkedIn's answer to the upload is all that was heard, and no check. */
    #verified({ status }) {
        if (status === null)
            return { state: 'available' };
        return { state: 'available', status, checkedAt: new Date(this.#clock.today()).toISOString() };
    }
}

// EXTERNAL MODULE: ./publish/outcome.js
var outcome = __nccwpck_require__(3725);
;// CONCATENATED MODULE: ./main.js
// The whole program: inputs, files, plan, publish, deliver. The one catch is here.













/** Resolves with the exit code of the step; never throws. */
async function main(world) {
    const { env, say, clock, signal } = world;
    const scratch = new Scratch(env);
    const desk = new Desk({ env, say, clock, wantsSummary: (0,action_inputs/* wantsSummary */.ui)(env) });
    try {
        const { inputs, faults } = (0,action_inputs/* readInputs */.Ko)(env, say.mask);
        const [memory, { files, ...seen }] = await (0,both_or_faults/* bothOrFaults */.Q)({
            needs: ['mode', 'manifest'],
            work: () => openMemory({ ...world, ...inputs.connect, ...inputs, path: inputs.manifest }),
        }, {
            needs: NEEDED_TO_GATHER,
            work: () => gather(inputs, { ...world, scratch }),
            // To look for a release is a call, and every fault is told before the first.
            goesOn: inputs.release === null,
        }, faults);
        const media = await lookInTime(files, { ...inputs, ...seen, digests: memory !== null }, world);
        const plan = announceWarnings((0,publish_plan/* planUploads */.K)(inputs.plan, media, memory), { ...inputs.connect, say, clock });
        const ledger = new Ledger(plan, clock);
        const sendAll = () => send(ledger, inputs, world).finally(() => memory?.close(signal));
        memory?.follow(ledger);
        if (inputs.mode === 'plan')
            ledger.settleAsPlanned();
        else
            await desk.follow(ledger, inputs.plan.api, sendAll);
        return desk.deliver((0,report/* buildReport */.FK)(ledger, { ...inputs, ...seen }, (0,outcome/* endBy */.be)(signal)), { plan, ...inputs.plan });
    }
    catch (error) {
        return desk.deliver((0,report/* reportFailure */.xV)(error, (0,action_inputs/* manifestPath */.ji)(env)));
    }
    finally {
        await scratch.remove(world);
    }
}
/** Where nothing is to be sent nothing loads; nor when the run is to end, for the threads that load it may all hang. */
async function send(ledger, inputs, world) {
    if (world.signal.aborted)
        (0,cut_off/* cutOff */.qG)(ledger, world.signal);
    if (ledger.open().length === 0)
        return;
    const { publish } = await Promise.all(/* import() | send */[__nccwpck_require__.e(956), __nccwpck_require__.e(619), __nccwpck_require__.e(341)]).then(__nccwpck_require__.bind(__nccwpck_require__, 8386));
    await publish(ledger, inputs, world);
}


/***/ }),

/***/ 2017:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   SE: () => (/* binding */ openAsSystem),
/* harmony export */   hu: () => (/* binding */ openUnseen),
/* harmony export */   od: () => (/* binding */ openBytes)
/* harmony export */ });
/* unused harmony export identityOf */
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1455);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5650);
// The one way to a file's bytes: opens without following links, and tells when the file is no longer the one inspected.
// Knows nothing of media or of where the bytes go.



const openAsSystem = (path, flags) => (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.open)(path, flags);
const BIG = { bigint: true };
// No link is followed in the last step of the path, and a FIFO opens at once instead of waiting for a writer.
// Windows has neither flag.
const OPEN_FLAGS = node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_RDONLY | (node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NOFOLLOW ?? 0) | (node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.O_NONBLOCK ?? 0);
/**
 * Opens an inspected file again for sending.
 * Throws FileError: FILE_CHANGED when another file, or another state of it, is in its place; FILE_UNREADABLE; the
 * file's own fault, if it has one.
 */
async function openBytes(file, open = openAsSystem) {
    if (file.fault)
        throw file.fault;
    const bytes = await openAnything(file.absolutePath, file.path, open).catch((fault) => {
        const isLinkNow = fault.cause?.code === 'ELOOP';
        throw isLinkNow ? changed(file.path) : fault;
    });
    if (file.identity === bytes.identity)
        return bytes;
    await bytes.close();
    throw changed(file.path);
}
/**
 * Opens a file for its inspection: whatever it is now is what it is to stay. `absolutePath` is a real path.
 * Throws FileError: FILE_CHANGED when a link has taken the place of one of its folders; FILE_UNREADABLE.
 */
async function openUnseen(absolutePath, path, open = openAsSystem) {
    let isThere = false;
    const bytes = await openAnything(absolutePath, path, async (...asked) => {
        const handle = await open(...asked);
        isThere = await liesAt(handle, absolutePath).catch(() => false);
        return handle;
    });
    if (isThere)
        return bytes;
    await bytes.close();
    throw changed(path);
}
/**
 * Whether the open file is the one at this path, no link on the way: O_NOFOLLOW guards the last step alone. Linux tells
 * where an open file lies; elsewhere it is looked for again, which a folder swapped back in that moment may deceive.
 */
async function liesAt(handle, absolutePath) {
    const place = placeOf(handle);
    // A disk that is blind to case may spell the path in its own way.
    if (place !== null)
        return place.toLowerCase() === absolutePath.toLowerCase();
    const [found, opened] = await Promise.all([(0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.lstat)(absolutePath, BIG), handle.stat(BIG)]);
    const isSameFile = found.dev === opened.dev && found.ino === opened.ino;
    return isSameFile && (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_1__.realpath)(absolutePath)) === absolutePath;
}
/** Null where the system does not tell. Where it does, it answers from memory: no thread is needed. */
function placeOf({ fd }) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readlinkSync)(`/proc/self/fd/${fd}`);
    }
    catch {
        return null;
    }
}
async function openAnything(absolutePath, path, open) {
    const handle = await orUnreadable(path, () => open(absolutePath, OPEN_FLAGS));
    try {
        const stats = await orUnreadable(path, () => handle.stat(BIG));
        return new FileBytes(handle, path, stats);
    }
    catch (fault) {
        await handle.close();
        throw fault;
    }
}
class FileBytes {
    identity;
    isRegularFile;
    sizeBytes;
    #handle;
    #path;
    constructor(handle, path, stats) {
        this.#handle = handle;
        this.#path = path;
        this.identity = identityOf(stats);
        this.isRegularFile = stats.isFile();
        this.sizeBytes = Number(stats.size);
    }
    /** Throws FileError: FILE_CHANGED when the file ends before the size it promised; FILE_UNREADABLE. */
    async read(into, offset) {
        const wantedBytes = Math.max(0, Math.min(into.length, this.sizeBytes - offset));
        let readBytes = 0;
        // One read may bring less than asked, on network disks above all.
        while (readBytes < wantedBytes) {
            const { bytesRead } = await orUnreadable(this.#path, () => this.#handle.read(into, readBytes, wantedBytes - readBytes, offset + readBytes));
            if (bytesRead === 0)
                throw changed(this.#path);
            readBytes += bytesRead;
        }
        return readBytes;
    }
    async verify() {
        const stats = await orUnreadable(this.#path, () => this.#handle.stat(BIG));
        if (this.identity !== identityOf(stats))
            throw changed(this.#path);
    }
    async close() {
        await this.#handle.close();
    }
}
/** Times in nanoseconds. In one text: five numbers for each of ten thousand files take more than twice the memory. */
function identityOf({ dev, ino, size, mtimeNs, ctimeNs }) {
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}
function changed(path) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .FileError */ .f6('FILE_CHANGED', `${path} changed while this step was running`);
}
async function orUnreadable(path, work) {
    try {
        return await work();
    }
    catch (cause) {
        const { code } = cause;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .FileError */ .f6('FILE_UNREADABLE', `${path} cannot be read (${code ?? 'unknown reason'})`, {
            cause,
        });
    }
}


/***/ }),

/***/ 1806:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   f: () => (/* binding */ Glob),
/* harmony export */   u: () => (/* binding */ GLOB_LANGUAGE)
/* harmony export */ });
/* harmony import */ var minimatch__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3891);
// One glob, matched against the names of a path. The case of letters counts on every system, so that the jobs of a matrix
// agree on what matches. Pure: it never looks at the disk.

/** As the globs of actions/upload-artifact, apart from the case of letters. Paths have `/` here, whatever the system. */
const GLOB_LANGUAGE = {
    dot: true,
    nobrace: true,
    nocase: false,
    nocomment: true,
    noext: true,
    nonegate: true,
    platform: 'linux',
};
class Glob {
    /** With `/` between names; one at the end stands for folders alone. */
    source;
    /** The names up to the first one that is a pattern. */
    literals;
    #matcher;
    #parts;
    #isForFolders;
    /** An empty source stands for the folder that the glob starts from. */
    constructor(source) {
        this.source = source;
        this.#isForFolders = source.endsWith('/');
        this.#matcher = new minimatch__WEBPACK_IMPORTED_MODULE_0__/* .Minimatch */ .VR(source.replace(/\/$/, ''), GLOB_LANGUAGE);
        this.#parts = this.#matcher.set[0] ?? [];
        const end = this.#parts.findIndex((part) => typeof part !== 'string');
        this.literals = this.#parts.slice(0, end < 0 ? undefined : end).map(String);
    }
    /** Whether it matches this path itself. A folder that matches stands for all that it holds. */
    matches(names, isFolder) {
        if (this.#isForFolders && !isFolder)
            return false;
        // `media/**` matches `media` too.
        const path = this.#parts.at(-1) === minimatch__WEBPACK_IMPORTED_MODULE_0__/* .GLOBSTAR */ .ZN ? [...names, ''] : [...names];
        return this.#matcher.matchOne(path, this.#parts);
    }
    /** Whether it may match something in this folder. */
    mayMatchIn(names) {
        return this.#matcher.matchOne([...names], this.#parts, true);
    }
    /** Whether it matches this path or a folder on the way to it. */
    covers(names, isFolder) {
        return (names.some((_, index) => this.matches(names.slice(0, index), true)) || this.matches(names, isFolder));
    }
}


/***/ }),

/***/ 4402:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ mapInOrder)
/* harmony export */ });
// Does one piece of work for each item, a few at a time, and keeps the items' order in the results.
/** Resolves with one result an item, in order; rejects with the first failure. At most `limit` run at once. */
async function mapInOrder(items, limit, work) {
    const results = new Array(items.length);
    // One iterator shared by all lanes: each lane takes the next item when it is free.
    const queue = items.entries();
    const lane = async () => {
        for (const [index, item] of queue)
            results[index] = await work(item);
    };
    await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
    return results;
}


/***/ }),

/***/ 8356:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   P: () => (/* binding */ LEFT_OUT_REASONS)
/* harmony export */ });
// Why a file that was found may not be sent: the rules by name, and in words for whoever misses the file.
/** Each the end of a sentence about one file or several. */
const LEFT_OUT_REASONS = {
    hidden: 'a hidden file or a link to one (`include-hidden-files: true` allows it)',
    link: 'reached through a link (`follow-symlinks: true` allows it)',
    excluded: 'a link to what a `!` line excludes',
    outside: 'out of the workspace, by its path or by a link',
    'not-a-file': 'no regular file',
    duplicate: 'another name of a file that is taken already',
    'broken-link': 'a link that leads nowhere',
    manifest: 'the manifest itself, or what a killed run left of it',
};


/***/ }),

/***/ 4820:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Cl: () => (/* binding */ parseRecipe),
/* harmony export */   IF: () => (/* binding */ RECIPES),
/* harmony export */   g1: () => (/* binding */ judgeLimits),
/* harmony export */   lO: () => (/* binding */ videoWarnings)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5650);
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2210);
// What LinkedIn publishes about media, as data: limits on pictures and videos, and the recipes of the Assets API.
// Pure; knows nothing of the disk.


// "Supported image formats" and "GIF":
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
/** A picture has fewer pixels than this. */
const IMAGE_PIXELS_BOUND = 36_152_320;
/** A GIF has at most this many frames. */
const GIF_FRAMES_MAX = 250;
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25). Told as
// specifications, and another row of the same page allows 5 GB: reason to warn, none to refuse.
const VIDEO_BYTES = { min: 75_000, max: 500_000_000 };
const VIDEO_SECONDS = { min: 3, max: 30 * 60 };
/** The first limit of LinkedIn that a picture breaks (FILE_PIXELS, FILE_FRAMES), or null. `path` leads the text. */
function judgeLimits(path, media) {
    if (media.kind !== 'image')
        return null;
    const { width = 0, height = 0, frames = 0 } = media;
    const pixels = width * height;
    if (pixels >= IMAGE_PIXELS_BOUND) {
        const limit = `LinkedIn takes fewer than ${(0,_units_js__WEBPACK_IMPORTED_MODULE_1__/* .grouped */ .zD)(IMAGE_PIXELS_BOUND)}`;
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .FileError */ .f6('FILE_PIXELS', `${path} has ${(0,_units_js__WEBPACK_IMPORTED_MODULE_1__/* .grouped */ .zD)(pixels)} pixels (${width} x ${height}): ${limit}`);
    }
    if (frames > GIF_FRAMES_MAX) {
        const limit = `LinkedIn takes at most ${GIF_FRAMES_MAX}`;
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .FileError */ .f6('FILE_FRAMES', `${path} has ${(0,_units_js__WEBPACK_IMPORTED_MODULE_1__/* .grouped */ .zD)(frames)} frames: ${limit}`);
    }
    return null;
}
/** Warnings about a video outside of what LinkedIn recommends. `durationSeconds` is undefined when nobody knows. */
function videoWarnings(sizeBytes, durationSeconds) {
    const warnings = [];
    if (sizeBytes < VIDEO_BYTES.min || sizeBytes > VIDEO_BYTES.max) {
        warnings.push(`has ${(0,_units_js__WEBPACK_IMPORTED_MODULE_1__/* .grouped */ .zD)(sizeBytes)} bytes, where LinkedIn asks for 75 KB to 500 MB`);
    }
    if (durationSeconds === undefined)
        return warnings;
    if (durationSeconds < VIDEO_SECONDS.min || durationSeconds > VIDEO_SECONDS.max) {
        const seconds = (0,_units_js__WEBPACK_IMPORTED_MODULE_1__/* .grouped */ .zD)(Math.round(durationSeconds * 10) / 10);
        warnings.push(`runs for ${seconds} seconds, where LinkedIn asks for 3 seconds to 30 minutes`);
    }
    return warnings;
}
const RECIPE_PREFIX = 'urn:li:digitalmediaRecipe:';
const POSTERS = ['person', 'organization'];
const ADVERTISERS = ['sponsoredAccount', 'organization'];
function recipe(kind, shortName, purpose, forOwners) {
    return { shortName, urn: `${RECIPE_PREFIX}${shortName}`, kind, purpose, forOwners };
}
/** Every recipe of the page above, and `event-background-image`, which LinkedIn's event covers use. */
const RECIPES = [
    recipe('image', 'feedshare-image', 'an organic post of a person or organization', POSTERS),
    recipe('video', 'feedshare-video', 'an organic post of a person or organization', POSTERS),
    recipe('image', 'companyUpdate-article-image', 'an image or article ad', ADVERTISERS),
    recipe('image', 'ssu-carousel-card-image', 'a card of a carousel ad', ADVERTISERS),
    recipe('image', 'rightRail-logo-image', 'a text ad or dynamic ad, or the background of one', ADVERTISERS),
    recipe('image', 'ads-image', 'the attachment of a sponsored message', ADVERTISERS),
    recipe('video', 'ads-video_v2', 'a video ad', ADVERTISERS),
    recipe('image', 'event-background-image', 'the cover of a LinkedIn event', POSTERS),
    {
        ...recipe('video', 'ads-video', 'a video ad', ADVERTISERS),
        deprecated: { successor: 'ads-video_v2', reason: 'LinkedIn marks it as deprecated' },
    },
    {
        ...recipe('image', 'ads-messaging-attachment-image', 'the attachment of a sponsored message', ADVERTISERS),
        deprecated: { successor: 'ads-image', reason: 'it needs a strict permission and has no preview' },
    },
];
/** Reads a recipe's short name or URN; null when it is neither. Recipes are an open list: an unknown one is fine. */
function parseRecipe(text) {
    const shortName = text.startsWith(RECIPE_PREFIX) ? text.slice(RECIPE_PREFIX.length) : text;
    if (!/^[A-Za-z0-9_-]+$/.test(shortName))
        return null;
    const known = RECIPES.find((one) => one.shortName === shortName);
    return { urn: `${RECIPE_PREFIX}${shortName}`, shortName, ...(known ? { known } : {}) };
}


/***/ }),

/***/ 777:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   n: () => (/* binding */ unseen)
/* harmony export */ });
// What the media room tells of a file on disk: the shapes that finding, inspecting and sending share.
/** What is known of a file that was never opened, or whose look at was left. */
function unseen(path, fault) {
    return { path, absolutePath: '', sizeBytes: 0, identity: null, media: null, fault, warnings: [] };
}


/***/ }),

/***/ 5538:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ matchNames),
/* harmony export */   n: () => (/* binding */ readNamePatterns)
/* harmony export */ });
/* harmony import */ var minimatch__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3891);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5650);
/* harmony import */ var _glob_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1806);
/* harmony import */ var _patterns_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4191);
// Matches bare names, which lie in no folder, by the pattern language of `files`. Pure: it never looks at the disk.




/**
 * Reads one pattern a line; blank lines and `#` comments are no patterns.
 * Throws InputError INPUT_INVALID under `input` for one that no bare name can match.
 */
function readNamePatterns(lines, input) {
    return (0,_patterns_js__WEBPACK_IMPORTED_MODULE_3__/* .readPatternLines */ .yu)(lines, input).map(({ text, isExclude, glob }) => {
        if (glob.includes('/')) {
            const reason = 'has a slash, and is compared with bare names, which have none';
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .InputError */ .dz('INPUT_INVALID', input, `the pattern ${text} ${reason}`);
        }
        return { text, isExclude, matches: matcherOf(glob, false), resembles: matcherOf(glob, true) };
    });
}
function matcherOf(glob, nocase) {
    const matcher = new minimatch__WEBPACK_IMPORTED_MODULE_0__/* .Minimatch */ .VR(glob, { ..._glob_js__WEBPACK_IMPORTED_MODULE_2__/* .GLOB_LANGUAGE */ .u, nocase });
    return (name) => !name.includes('/') && matcher.match(name);
}
/** What the patterns take in of `named`. As with `files`, an exclude holds wherever it stands. */
function matchNames(patterns, named) {
    const excludes = patterns.filter(({ isExclude }) => isExclude);
    const includes = patterns.filter(({ isExclude }) => !isExclude);
    const left = named.filter(({ name }) => !excludes.some((exclude) => exclude.matches(name)));
    const matched = left.filter(({ name }) => includes.some((include) => include.matches(name)));
    const others = left.filter((one) => !matched.includes(one));
    const idle = includes.filter((include) => !left.some(({ name }) => include.matches(name)));
    const missed = (include) => {
        const excluded = named.find(({ name }) => include.matches(name))?.name;
        if (excluded !== undefined)
            return { pattern: include.text, excluded };
        // What goes anyway is hardly what is missed.
        const otherCase = others.find(({ name }) => include.resembles(name))?.name;
        return otherCase === undefined ? { pattern: include.text } : { pattern: include.text, otherCase };
    };
    return { matched, unmatched: idle.map(missed) };
}


/***/ }),

/***/ 3758:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Y: () => (/* binding */ byPathBytes)
/* harmony export */ });
// The one order of files: by the bytes of their path, alike on every system. Pure.
/** Compares for `sort`. JavaScript compares UTF-16 units, which sorts some names unlike their bytes. */
function byPathBytes(a, b) {
    return Buffer.compare(Buffer.from(a.path), Buffer.from(b.path));
}


/***/ }),

/***/ 4191:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   F1: () => (/* binding */ coversFile),
/* harmony export */   ce: () => (/* binding */ readPatterns),
/* harmony export */   n9: () => (/* binding */ anyCase),
/* harmony export */   yu: () => (/* binding */ readPatternLines)
/* harmony export */ });
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8161);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5650);
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(2210);
/* harmony import */ var _glob_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1806);
/* harmony import */ var _slashes_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1023);
// Reads the lines of the `files` input into globs, each with the folder that it starts from. Never looks at the disk.






const SEPARATOR = node_path__WEBPACK_IMPORTED_MODULE_1__.sep === '\\' ? /[\\/]/ : /\//;
/** Longer than any path. What is much longer, no glob can be made of. */
const LENGTH_MAX = 10_000;
/**
 * Reads one pattern a line; blank lines and `#` comments are no patterns.
 * Throws InputError INPUT_INVALID on `files` for a pattern that climbs with `..`.
 */
function readPatterns(lines, root) {
    return readPatternLines(lines, 'files').map(({ text, isExclude, glob }) => ({
        text,
        isExclude,
        ...resolvePattern(belowRoot(glob, root), text, root),
    }));
}
/**
 * The lines of `input` that are patterns. Throws InputError INPUT_INVALID for a `!` with nothing behind it, and for a line
 * that is too long.
 */
function readPatternLines(lines, input) {
    return lines
        .split(/\r\n|\r|\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((text) => readLine(text, input));
}
function readLine(text, input) {
    let glob = text;
    let isExclude = false;
    if (text.length > LENGTH_MAX) {
        const reason = `is longer than ${(0,_units_js__WEBPACK_IMPORTED_MODULE_5__/* .grouped */ .zD)(LENGTH_MAX)} characters; write one pattern a line`;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .InputError */ .dz('INPUT_INVALID', input, `the pattern ${text.slice(0, 50)}… ${reason}`);
    }
    while (glob.startsWith('!')) {
        isExclude = !isExclude;
        glob = glob.slice(1).trim();
    }
    if (glob === '')
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .InputError */ .dz('INPUT_INVALID', input, `the pattern ${text} is empty`);
    return { text, isExclude, glob };
}
function resolvePattern(pattern, text, { real }) {
    const { root } = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.parse)(pattern);
    const names = pattern.slice(root.length).split(SEPARATOR);
    let base = real;
    if (root !== '')
        base = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(root).replace(/^[a-z]:/, (drive) => drive.toUpperCase());
    else if (names[0] === '~')
        base = (0,node_os__WEBPACK_IMPORTED_MODULE_0__.homedir)();
    if (root === '' && (names[0] === '~' || names[0] === '.'))
        names.shift();
    if (names.some((name) => name === '.' || name === '..')) {
        const reason = 'has a "." or ".." segment; name the path from the workspace down';
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .InputError */ .dz('INPUT_INVALID', 'files', `the pattern ${text} ${reason}`);
    }
    return { base, glob: new _glob_js__WEBPACK_IMPORTED_MODULE_3__/* .Glob */ .f(sourceOf(names)) };
}
function sourceOf(names) {
    const named = names.filter((name) => name !== '');
    return named.length > 0 && names.at(-1) === '' ? `${named.join('/')}/` : named.join('/');
}
/** `${{ github.workspace }}/media` is relative to the workspace: its name is no pattern and may be a link's. */
function belowRoot(pattern, { named, real }) {
    const root = [named, real].find((path) => pattern.startsWith(path) && (pattern === path || SEPARATOR.test(pattern.charAt(path.length))));
    return root === undefined ? pattern : `.${node_path__WEBPACK_IMPORTED_MODULE_1__.sep}${pattern.slice(root.length + 1)}`;
}
/** Whether the pattern matches the file at this absolute path, or a folder that it lies in. */
function coversFile({ base, glob }, absolutePath) {
    const below = (0,_slashes_js__WEBPACK_IMPORTED_MODULE_4__/* .pathBelow */ .B)(base, absolutePath);
    return below !== null && glob.covers(below.split('/'), false);
}
/**
 * The same pattern for letters of either case, by sets of both; null for one that starts outside of the workspace. What
 * stands in a set already is left as it is.
 */
function anyCase(pattern, realRoot) {
    if (pattern.base !== realRoot)
        return null;
    return { ...pattern, glob: new _glob_js__WEBPACK_IMPORTED_MODULE_3__/* .Glob */ .f(pattern.glob.source.replace(SET_OR_LETTER, bothCases)) };
}
const SET_OR_LETTER = /\\.|\[[^\]]+\]|\p{L}/gu;
function bothCases(found) {
    const [lower, upper] = [found.toLowerCase(), found.toUpperCase()];
    const isLetter = /^\p{L}$/u.test(lower) && /^\p{L}$/u.test(upper);
    return isLetter && lower !== upper ? `[${lower}${upper}]` : found;
}


/***/ }),

/***/ 8445:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   mt: () => (/* binding */ takeShard),
/* harmony export */   uK: () => (/* binding */ parseShard),
/* harmony export */   vj: () => (/* binding */ SHARDS_MAX)
/* harmony export */ });
/* harmony import */ var _path_order_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3758);
/* harmony import */ var _sidecar_names_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7408);
// Between finding and inspecting, for a job matrix: the share of the files that is this job's. Pure: names and sizes
// alone decide, so that every job comes to the same shares and none reads what is not its own.


/** A matrix has 256 jobs at most. */
const SHARDS_MAX = 1000;
/** Reads `i/n`, whole numbers in plain digits without anything around them; null for anything else. */
function parseShard(text) {
    const [, first, second] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? [];
    const index = Number(first);
    const count = Number(second);
    return index >= 1 && index <= count && count <= SHARDS_MAX ? { index, count } : null;
}
/**
 * The files of one share, sorted by the bytes of their path, maybe none; without shares all of them, as they came. The
 * paths must differ. Each file is in exactly one of all shares, whatever the order of `files`, and the bytes of two
 * shares differ at most by those of the largest file.
 * With `sidecars`, what by its name is the sidecar of a video in `files` shares that video's fate, as one large file.
 */
function takeShard(files, { shard, sidecars }) {
    if (shard === null)
        return files;
    const sorted = files.toSorted(_path_order_js__WEBPACK_IMPORTED_MODULE_1__/* .byPathBytes */ .Y);
    const groups = sidecars ? groupByVideo(sorted) : sorted.map((file) => [file]);
    return deal(groups, shard).flat().sort(_path_order_js__WEBPACK_IMPORTED_MODULE_1__/* .byPathBytes */ .Y);
}
/** Groups in the order of their first path. Videos of one stem have the same sidecars, and are one group. */
function groupByVideo(sorted) {
    const stems = new Set(sorted.filter(({ path }) => (0,_sidecar_names_js__WEBPACK_IMPORTED_MODULE_0__/* .hasVideoName */ .h4)(path)).map(({ path }) => (0,_sidecar_names_js__WEBPACK_IMPORTED_MODULE_0__/* .stemOf */ .Vc)(path)));
    const groups = Map.groupBy(sorted, ({ path }) => {
        const stem = (0,_sidecar_names_js__WEBPACK_IMPORTED_MODULE_0__/* .hasVideoName */ .h4)(path) ? (0,_sidecar_names_js__WEBPACK_IMPORTED_MODULE_0__/* .stemOf */ .Vc)(path) : (0,_sidecar_names_js__WEBPACK_IMPORTED_MODULE_0__/* .sidecarStemOf */ .kZ)(path);
        // No stem is an object: a file that goes by itself has a key of its own.
        return stem !== null && stems.has(stem) ? stem : { path };
    });
    return [...groups.values()];
}
/** Largest first, each to the least loaded share. Ties go by path, for `sort` is stable, and to the first share. */
function deal(groups, { index, count }) {
    const weighed = groups.map((group) => ({ group, sizeBytes: sizeOf(group) }));
    const loads = new Array(count).fill(0);
    const own = [];
    for (const { group, sizeBytes } of weighed.sort((a, b) => b.sizeBytes - a.sizeBytes)) {
        const least = leastOf(loads);
        loads[least] = (loads[least] ?? 0) + sizeBytes;
        if (least === index - 1)
            own.push(group);
    }
    return own;
}
function sizeOf(group) {
    return group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}
function leastOf(loads) {
    let least = 0;
    let leastBytes = Number.POSITIVE_INFINITY;
    loads.forEach((bytes, index) => {
        if (bytes >= leastBytes)
            return;
        least = index;
        leastBytes = bytes;
    });
    return least;
}


/***/ }),

/***/ 7408:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $8: () => (/* binding */ withoutSidecars),
/* harmony export */   Vc: () => (/* binding */ stemOf),
/* harmony export */   Vq: () => (/* binding */ pathsBeside),
/* harmony export */   h4: () => (/* binding */ hasVideoName),
/* harmony export */   kZ: () => (/* binding */ sidecarStemOf)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
// Which names make a file the sidecar of a video. Pure: it never looks at the disk.

/** What follows the stem of the video, in order of preference. Compared exactly: `.SRT` is no sidecar. */
const SUFFIXES = {
    captions: ['.srt'],
    thumbnail: ['.thumbnail.png', '.thumbnail.jpg', '.thumbnail.jpeg'],
};
/** As far as a name tells: only the bytes do for sure. */
function hasVideoName(path) {
    return /\.(?:mp4|m4v|mov)$/i.test(path);
}
/** The path without its extension, which a video shares with its sidecars: `media/clip` of `media/clip.mp4`. */
function stemOf(path) {
    return path.slice(0, path.length - node_path__WEBPACK_IMPORTED_MODULE_0__.posix.extname(path).length);
}
/** Where a video's sidecars would be. A video may itself be called `clip.srt`, and is not its own captions. */
function pathsBeside(path, kinds) {
    const stem = stemOf(path);
    return kinds.flatMap((kind) => SUFFIXES[kind].map((suffix) => stem + suffix)).filter((one) => one !== path);
}
/** The stem of the video that a file would be the sidecar of by its name, or null. */
function sidecarStemOf(path) {
    const suffix = Object.values(SUFFIXES)
        .flat()
        .find((one) => path.endsWith(one));
    return suffix === undefined ? null : path.slice(0, -suffix.length);
}
/** The files that get a row, by their names alone: without the sidecars of videos among them. */
function withoutSidecars(files) {
    const stems = new Set(files.filter(({ path }) => hasVideoName(path)).map(({ path }) => stemOf(path)));
    return files.filter(({ path }) => {
        const stem = hasVideoName(path) ? null : sidecarStemOf(path);
        return stem === null || !stems.has(stem);
    });
}


/***/ }),

/***/ 1023:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ pathBelow),
/* harmony export */   s: () => (/* binding */ withSlashes)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
// How users see a path: with `/` on every system, which Windows takes too, and a shell does not eat. Pure.

/** A `\` stays where it is a letter of a name, as on Linux and macOS. `separator` is the system's. */
function withSlashes(path, separator = node_path__WEBPACK_IMPORTED_MODULE_0__.sep) {
    return path.split(separator).join('/');
}
/** The path of `absolute` below `folder`, as users see it; null when it is not below. The case of letters counts. */
function pathBelow(folder, absolute) {
    const start = folder.endsWith(node_path__WEBPACK_IMPORTED_MODULE_0__.sep) ? folder : folder + node_path__WEBPACK_IMPORTED_MODULE_0__.sep;
    return absolute.startsWith(start) && absolute !== start ? withSlashes(absolute.slice(start.length)) : null;
}


/***/ }),

/***/ 5693:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   D: () => (/* binding */ unfinishedName),
/* harmony export */   u: () => (/* binding */ isUnfinished)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
// What a manifest is called while it is written, in the folder where it will be. Pure.


/** Hidden, so that few patterns of `files` meet what a killed run may leave behind. `writer`: whose file it is. */
function unfinishedName(writer) {
    return `.manifest-${writer}-${(0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUID)()}.tmp`;
}
function isUnfinished(path) {
    return /^\.manifest-.+\.tmp$/.test((0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(path));
}


/***/ }),

/***/ 4447:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ openWorkspace)
/* harmony export */ });
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5650);
/* harmony import */ var _slashes_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1023);
// Judges one match of a glob: is it a regular file inside the workspace, and may it be sent?
// Knows paths and links; never opens a file and knows nothing of patterns.




/** Throws InputError on `files` when the workspace itself cannot be reached. */
async function openWorkspace(options) {
    const root = options.workspace;
    const realRoot = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.realpath)(root).catch((cause) => {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .InputError */ .dz('INPUT_INVALID', 'files', `the workspace cannot be read (${cause.code})`);
    });
    const isLinked = linkDetector([root, realRoot]);
    const mayShow = (name) => options.includeHiddenFiles || !isHidden(name);
    async function judge({ path: absolute, place }) {
        const name = (0,_slashes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathBelow */ .B)(root, absolute) ?? (0,_slashes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathBelow */ .B)(realRoot, absolute);
        const path = name ?? (0,_slashes_js__WEBPACK_IMPORTED_MODULE_3__/* .withSlashes */ .s)(absolute);
        if (name !== null && !mayShow(name))
            return { path, rule: 'hidden' };
        const real = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.realpath)(place).catch(() => null);
        if (real === null)
            return judgeUnreachable({ path, place }, name !== null);
        const realName = (0,_slashes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathBelow */ .B)(realRoot, real);
        if (realName === null)
            return { path, rule: 'outside' };
        // What lies inside but was matched by a path from outside was reached through a link.
        const isLink = name === null || (await isLinked(absolute));
        if (isLink && !options.followSymlinks)
            return { path, rule: 'link' };
        // A link must not lay open what hides: `.env` under another name is still `.env`.
        if (!mayShow(realName))
            return { path, rule: 'hidden' };
        return judgeKind(real, name ?? realName);
    }
    return { root: realRoot, judge };
}
async function judgeKind(real, path) {
    const stats = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.stat)(real).catch(() => null);
    if (stats?.isDirectory())
        return null;
    // A file that vanished just now stays in: its inspection tells so by name.
    if (stats?.isFile() === false)
        return { path, rule: 'not-a-file' };
    return { path, absolutePath: real, sizeBytes: stats?.size ?? 0 };
}
async function judgeUnreachable({ path, place }, isInside) {
    const isLink = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.lstat)(place).then((stats) => stats.isSymbolicLink(), () => false);
    if (isLink)
        return { path, rule: 'broken-link' };
    return isInside ? { path, absolutePath: place, sizeBytes: 0 } : { path, rule: 'outside' };
}
/**
 * Tells whether a path below one of the roots is a link or leads through one. Asks the disk about each directory, since
 * comparing with the real path would call a name in other case, or in another Unicode form, a link.
 */
function linkDetector(roots) {
    const known = new Map(roots.map((root) => [root, Promise.resolve(false)]));
    const isLinked = (absolute) => {
        const above = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(absolute);
        const answer = known.get(absolute) ??
            (above === absolute
                ? Promise.resolve(false)
                : isLinked(above).then(async (linked) => linked || (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.lstat)(absolute)).isSymbolicLink()));
        known.set(absolute, answer);
        return answer;
    };
    return (absolute) => isLinked(absolute).catch(() => true);
}
function isHidden(name) {
    return name.split('/').some((segment) => segment.startsWith('.'));
}


/***/ }),

/***/ 8977:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ht: () => (/* binding */ endsInTime),
/* harmony export */   fL: () => (/* binding */ unlessHanging),
/* harmony export */   nP: () => (/* binding */ orCutOff),
/* harmony export */   qG: () => (/* binding */ cutOff)
/* harmony export */ });
/* harmony import */ var node_events__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8474);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(5650);
/* harmony import */ var _outcome_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3725);
// The end of a run that was cancelled, or ended by a bug, while something hangs: a disk on a network, or what waits in
// line behind it for one of Node's few threads. No error ever comes of that, and the time to tell what is known is short.



// What does not hang ends in a tenth of a second. With the last write of the manifest, and what the process waits before
// it ends itself, a run that hangs is over five seconds after the signal; GitHub's second one comes after 7.5.
const LAST_WAIT_MS = 2000;
/**
 * Waits for `work`, which settles all files of the ledger. If it hangs after `signal` aborted, it is left, and the files
 * that are open then are settled as cut short; what it still does changes nothing in the ledger.
 * @throws what `work` throws in time
 */
async function orCutOff(ledger, work, { clock, signal }) {
    if (await endsInTime(work, { lastWaitMs: LAST_WAIT_MS }, { clock, signal }))
        return;
    cutOff(ledger, signal);
}
/** Settles what is open as cut short by the end of the run. */
function cutOff(ledger, signal) {
    const reason = (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .asActionError */ .z6)(signal.reason);
    for (const index of ledger.open()) {
        const { stage } = ledger.entry(index);
        ledger.record(index, {
            kind: 'settled',
            ...(0,_outcome_js__WEBPACK_IMPORTED_MODULE_2__/* .outcomeOfFailure */ .SK)(reason, { stage, end: (0,_outcome_js__WEBPACK_IMPORTED_MODULE_2__/* .endBy */ .be)(signal) }),
        });
    }
    ledger.close();
}
/**
 * As `work`; if that hangs after `signal` aborted, it is left, and `otherwise` says what takes its place.
 * @throws what `work` throws in time, or `otherwise`
 */
async function unlessHanging(work, { clock, signal }, otherwise = (end) => {
    throw end;
}) {
    const isOver = await endsInTime(work, { lastWaitMs: LAST_WAIT_MS }, { clock, signal });
    return isOver ? await work : otherwise((0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .asActionError */ .z6)(signal.reason));
}
/**
 * False when `work` is not over within the limits. It goes on then, with all that it holds, and what it throws is
 * nobody's business any more.
 * @throws what `work` throws in time
 */
async function endsInTime(work, { lastWaitMs, limitMs }, { clock, signal }) {
    const over = new AbortController();
    const lastWait = async () => {
        if (!signal.aborted)
            await (0,node_events__WEBPACK_IMPORTED_MODULE_0__.once)(signal, 'abort', { signal: over.signal });
        await clock.sleep(lastWaitMs, over.signal);
        return false;
    };
    const wait = async (ms) => {
        await clock.sleep(ms, over.signal);
        return false;
    };
    const limits = limitMs === undefined ? [lastWait()] : [lastWait(), wait(limitMs)];
    try {
        return await Promise.race([work.then(() => true), ...limits]);
    }
    finally {
        over.abort();
    }
}


/***/ }),

/***/ 3726:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ DISK_MS),
/* harmony export */   b: () => (/* binding */ openInTime)
/* harmony export */ });
/* harmony import */ var _http_deadline_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3332);
/* harmony import */ var _media_bytes_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2017);
// Limits how long a file that is being sent may wait for its disk: one on a network can hang for ever.


/** Shorter than the longest silence of a request, so that the failure is the file's and not the network's. */
const DISK_MS = 0.75 * _http_deadline_js__WEBPACK_IMPORTED_MODULE_1__/* .STALL_MS */ .Gn;
/**
 * Opens a file as `open` does. Opening it, a read and a look at its state reject with ETIMEDOUT after `DISK_MS`; the read
 * goes on then, and may still write into its buffer. Closing never waits: what hangs is never closed.
 */
function openInTime(clock, open = _media_bytes_js__WEBPACK_IMPORTED_MODULE_0__/* .openAsSystem */ .SE) {
    const deadlines = new _http_deadline_js__WEBPACK_IMPORTED_MODULE_1__/* .Deadlines */ .Qk(clock, DISK_MS);
    const inTime = async (work) => {
        const late = Promise.withResolvers();
        const deadline = deadlines.start('the disk', (text) => late.reject(Object.assign(new Error(text), { code: 'ETIMEDOUT' })));
        try {
            return await Promise.race([work, late.promise]);
        }
        finally {
            deadline.end();
        }
    };
    return async (path, flags) => {
        const opening = open(path, flags);
        const handle = await inTime(opening).catch((error) => {
            opening.then((tooLate) => tooLate.close()).catch(() => { });
            throw error;
        });
        const [read, stat, close] = [
            handle.read.bind(handle),
            handle.stat.bind(handle),
            handle.close.bind(handle),
        ];
        return Object.assign(handle, {
            read: (...given) => inTime(read(...given)),
            stat: (...given) => inTime(stat(...given)),
            close: async () => {
                close().catch(() => { });
            },
        });
    };
}


/***/ }),

/***/ 637:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   BS: () => (/* binding */ openPatiently),
/* harmony export */   Cv: () => (/* binding */ unchanged),
/* harmony export */   qy: () => (/* binding */ lazily)
/* harmony export */ });
/* harmony import */ var _http_retry_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(840);
/* harmony import */ var _media_bytes_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2017);
// Opens files with patience: the system may have no descriptor to spare, or another program hold the file, for a moment.
// And once each, when they are about to be sent.


// What passes by itself. An error of the disk (EIO) does not, and what it brings is not to be trusted.
const PASSING = new Set(['EMFILE', 'ENFILE', 'EBUSY']);
const TRIES = 4;
/** Opens a file as `open` does, up to three times more while it fails for what passes. */
function openPatiently({ clock, signal, open = _media_bytes_js__WEBPACK_IMPORTED_MODULE_1__/* .openAsSystem */ .SE }) {
    return async (path, flags) => {
        for (let tries = 1;; tries += 1) {
            try {
                return await open(path, flags);
            }
            catch (error) {
                if (tries === TRIES || !PASSING.has(String(error.code)))
                    throw error;
                await clock.sleep((0,_http_retry_js__WEBPACK_IMPORTED_MODULE_0__/* .backoffMs */ .jo)(tries, 'throttled', clock.random()), signal).catch(() => {
                    throw error;
                });
            }
        }
    };
}
function lazily(open) {
    let opening = null;
    let closing = null;
    return {
        get: () => {
            opening ??= open();
            return opening;
        },
        close: () => {
            // Only read from: what closing finds to complain about changes no byte that was sent.
            closing ??= Promise.resolve(opening)
                .then((file) => file?.close())
                .catch(() => { });
            return closing;
        },
    };
}
/** The same file, asked on first use whether it changed since it was opened: what it became was never judged. */
function unchanged(file) {
    const verified = lazily(async () => {
        const open = await file.get();
        await open.verify();
        return open;
    });
    return { get: verified.get, close: file.close };
}


/***/ }),

/***/ 3725:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   SK: () => (/* binding */ outcomeOfFailure),
/* harmony export */   VV: () => (/* binding */ cutShort),
/* harmony export */   be: () => (/* binding */ endBy),
/* harmony export */   ce: () => (/* binding */ stopped)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5650);
/* harmony import */ var _verdict_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3164);
// What an error means: for its file, by how far that came, and for the run. Pure.


function outcomeOfFailure(error, { stage, end }) {
    if (stage === 'waiting') {
        return { state: 'skipped', error: end === null ? error : cutShort('before its turn', end) };
    }
    if (end !== null) {
        const isUploaded = stage === 'uploaded';
        return { state: isUploaded ? 'processing' : 'failed', error: cutShort(`while ${DOING[stage]}`, end) };
    }
    if (stage === 'uploaded' && ((0,_verdict_js__WEBPACK_IMPORTED_MODULE_1__/* .isFatal */ .BG)(error) || error.code === 'RUN_STOPPED')) {
        const text = 'uploaded, and not seen to be processed';
        return { state: 'processing', error: stopped(text, reasonOf(error)) };
    }
    return { state: 'failed', error };
}
const DOING = {
    registering: 'it was being registered',
    registered: 'it waited for its upload',
    uploading: 'it was being uploaded',
    uploaded: 'LinkedIn was processing it',
    settled: 'it was done',
};
/** What was left undone, and why: each row tells what stopped the run, for it may be all that is read. */
function stopped(undone, reason) {
    const text = `${undone}: the run was stopped (${reason.code}): ${reason.message}`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RunError */ .e4('RUN_STOPPED', text, { cause: reason });
}
function reasonOf(error) {
    return error.code === 'RUN_STOPPED' && error.cause instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ ? error.cause : error;
}
/** What the end of the whole run makes of something that it cut short. */
function cutShort(when, end) {
    if (end.code === 'RUN_CANCELLED')
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RunError */ .e4(end.code, `the run was cancelled ${when}`);
    return stopped(`ended ${when}`, end);
}
/** Why `signal` ended the run, which is a bug where nobody cancelled it; null while it goes on. */
function endBy(signal) {
    if (!signal.aborted)
        return null;
    const { reason } = signal;
    return reason instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ ? reason : new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .RunError */ .e4('RUN_CANCELLED', 'the run was cancelled');
}


/***/ }),

/***/ 5566:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   K: () => (/* binding */ planUploads),
/* harmony export */   q: () => (/* binding */ isKnown)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5650);
/* harmony import */ var _linkedin_session_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4880);
/* harmony import */ var _media_limits_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(4820);
/* harmony import */ var _units_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2210);
// Decides, before anything is sent, what will be: which recipe and mechanism each file takes, and which files are
// refused. Pure: no disk, no network; every refusal is here.




/** `memory` is null when no manifest is kept. */
function planUploads(settings, files, memory = null) {
    const planned = files.map((file) => planFile(settings, file));
    const recalled = memory === null ? planned : recallAll(planned, memory);
    return {
        files: recalled,
        warnings: [...settingsWarnings(settings), ...reuseWarnings(settings, recalled)],
        notices: settingsNotices(settings),
    };
}
/** Whether nothing is to be sent for the file: its bytes are known from an earlier run, or from a file before it. */
function isKnown({ recalled }) {
    if (recalled === undefined)
        return false;
    return recalled.twinOf !== null || (recalled.entry !== null && recalled.entry.state !== 'registered');
}
function recallAll(planned, memory) {
    const firsts = new Map();
    return planned.map((one, index) => {
        const digests = digestsOf(one);
        if (one.request === null || digests === null)
            return one;
        const key = memory.keyOf(one.request, digests);
        const twinOf = firsts.get(JSON.stringify(key)) ?? null;
        if (twinOf === null)
            firsts.set(JSON.stringify(key), index);
        return { ...one, recalled: { key, entry: memory.find(key), twinOf } };
    });
}
/** Of all that is sent for the file: with other captions it would be another video. Null where one is not known. */
function digestsOf({ file: { media, sidecars }, request }) {
    const { captions, thumbnail } = request?.sidecars === undefined ? {} : (sidecars ?? {});
    const digests = {
        sha256: media?.sha256,
        ...(captions === undefined ? {} : { captionsSha256: captions.sha256 }),
        ...(thumbnail === undefined ? {} : { thumbnailSha256: thumbnail.sha256 }),
    };
    return isWhole(digests) ? digests : null;
}
function isWhole(digests) {
    return Object.values(digests).every((digest) => digest !== undefined);
}
function reuseWarnings({ api }, planned) {
    const { reuseCaveat } = _linkedin_session_js__WEBPACK_IMPORTED_MODULE_1__/* .API_TRAITS */ .lY[api];
    const known = planned.filter(isKnown).length;
    if (reuseCaveat === null || known === 0)
        return [];
    return [`manifest: ${known} of ${(0,_units_js__WEBPACK_IMPORTED_MODULE_3__/* .count */ .U9)(planned.length, 'file')} are reused; ${reuseCaveat}`];
}
function planFile(settings, file) {
    const { media, warnings } = file;
    const refusal = file.fault ?? (media === null ? null : judgeMedia(settings, file.path, media));
    if (refusal !== null || media === null)
        return { file, request: null, refusal, warnings };
    return { file, request: requestFor(settings, file, media), refusal: null, warnings };
}
function judgeMedia(settings, path, media) {
    const recipe = recipeIn(settings);
    if (recipe !== null &&
        recipe !== 'auto' &&
        recipe.known !== undefined &&
        recipe.known.kind !== media.kind) {
        const right = recipeOf(media.kind, isOrganic(recipe));
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .FileError */ .f6('FILE_RECIPE', `${path} is ${AN[media.kind]}, but recipe ${recipe.shortName} is for ${recipe.known.kind}s; use ${right}`);
    }
    return (0,_media_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .judgeLimits */ .g1)(path, media);
}
const AN = { image: 'an image', video: 'a video' };
const AUTO = { image: 'feedshare-image', video: 'feedshare-video' };
const AUTO_URNS = {
    image: `urn:li:digitalmediaRecipe:${AUTO.image}`,
    video: `urn:li:digitalmediaRecipe:${AUTO.video}`,
};
const ADS = { image: 'ads-image', video: 'ads-video_v2' };
function recipeOf(kind, organic) {
    return (organic ? AUTO : ADS)[kind];
}
function isOrganic({ known }) {
    return known === undefined || !known.forOwners.includes('sponsoredAccount');
}
/** Null where the API has none. */
function recipeIn({ api, recipe }) {
    return _linkedin_session_js__WEBPACK_IMPORTED_MODULE_1__/* .API_TRAITS */ .lY[api].hasRecipes ? recipe : null;
}
function requestFor(settings, file, media) {
    const { api, owner } = settings;
    const { kind, mediaType } = media;
    return {
        api,
        owner,
        kind,
        mediaType,
        sizeBytes: file.sizeBytes,
        recipe: recipeUrn(recipeIn(settings), kind),
        mechanism: mechanismFor(settings, file.sizeBytes, kind),
        ...(file.sidecars !== undefined && _linkedin_session_js__WEBPACK_IMPORTED_MODULE_1__/* .API_TRAITS */ .lY[api].hasSidecars
            ? { sidecars: sizesOf(file.sidecars) }
            : {}),
    };
}
/** Where they lie on the disk is no business of LinkedIn's. */
function sizesOf({ captions, thumbnail }) {
    return {
        ...(captions === undefined ? {} : { captions: { sizeBytes: captions.sizeBytes } }),
        ...(thumbnail === undefined ? {} : { thumbnail: { sizeBytes: thumbnail.sizeBytes } }),
    };
}
function recipeUrn(recipe, kind) {
    if (recipe === null)
        return null;
    return recipe === 'auto' ? AUTO_URNS[kind] : recipe.urn;
}
function mechanismFor(settings, sizeBytes, kind) {
    const { hasSynchronousUpload, hasSinglePartVideos } = _linkedin_session_js__WEBPACK_IMPORTED_MODULE_1__/* .API_TRAITS */ .lY[settings.api];
    if (kind === 'image') {
        return hasSynchronousUpload && settings.imageUpload === 'synchronous' ? 'synchronous' : 'single';
    }
    return hasSinglePartVideos && sizeBytes < settings.multipartThresholdBytes ? 'single' : 'multipart';
}
function settingsWarnings(settings) {
    const recipe = recipeIn(settings);
    if (recipe === null)
        return [];
    return recipe === 'auto' ? autoWarnings(settings) : recipeWarnings(recipe, settings.ownerKind);
}
function settingsNotices({ api, recipe }) {
    if (_linkedin_session_js__WEBPACK_IMPORTED_MODULE_1__/* .API_TRAITS */ .lY[api].hasRecipes || recipe === 'auto')
        return [];
    return [`recipe: ${recipe.shortName} is ignored, for \`api: ${api}\` has no recipes`];
}
function autoWarnings({ ownerKind }) {
    if (ownerKind !== 'sponsoredAccount')
        return [];
    return [
        `recipe: auto takes ${AUTO.image} and ${AUTO.video}, which are for posts of people and organizations; for an ad account set ${ADS.image} or ${ADS.video}`,
    ];
}
function recipeWarnings(recipe, ownerKind) {
    const { known, shortName } = recipe;
    if (known === undefined) {
        const names = _media_limits_js__WEBPACK_IMPORTED_MODULE_2__/* .RECIPES */ .IF.filter((entry) => entry.deprecated === undefined).map((entry) => entry.shortName);
        return [
            `recipe: ${shortName} is not known to this action and is sent as it is; known: ${names.join(', ')}`,
        ];
    }
    const warnings = [];
    if (known.deprecated !== undefined) {
        warnings.push(`recipe: ${shortName} is deprecated, use ${known.deprecated.successor}: ${known.deprecated.reason}`);
    }
    if (!known.forOwners.includes(ownerKind)) {
        warnings.push(`recipe: ${shortName} is for ${known.purpose}; LinkedIn expects its owner to be one of: ${known.forOwners.join(', ')}`);
    }
    return warnings;
}


/***/ }),

/***/ 3164:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   BG: () => (/* binding */ isFatal),
/* harmony export */   Hc: () => (/* binding */ verdictOn),
/* harmony export */   c$: () => (/* binding */ endsReads)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5650);
// What follows from a failed call: the one place that decides whether it is tried again, and how. Pure.

const GIVE_UP = { next: 'give-up' };
const STOP = { next: 'stop' };
// Each registration leaves a URN behind.
const NEW_SESSION = { next: 'new-session', sessions: 3 };
// What two registrations in a row meet is no accident, and each costs all bytes of the file.
const ONE_NEW_SESSION = { next: 'new-session', sessions: 2 };
/** Of a registration whose answer was damaged on its way, its URN readable. */
const DAMAGED_TRIES = 3;
const FATAL = new Set([
    'TOKEN_REFUSED',
    'MEMBER_RESTRICTED',
    'VERSION_INACTIVE',
    'DAILY_LIMIT',
    'TLS_FAILED',
    'PROXY_REFUSED',
    'RETRIES_SPENT',
]);
function verdictOn(error) {
    const { call, code } = error;
    if (code === 'UPLOAD_EXPIRED')
        return NEW_SESSION;
    if (code === 'PART_PLAN')
        return ONE_NEW_SESSION;
    if (FATAL.has(code))
        return STOP;
    if (call === undefined)
        return GIVE_UP;
    // A permission that is missing to register is missing for every file of this owner.
    if (code === 'ACCESS_DENIED')
        return call.phase === 'register' ? STOP : GIVE_UP;
    if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .NetworkError */ .Dr)
        return onBrokenCall(code, call);
    // An answer before the last byte, or a good one of no use: neither tells what LinkedIn has.
    if (code === 'UPLOAD_INCOMPLETE' || (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .HttpError */ .j$ && error.status < 300))
        return again('fault', { isLost: isOnceOnly(call) });
    if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .LinkedInError */ .nW)
        return onRefusal(error, call);
    // A second answer without a receipt is how LinkedIn answers, not a fault on the way.
    if (code === 'ETAG_MISSING')
        return again('fault', { isLost: false, tries: 2 });
    if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ReplyShapeError */ .og) {
        // Where its URN is known nothing is lost, but each try leaves another one behind.
        return error.urn === undefined
            ? again('fault', { isLost: isOnceOnly(call) })
            : again('fault', { isLost: false, tries: DAMAGED_TRIES });
    }
    return GIVE_UP;
}
/** Whether an error that ended a file ends the run: what is true for all, and a limit that outlasted its tries. */
function isFatal(error) {
    return verdictOn(error).next === 'stop' || error.code === 'LIMIT_REACHED';
}
/** Whether an error that ends the run ends its status reads too. A refused registration says nothing about reading. */
function endsReads({ code }) {
    return FATAL.has(code) || code === 'LIMIT_REACHED';
}
/** Whether another try may do harm when the one before had its effect: the call site says so, and why. */
function isOnceOnly({ repeat }) {
    return repeat !== 'freely';
}
function onBrokenCall(code, call) {
    const { phase, sent } = call;
    const reason = code === 'NETWORK_TIMEOUT' ? 'throttled' : 'fault';
    // A body that did not leave whole cannot have been stored; any other call may have been heard from its first byte.
    const mayBeHeard = phase === 'upload' ? sent === 'all' : sent !== 'nothing';
    return again(reason, { isLost: isOnceOnly(call) && mayBeHeard });
}
function onRefusal({ status, retryAfterMs }, call) {
    const { phase } = call;
    if (status === 429)
        return again('throttled', { isLost: false, waitMs: retryAfterMs });
    // LinkedIn documents 409 CONFLICT as one to retry. An upload address that answers it is dead, which is judged above.
    if (status === 408 || status === 409 || status >= 500) {
        // A server that fails in the middle may have done its work; an upload it did not take is simply sent again.
        return again('fault', { isLost: isOnceOnly(call) && phase !== 'upload', waitMs: retryAfterMs });
    }
    // No such address to register at: there is none for the other files either.
    if (phase === 'register' && (status === 404 || status === 405))
        return STOP;
    // The parts do not fit together, whatever the reason: their session is of no more use.
    if (phase === 'complete')
        return ONE_NEW_SESSION;
    return GIVE_UP;
}
function again(reason, { isLost, waitMs = null, tries = Number.POSITIVE_INFINITY }) {
    return { next: 'again', reason, isLost, waitMs, tries };
}


/***/ }),

/***/ 3713:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Qz: () => (/* binding */ hideInJson),
/* harmony export */   a_: () => (/* binding */ canBeSecret),
/* harmony export */   c3: () => (/* binding */ SHORTEST_SECRET),
/* harmony export */   cW: () => (/* binding */ hideIn),
/* harmony export */   zh: () => (/* binding */ Secret)
/* harmony export */ });
// A secret that cannot be printed by accident, and how it is hidden in what a server says. A leaf, open to all.
/** A shorter text may be part of any word: it is neither masked nor searched for, and no token is as short. */
const SHORTEST_SECRET = 8;
function canBeSecret(text) {
    return text.length >= SHORTEST_SECRET;
}
/** Escapes inside escapes, as in JSON inside of JSON, that are undone at most: the text is a stranger's. */
const ESCAPE_DEPTH = 4;
/** A printable character as JSON or an address may write it: `\u0041`, `\/`, `%41`, `%2541`. */
const ESCAPE = /\\u00([2-7][\da-f])|\\(["\\/])|%(?:25)*([2-7][\da-f])/gi;
function unescaped(text) {
    let plain = text;
    for (let depth = 0; depth < ESCAPE_DEPTH && /[\\%]/.test(plain); depth += 1) {
        plain = plain.replace(ESCAPE, (_, json, mark, percent) => {
            return mark ?? String.fromCharCode(Number.parseInt(json ?? percent ?? '', 16));
        });
    }
    return plain;
}
/** `text` as a server may write it, once its escapes are undone: itself, or base64 of all that the server was sent. */
function formsOf(text) {
    const inForm = String(new URLSearchParams({ '': text })).slice(1);
    const encoded = [text, inForm].flatMap((inner) => [0, 1, 2].flatMap((shift) => [insideOf('base64', inner, shift), insideOf('base64url', inner, shift)]));
    return [text, ...encoded].flatMap((form) => [form, unescaped(form)]);
}
/** Of `text` inside a longer one what no neighbour has a part in, where it begins `shift` bytes into a group of three. */
function insideOf(encoding, text, shift) {
    const bytes = Buffer.from('_'.repeat(shift) + text);
    return bytes.toString(encoding).slice(Math.ceil((shift * 8) / 6), Math.floor((bytes.length * 8) / 6));
}
/** In any case: an address loses that of its host. */
function anyOf(forms) {
    const literals = [...new Set(forms)].filter(canBeSecret).map((form) => form.replaceAll(/\W/g, '\\$&'));
    return new RegExp(literals.join('|'), 'gi');
}
/** Holds a token; logs, JSON and inspection show `[redacted]`. */
class Secret {
    #text;
    #forms = null;
    constructor(text) {
        this.#text = text;
    }
    /** The text itself: only for building the header that carries it, or for masking it. */
    reveal() {
        return this.#text;
    }
    /** `text` with `[redacted]` for each form of this secret in it. */
    cutFrom(text) {
        if (!canBeSecret(this.#text) || !canBeSecret(text))
            return text;
        this.#forms ??= anyOf(formsOf(this.#text));
        return text.replace(this.#forms, '[redacted]');
    }
    toString() {
        return '[redacted]';
    }
    toJSON() {
        return '[redacted]';
    }
    [Symbol.for('nodejs.util.inspect.custom')]() {
        return '[redacted]';
    }
}
/**
 * `text` without `secrets`, as they are, escaped or in base64: a server may echo what it was sent, in a form of its own.
 * Where an escape hides one, all of the text is unescaped.
 */
function hideIn(text, secrets) {
    const cut = (from) => secrets.reduce((rest, secret) => secret.cutFrom(rest), from);
    const hidden = cut(text);
    const plain = unescaped(hidden);
    const plainHidden = plain === hidden ? plain : cut(plain);
    return plainHidden === plain ? hidden : plainHidden;
}
/** The same for JSON, in each of its names and values. */
function hideInJson(json, secrets) {
    const hidden = hideIn(json, secrets);
    if (hidden === json)
        return json;
    try {
        return JSON.stringify(withStrings(JSON.parse(json), (text) => hideIn(text, secrets)));
    }
    catch {
        // No JSON, or nested too deep for JSON.stringify.
        return hidden;
    }
}
/** `json` with `change` made of each name, and of each value that is no object; one that does not change stays what it is. */
function withStrings(json, change) {
    if (Array.isArray(json))
        return json.map((one) => withStrings(one, change));
    if (typeof json === 'object' && json !== null) {
        const entries = Object.entries(json);
        return Object.fromEntries(entries.map(([name, value]) => [change(name), withStrings(value, change)]));
    }
    const text = String(json);
    const changed = change(text);
    return changed === text ? json : changed;
}


/***/ }),

/***/ 4799:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   m: () => (/* binding */ systemClock)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8500);
// The machine's own clock, by which a run goes.

const systemClock = {
    now: () => performance.now(),
    today: () => Date.now(),
    // Node rejects with an AbortError of its own, which would be told as a bug in place of why the wait was ended.
    sleep: (ms, signal) => (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(ms, undefined, { signal }).catch((error) => Promise.reject(signal?.reason ?? error)),
    random: () => Math.random(),
};


/***/ }),

/***/ 2210:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U9: () => (/* binding */ count),
/* harmony export */   kJ: () => (/* binding */ showDuration),
/* harmony export */   lc: () => (/* binding */ showWait),
/* harmony export */   ni: () => (/* binding */ showBytes),
/* harmony export */   zD: () => (/* binding */ grouped)
/* harmony export */ });
// How numbers are shown to people, in messages, in the log and in the summary alike. A leaf, open to all.
const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];
/** Decimal units, as LinkedIn's limits are told: 1,300,000 is `1.3 MB`. */
function showBytes(bytes) {
    let value = bytes;
    let unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
        value /= 1000;
        unit += 1;
    }
    return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
/** `0.8 s`, `42 s`, `3 min 5 s`, `2 h 10 min`. */
function showDuration(ms) {
    if (ms < 9950)
        return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
    const seconds = Math.round(ms / 1000);
    if (seconds < 60)
        return `${seconds} s`;
    if (seconds < 3600)
        return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
/** A wait in words, never shorter than it is: `40 s`, `12 min`, `5 h 12 min`. */
function showWait(ms) {
    if (ms <= 60_000)
        return `${Math.ceil(ms / 1000)} s`;
    const minutes = Math.ceil(ms / 60_000);
    return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
/** `1 file`, `2 files`, `10,000 files`. */
function count(number, noun) {
    return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}
/** `36,152,320`, `1,800.5`. By hand, for loading the locales takes longer than a short run. */
function grouped(number) {
    const [whole = '', ...fraction] = String(number).split('.');
    return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}


/***/ }),

/***/ 1915:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Yz: () => (/* binding */ core_debug),
  N4: () => (/* binding */ endGroup),
  z3: () => (/* binding */ error),
  pq: () => (/* binding */ info),
  _o: () => (/* binding */ isDebug),
  lm: () => (/* binding */ notice),
  uH: () => (/* binding */ setOutput),
  Pq: () => (/* binding */ core_setSecret),
  Oh: () => (/* binding */ startGroup),
  $e: () => (/* binding */ warning)
});

// UNUSED EXPORTS: ExitCode, addPath, exportVariable, getBooleanInput, getIDToken, getInput, getMultilineInput, getState, group, markdownSummary, platform, saveState, setCommandEcho, setFailed, summary, toPlatformPath, toPosixPath, toWin32Path

;// CONCATENATED MODULE: external "os"
const external_os_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_namespaceObject.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
;// CONCATENATED MODULE: external "fs"
const external_fs_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_namespaceObject.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_namespaceObject.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_namespaceObject.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_namespaceObject.EOL}${convertedValue}${external_os_namespaceObject.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/oidc-utils.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return __awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return __awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_namespaceObject.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_namespaceObject.constants.R_OK | external_fs_namespaceObject.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_namespaceObject.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = (/* unused pure expression or super */ null && (_summary));
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_namespaceObject.platform();
const arch = external_os_namespaceObject.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ../node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_namespaceObject.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    command_issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    command_issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_namespaceObject.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return issueFileCommand('STATE', prepareKeyValueMessage(name, value));
    }
    issueCommand('save-state', { name }, toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map

/***/ }),

/***/ 3891:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  ZN: () => (/* binding */ GLOBSTAR),
  VR: () => (/* binding */ Minimatch)
});

// UNUSED EXPORTS: AST, braceExpand, defaults, escape, filter, makeRe, match, minimatch, sep, unescape

;// CONCATENATED MODULE: ../node_modules/balanced-match/dist/esm/index.js
const balanced = (a, b, str) => {
    const ma = a instanceof RegExp ? maybeMatch(a, str) : a;
    const mb = b instanceof RegExp ? maybeMatch(b, str) : b;
    const r = ma !== null && mb != null && range(ma, mb, str);
    return (r && {
        start: r[0],
        end: r[1],
        pre: str.slice(0, r[0]),
        body: str.slice(r[0] + ma.length, r[1]),
        post: str.slice(r[1] + mb.length),
    });
};
const maybeMatch = (reg, str) => {
    const m = str.match(reg);
    return m ? m[0] : null;
};
const range = (a, b, str) => {
    let begs, beg, left, right = undefined, result;
    let ai = str.indexOf(a);
    let bi = str.indexOf(b, ai + 1);
    let i = ai;
    if (ai >= 0 && bi > 0) {
        if (a === b) {
            return [ai, bi];
        }
        begs = [];
        left = str.length;
        while (i >= 0 && !result) {
            if (i === ai) {
                begs.push(i);
                ai = str.indexOf(a, i + 1);
            }
            else if (begs.length === 1) {
                const r = begs.pop();
                if (r !== undefined)
                    result = [r, bi];
            }
            else {
                beg = begs.pop();
                if (beg !== undefined && beg < left) {
                    left = beg;
                    right = bi;
                }
                bi = str.indexOf(b, i + 1);
            }
            i = ai < bi && ai >= 0 ? ai : bi;
        }
        if (begs.length && right !== undefined) {
            result = [left, right];
        }
    }
    return result;
};
//# sourceMappingURL=index.js.map
;// CONCATENATED MODULE: ../node_modules/brace-expansion/dist/esm/index.js

const escSlash = '\0SLASH' + Math.random().toFixed(16) + '\0';
const escOpen = '\0OPEN' + Math.random().toFixed(16) + '\0';
const escClose = '\0CLOSE' + Math.random().toFixed(16) + '\0';
const escComma = '\0COMMA' + Math.random().toFixed(16) + '\0';
const escPeriod = '\0PERIOD' + Math.random().toFixed(16) + '\0';
const escSlashPattern = new RegExp(escSlash, 'g');
const escOpenPattern = new RegExp(escOpen, 'g');
const escClosePattern = new RegExp(escClose, 'g');
const escCommaPattern = new RegExp(escComma, 'g');
const escPeriodPattern = new RegExp(escPeriod, 'g');
const slashPattern = /\\\\/g;
const openPattern = /\\{/g;
const closePattern = /\\}/g;
const commaPattern = /\\,/g;
const periodPattern = /\\\./g;
const EXPANSION_MAX = 100_000;
// `EXPANSION_MAX` caps the *number* of expansions, but not their length. An
// input like `'{a,b}'.repeat(1500)` stays under that count - its output is
// truncated to 100k results - while making every result ~1500 characters
// long. The result set, and the intermediate arrays built while combining
// brace sets, then grow large enough to exhaust memory and crash the process
// (CVE-2026-14257). `EXPANSION_MAX_LENGTH` bounds the total number of
// characters the accumulator may hold at any point, so memory stays flat no
// matter how many brace groups are chained. The limit sits well above any
// realistic expansion (100k results hitting `EXPANSION_MAX` measure ~1M
// characters) so legitimate input is unaffected.
const EXPANSION_MAX_LENGTH = 4_000_000;
// `expand_` recurses once per level of brace *nesting* - both when expanding a
// set's comma members and when re-wrapping a set whose body is a single part.
// The CVE-2026-14257 fix made the *tail* iterative (recursion on `m.post`, one
// level per chained group), which left nesting depth unbounded: about 3,100
// levels of `{{{...a,b...}}}` - only ~6KB of input - exhausted the native stack
// and crashed the process. `EXPANSION_MAX_DEPTH` bounds how deep the parser
// will follow nesting. It sits far above any realistic pattern and well below
// the depth at which the stack runs out.
const EXPANSION_MAX_DEPTH = 1_000;
// Bash keeps a quirk where a brace group followed by a comma set still expands
// (`{a},b}`). The parser implements it by rewriting the string and restarting
// the scan, absorbing one `}` per pass. `n` trailing braces therefore cost `n`
// full passes over a string that itself grows by one `escClose` sentinel each
// time - quadratic in `n`, with a ~26x constant from the sentinel's length.
// 128KB of `'{a}' + '}'.repeat(n) + ',z}'` blocked the event loop for 27
// seconds to produce two results. `EXPANSION_MAX_REWRITES` bounds how many
// times the scan may restart. Real `{a},b}` input needs a handful.
const EXPANSION_MAX_REWRITES = 1_000;
// `EXPANSION_MAX_STEPS` bounds the work one `expand` call does, which `max`,
// `maxLength` and `maxDepth` don't: nested sets are rescanned at every level
// and chained groups each rebuild up to `max` results, so 2KB of input could
// block the event loop for over 30 seconds. Each character scanned, result
// built and sequence value generated is a step, and each `expand_` call costs
// `CALL_STEPS` more. Past the budget, the set being expanded and everything
// after it stay literal. A glob needs a few hundred steps, and nesting all the
// way to `EXPANSION_MAX_DEPTH` about 4M.
const EXPANSION_MAX_STEPS = 20_000_000;
// What one `expand_` call costs on top of what it scans and builds. Setting
// one up takes about as long as scanning 16 characters, and a set whose
// results are wrapped to be expanded again makes one call per result, each
// scanning and building next to nothing: 64KB of
// `('{{' + ','.repeat(316) + '}{' + ','.repeat(316) + '}}').repeat(n)` made
// 4M such calls, which spent the budget three times as slowly as anything
// else.
const CALL_STEPS = 16;
function numeric(str) {
    return !isNaN(str) ? parseInt(str, 10) : str.charCodeAt(0);
}
function escapeBraces(str) {
    return str
        .replace(slashPattern, escSlash)
        .replace(openPattern, escOpen)
        .replace(closePattern, escClose)
        .replace(commaPattern, escComma)
        .replace(periodPattern, escPeriod);
}
function unescapeBraces(str) {
    return str
        .replace(escSlashPattern, '\\')
        .replace(escOpenPattern, '{')
        .replace(escClosePattern, '}')
        .replace(escCommaPattern, ',')
        .replace(escPeriodPattern, '.');
}
// Like `target.push(...items)` but doesn't overflow the stack
function pushAll(target, items) {
    for (let i = 0; i < items.length; i++) {
        target.push(items[i]);
    }
}
// `balanced`, run on `masked` (see `maskUnmatchedOpens`), sliced from `str`
// and charged for the characters it walks: up to the group's `}`, or the
// whole string when there is no match or unmatched `{` come first, which
// `unmatched` then flags for masking. Once a call overdraws the budget, it
// and every later one return undefined, so the rest stays literal.
function balancedWithBudget(str, masked, budget) {
    if (budget.remaining < 0) {
        return undefined;
    }
    const r = range('{', '}', masked);
    const unmatched = r !== undefined && masked.indexOf('{') < r[0];
    budget.remaining -= r && !unmatched ? r[1] + 1 : str.length;
    if (!r || budget.remaining < 0) {
        return undefined;
    }
    return {
        end: r[1],
        pre: str.slice(0, r[0]),
        body: str.slice(r[0] + 1, r[1]),
        post: str.slice(r[1] + 1),
        unmatched,
    };
}
// `masked` with every `{` that has no matching `}` swapped for a `\0`, which
// keeps the length, so a scan of it still lines up with the string it was
// made from. Such a `{` is literal either way, but `balanced` only learns that
// one is unmatched by reading to the end of the string, so with one at the
// head of every group (`'{a,{b,c}'.repeat(n)`) each scan read the rest of the
// input. That was quadratic, and once the step budget charged for it, it ran
// out partway through and left the rest literal. A scan of the masked copy
// stops at the group's `}`. It is one pass, charged as such.
function maskUnmatchedOpens(masked, budget) {
    budget.remaining -= masked.length;
    const open = [];
    for (let i = 0; i < masked.length; i++) {
        const c = masked.charCodeAt(i);
        if (c === 0x7b) {
            open.push(i);
        }
        else if (c === 0x7d && open.length) {
            open.pop();
        }
    }
    let out = '';
    let last = 0;
    for (let i = 0; i < open.length; i++) {
        const at = open[i];
        out += masked.slice(last, at) + '\0';
        last = at + 1;
    }
    return out + masked.slice(last);
}
// Whether `str` has a `,` not followed by another `,`, with a `}` after it on
// the same line - what `/,(?!,).*\}/.test(str)` asks, answered in one pass from
// the end. The regex tries every `,` and backtracks through the rest of its
// line from each, which is quadratic, and the `{a},b}` rewrite asks again on
// every pass. Like a scan, it is charged for the whole string and refused if
// that overdraws the budget.
function commaSetFollows(str, budget) {
    budget.remaining -= str.length;
    if (budget.remaining < 0) {
        return false;
    }
    // Whether a `}` follows the current position before the line ends
    let close = false;
    for (let i = str.length - 1; i >= 0; i--) {
        const c = str.charCodeAt(i);
        if (c === 0x7d) {
            close = true;
        }
        else if (c === 0x0a || c === 0x0d || c === 0x2028 || c === 0x2029) {
            // A line terminator, which `.` does not match
            close = false;
        }
        else if (c === 0x2c && close && str.charCodeAt(i + 1) !== 0x2c) {
            return true;
        }
    }
    return false;
}
/**
 * Basically just str.split(","), but handling cases
 * where we have nested braced sections, which should be
 * treated as individual members, like {a,{b,c},d}
 *
 * Returns `undefined` if the step budget runs out before the whole set is
 * split, since splitting what is left on every comma would tear apart the
 * nested sets it still holds.
 */
function parseCommaParts(str, budget) {
    const parts = [];
    // Walk the brace groups iteratively. Recursing on `post` once per group let a
    // chain of them exhaust the stack - the parsing-side counterpart to
    // the `expand_` overflow fixed for CVE-2026-14257, and not something `max` or
    // `maxLength` can bound, since it happens before expansion.
    //
    // The part the next chunk continues
    let carry = '';
    for (;;) {
        // A set's body holds no unmatched `{`, so there is nothing to mask.
        const m = balancedWithBudget(str, str, budget);
        if (budget.remaining < 0) {
            return undefined;
        }
        if (!m) {
            const tail = str.split(',');
            tail[0] = carry + tail[0];
            pushAll(parts, tail);
            return parts;
        }
        const { pre, body, post } = m;
        const p = pre.split(',');
        p[0] = carry + p[0];
        p[p.length - 1] += '{' + body + '}';
        if (!post.length) {
            pushAll(parts, p);
            return parts;
        }
        carry = p.pop();
        pushAll(parts, p);
        str = post;
    }
}
// An option that is left out, or that is NaN, gets its default. Every
// comparison against NaN is false, so a NaN bound would never be reached:
// `{ maxSteps: NaN }` let 15KB of input block the event loop for 16 seconds,
// and `{ maxDepth: NaN }` overflowed the stack again (CVE-2026-102278). Pass
// `Infinity` to lift a bound.
function bound(value, fallback) {
    return value === undefined || isNaN(value) ? fallback : value;
}
function expand(str, options = {}) {
    if (!str) {
        return [];
    }
    const max = bound(options.max, EXPANSION_MAX);
    const maxLength = bound(options.maxLength, EXPANSION_MAX_LENGTH);
    const maxDepth = bound(options.maxDepth, EXPANSION_MAX_DEPTH);
    const maxRewrites = bound(options.maxRewrites, EXPANSION_MAX_REWRITES);
    const maxSteps = bound(options.maxSteps, EXPANSION_MAX_STEPS);
    // I don't know why Bash 4.3 does this, but it does.
    // Anything starting with {} will have the first two bytes preserved
    // but *only* at the top level, so {},a}b will not expand to anything,
    // but a{},b}c will be expanded to [a}c,abc].
    // One could argue that this is a bug in Bash, but since the goal of
    // this module is to match Bash's rules, we escape a leading {}
    if (str.slice(0, 2) === '{}') {
        str = '\\{\\}' + str.slice(2);
    }
    return expand_(escapeBraces(str), max, maxLength, maxDepth, 0, maxRewrites, { remaining: maxSteps }, true).map(unescapeBraces);
}
function embrace(str) {
    return '{' + str + '}';
}
function isPadded(el) {
    return /^-?0\d/.test(el);
}
function lte(i, y) {
    return i <= y;
}
function gte(i, y) {
    return i >= y;
}
// Build `{ acc[a] + pre + values[v] }` for every combination, capping the
// number of results at `max` and the total number of characters at `maxLength`.
// This is the one place output grows, so bounding it here keeps the single
// accumulator - and therefore memory - flat regardless of how many brace groups
// are combined (CVE-2026-14257). Each result built is a step, since `max` and
// `maxLength` bound one combination, not how many brace groups are combined.
function combine(acc, pre, values, max, maxLength, dropEmpties, budget) {
    const out = [];
    let length = 0;
    // Bash drops empty results at the top level, and they don't count against
    // `max`, so `max` bounds the number of *kept* results. Only an empty
    // `acc[a] + pre` can make one, so for those the empty values are skipped
    // without being visited. Visiting them one at a time let a set of empties
    // cost `acc.length * values.length` while keeping nothing.
    let nonEmpty;
    outer: for (let a = 0; a < acc.length; a++) {
        const prefix = acc[a] + pre;
        let vs = values;
        if (dropEmpties && !prefix) {
            if (!nonEmpty)
                nonEmpty = values.filter(v => v);
            vs = nonEmpty;
        }
        for (let v = 0; v < vs.length; v++) {
            if (out.length >= max)
                break outer;
            const expansion = prefix + vs[v];
            if (length + expansion.length > maxLength)
                break outer;
            out.push(expansion);
            length += expansion.length;
        }
    }
    budget.remaining -= out.length;
    return out;
}
// The expansion values of a single numeric (`1..5`) or alphabetic (`a..e..2`)
// sequence body, or `undefined` if the step budget runs out generating them.
function expandSequence(body, isAlphaSequence, max, maxLength, budget) {
    const n = body.split(/\.\./);
    const N = [];
    // A sequence body always splits into two or three parts, but the compiler
    // can't know that.
    /* c8 ignore start */
    if (n[0] === undefined || n[1] === undefined) {
        return N;
    }
    /* c8 ignore stop */
    const x = numeric(n[0]);
    const y = numeric(n[1]);
    const width = Math.max(n[0].length, n[1].length);
    let incr = n.length === 3 && n[2] !== undefined ?
        Math.max(Math.abs(numeric(n[2])), 1)
        : 1;
    let test = lte;
    const reverse = y < x;
    if (reverse) {
        incr *= -1;
        test = gte;
    }
    const pad = n.some(isPadded);
    // A padded value is built a character at a time to `width`, which the input
    // sets, so it costs one step per character: 64KB of
    // `('{' + '0'.repeat(100) + '..99999}').repeat(n)` took 7 seconds charged
    // one step per value.
    const cost = pad ? width : 1;
    let length = 0;
    for (let i = x; test(i, y) && N.length < max; i += incr) {
        // Each value is a step. `max` and `maxLength` bound one sequence, but a
        // chain of them still generated up to `max` values each, however few
        // combining could keep.
        budget.remaining -= cost;
        if (budget.remaining < 0) {
            return undefined;
        }
        let c;
        if (isAlphaSequence) {
            c = String.fromCharCode(i);
            if (c === '\\') {
                c = '';
            }
        }
        else {
            c = String(i);
            if (pad) {
                const need = width - c.length;
                if (need > 0) {
                    const z = new Array(need + 1).join('0');
                    if (i < 0) {
                        c = '-' + z + c.slice(1);
                    }
                    else {
                        c = z + c;
                    }
                }
            }
        }
        if (length + c.length > maxLength)
            break;
        N.push(c);
        length += c.length;
    }
    return N;
}
function expand_(str, max, maxLength, maxDepth, depth, maxRewrites, budget, isTop) {
    // An overdraft here makes the first scan refuse, so `str` stays literal.
    budget.remaining -= CALL_STEPS;
    // Too deeply nested to keep following: treat the rest as literal, the same
    // way a group that cannot expand is already handled. Truncating rather than
    // throwing keeps `expand` total, matching `max` and `maxLength`.
    if (depth > maxDepth) {
        return [str];
    }
    // Consume the string's top-level brace groups left to right, threading a
    // running set of combined prefixes (`acc`). Expanding the tail iteratively -
    // rather than recursing on `m.post` once per group - keeps the native stack
    // depth constant, so deeply chained input (`'{a,b}'.repeat(3000)`) can no
    // longer overflow the stack, and leaves a single accumulator whose size
    // `maxLength` bounds directly (CVE-2026-14257).
    let acc = [''];
    // Bash drops empty results, but only when the *first* top-level group is a
    // comma set - a sequence like `{a..\}` may legitimately yield ''. The drop
    // is on the final strings, so it is applied to whichever `combine` produces
    // them (the one with no brace set left in the tail).
    // How many times the `{a},b}` rewrite below has restarted the scan. Each pass
    // re-reads the whole string, so leaving this unbounded is quadratic.
    let rewrites = 0;
    let dropEmpties = false;
    let firstGroup = true;
    // `str` with its unmatched `{` masked, once a scan has run into them
    let masked = str;
    for (;;) {
        const m = balancedWithBudget(str, masked, budget);
        // No brace set left, or no step budget left to look for one: the rest of
        // the string is literal.
        if (!m) {
            return combine(acc, str, [''], max, maxLength, dropEmpties, budget);
        }
        if (m.unmatched) {
            masked = maskUnmatchedOpens(masked, budget);
        }
        // no need to expand pre, since it is guaranteed to be free of brace-sets
        const pre = m.pre;
        // This set and the rest of the string, literal: for a set that cannot
        // expand, and for one the step budget runs out on. Once it is overdrawn,
        // every set still being expanded, at every level, stays literal like this -
        // otherwise each level above would go on combining, and wrapping and
        // expanding again, results the budget was too small for.
        const literal = () => combine(acc, pre + '{' + m.body + '}' + m.post, [''], max, maxLength, dropEmpties, budget);
        if (/\$$/.test(pre)) {
            acc = combine(acc, pre + '{' + m.body + '}', [''], max, maxLength, dropEmpties && !m.post.length, budget);
            firstGroup = false;
            if (!m.post.length)
                break;
            str = m.post;
            masked = masked.slice(m.end + 1);
            continue;
        }
        const isNumericSequence = /^-?\d+\.\.-?\d+(?:\.\.-?\d+)?$/.test(m.body);
        const isAlphaSequence = /^[a-zA-Z]\.\.[a-zA-Z](?:\.\.-?\d+)?$/.test(m.body);
        const isSequence = isNumericSequence || isAlphaSequence;
        const isOptions = m.body.indexOf(',') >= 0;
        if (!isSequence && !isOptions) {
            // {a},b}
            if (rewrites < maxRewrites && commaSetFollows(m.post, budget)) {
                rewrites++;
                str = m.pre + '{' + m.body + escClose + m.post;
                // Taking a `}` away never gives an unmatched `{` a partner, so what
                // is masked stays unmatched. The `{` it closed can be left without
                // one, and the next scan masks it.
                masked =
                    masked.slice(0, m.end) + escClose + masked.slice(m.end + 1);
                isTop = true;
                continue;
            }
            // Nothing here expands, so the whole remaining string is literal.
            return literal();
        }
        if (firstGroup) {
            dropEmpties = isTop && !isSequence;
            firstGroup = false;
        }
        let values;
        if (isSequence) {
            values = expandSequence(m.body, isAlphaSequence, max, maxLength, budget);
            if (!values) {
                return literal();
            }
        }
        else {
            let n = parseCommaParts(m.body, budget);
            // The step budget ran out partway through the set.
            if (!n) {
                return literal();
            }
            if (n.length === 1 && n[0] !== undefined) {
                // x{{a,b}}y ==> x{a}y x{b}y
                n = expand_(n[0], max, maxLength, maxDepth, depth + 1, maxRewrites, budget, false).map(embrace);
                // The step budget ran out expanding the set's only part.
                if (budget.remaining < 0) {
                    return literal();
                }
                //XXX is this necessary? Can't seem to hit it in tests.
                /* c8 ignore start */
                if (n.length === 1) {
                    const next = combine(acc, pre + n[0], [''], max, maxLength, dropEmpties && !m.post.length, budget);
                    if (budget.remaining < 0) {
                        return literal();
                    }
                    acc = next;
                    if (!m.post.length)
                        break;
                    str = m.post;
                    masked = masked.slice(m.end + 1);
                    continue;
                }
                /* c8 ignore stop */
            }
            // Values that `combine` is going to drop as empty produce no result, so
            // they must not count against `max` - otherwise `{a,,b}` with `max: 2`
            // would stop at `['a', '']` and yield one result instead of two. Skipping
            // them outright keeps `values` bounded while leaving `max` a bound on
            // *kept* results.
            let dropsEmpties = dropEmpties && !m.post.length && !pre;
            for (let d = 0; dropsEmpties && d < acc.length; d++) {
                if (acc[d]) {
                    dropsEmpties = false;
                }
            }
            values = [];
            let valuesLength = 0;
            outer: for (let j = 0; j < n.length; j++) {
                const expanded = expand_(n[j], max, maxLength, maxDepth, depth + 1, maxRewrites, budget, false);
                // The step budget ran out expanding a member.
                if (budget.remaining < 0) {
                    return literal();
                }
                for (let k = 0; k < expanded.length; k++) {
                    const v = expanded[k];
                    if (dropsEmpties && !v)
                        continue;
                    if (values.length >= max ||
                        valuesLength + v.length > maxLength) {
                        break outer;
                    }
                    values.push(v);
                    valuesLength += v.length;
                }
            }
        }
        const next = combine(acc, pre, values, max, maxLength, dropEmpties && !m.post.length, budget);
        // The step budget ran out combining the set's values in.
        if (budget.remaining < 0) {
            return literal();
        }
        acc = next;
        if (!m.post.length)
            break;
        str = m.post;
        masked = masked.slice(m.end + 1);
    }
    return acc;
}
//# sourceMappingURL=index.js.map
;// CONCATENATED MODULE: ../node_modules/minimatch/dist/esm/assert-valid-pattern.js
const MAX_PATTERN_LENGTH = 1024 * 64;
const assertValidPattern = (pattern) => {
    if (typeof pattern !== 'string') {
        throw new TypeError('invalid pattern');
    }
    if (pattern.length > MAX_PATTERN_LENGTH) {
        throw new TypeError('pattern is too long');
    }
};
//# sourceMappingURL=assert-valid-pattern.js.map
;// CONCATENATED MODULE: ../node_modules/minimatch/dist/esm/brace-expressions.js
// translate the various posix character classes into unicode properties
// this works across all unicode locales
// { <posix class>: [<translation>, /u flag required, negated]
const posixClasses = {
    '[:alnum:]': ['\\p{L}\\p{Nl}\\p{Nd}', true],
    '[:alpha:]': ['\\p{L}\\p{Nl}', true],
    '[:ascii:]': ['\\x' + '00-\\x' + '7f', false],
    '[:blank:]': ['\\p{Zs}\\t', true],
    '[:cntrl:]': ['\\p{Cc}', true],
    '[:digit:]': ['\\p{Nd}', true],
    '[:graph:]': ['\\p{Z}\\p{C}', true, true],
    '[:lower:]': ['\\p{Ll}', true],
    '[:print:]': ['\\p{C}', true],
    '[:punct:]': ['\\p{P}', true],
    '[:space:]': ['\\p{Z}\\t\\r\\n\\v\\f', true],
    '[:upper:]': ['\\p{Lu}', true],
    '[:word:]': ['\\p{L}\\p{Nl}\\p{Nd}\\p{Pc}', true],
    '[:xdigit:]': ['A-Fa-f0-9', false],
};
// only need to escape a few things inside of brace expressions
// escapes: [ \ ] -
const braceEscape = (s) => s.replace(/[[\]\\-]/g, '\\$&');
// escape all regexp magic characters
const regexpEscape = (s) => s.replace(/[-[\]{}()*+?.,\\^$|#\s]/g, '\\$&');
// everything has already been escaped, we just have to join
const rangesToString = (ranges) => ranges.join('');
// takes a glob string at a posix brace expression, and returns
// an equivalent regular expression source, and boolean indicating
// whether the /u flag needs to be applied, and the number of chars
// consumed to parse the character class.
// This also removes out of order ranges, and returns ($.) if the
// entire class just no good.
const parseClass = (glob, position) => {
    const pos = position;
    /* c8 ignore start */
    if (glob.charAt(pos) !== '[') {
        throw new Error('not in a brace expression');
    }
    /* c8 ignore stop */
    const ranges = [];
    const negs = [];
    let i = pos + 1;
    let sawStart = false;
    let uflag = false;
    let escaping = false;
    let negate = false;
    let endPos = pos;
    let rangeStart = '';
    WHILE: while (i < glob.length) {
        const c = glob.charAt(i);
        if ((c === '!' || c === '^') && i === pos + 1) {
            negate = true;
            i++;
            continue;
        }
        if (c === ']' && sawStart && !escaping) {
            endPos = i + 1;
            break;
        }
        sawStart = true;
        if (c === '\\') {
            if (!escaping) {
                escaping = true;
                i++;
                continue;
            }
            // escaped \ char, fall through and treat like normal char
        }
        if (c === '[' && !escaping) {
            // either a posix class, a collation equivalent, or just a [
            for (const [cls, [unip, u, neg]] of Object.entries(posixClasses)) {
                if (glob.startsWith(cls, i)) {
                    // invalid, [a-[] is fine, but not [a-[:alpha]]
                    if (rangeStart) {
                        return ['$.', false, glob.length - pos, true];
                    }
                    i += cls.length;
                    if (neg)
                        negs.push(unip);
                    else
                        ranges.push(unip);
                    uflag = uflag || u;
                    continue WHILE;
                }
            }
        }
        // now it's just a normal character, effectively
        escaping = false;
        if (rangeStart) {
            // throw this range away if it's not valid, but others
            // can still match.
            if (c > rangeStart) {
                ranges.push(braceEscape(rangeStart) + '-' + braceEscape(c));
            }
            else if (c === rangeStart) {
                ranges.push(braceEscape(c));
            }
            rangeStart = '';
            i++;
            continue;
        }
        // now might be the start of a range.
        // can be either c-d or c-] or c<more...>] or c] at this point
        if (glob.startsWith('-]', i + 1)) {
            ranges.push(braceEscape(c + '-'));
            i += 2;
            continue;
        }
        if (glob.startsWith('-', i + 1)) {
            rangeStart = c;
            i += 2;
            continue;
        }
        // not the start of a range, just a single character
        ranges.push(braceEscape(c));
        i++;
    }
    if (endPos < i) {
        // didn't see the end of the class, not a valid class,
        // but might still be valid as a literal match.
        return ['', false, 0, false];
    }
    // if we got no ranges and no negates, then we have a range that
    // cannot possibly match anything, and that poisons the whole glob
    if (!ranges.length && !negs.length) {
        return ['$.', false, glob.length - pos, true];
    }
    // if we got one positive range, and it's a single character, then that's
    // not actually a magic pattern, it's just that one literal character.
    // we should not treat that as "magic", we should just return the literal
    // character. [_] is a perfectly valid way to escape glob magic chars.
    if (negs.length === 0 &&
        ranges.length === 1 &&
        /^\\?.$/.test(ranges[0]) &&
        !negate) {
        const r = ranges[0].length === 2 ? ranges[0].slice(-1) : ranges[0];
        return [regexpEscape(r), false, endPos - pos, false];
    }
    const sranges = '[' + (negate ? '^' : '') + rangesToString(ranges) + ']';
    const snegs = '[' + (negate ? '' : '^') + rangesToString(negs) + ']';
    const comb = ranges.length && negs.length ? '(' + sranges + '|' + snegs + ')'
        : ranges.length ? sranges
            : snegs;
    return [comb, uflag, endPos - pos, true];
};
//# sourceMappingURL=brace-expressions.js.map
;// CONCATENATED MODULE: ../node_modules/minimatch/dist/esm/unescape.js
/**
 * Un-escape a string that has been escaped with {@link escape}.
 *
 * If the {@link MinimatchOptions.windowsPathsNoEscape} option is used, then
 * square-bracket escapes are removed, but not backslash escapes.
 *
 * For example, it will turn the string `'[*]'` into `*`, but it will not
 * turn `'\\*'` into `'*'`, because `\` is a path separator in
 * `windowsPathsNoEscape` mode.
 *
 * When `windowsPathsNoEscape` is not set, then both square-bracket escapes and
 * backslash escapes are removed.
 *
 * Slashes (and backslashes in `windowsPathsNoEscape` mode) cannot be escaped
 * or unescaped.
 *
 * When `magicalBraces` is not set, escapes of braces (`{` and `}`) will not be
 * unescaped.
 */
const unescape_unescape = (s, { windowsPathsNoEscape = false, magicalBraces = true, } = {}) => {
    if (magicalBraces) {
        return windowsPathsNoEscape ?
            s.replace(/\[([^/\\])\]/g, '$1')
            : s
                .replace(/((?!\\).|^)\[([^/\\])\]/g, '$1$2')
                .replace(/\\([^/])/g, '$1');
    }
    return windowsPathsNoEscape ?
        s.replace(/\[([^/\\{}])\]/g, '$1')
        : s
            .replace(/((?!\\).|^)\[([^/\\{}])\]/g, '$1$2')
            .replace(/\\([^/{}])/g, '$1');
};
//# sourceMappingURL=unescape.js.map
;// CONCATENATED MODULE: ../node_modules/minimatch/dist/esm/ast.js
// parse a single path portion
var _a;


const types = new Set(['!', '?', '+', '*', '@']);
const isExtglobType = (c) => types.has(c);
const isExtglobAST = (c) => isExtglobType(c.type);
// Map of which extglob types can adopt the children of a nested extglob
//
// anything but ! can adopt a matching type:
// +(a|+(b|c)|d) => +(a|b|c|d)
// *(a|*(b|c)|d) => *(a|b|c|d)
// @(a|@(b|c)|d) => @(a|b|c|d)
// ?(a|?(b|c)|d) => ?(a|b|c|d)
//
// * can adopt anything, because 0 or repetition is allowed
// *(a|?(b|c)|d) => *(a|b|c|d)
// *(a|+(b|c)|d) => *(a|b|c|d)
// *(a|@(b|c)|d) => *(a|b|c|d)
//
// + can adopt @, because 1 or repetition is allowed
// +(a|@(b|c)|d) => +(a|b|c|d)
//
// + and @ CANNOT adopt *, because 0 would be allowed
// +(a|*(b|c)|d) => would match "", on *(b|c)
// @(a|*(b|c)|d) => would match "", on *(b|c)
//
// + and @ CANNOT adopt ?, because 0 would be allowed
// +(a|?(b|c)|d) => would match "", on ?(b|c)
// @(a|?(b|c)|d) => would match "", on ?(b|c)
//
// ? can adopt @, because 0 or 1 is allowed
// ?(a|@(b|c)|d) => ?(a|b|c|d)
//
// ? and @ CANNOT adopt * or +, because >1 would be allowed
// ?(a|*(b|c)|d) => would match bbb on *(b|c)
// @(a|*(b|c)|d) => would match bbb on *(b|c)
// ?(a|+(b|c)|d) => would match bbb on +(b|c)
// @(a|+(b|c)|d) => would match bbb on +(b|c)
//
// ! CANNOT adopt ! (nothing else can either)
// !(a|!(b|c)|d) => !(a|b|c|d) would fail to match on b (not not b|c)
//
// ! can adopt @
// !(a|@(b|c)|d) => !(a|b|c|d)
//
// ! CANNOT adopt *
// !(a|*(b|c)|d) => !(a|b|c|d) would match on bbb, not allowed
//
// ! CANNOT adopt +
// !(a|+(b|c)|d) => !(a|b|c|d) would match on bbb, not allowed
//
// ! CANNOT adopt ?
// x!(a|?(b|c)|d) => x!(a|b|c|d) would fail to match "x"
const adoptionMap = new Map([
    ['!', ['@']],
    ['?', ['?', '@']],
    ['@', ['@']],
    ['*', ['*', '+', '?', '@']],
    ['+', ['+', '@']],
]);
// nested extglobs that can be adopted in, but with the addition of
// a blank '' element.
const adoptionWithSpaceMap = new Map([
    ['!', ['?']],
    ['@', ['?']],
    ['+', ['?', '*']],
]);
// union of the previous two maps
const adoptionAnyMap = new Map([
    ['!', ['?', '@']],
    ['?', ['?', '@']],
    ['@', ['?', '@']],
    ['*', ['*', '+', '?', '@']],
    ['+', ['+', '@', '?', '*']],
]);
// Extglobs that can take over their parent if they are the only child
// the key is parent, value maps child to resulting extglob parent type
// '@' is omitted because it's a special case. An `@` extglob with a single
// member can always be usurped by that subpattern.
const usurpMap = new Map([
    ['!', new Map([['!', '@']])],
    [
        '?',
        new Map([
            ['*', '*'],
            ['+', '*'],
        ]),
    ],
    [
        '@',
        new Map([
            ['!', '!'],
            ['?', '?'],
            ['@', '@'],
            ['*', '*'],
            ['+', '+'],
        ]),
    ],
    [
        '+',
        new Map([
            ['?', '*'],
            ['*', '*'],
        ]),
    ],
]);
// Patterns that get prepended to bind to the start of either the
// entire string, or just a single path portion, to prevent dots
// and/or traversal patterns, when needed.
// Exts don't need the ^ or / bit, because the root binds that already.
const startNoTraversal = '(?!(?:^|/)\\.\\.?(?:$|/))';
const startNoDot = '(?!\\.)';
// characters that indicate a start of pattern needs the "no dots" bit,
// because a dot *might* be matched. ( is not in the list, because in
// the case of a child extglob, it will handle the prevention itself.
const addPatternStart = new Set(['[', '.']);
// cases where traversal is A-OK, no dot prevention needed
const justDots = new Set(['..', '.']);
const reSpecials = new Set('().*{}+?[]^$\\!');
const regExpEscape = (s) => s.replace(/[-[\]{}()*+?.,\\^$|#\s]/g, '\\$&');
// any single thing other than /
const qmark = '[^/]';
// * => any number of characters
const star = qmark + '*?';
// use + when we need to ensure that *something* matches, because the * is
// the only thing in the path portion.
const starNoEmpty = qmark + '+?';
// remove the \ chars that we added if we end up doing a nonmagic compare
// const deslash = (s: string) => s.replace(/\\(.)/g, '$1')
let ID = 0;
class AST {
    type;
    #root;
    #hasMagic;
    #uflag = false;
    #parts = [];
    #parent;
    #parentIndex;
    #negs;
    #filledNegs = false;
    #options;
    #toString;
    // set to true if it's an extglob with no children
    // (which really means one child of '')
    #emptyExt = false;
    id = ++ID;
    get depth() {
        return (this.#parent?.depth ?? -1) + 1;
    }
    [Symbol.for('nodejs.util.inspect.custom')]() {
        return {
            '@@type': 'AST',
            id: this.id,
            type: this.type,
            root: this.#root.id,
            parent: this.#parent?.id,
            depth: this.depth,
            partsLength: this.#parts.length,
            parts: this.#parts,
        };
    }
    constructor(type, parent, options = {}) {
        this.type = type;
        // extglobs are inherently magical
        if (type)
            this.#hasMagic = true;
        this.#parent = parent;
        this.#root = this.#parent ? this.#parent.#root : this;
        this.#options = this.#root === this ? options : this.#root.#options;
        this.#negs = this.#root === this ? [] : this.#root.#negs;
        if (type === '!' && !this.#root.#filledNegs)
            this.#negs.push(this);
        this.#parentIndex = this.#parent ? this.#parent.#parts.length : 0;
    }
    get hasMagic() {
        /* c8 ignore start */
        if (this.#hasMagic !== undefined)
            return this.#hasMagic;
        /* c8 ignore stop */
        for (const p of this.#parts) {
            if (typeof p === 'string')
                continue;
            if (p.type || p.hasMagic)
                return (this.#hasMagic = true);
        }
        // note: will be undefined until we generate the regexp src and find out
        return this.#hasMagic;
    }
    // reconstructs the pattern
    toString() {
        return (this.#toString !== undefined ? this.#toString
            : !this.type ?
                (this.#toString = this.#parts.map(p => String(p)).join(''))
                : (this.#toString =
                    this.type +
                        '(' +
                        this.#parts.map(p => String(p)).join('|') +
                        ')'));
    }
    #fillNegs() {
        /* c8 ignore start */
        if (this !== this.#root)
            throw new Error('should only call on root');
        if (this.#filledNegs)
            return this;
        /* c8 ignore stop */
        // call toString() once to fill this out
        this.toString();
        this.#filledNegs = true;
        let n;
        while ((n = this.#negs.pop())) {
            if (n.type !== '!')
                continue;
            // walk up the tree, appending everthing that comes AFTER parentIndex
            let p = n;
            let pp = p.#parent;
            while (pp) {
                for (let i = p.#parentIndex + 1; !pp.type && i < pp.#parts.length; i++) {
                    for (const part of n.#parts) {
                        /* c8 ignore start */
                        if (typeof part === 'string') {
                            throw new Error('string part in extglob AST??');
                        }
                        /* c8 ignore stop */
                        part.copyIn(pp.#parts[i]);
                    }
                }
                p = pp;
                pp = p.#parent;
            }
        }
        return this;
    }
    push(...parts) {
        for (const p of parts) {
            if (p === '')
                continue;
            /* c8 ignore start */
            if (typeof p !== 'string' &&
                !(p instanceof _a && p.#parent === this)) {
                throw new Error('invalid part: ' + p);
            }
            /* c8 ignore stop */
            this.#parts.push(p);
        }
    }
    toJSON() {
        const ret = this.type === null ?
            this.#parts
                .slice()
                .map(p => (typeof p === 'string' ? p : p.toJSON()))
            : [this.type, ...this.#parts.map(p => p.toJSON())];
        if (this.isStart() && !this.type)
            ret.unshift([]);
        if (this.isEnd() &&
            (this === this.#root ||
                (this.#root.#filledNegs && this.#parent?.type === '!'))) {
            ret.push({});
        }
        return ret;
    }
    isStart() {
        if (this.#root === this)
            return true;
        // if (this.type) return !!this.#parent?.isStart()
        if (!this.#parent?.isStart())
            return false;
        if (this.#parentIndex === 0)
            return true;
        // if everything AHEAD of this is a negation, then it's still the "start"
        const p = this.#parent;
        for (let i = 0; i < this.#parentIndex; i++) {
            const pp = p.#parts[i];
            if (!(pp instanceof _a && pp.type === '!')) {
                return false;
            }
        }
        return true;
    }
    isEnd() {
        if (this.#root === this)
            return true;
        if (this.#parent?.type === '!')
            return true;
        if (!this.#parent?.isEnd())
            return false;
        if (!this.type)
            return this.#parent?.isEnd();
        // if not root, it'll always have a parent
        /* c8 ignore start */
        const pl = this.#parent ? this.#parent.#parts.length : 0;
        /* c8 ignore stop */
        return this.#parentIndex === pl - 1;
    }
    copyIn(part) {
        if (typeof part === 'string')
            this.push(part);
        else
            this.push(part.clone(this));
    }
    clone(parent) {
        const c = new _a(this.type, parent);
        for (const p of this.#parts) {
            c.copyIn(p);
        }
        return c;
    }
    static #parseAST(str, ast, pos, opt, extDepth) {
        const maxDepth = opt.maxExtglobRecursion ?? 2;
        let escaping = false;
        let inBrace = false;
        let braceStart = -1;
        let braceNeg = false;
        if (ast.type === null) {
            // outside of a extglob, append until we find a start
            let i = pos;
            let acc = '';
            while (i < str.length) {
                const c = str.charAt(i++);
                // still accumulate escapes at this point, but we do ignore
                // starts that are escaped
                if (escaping || c === '\\') {
                    escaping = !escaping;
                    acc += c;
                    continue;
                }
                if (inBrace) {
                    if (i === braceStart + 1) {
                        if (c === '^' || c === '!') {
                            braceNeg = true;
                        }
                    }
                    else if (c === ']' && !(i === braceStart + 2 && braceNeg)) {
                        inBrace = false;
                    }
                    acc += c;
                    continue;
                }
                else if (c === '[') {
                    inBrace = true;
                    braceStart = i;
                    braceNeg = false;
                    acc += c;
                    continue;
                }
                // we don't have to check for adoption here, because that's
                // done at the other recursion point.
                const doRecurse = !opt.noext &&
                    isExtglobType(c) &&
                    str.charAt(i) === '(' &&
                    extDepth <= maxDepth;
                if (doRecurse) {
                    ast.push(acc);
                    acc = '';
                    const ext = new _a(c, ast);
                    i = _a.#parseAST(str, ext, i, opt, extDepth + 1);
                    ast.push(ext);
                    continue;
                }
                acc += c;
            }
            ast.push(acc);
            return i;
        }
        // some kind of extglob, pos is at the (
        // find the next | or )
        let i = pos + 1;
        let part = new _a(null, ast);
        const parts = [];
        let acc = '';
        while (i < str.length) {
            const c = str.charAt(i++);
            // still accumulate escapes at this point, but we do ignore
            // starts that are escaped
            if (escaping || c === '\\') {
                escaping = !escaping;
                acc += c;
                continue;
            }
            if (inBrace) {
                if (i === braceStart + 1) {
                    if (c === '^' || c === '!') {
                        braceNeg = true;
                    }
                }
                else if (c === ']' && !(i === braceStart + 2 && braceNeg)) {
                    inBrace = false;
                }
                acc += c;
                continue;
            }
            else if (c === '[') {
                inBrace = true;
                braceStart = i;
                braceNeg = false;
                acc += c;
                continue;
            }
            const doRecurse = !opt.noext &&
                isExtglobType(c) &&
                str.charAt(i) === '(' &&
                /* c8 ignore start - the maxDepth is sufficient here */
                (extDepth <= maxDepth || (ast && ast.#canAdoptType(c)));
            /* c8 ignore stop */
            if (doRecurse) {
                const depthAdd = ast && ast.#canAdoptType(c) ? 0 : 1;
                part.push(acc);
                acc = '';
                const ext = new _a(c, part);
                part.push(ext);
                i = _a.#parseAST(str, ext, i, opt, extDepth + depthAdd);
                continue;
            }
            if (c === '|') {
                part.push(acc);
                acc = '';
                parts.push(part);
                part = new _a(null, ast);
                continue;
            }
            if (c === ')') {
                if (acc === '' && ast.#parts.length === 0) {
                    ast.#emptyExt = true;
                }
                part.push(acc);
                acc = '';
                ast.push(...parts, part);
                return i;
            }
            acc += c;
        }
        // unfinished extglob
        // if we got here, it was a malformed extglob! not an extglob, but
        // maybe something else in there.
        ast.type = null;
        ast.#hasMagic = undefined;
        ast.#parts = [str.substring(pos - 1)];
        return i;
    }
    #canAdoptWithSpace(child) {
        return this.#canAdopt(child, adoptionWithSpaceMap);
    }
    #canAdopt(child, map = adoptionMap) {
        if (!child ||
            typeof child !== 'object' ||
            child.type !== null ||
            child.#parts.length !== 1 ||
            this.type === null) {
            return false;
        }
        const gc = child.#parts[0];
        if (!gc || typeof gc !== 'object' || gc.type === null) {
            return false;
        }
        return this.#canAdoptType(gc.type, map);
    }
    #canAdoptType(c, map = adoptionAnyMap) {
        return !!map.get(this.type)?.includes(c);
    }
    #adoptWithSpace(child, index) {
        const gc = child.#parts[0];
        const blank = new _a(null, gc, this.options);
        blank.#parts.push('');
        gc.push(blank);
        this.#adopt(child, index);
    }
    #adopt(child, index) {
        const gc = child.#parts[0];
        this.#parts.splice(index, 1, ...gc.#parts);
        for (const p of gc.#parts) {
            if (typeof p === 'object')
                p.#parent = this;
        }
        this.#toString = undefined;
    }
    #canUsurpType(c) {
        const m = usurpMap.get(this.type);
        return !!m?.has(c);
    }
    #canUsurp(child) {
        if (!child ||
            typeof child !== 'object' ||
            child.type !== null ||
            child.#parts.length !== 1 ||
            this.type === null ||
            this.#parts.length !== 1) {
            return false;
        }
        const gc = child.#parts[0];
        if (!gc || typeof gc !== 'object' || gc.type === null) {
            return false;
        }
        return this.#canUsurpType(gc.type);
    }
    #usurp(child) {
        const m = usurpMap.get(this.type);
        const gc = child.#parts[0];
        const nt = m?.get(gc.type);
        /* c8 ignore start - impossible */
        if (!nt)
            return false;
        /* c8 ignore stop */
        this.#parts = gc.#parts;
        for (const p of this.#parts) {
            if (typeof p === 'object') {
                p.#parent = this;
            }
        }
        this.type = nt;
        this.#toString = undefined;
        this.#emptyExt = false;
    }
    static fromGlob(pattern, options = {}) {
        const ast = new _a(null, undefined, options);
        _a.#parseAST(pattern, ast, 0, options, 0);
        return ast;
    }
    // returns the regular expression if there's magic, or the unescaped
    // string if not.
    toMMPattern() {
        // should only be called on root
        /* c8 ignore start */
        if (this !== this.#root)
            return this.#root.toMMPattern();
        /* c8 ignore stop */
        const glob = this.toString();
        const [re, body, hasMagic, uflag] = this.toRegExpSource();
        // if we're in nocase mode, and not nocaseMagicOnly, then we do
        // still need a regular expression if we have to case-insensitively
        // match capital/lowercase characters.
        const anyMagic = hasMagic ||
            this.#hasMagic ||
            (this.#options.nocase &&
                !this.#options.nocaseMagicOnly &&
                glob.toUpperCase() !== glob.toLowerCase());
        if (!anyMagic) {
            return body;
        }
        const flags = (this.#options.nocase ? 'i' : '') + (uflag ? 'u' : '');
        return Object.assign(new RegExp(`^${re}$`, flags), {
            _src: re,
            _glob: glob,
        });
    }
    get options() {
        return this.#options;
    }
    // returns the string match, the regexp source, whether there's magic
    // in the regexp (so a regular expression is required) and whether or
    // not the uflag is needed for the regular expression (for posix classes)
    // TODO: instead of injecting the start/end at this point, just return
    // the BODY of the regexp, along with the start/end portions suitable
    // for binding the start/end in either a joined full-path makeRe context
    // (where we bind to (^|/), or a standalone matchPart context (where
    // we bind to ^, and not /).  Otherwise slashes get duped!
    //
    // In part-matching mode, the start is:
    // - if not isStart: nothing
    // - if traversal possible, but not allowed: ^(?!\.\.?$)
    // - if dots allowed or not possible: ^
    // - if dots possible and not allowed: ^(?!\.)
    // end is:
    // - if not isEnd(): nothing
    // - else: $
    //
    // In full-path matching mode, we put the slash at the START of the
    // pattern, so start is:
    // - if first pattern: same as part-matching mode
    // - if not isStart(): nothing
    // - if traversal possible, but not allowed: /(?!\.\.?(?:$|/))
    // - if dots allowed or not possible: /
    // - if dots possible and not allowed: /(?!\.)
    // end is:
    // - if last pattern, same as part-matching mode
    // - else nothing
    //
    // Always put the (?:$|/) on negated tails, though, because that has to be
    // there to bind the end of the negated pattern portion, and it's easier to
    // just stick it in now rather than try to inject it later in the middle of
    // the pattern.
    //
    // We can just always return the same end, and leave it up to the caller
    // to know whether it's going to be used joined or in parts.
    // And, if the start is adjusted slightly, can do the same there:
    // - if not isStart: nothing
    // - if traversal possible, but not allowed: (?:/|^)(?!\.\.?$)
    // - if dots allowed or not possible: (?:/|^)
    // - if dots possible and not allowed: (?:/|^)(?!\.)
    //
    // But it's better to have a simpler binding without a conditional, for
    // performance, so probably better to return both start options.
    //
    // Then the caller just ignores the end if it's not the first pattern,
    // and the start always gets applied.
    //
    // But that's always going to be $ if it's the ending pattern, or nothing,
    // so the caller can just attach $ at the end of the pattern when building.
    //
    // So the todo is:
    // - better detect what kind of start is needed
    // - return both flavors of starting pattern
    // - attach $ at the end of the pattern when creating the actual RegExp
    //
    // Ah, but wait, no, that all only applies to the root when the first pattern
    // is not an extglob. If the first pattern IS an extglob, then we need all
    // that dot prevention biz to live in the extglob portions, because eg
    // +(*|.x*) can match .xy but not .yx.
    //
    // So, return the two flavors if it's #root and the first child is not an
    // AST, otherwise leave it to the child AST to handle it, and there,
    // use the (?:^|/) style of start binding.
    //
    // Even simplified further:
    // - Since the start for a join is eg /(?!\.) and the start for a part
    // is ^(?!\.), we can just prepend (?!\.) to the pattern (either root
    // or start or whatever) and prepend ^ or / at the Regexp construction.
    toRegExpSource(allowDot) {
        const dot = allowDot ?? !!this.#options.dot;
        if (this.#root === this) {
            this.#flatten();
            this.#fillNegs();
        }
        if (!isExtglobAST(this)) {
            const noEmpty = this.isStart() &&
                this.isEnd() &&
                !this.#parts.some(s => typeof s !== 'string');
            const src = this.#parts
                .map(p => {
                const [re, _, hasMagic, uflag] = typeof p === 'string' ?
                    _a.#parseGlob(p, this.#hasMagic, noEmpty)
                    : p.toRegExpSource(allowDot);
                this.#hasMagic = this.#hasMagic || hasMagic;
                this.#uflag = this.#uflag || uflag;
                return re;
            })
                .join('');
            let start = '';
            if (this.isStart()) {
                if (typeof this.#parts[0] === 'string') {
                    // this is the string that will match the start of the pattern,
                    // so we need to protect against dots and such.
                    // '.' and '..' cannot match unless the pattern is that exactly,
                    // even if it starts with . or dot:true is set.
                    const dotTravAllowed = this.#parts.length === 1 && justDots.has(this.#parts[0]);
                    if (!dotTravAllowed) {
                        const aps = addPatternStart;
                        // check if we have a possibility of matching . or ..,
                        // and prevent that.
                        const needNoTrav = 
                        // dots are allowed, and the pattern starts with [ or .
                        (dot && aps.has(src.charAt(0))) ||
                            // the pattern starts with \., and then [ or .
                            (src.startsWith('\\.') && aps.has(src.charAt(2))) ||
                            // the pattern starts with \.\., and then [ or .
                            (src.startsWith('\\.\\.') && aps.has(src.charAt(4)));
                        // no need to prevent dots if it can't match a dot, or if a
                        // sub-pattern will be preventing it anyway.
                        const needNoDot = !dot && !allowDot && aps.has(src.charAt(0));
                        start =
                            needNoTrav ? startNoTraversal
                                : needNoDot ? startNoDot
                                    : '';
                    }
                }
            }
            // append the "end of path portion" pattern to negation tails
            let end = '';
            if (this.isEnd() &&
                this.#root.#filledNegs &&
                this.#parent?.type === '!') {
                end = '(?:$|\\/)';
            }
            const final = start + src + end;
            return [
                final,
                unescape_unescape(src),
                (this.#hasMagic = !!this.#hasMagic),
                this.#uflag,
            ];
        }
        // We need to calculate the body *twice* if it's a repeat pattern
        // at the start, once in nodot mode, then again in dot mode, so a
        // pattern like *(?) can match 'x.y'
        const repeated = this.type === '*' || this.type === '+';
        // some kind of extglob
        const start = this.type === '!' ? '(?:(?!(?:' : '(?:';
        let body = this.#partsToRegExp(dot);
        if (this.isStart() && this.isEnd() && !body && this.type !== '!') {
            // invalid extglob, has to at least be *something* present, if it's
            // the entire path portion.
            const s = this.toString();
            const me = this;
            me.#parts = [s];
            me.type = null;
            me.#hasMagic = undefined;
            return [s, unescape_unescape(this.toString()), false, false];
        }
        let bodyDotAllowed = !repeated || allowDot || dot || !startNoDot ?
            ''
            : this.#partsToRegExp(true);
        if (bodyDotAllowed === body) {
            bodyDotAllowed = '';
        }
        if (bodyDotAllowed) {
            body = `(?:${body})(?:${bodyDotAllowed})*?`;
        }
        // an empty !() is exactly equivalent to a starNoEmpty
        let final = '';
        if (this.type === '!' && this.#emptyExt) {
            final = (this.isStart() && !dot ? startNoDot : '') + starNoEmpty;
        }
        else {
            const close = this.type === '!' ?
                // !() must match something,but !(x) can match ''
                '))' +
                    (this.isStart() && !dot && !allowDot ? startNoDot : '') +
                    star +
                    ')'
                : this.type === '@' ? ')'
                    : this.type === '?' ? ')?'
                        : this.type === '+' && bodyDotAllowed ? ')'
                            : this.type === '*' && bodyDotAllowed ? `)?`
                                : `)${this.type}`;
            final = start + body + close;
        }
        return [
            final,
            unescape_unescape(body),
            (this.#hasMagic = !!this.#hasMagic),
            this.#uflag,
        ];
    }
    #flatten() {
        if (!isExtglobAST(this)) {
            for (const p of this.#parts) {
                if (typeof p === 'object') {
                    p.#flatten();
                }
            }
        }
        else {
            // do up to 10 passes to flatten as much as possible
            let iterations = 0;
            let done = false;
            do {
                done = true;
                for (let i = 0; i < this.#parts.length; i++) {
                    const c = this.#parts[i];
                    if (typeof c === 'object') {
                        c.#flatten();
                        if (this.#canAdopt(c)) {
                            done = false;
                            this.#adopt(c, i);
                        }
                        else if (this.#canAdoptWithSpace(c)) {
                            done = false;
                            this.#adoptWithSpace(c, i);
                        }
                        else if (this.#canUsurp(c)) {
                            done = false;
                            this.#usurp(c);
                        }
                    }
                }
            } while (!done && ++iterations < 10);
        }
        this.#toString = undefined;
    }
    #partsToRegExp(dot) {
        return this.#parts
            .map(p => {
            // extglob ASTs should only contain parent ASTs
            /* c8 ignore start */
            if (typeof p === 'string') {
                throw new Error('string type in extglob ast??');
            }
            /* c8 ignore stop */
            // can ignore hasMagic, because extglobs are already always magic
            const [re, _, _hasMagic, uflag] = p.toRegExpSource(dot);
            this.#uflag = this.#uflag || uflag;
            return re;
        })
            .filter(p => !(this.isStart() && this.isEnd()) || !!p)
            .join('|');
    }
    static #parseGlob(glob, hasMagic, noEmpty = false) {
        let escaping = false;
        let re = '';
        let uflag = false;
        // multiple stars that aren't globstars coalesce into one *
        let inStar = false;
        for (let i = 0; i < glob.length; i++) {
            const c = glob.charAt(i);
            if (escaping) {
                escaping = false;
                re += (reSpecials.has(c) ? '\\' : '') + c;
                continue;
            }
            if (c === '*') {
                if (inStar)
                    continue;
                inStar = true;
                re += noEmpty && /^[*]+$/.test(glob) ? starNoEmpty : star;
                hasMagic = true;
                continue;
            }
            else {
                inStar = false;
            }
            if (c === '\\') {
                if (i === glob.length - 1) {
                    re += '\\\\';
                }
                else {
                    escaping = true;
                }
                continue;
            }
            if (c === '[') {
                const [src, needUflag, consumed, magic] = parseClass(glob, i);
                if (consumed) {
                    re += src;
                    uflag = uflag || needUflag;
                    i += consumed - 1;
                    hasMagic = hasMagic || magic;
                    continue;
                }
            }
            if (c === '?') {
                re += qmark;
                hasMagic = true;
                continue;
            }
            re += regExpEscape(c);
        }
        return [re, unescape_unescape(glob), !!hasMagic, uflag];
    }
}
_a = AST;
//# sourceMappingURL=ast.js.map
;// CONCATENATED MODULE: ../node_modules/minimatch/dist/esm/escape.js
/**
 * Escape all magic characters in a glob pattern.
 *
 * If the {@link MinimatchOptions.windowsPathsNoEscape}
 * option is used, then characters are escaped by wrapping in `[]`, because
 * a magic character wrapped in a character class can only be satisfied by
 * that exact character.  In this mode, `\` is _not_ escaped, because it is
 * not interpreted as a magic character, but instead as a path separator.
 *
 * If the {@link MinimatchOptions.magicalBraces} option is used,
 * then braces (`{` and `}`) will be escaped.
 */
const escape_escape = (s, { windowsPathsNoEscape = false, magicalBraces = false, } = {}) => {
    // don't need to escape +@! because we escape the parens
    // that make those magic, and escaping ! as [!] isn't valid,
    // because [!]] is a valid glob class meaning not ']'.
    if (magicalBraces) {
        return windowsPathsNoEscape ?
            s.replace(/[?*()[\]{}]/g, '[$&]')
            : s.replace(/[?*()[\]\\{}]/g, '\\$&');
    }
    return windowsPathsNoEscape ?
        s.replace(/[?*()[\]]/g, '[$&]')
        : s.replace(/[?*()[\]\\]/g, '\\$&');
};
//# sourceMappingURL=escape.js.map
;// CONCATENATED MODULE: ../node_modules/minimatch/dist/esm/index.js





const minimatch = (p, pattern, options = {}) => {
    assertValidPattern(pattern);
    // shortcut: comments match nothing.
    if (!options.nocomment && pattern.charAt(0) === '#') {
        return false;
    }
    return new Minimatch(pattern, options).match(p);
};
// Optimized checking for the most common glob patterns.
const starDotExtRE = /^\*+([^+@!?*[(]*)$/;
const starDotExtTest = (ext) => (f) => !f.startsWith('.') && f.endsWith(ext);
const starDotExtTestDot = (ext) => (f) => f.endsWith(ext);
const starDotExtTestNocase = (ext) => {
    ext = ext.toLowerCase();
    return (f) => !f.startsWith('.') && f.toLowerCase().endsWith(ext);
};
const starDotExtTestNocaseDot = (ext) => {
    ext = ext.toLowerCase();
    return (f) => f.toLowerCase().endsWith(ext);
};
const starDotStarRE = /^\*+\.\*+$/;
const starDotStarTest = (f) => !f.startsWith('.') && f.includes('.');
const starDotStarTestDot = (f) => f !== '.' && f !== '..' && f.includes('.');
const dotStarRE = /^\.\*+$/;
const dotStarTest = (f) => f !== '.' && f !== '..' && f.startsWith('.');
const starRE = /^\*+$/;
const starTest = (f) => f.length !== 0 && !f.startsWith('.');
const starTestDot = (f) => f.length !== 0 && f !== '.' && f !== '..';
const qmarksRE = /^\?+([^+@!?*[(]*)?$/;
const qmarksTestNocase = ([$0, ext = '']) => {
    const noext = qmarksTestNoExt([$0]);
    if (!ext)
        return noext;
    ext = ext.toLowerCase();
    return (f) => noext(f) && f.toLowerCase().endsWith(ext);
};
const qmarksTestNocaseDot = ([$0, ext = '']) => {
    const noext = qmarksTestNoExtDot([$0]);
    if (!ext)
        return noext;
    ext = ext.toLowerCase();
    return (f) => noext(f) && f.toLowerCase().endsWith(ext);
};
const qmarksTestDot = ([$0, ext = '']) => {
    const noext = qmarksTestNoExtDot([$0]);
    return !ext ? noext : (f) => noext(f) && f.endsWith(ext);
};
const qmarksTest = ([$0, ext = '']) => {
    const noext = qmarksTestNoExt([$0]);
    return !ext ? noext : (f) => noext(f) && f.endsWith(ext);
};
const qmarksTestNoExt = ([$0]) => {
    const len = $0.length;
    return (f) => f.length === len && !f.startsWith('.');
};
const qmarksTestNoExtDot = ([$0]) => {
    const len = $0.length;
    return (f) => f.length === len && f !== '.' && f !== '..';
};
/* c8 ignore start */
const defaultPlatform = (typeof process === 'object' && process ?
    (typeof process.env === 'object' &&
        process.env &&
        process.env.__MINIMATCH_TESTING_PLATFORM__) ||
        process.platform
    : 'posix');
const path = {
    win32: { sep: '\\' },
    posix: { sep: '/' },
};
/* c8 ignore stop */
const sep = defaultPlatform === 'win32' ? path.win32.sep : path.posix.sep;
minimatch.sep = sep;
const GLOBSTAR = Symbol('globstar **');
minimatch.GLOBSTAR = GLOBSTAR;
// any single thing other than /
// don't need to escape / when using new RegExp()
const esm_qmark = '[^/]';
// * => any number of characters
const esm_star = esm_qmark + '*?';
// ** when dots are allowed.  Anything goes, except .. and .
// not (^ or / followed by one or two dots followed by $ or /),
// followed by anything, any number of times.
const twoStarDot = '(?:(?!(?:\\/|^)(?:\\.{1,2})($|\\/)).)*?';
// not a ^ or / followed by a dot,
// followed by anything, any number of times.
const twoStarNoDot = '(?:(?!(?:\\/|^)\\.).)*?';
const filter = (pattern, options = {}) => (p) => minimatch(p, pattern, options);
minimatch.filter = filter;
const ext = (a, b = {}) => Object.assign({}, a, b);
const defaults = (def) => {
    if (!def || typeof def !== 'object' || !Object.keys(def).length) {
        return minimatch;
    }
    const orig = minimatch;
    const m = (p, pattern, options = {}) => orig(p, pattern, ext(def, options));
    return Object.assign(m, {
        Minimatch: class Minimatch extends orig.Minimatch {
            constructor(pattern, options = {}) {
                super(pattern, ext(def, options));
            }
            static defaults(options) {
                return orig.defaults(ext(def, options)).Minimatch;
            }
        },
        AST: class AST extends orig.AST {
            /* c8 ignore start */
            constructor(type, parent, options = {}) {
                super(type, parent, ext(def, options));
            }
            /* c8 ignore stop */
            static fromGlob(pattern, options = {}) {
                return orig.AST.fromGlob(pattern, ext(def, options));
            }
        },
        unescape: (s, options = {}) => orig.unescape(s, ext(def, options)),
        escape: (s, options = {}) => orig.escape(s, ext(def, options)),
        filter: (pattern, options = {}) => orig.filter(pattern, ext(def, options)),
        defaults: (options) => orig.defaults(ext(def, options)),
        makeRe: (pattern, options = {}) => orig.makeRe(pattern, ext(def, options)),
        braceExpand: (pattern, options = {}) => orig.braceExpand(pattern, ext(def, options)),
        match: (list, pattern, options = {}) => orig.match(list, pattern, ext(def, options)),
        sep: orig.sep,
        GLOBSTAR: GLOBSTAR,
    });
};
minimatch.defaults = defaults;
// Brace expansion:
// a{b,c}d -> abd acd
// a{b,}c -> abc ac
// a{0..3}d -> a0d a1d a2d a3d
// a{b,c{d,e}f}g -> abg acdfg acefg
// a{b,c}d{e,f}g -> abdeg acdeg abdeg abdfg
//
// Invalid sets are not expanded.
// a{2..}b -> a{2..}b
// a{b}c -> a{b}c
const braceExpand = (pattern, options = {}) => {
    assertValidPattern(pattern);
    // Thanks to Yeting Li <https://github.com/yetingli> for
    // improving this regexp to avoid a ReDOS vulnerability.
    if (options.nobrace || !/\{(?:(?!\{).)*\}/.test(pattern)) {
        // shortcut. no need to expand.
        return [pattern];
    }
    return expand(pattern, { max: options.braceExpandMax });
};
minimatch.braceExpand = braceExpand;
// parse a component of the expanded set.
// At this point, no pattern may contain "/" in it
// so we're going to return a 2d array, where each entry is the full
// pattern, split on '/', and then turned into a regular expression.
// A regexp is made at the end which joins each array with an
// escaped /, and another full one which joins each regexp with |.
//
// Following the lead of Bash 4.1, note that "**" only has special meaning
// when it is the *only* thing in a path portion.  Otherwise, any series
// of * is equivalent to a single *.  Globstar behavior is enabled by
// default, and can be disabled by setting options.noglobstar.
const makeRe = (pattern, options = {}) => new Minimatch(pattern, options).makeRe();
minimatch.makeRe = makeRe;
const match = (list, pattern, options = {}) => {
    const mm = new Minimatch(pattern, options);
    list = list.filter(f => mm.match(f));
    if (mm.options.nonull && !list.length) {
        list.push(pattern);
    }
    return list;
};
minimatch.match = match;
// replace stuff like \* with *
const globMagic = /[?*]|[+@!]\(.*?\)|\[|\]/;
const esm_regExpEscape = (s) => s.replace(/[-[\]{}()*+?.,\\^$|#\s]/g, '\\$&');
class Minimatch {
    options;
    set;
    pattern;
    windowsPathsNoEscape;
    nonegate;
    negate;
    comment;
    empty;
    preserveMultipleSlashes;
    partial;
    globSet;
    globParts;
    nocase;
    isWindows;
    platform;
    windowsNoMagicRoot;
    maxGlobstarRecursion;
    regexp;
    constructor(pattern, options = {}) {
        assertValidPattern(pattern);
        options = options || {};
        this.options = options;
        this.maxGlobstarRecursion = options.maxGlobstarRecursion ?? 200;
        this.pattern = pattern;
        this.platform = options.platform || defaultPlatform;
        this.isWindows = this.platform === 'win32';
        // avoid the annoying deprecation flag lol
        const awe = ('allowWindow' + 'sEscape');
        this.windowsPathsNoEscape =
            !!options.windowsPathsNoEscape || options[awe] === false;
        if (this.windowsPathsNoEscape) {
            this.pattern = this.pattern.replace(/\\/g, '/');
        }
        this.preserveMultipleSlashes = !!options.preserveMultipleSlashes;
        this.regexp = null;
        this.negate = false;
        this.nonegate = !!options.nonegate;
        this.comment = false;
        this.empty = false;
        this.partial = !!options.partial;
        this.nocase = !!this.options.nocase;
        this.windowsNoMagicRoot =
            options.windowsNoMagicRoot !== undefined ?
                options.windowsNoMagicRoot
                : !!(this.isWindows && this.nocase);
        this.globSet = [];
        this.globParts = [];
        this.set = [];
        // make the set of regexps etc.
        this.make();
    }
    hasMagic() {
        if (this.options.magicalBraces && this.set.length > 1) {
            return true;
        }
        for (const pattern of this.set) {
            for (const part of pattern) {
                if (typeof part !== 'string')
                    return true;
            }
        }
        return false;
    }
    debug(..._) { }
    make() {
        const pattern = this.pattern;
        const options = this.options;
        // empty patterns and comments match nothing.
        if (!options.nocomment && pattern.charAt(0) === '#') {
            this.comment = true;
            return;
        }
        if (!pattern) {
            this.empty = true;
            return;
        }
        // step 1: figure out negation, etc.
        this.parseNegate();
        // step 2: expand braces
        this.globSet = [...new Set(this.braceExpand())];
        if (options.debug) {
            //oxlint-disable-next-line no-console
            this.debug = (...args) => console.error(...args);
        }
        this.debug(this.pattern, this.globSet);
        // step 3: now we have a set, so turn each one into a series of
        // path-portion matching patterns.
        // These will be regexps, except in the case of "**", which is
        // set to the GLOBSTAR object for globstar behavior,
        // and will not contain any / characters
        //
        // First, we preprocess to make the glob pattern sets a bit simpler
        // and deduped.  There are some perf-killing patterns that can cause
        // problems with a glob walk, but we can simplify them down a bit.
        const rawGlobParts = this.globSet.map(s => this.slashSplit(s));
        this.globParts = this.preprocess(rawGlobParts);
        this.debug(this.pattern, this.globParts);
        // glob --> regexps
        let set = this.globParts.map((s, _, __) => {
            if (this.isWindows && this.windowsNoMagicRoot) {
                // check if it's a drive or unc path.
                const isUNC = s[0] === '' &&
                    s[1] === '' &&
                    (s[2] === '?' || !globMagic.test(s[2])) &&
                    !globMagic.test(s[3]);
                const isDrive = /^[a-z]:/i.test(s[0]);
                if (isUNC) {
                    return [
                        ...s.slice(0, 4),
                        ...s.slice(4).map(ss => this.parse(ss)),
                    ];
                }
                else if (isDrive) {
                    return [s[0], ...s.slice(1).map(ss => this.parse(ss))];
                }
            }
            return s.map(ss => this.parse(ss));
        });
        this.debug(this.pattern, set);
        // filter out everything that didn't compile properly.
        this.set = set.filter(s => s.indexOf(false) === -1);
        // do not treat the ? in UNC paths as magic
        if (this.isWindows) {
            for (let i = 0; i < this.set.length; i++) {
                const p = this.set[i];
                if (p[0] === '' &&
                    p[1] === '' &&
                    this.globParts[i][2] === '?' &&
                    typeof p[3] === 'string' &&
                    /^[a-z]:$/i.test(p[3])) {
                    p[2] = '?';
                }
            }
        }
        this.debug(this.pattern, this.set);
    }
    // various transforms to equivalent pattern sets that are
    // faster to process in a filesystem walk.  The goal is to
    // eliminate what we can, and push all ** patterns as far
    // to the right as possible, even if it increases the number
    // of patterns that we have to process.
    preprocess(globParts) {
        // if we're not in globstar mode, then turn ** into *
        if (this.options.noglobstar) {
            for (const partset of globParts) {
                for (let j = 0; j < partset.length; j++) {
                    if (partset[j] === '**') {
                        partset[j] = '*';
                    }
                }
            }
        }
        const { optimizationLevel = 1 } = this.options;
        if (optimizationLevel >= 2) {
            // aggressive optimization for the purpose of fs walking
            globParts = this.firstPhasePreProcess(globParts);
            globParts = this.secondPhasePreProcess(globParts);
        }
        else if (optimizationLevel >= 1) {
            // just basic optimizations to remove some .. parts
            globParts = this.levelOneOptimize(globParts);
        }
        else {
            // just collapse multiple ** portions into one
            globParts = this.adjascentGlobstarOptimize(globParts);
        }
        return globParts;
    }
    // just get rid of adjascent ** portions
    adjascentGlobstarOptimize(globParts) {
        return globParts.map(parts => {
            let gs = -1;
            while (-1 !== (gs = parts.indexOf('**', gs + 1))) {
                let i = gs;
                while (parts[i + 1] === '**') {
                    i++;
                }
                if (i !== gs) {
                    parts.splice(gs, i - gs);
                }
            }
            return parts;
        });
    }
    // get rid of adjascent ** and resolve .. portions
    levelOneOptimize(globParts) {
        return globParts.map(parts => {
            parts = parts.reduce((set, part) => {
                const prev = set[set.length - 1];
                if (part === '**' && prev === '**') {
                    return set;
                }
                if (part === '..') {
                    if (prev && prev !== '..' && prev !== '.' && prev !== '**') {
                        set.pop();
                        return set;
                    }
                }
                set.push(part);
                return set;
            }, []);
            return parts.length === 0 ? [''] : parts;
        });
    }
    levelTwoFileOptimize(parts) {
        if (!Array.isArray(parts)) {
            parts = this.slashSplit(parts);
        }
        let didSomething = false;
        do {
            didSomething = false;
            // <pre>/<e>/<rest> -> <pre>/<rest>
            if (!this.preserveMultipleSlashes) {
                for (let i = 1; i < parts.length - 1; i++) {
                    const p = parts[i];
                    // don't squeeze out UNC patterns
                    if (i === 1 && p === '' && parts[0] === '')
                        continue;
                    if (p === '.' || p === '') {
                        didSomething = true;
                        parts.splice(i, 1);
                        i--;
                    }
                }
                if (parts[0] === '.' &&
                    parts.length === 2 &&
                    (parts[1] === '.' || parts[1] === '')) {
                    didSomething = true;
                    parts.pop();
                }
            }
            // <pre>/<p>/../<rest> -> <pre>/<rest>
            let dd = 0;
            while (-1 !== (dd = parts.indexOf('..', dd + 1))) {
                const p = parts[dd - 1];
                if (p &&
                    p !== '.' &&
                    p !== '..' &&
                    p !== '**' &&
                    !(this.isWindows && /^[a-z]:$/i.test(p))) {
                    didSomething = true;
                    parts.splice(dd - 1, 2);
                    dd -= 2;
                }
            }
        } while (didSomething);
        return parts.length === 0 ? [''] : parts;
    }
    // First phase: single-pattern processing
    // <pre> is 1 or more portions
    // <rest> is 1 or more portions
    // <p> is any portion other than ., .., '', or **
    // <e> is . or ''
    //
    // **/.. is *brutal* for filesystem walking performance, because
    // it effectively resets the recursive walk each time it occurs,
    // and ** cannot be reduced out by a .. pattern part like a regexp
    // or most strings (other than .., ., and '') can be.
    //
    // <pre>/**/../<p>/<p>/<rest> -> {<pre>/../<p>/<p>/<rest>,<pre>/**/<p>/<p>/<rest>}
    // <pre>/<e>/<rest> -> <pre>/<rest>
    // <pre>/<p>/../<rest> -> <pre>/<rest>
    // **/**/<rest> -> **/<rest>
    //
    // **/*/<rest> -> */**/<rest> <== not valid because ** doesn't follow
    // this WOULD be allowed if ** did follow symlinks, or * didn't
    firstPhasePreProcess(globParts) {
        let didSomething = false;
        do {
            didSomething = false;
            // <pre>/**/../<p>/<p>/<rest> -> {<pre>/../<p>/<p>/<rest>,<pre>/**/<p>/<p>/<rest>}
            for (let parts of globParts) {
                let gs = -1;
                while (-1 !== (gs = parts.indexOf('**', gs + 1))) {
                    let gss = gs;
                    while (parts[gss + 1] === '**') {
                        // <pre>/**/**/<rest> -> <pre>/**/<rest>
                        gss++;
                    }
                    // eg, if gs is 2 and gss is 4, that means we have 3 **
                    // parts, and can remove 2 of them.
                    if (gss > gs) {
                        parts.splice(gs + 1, gss - gs);
                    }
                    let next = parts[gs + 1];
                    const p = parts[gs + 2];
                    const p2 = parts[gs + 3];
                    if (next !== '..')
                        continue;
                    if (!p ||
                        p === '.' ||
                        p === '..' ||
                        !p2 ||
                        p2 === '.' ||
                        p2 === '..') {
                        continue;
                    }
                    didSomething = true;
                    // edit parts in place, and push the new one
                    parts.splice(gs, 1);
                    const other = parts.slice(0);
                    other[gs] = '**';
                    globParts.push(other);
                    gs--;
                }
                // <pre>/<e>/<rest> -> <pre>/<rest>
                if (!this.preserveMultipleSlashes) {
                    for (let i = 1; i < parts.length - 1; i++) {
                        const p = parts[i];
                        // don't squeeze out UNC patterns
                        if (i === 1 && p === '' && parts[0] === '')
                            continue;
                        if (p === '.' || p === '') {
                            didSomething = true;
                            parts.splice(i, 1);
                            i--;
                        }
                    }
                    if (parts[0] === '.' &&
                        parts.length === 2 &&
                        (parts[1] === '.' || parts[1] === '')) {
                        didSomething = true;
                        parts.pop();
                    }
                }
                // <pre>/<p>/../<rest> -> <pre>/<rest>
                let dd = 0;
                while (-1 !== (dd = parts.indexOf('..', dd + 1))) {
                    const p = parts[dd - 1];
                    if (p && p !== '.' && p !== '..' && p !== '**') {
                        didSomething = true;
                        const needDot = dd === 1 && parts[dd + 1] === '**';
                        const splin = needDot ? ['.'] : [];
                        parts.splice(dd - 1, 2, ...splin);
                        if (parts.length === 0)
                            parts.push('');
                        dd -= 2;
                    }
                }
            }
        } while (didSomething);
        return globParts;
    }
    // second phase: multi-pattern dedupes
    // {<pre>/*/<rest>,<pre>/<p>/<rest>} -> <pre>/*/<rest>
    // {<pre>/<rest>,<pre>/<rest>} -> <pre>/<rest>
    // {<pre>/**/<rest>,<pre>/<rest>} -> <pre>/**/<rest>
    //
    // {<pre>/**/<rest>,<pre>/**/<p>/<rest>} -> <pre>/**/<rest>
    // ^-- not valid because ** doens't follow symlinks
    secondPhasePreProcess(globParts) {
        for (let i = 0; i < globParts.length - 1; i++) {
            for (let j = i + 1; j < globParts.length; j++) {
                const matched = this.partsMatch(globParts[i], globParts[j], !this.preserveMultipleSlashes);
                if (matched) {
                    globParts[i] = [];
                    globParts[j] = matched;
                    break;
                }
            }
        }
        return globParts.filter(gs => gs.length);
    }
    partsMatch(a, b, emptyGSMatch = false) {
        let ai = 0;
        let bi = 0;
        let result = [];
        let which = '';
        while (ai < a.length && bi < b.length) {
            if (a[ai] === b[bi]) {
                result.push(which === 'b' ? b[bi] : a[ai]);
                ai++;
                bi++;
            }
            else if (emptyGSMatch && a[ai] === '**' && b[bi] === a[ai + 1]) {
                result.push(a[ai]);
                ai++;
            }
            else if (emptyGSMatch && b[bi] === '**' && a[ai] === b[bi + 1]) {
                result.push(b[bi]);
                bi++;
            }
            else if (a[ai] === '*' &&
                b[bi] &&
                (this.options.dot || !b[bi].startsWith('.')) &&
                b[bi] !== '**') {
                if (which === 'b')
                    return false;
                which = 'a';
                result.push(a[ai]);
                ai++;
                bi++;
            }
            else if (b[bi] === '*' &&
                a[ai] &&
                (this.options.dot || !a[ai].startsWith('.')) &&
                a[ai] !== '**') {
                if (which === 'a')
                    return false;
                which = 'b';
                result.push(b[bi]);
                ai++;
                bi++;
            }
            else {
                return false;
            }
        }
        // if we fall out of the loop, it means they two are identical
        // as long as their lengths match
        return a.length === b.length && result;
    }
    parseNegate() {
        if (this.nonegate)
            return;
        const pattern = this.pattern;
        let negate = false;
        let negateOffset = 0;
        for (let i = 0; i < pattern.length && pattern.charAt(i) === '!'; i++) {
            negate = !negate;
            negateOffset++;
        }
        if (negateOffset)
            this.pattern = pattern.slice(negateOffset);
        this.negate = negate;
    }
    // set partial to true to test if, for example,
    // "/a/b" matches the start of "/*/b/*/d"
    // Partial means, if you run out of file before you run
    // out of pattern, then that's fine, as long as all
    // the parts match.
    matchOne(file, pattern, partial = false) {
        let fileStartIndex = 0;
        let patternStartIndex = 0;
        // UNC paths like //?/X:/... can match X:/... and vice versa
        // Drive letters in absolute drive or unc paths are always compared
        // case-insensitively.
        if (this.isWindows) {
            const fileDrive = typeof file[0] === 'string' && /^[a-z]:$/i.test(file[0]);
            const fileUNC = !fileDrive &&
                file[0] === '' &&
                file[1] === '' &&
                file[2] === '?' &&
                /^[a-z]:$/i.test(file[3]);
            const patternDrive = typeof pattern[0] === 'string' && /^[a-z]:$/i.test(pattern[0]);
            const patternUNC = !patternDrive &&
                pattern[0] === '' &&
                pattern[1] === '' &&
                pattern[2] === '?' &&
                typeof pattern[3] === 'string' &&
                /^[a-z]:$/i.test(pattern[3]);
            const fdi = fileUNC ? 3
                : fileDrive ? 0
                    : undefined;
            const pdi = patternUNC ? 3
                : patternDrive ? 0
                    : undefined;
            if (typeof fdi === 'number' && typeof pdi === 'number') {
                const [fd, pd] = [
                    file[fdi],
                    pattern[pdi],
                ];
                // start matching at the drive letter index of each
                if (fd.toLowerCase() === pd.toLowerCase()) {
                    pattern[pdi] = fd;
                    patternStartIndex = pdi;
                    fileStartIndex = fdi;
                }
            }
        }
        // resolve and reduce . and .. portions in the file as well.
        // don't need to do the second phase, because it's only one string[]
        const { optimizationLevel = 1 } = this.options;
        if (optimizationLevel >= 2) {
            file = this.levelTwoFileOptimize(file);
        }
        if (pattern.includes(GLOBSTAR)) {
            return this.#matchGlobstar(file, pattern, partial, fileStartIndex, patternStartIndex);
        }
        return this.#matchOne(file, pattern, partial, fileStartIndex, patternStartIndex);
    }
    #matchGlobstar(file, pattern, partial, fileIndex, patternIndex) {
        // split the pattern into head, tail, and middle of ** delimited parts
        const firstgs = pattern.indexOf(GLOBSTAR, patternIndex);
        const lastgs = pattern.lastIndexOf(GLOBSTAR);
        // split the pattern up into globstar-delimited sections
        // the tail has to be at the end, and the others just have
        // to be found in order from the head.
        const [head, body, tail] = partial ?
            [
                pattern.slice(patternIndex, firstgs),
                pattern.slice(firstgs + 1),
                [],
            ]
            : [
                pattern.slice(patternIndex, firstgs),
                pattern.slice(firstgs + 1, lastgs),
                pattern.slice(lastgs + 1),
            ];
        // check the head, from the current file/pattern index.
        if (head.length) {
            const fileHead = file.slice(fileIndex, fileIndex + head.length);
            if (!this.#matchOne(fileHead, head, partial, 0, 0)) {
                return false;
            }
            fileIndex += head.length;
            patternIndex += head.length;
        }
        // now we know the head matches!
        // if the last portion is not empty, it MUST match the end
        // check the tail
        let fileTailMatch = 0;
        if (tail.length) {
            // if head + tail > file, then we cannot possibly match
            if (tail.length + fileIndex > file.length)
                return false;
            // try to match the tail
            let tailStart = file.length - tail.length;
            if (this.#matchOne(file, tail, partial, tailStart, 0)) {
                fileTailMatch = tail.length;
            }
            else {
                // affordance for stuff like a/**/* matching a/b/
                // if the last file portion is '', and there's more to the pattern
                // then try without the '' bit.
                if (file[file.length - 1] !== '' ||
                    fileIndex + tail.length === file.length) {
                    return false;
                }
                tailStart--;
                if (!this.#matchOne(file, tail, partial, tailStart, 0)) {
                    return false;
                }
                fileTailMatch = tail.length + 1;
            }
        }
        // now we know the tail matches!
        // the middle is zero or more portions wrapped in **, possibly
        // containing more ** sections.
        // so a/**/b/**/c/**/d has become **/b/**/c/**
        // if it's empty, it means a/**/b, just verify we have no bad dots
        // if there's no tail, so it ends on /**, then we must have *something*
        // after the head, or it's not a matc
        if (!body.length) {
            let sawSome = !!fileTailMatch;
            for (let i = fileIndex; i < file.length - fileTailMatch; i++) {
                const f = String(file[i]);
                sawSome = true;
                if (f === '.' ||
                    f === '..' ||
                    (!this.options.dot && f.startsWith('.'))) {
                    return false;
                }
            }
            // in partial mode, we just need to get past all file parts
            return partial || sawSome;
        }
        // now we know that there's one or more body sections, which can
        // be matched anywhere from the 0 index (because the head was pruned)
        // through to the length-fileTailMatch index.
        // split the body up into sections, and note the minimum index it can
        // be found at (start with the length of all previous segments)
        // [section, before, after]
        const bodySegments = [[[], 0]];
        let currentBody = bodySegments[0];
        let nonGsParts = 0;
        const nonGsPartsSums = [0];
        for (const b of body) {
            if (b === GLOBSTAR) {
                nonGsPartsSums.push(nonGsParts);
                currentBody = [[], 0];
                bodySegments.push(currentBody);
            }
            else {
                currentBody[0].push(b);
                nonGsParts++;
            }
        }
        let i = bodySegments.length - 1;
        const fileLength = file.length - fileTailMatch;
        for (const b of bodySegments) {
            b[1] = fileLength - (nonGsPartsSums[i--] + b[0].length);
        }
        return !!this.#matchGlobStarBodySections(file, bodySegments, fileIndex, 0, partial, 0, !!fileTailMatch);
    }
    // return false for "nope, not matching"
    // return null for "not matching, cannot keep trying"
    #matchGlobStarBodySections(file, 
    // pattern section, last possible position for it
    bodySegments, fileIndex, bodyIndex, partial, globStarDepth, sawTail) {
        // take the first body segment, and walk from fileIndex to its "after"
        // value at the end
        // If it doesn't match at that position, we increment, until we hit
        // that final possible position, and give up.
        // If it does match, then advance and try to rest.
        // If any of them fail we keep walking forward.
        // this is still a bit recursively painful, but it's more constrained
        // than previous implementations, because we never test something that
        // can't possibly be a valid matching condition.
        const bs = bodySegments[bodyIndex];
        if (!bs) {
            // just make sure that there's no bad dots
            for (let i = fileIndex; i < file.length; i++) {
                sawTail = true;
                const f = file[i];
                if (f === '.' ||
                    f === '..' ||
                    (!this.options.dot && f.startsWith('.'))) {
                    return false;
                }
            }
            return sawTail;
        }
        // have a non-globstar body section to test
        const [body, after] = bs;
        while (fileIndex <= after) {
            const m = this.#matchOne(file.slice(0, fileIndex + body.length), body, partial, fileIndex, 0);
            // if limit exceeded, no match. intentional false negative,
            // acceptable break in correctness for security.
            if (m && globStarDepth < this.maxGlobstarRecursion) {
                // match! see if the rest match. if so, we're done!
                const sub = this.#matchGlobStarBodySections(file, bodySegments, fileIndex + body.length, bodyIndex + 1, partial, globStarDepth + 1, sawTail);
                if (sub !== false) {
                    return sub;
                }
            }
            const f = file[fileIndex];
            if (f === '.' ||
                f === '..' ||
                (!this.options.dot && f.startsWith('.'))) {
                return false;
            }
            fileIndex++;
        }
        // walked off. no point continuing
        return partial || null;
    }
    #matchOne(file, pattern, partial, fileIndex, patternIndex) {
        let fi;
        let pi;
        let pl;
        let fl;
        for (fi = fileIndex,
            pi = patternIndex,
            fl = file.length,
            pl = pattern.length; fi < fl && pi < pl; fi++, pi++) {
            this.debug('matchOne loop');
            let p = pattern[pi];
            let f = file[fi];
            this.debug(pattern, p, f);
            // should be impossible.
            // some invalid regexp stuff in the set.
            /* c8 ignore start */
            if (p === false || p === GLOBSTAR) {
                return false;
            }
            /* c8 ignore stop */
            // something other than **
            // non-magic patterns just have to match exactly
            // patterns with magic have been turned into regexps.
            let hit;
            if (typeof p === 'string') {
                hit = f === p;
                this.debug('string match', p, f, hit);
            }
            else {
                hit = p.test(f);
                this.debug('pattern match', p, f, hit);
            }
            if (!hit)
                return false;
        }
        // Note: ending in / means that we'll get a final ""
        // at the end of the pattern.  This can only match a
        // corresponding "" at the end of the file.
        // If the file ends in /, then it can only match a
        // a pattern that ends in /, unless the pattern just
        // doesn't have any more for it. But, a/b/ should *not*
        // match "a/b/*", even though "" matches against the
        // [^/]*? pattern, except in partial mode, where it might
        // simply not be reached yet.
        // However, a/b/ should still satisfy a/*
        // now either we fell off the end of the pattern, or we're done.
        if (fi === fl && pi === pl) {
            // ran out of pattern and filename at the same time.
            // an exact hit!
            return true;
        }
        else if (fi === fl) {
            // ran out of file, but still had pattern left.
            // this is ok if we're doing the match as part of
            // a glob fs traversal.
            return partial;
        }
        else if (pi === pl) {
            // ran out of pattern, still have file left.
            // this is only acceptable if we're on the very last
            // empty segment of a file with a trailing slash.
            // a/* should match a/b/
            return fi === fl - 1 && file[fi] === '';
            /* c8 ignore start */
        }
        else {
            // should be unreachable.
            throw new Error('wtf?');
        }
        /* c8 ignore stop */
    }
    braceExpand() {
        return braceExpand(this.pattern, this.options);
    }
    parse(pattern) {
        assertValidPattern(pattern);
        const options = this.options;
        // shortcuts
        if (pattern === '**')
            return GLOBSTAR;
        if (pattern === '')
            return '';
        // far and away, the most common glob pattern parts are
        // *, *.*, and *.<ext>  Add a fast check method for those.
        let m;
        let fastTest = null;
        if ((m = pattern.match(starRE))) {
            fastTest = options.dot ? starTestDot : starTest;
        }
        else if ((m = pattern.match(starDotExtRE))) {
            fastTest = (options.nocase ?
                options.dot ?
                    starDotExtTestNocaseDot
                    : starDotExtTestNocase
                : options.dot ? starDotExtTestDot
                    : starDotExtTest)(m[1]);
        }
        else if ((m = pattern.match(qmarksRE))) {
            fastTest = (options.nocase ?
                options.dot ?
                    qmarksTestNocaseDot
                    : qmarksTestNocase
                : options.dot ? qmarksTestDot
                    : qmarksTest)(m);
        }
        else if ((m = pattern.match(starDotStarRE))) {
            fastTest = options.dot ? starDotStarTestDot : starDotStarTest;
        }
        else if ((m = pattern.match(dotStarRE))) {
            fastTest = dotStarTest;
        }
        const re = AST.fromGlob(pattern, this.options).toMMPattern();
        if (fastTest && typeof re === 'object') {
            // Avoids overriding in frozen environments
            Reflect.defineProperty(re, 'test', { value: fastTest });
        }
        return re;
    }
    makeRe() {
        if (this.regexp || this.regexp === false)
            return this.regexp;
        // at this point, this.set is a 2d array of partial
        // pattern strings, or "**".
        //
        // It's better to use .match().  This function shouldn't
        // be used, really, but it's pretty convenient sometimes,
        // when you just want to work with a regex.
        const set = this.set;
        if (!set.length) {
            this.regexp = false;
            return this.regexp;
        }
        const options = this.options;
        const twoStar = options.noglobstar ? esm_star
            : options.dot ? twoStarDot
                : twoStarNoDot;
        const flags = new Set(options.nocase ? ['i'] : []);
        // regexpify non-globstar patterns
        // if ** is only item, then we just do one twoStar
        // if ** is first, and there are more, prepend (\/|twoStar\/)? to next
        // if ** is last, append (\/twoStar|) to previous
        // if ** is in the middle, append (\/|\/twoStar\/) to previous
        // then filter out GLOBSTAR symbols
        let re = set
            .map(pattern => {
            const pp = pattern.map(p => {
                if (p instanceof RegExp) {
                    for (const f of p.flags.split(''))
                        flags.add(f);
                }
                return (typeof p === 'string' ? esm_regExpEscape(p)
                    : p === GLOBSTAR ? GLOBSTAR
                        : p._src);
            });
            pp.forEach((p, i) => {
                const next = pp[i + 1];
                const prev = pp[i - 1];
                if (p !== GLOBSTAR || prev === GLOBSTAR) {
                    return;
                }
                if (prev === undefined) {
                    if (next !== undefined && next !== GLOBSTAR) {
                        pp[i + 1] = '(?:\\/|' + twoStar + '\\/)?' + next;
                    }
                    else {
                        pp[i] = twoStar;
                    }
                }
                else if (next === undefined) {
                    pp[i - 1] = prev + '(?:\\/|\\/' + twoStar + ')?';
                }
                else if (next !== GLOBSTAR) {
                    pp[i - 1] = prev + '(?:\\/|\\/' + twoStar + '\\/)' + next;
                    pp[i + 1] = GLOBSTAR;
                }
            });
            const filtered = pp.filter(p => p !== GLOBSTAR);
            // For partial matches, we need to make the pattern match
            // any prefix of the full path. We do this by generating
            // alternative patterns that match progressively longer prefixes.
            if (this.partial && filtered.length >= 1) {
                const prefixes = [];
                for (let i = 1; i <= filtered.length; i++) {
                    prefixes.push(filtered.slice(0, i).join('/'));
                }
                return '(?:' + prefixes.join('|') + ')';
            }
            return filtered.join('/');
        })
            .join('|');
        // need to wrap in parens if we had more than one thing with |,
        // otherwise only the first will be anchored to ^ and the last to $
        const [open, close] = set.length > 1 ? ['(?:', ')'] : ['', ''];
        // must match entire pattern
        // ending in a * or ** will make it less strict.
        re = '^' + open + re + close + '$';
        // In partial mode, '/' should always match as it's a valid prefix for any pattern
        if (this.partial) {
            re = '^(?:\\/|' + open + re.slice(1, -1) + close + ')$';
        }
        // can match anything, as long as it's not this.
        if (this.negate)
            re = '^(?!' + re + ').+$';
        try {
            this.regexp = new RegExp(re, [...flags].join(''));
            /* c8 ignore start */
        }
        catch {
            // should be impossible
            this.regexp = false;
        }
        /* c8 ignore stop */
        return this.regexp;
    }
    slashSplit(p) {
        // if p starts with // on windows, we preserve that
        // so that UNC paths aren't broken.  Otherwise, any number of
        // / characters are coalesced into one, unless
        // preserveMultipleSlashes is set to true.
        if (this.preserveMultipleSlashes) {
            return p.split('/');
        }
        else if (this.isWindows && /^\/\/[^/]+/.test(p)) {
            // add an extra '' for the one we lose
            return ['', ...p.split(/\/+/)];
        }
        else {
            return p.split(/\/+/);
        }
    }
    match(f, partial = this.partial) {
        this.debug('match', f, this.pattern);
        // short-circuit in the case of busted things.
        // comments, etc.
        if (this.comment) {
            return false;
        }
        if (this.empty) {
            return f === '';
        }
        if (f === '/' && partial) {
            return true;
        }
        const options = this.options;
        // windows: need to use /, not \
        if (this.isWindows) {
            f = f.split('\\').join('/');
        }
        // treat the test path as a set of pathparts.
        const ff = this.slashSplit(f);
        this.debug(this.pattern, 'split', ff);
        // just ONE of the pattern sets in this.set needs to match
        // in order for it to be valid.  If negating, then just one
        // match means that we have failed.
        // Either way, return on the first hit.
        const set = this.set;
        this.debug(this.pattern, 'set', set);
        // Find the basename of the path by looking for the last non-empty segment
        let filename = ff[ff.length - 1];
        if (!filename) {
            for (let i = ff.length - 2; !filename && i >= 0; i--) {
                filename = ff[i];
            }
        }
        for (const pattern of set) {
            let file = ff;
            if (options.matchBase && pattern.length === 1) {
                file = [filename];
            }
            const hit = this.matchOne(file, pattern, partial);
            if (hit) {
                if (options.flipNegate) {
                    return true;
                }
                return !this.negate;
            }
        }
        // didn't get any hits.  this is success if it's a negative
        // pattern, failure otherwise.
        if (options.flipNegate) {
            return false;
        }
        return this.negate;
    }
    static defaults(def) {
        return minimatch.defaults(def).Minimatch;
    }
}
/* c8 ignore start */



/* c8 ignore stop */
minimatch.AST = AST;
minimatch.Minimatch = Minimatch;
minimatch.escape = escape_escape;
minimatch.unescape = unescape_unescape;
//# sourceMappingURL=index.js.map

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		id: moduleId,
/******/ 		loaded: false,
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Flag the module as loaded
/******/ 	module.loaded = true;
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return {
753: () => import("./file-type.js"),
25: () => import("./inspection.js"),
556: () => import("./manifest.js"),
666: () => import("./release.js"),
20: () => import("./sandbox.js"),
341: () => import("./send.js"),
619: () => import("./undici.js"),
956: () => import("./zod.js"),
}[chunkId]();
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/node module decorator */
/******/ (() => {
/******/ 	__nccwpck_require__.nmd = (module) => {
/******/ 		module.paths = [];
/******/ 		if (!module.children) module.children = [];
/******/ 		return module;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = __nccwpck_require__.u(chunkId).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(8829);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
