"""Calls hook functions for Viaduct, one after the other, as long as its input is open.

Reads one JSON object a line from file descriptor 3 and answers each with one on file descriptor 4:

    {"id": 1, "function": "package.module.function", "paths": [...], "environment": {...},
     "context": {...}, "inputs": {...}}
    {"id": 1, "ok": true}
    {"id": 1, "ok": false, "kind": "failed" or "not-found", "error": "ValueError: boom"}

The function is called as Cloudify's management worker calls it (cloudify-manager, mgmtworker/hooks.py):
the event context as the only positional argument, the inputs as keyword arguments. Standard input is
empty; what is printed goes to Viaduct, which bounds it. The environment of a call is there during it.
"""
import importlib
import json
import os
import sys
import traceback

TRACE_LENGTH_MAX = 4000


class NotFound(Exception):
    pass


def find(name):
    module_name, _, function_name = name.rpartition(".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        missing = getattr(error, "name", None)
        if missing is not None and (module_name + ".").startswith(missing + "."):
            raise NotFound("No module named %s" % module_name)
        raise
    function = getattr(module, function_name, None)
    if function is None:
        raise NotFound("%s has no function named '%s'" % (module_name, function_name))
    if not callable(function):
        raise NotFound("%s is not callable" % name)
    return function


def call(request):
    for path in reversed(request["paths"]):
        if path not in sys.path:
            sys.path.insert(0, path)
    try:
        os.environ.update(request["environment"])
        function = find(request["function"])
        function(request["context"], **request["inputs"])
        return {"ok": True}
    except NotFound as error:
        return {"ok": False, "kind": "not-found", "error": str(error)}
    except BaseException as error:  # SystemExit too: one hook must not end the worker
        if isinstance(error, KeyboardInterrupt):
            raise
        text = "".join(traceback.format_exception_only(type(error), error)).strip()
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        return {
            "ok": False,
            "kind": "failed",
            "error": text[:TRACE_LENGTH_MAX],
            "trace": trace[-TRACE_LENGTH_MAX:],
        }
    finally:
        for name in request["environment"]:
            os.environ.pop(name, None)


def main():
    requests = os.fdopen(3, "r", encoding="utf-8")
    answers = os.fdopen(4, "w", encoding="utf-8")
    for descriptor in (3, 4):
        os.set_inheritable(descriptor, False)  # nor may what a hook starts talk to Viaduct
    while True:
        line = requests.readline()
        if not line:
            return
        request = json.loads(line)
        answer = call(request)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                pass
        answer["id"] = request["id"]
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
