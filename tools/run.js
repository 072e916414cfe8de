// Runs a TypeScript tool of this folder, if this Node can; else says in one line what to do.
// Plain JavaScript, so that any Node gets as far as the check: `node tools/run.js TOOL.ts ARG…`.
const OLDEST = 24;

const [, , tool, ...args] = process.argv;
if (Number(process.versions.node.split('.')[0]) < OLDEST) {
  console.error(
    `Viaduct needs Node ${OLDEST} and this is ${process.versions.node}: run "npm ci", which brings it, ` +
      'then start this with npm (npm start, npm test).',
  );
  process.exit(1);
}
const file = new URL(tool, import.meta.url);
process.argv = [process.argv[0], file.pathname, ...args];
await import(file.href);
