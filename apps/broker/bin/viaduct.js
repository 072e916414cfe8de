#!/usr/bin/env node
// The command. This file must parse and run under any Node from 12 on, so that an old one gets a
// sentence instead of a syntax error: nothing is imported before the version is known, and nothing
// here is newer than ES2015 but import().

/** The oldest major version of Node this runs on; package.json says the same ("engines"). */
var NODE_MAJOR_MIN = 24;

/** Exit codes that main.ts cannot give; the whole list is in src/exit-code.ts. */
var EXIT_NODE_UNSUPPORTED = 3;
var EXIT_FAILED = 4;

if (parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  process.stderr.write(
    'viaduct: VIA_BROKER_NODE_UNSUPPORTED: this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      '), and Node ' +
      NODE_MAJOR_MIN +
      ' or newer is needed: install it from https://nodejs.org and run it again with that one first on PATH.\n',
  );
  process.exitCode = EXIT_NODE_UNSUPPORTED;
} else {
  // By its own package name: src or dist, whichever the conditions say.
  import('@viaduct/broker/main').then(
    function (module) {
      return module.main(process.argv.slice(2));
    },
    function (error) {
      var reason = String((error && error.message) || error);
      if (error && error.code === 'ERR_MODULE_NOT_FOUND' && reason.indexOf('dist/main.js') >= 0) {
        reason = 'it is not built: run "npm run build", or "npm run -s viaduct -- COMMAND"';
      }
      process.stderr.write('viaduct: ' + reason + '\n');
      process.exitCode = EXIT_FAILED;
    },
  );
}
