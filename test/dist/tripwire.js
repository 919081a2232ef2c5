// Preloaded into the built action by bundle.test.ts: tells on stderr of every text that is run as code.

function tell(what) {
  process.stderr.write(`tripwire: ${what}\n${new Error().stack}\n`);
}

globalThis.Function = new Proxy(Function, {
  construct(target, texts) {
    tell('new Function');
    return Reflect.construct(target, texts);
  },
  apply(target, self, texts) {
    tell('Function()');
    return Reflect.apply(target, self, texts);
  },
});

// biome-ignore lint/security/noGlobalEval: it is watched, not used.
globalThis.eval = new Proxy(globalThis.eval, {
  apply(target, self, texts) {
    tell('eval');
    return Reflect.apply(target, self, texts);
  },
});
