/** The error codes of this package; each has an entry in `docs/errors/cloudify.md`. */
export const CLOUDIFY_ERRORS = {
  VIA_CLOUDIFY_BODY_NOT_UTF8: 'the body is not UTF-8',
  VIA_CLOUDIFY_BODY_NOT_JSON: 'the body is not JSON',
  VIA_CLOUDIFY_BODY_TOO_LARGE: 'the body is larger than an event may be',
  VIA_CLOUDIFY_BODY_TOO_DEEP: 'the body is nested deeper than an event may be',
  VIA_CLOUDIFY_NOT_AN_EVENT: 'the message is JSON but neither an event nor a log of Cloudify',
  VIA_CLOUDIFY_FORM_INVALID: 'the JSON form of a message could not be read',
  VIA_CLOUDIFY_HOOKS_FILE: 'a file of hooks is broken or cannot be read',
  VIA_CLOUDIFY_HOOK_UNKNOWN: 'the file of hooks has no hook of this name',
  VIA_CLOUDIFY_HOOK_NOT_FOUND: 'the function of a hook does not exist',
  VIA_CLOUDIFY_HOOK_FAILED: 'a hook raised an exception or exited with an error',
  VIA_CLOUDIFY_HOOK_CRASHED: 'the process of a hook ended in the middle of a call',
  VIA_CLOUDIFY_HOOK_TIME: 'a hook took longer than its time limit',
  VIA_CLOUDIFY_HOOK_OUTPUT: 'a hook printed more than it may',
  VIA_CLOUDIFY_HOOK_INPUTS: 'the inputs of a built-in hook are wrong',
  VIA_CLOUDIFY_HOOK_NOT_STARTED: 'the program of a hook cannot be started',
  VIA_CLOUDIFY_HOOK_ABORTED: 'running a hook was called off',
} as const;
