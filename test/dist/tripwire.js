// Preloaded into the built action by bundle.test.ts: writes a line to stderr for every text that is run as code.

function report(what) {
  process.stderr.write(`tripwire: ${what}\n${new Error().stack}\n`);
}

globalThis.Function = new Proxy(Function, {
  construct(target, texts) {
    report('new Function');
    return Reflect.construct(target, texts);
  },
  apply(target, self, texts) {
    report('Function()');
    return Reflect.apply(target, self, texts);
  },
});

// biome-ignore lint/security/noGlobalEval: it is watched, not used.
globalThis.eval = new Proxy(globalThis.eval, {
  apply(target, self, texts) {
    report('eval');
    return Reflect.apply(target, self, texts);
  },
});
