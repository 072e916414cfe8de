/**
 * Calls hook functions for Viaduct, one after the other, as long as its input is open. The protocol
 * is that of hook_worker.py; `function` is the name of an export, `file` the module that has it.
 */
import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const ERROR_LENGTH_MAX = 4000;

async function call({ file, function: name, context, inputs }) {
  let found;
  try {
    found = await import(pathToFileURL(file).href);
  } catch (error) {
    const isMissing =
      error?.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).includes(file);
    return isMissing
      ? { ok: false, kind: 'not-found', error: `there is no module ${file}` }
      : failed(error);
  }
  if (typeof found[name] !== 'function') {
    return { ok: false, kind: 'not-found', error: `${file} exports no function "${name}"` };
  }
  try {
    await found[name](context, inputs);
    return { ok: true };
  } catch (error) {
    return failed(error);
  }
}

function failed(error) {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { ok: false, kind: 'failed', error: text.slice(0, ERROR_LENGTH_MAX) };
}

// A file stream would read in a thread that process.exit() waits for.
const calls = new Socket({ fd: 3, readable: true, writable: false });
for await (const line of createInterface({ input: calls })) {
  const request = JSON.parse(line);
  Object.assign(process.env, request.environment);
  const answer = await call(request);
  for (const name of Object.keys(request.environment)) delete process.env[name];
  writeSync(4, `${JSON.stringify({ ...answer, id: request.id })}\n`);
}
process.exit(0); // whatever a hook left running
