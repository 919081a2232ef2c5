// Every npm script runs this first. npm puts node_modules/.bin before the machine's PATH, so `node` is the
// Node 24 of the npm `node` package, unless its install script was not allowed to run.
const major = Number(process.versions.node.split('.')[0]);

if (major < 24) {
  console.error(
    `This project runs on Node 24, the runtime of the action, but \`node\` is ${process.version}.\n` +
      'npm ci installs Node 24 from the npm package "node"; its install script did not run here.\n' +
      'Run: npm rebuild node --ignore-scripts=false',
  );
  process.exit(1);
}
