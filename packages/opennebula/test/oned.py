"""The pool calls of oned on Python's own XML-RPC server: its answers are arrays, as oned's are.

Reads commands from standard input, one JSON object a line, each merged into what it serves:
{"session": "user:secret", "pools": {"one.vmpool.info": ["<VM>...</VM>"]}, "delay": 0}.
Writes the port first, then each call, as JSON lines.
"""
import json
import sys
import threading
import time
from xmlrpc.server import SimpleXMLRPCRequestHandler, SimpleXMLRPCServer

state = {"session": "", "pools": {}, "delay": 0}
ROOTS = {
    "one.vmpool.info": "VM_POOL",
    "one.hostpool.info": "HOST_POOL",
    "one.imagepool.info": "IMAGE_POOL",
    "one.vnpool.info": "VNET_POOL",
}


def answer(method, params):
    print(json.dumps({"method": method, "params": list(params[1:])}), flush=True)
    time.sleep(state["delay"])
    if params[0] != state["session"]:
        # AuthenticationError of RequestManager: false, message, 0x0100.
        return [False, "[%s] User couldn't be authenticated, aborting call." % method, 256]
    objects = state["pools"].get(method, [])
    if len(params) > 2:
        offset, size = params[2], -params[3]
        objects = objects[offset:offset + size]
    root = ROOTS[method]
    return [True, "<%s>%s</%s>" % (root, "".join(objects), root), 0]


class Handler(SimpleXMLRPCRequestHandler):
    rpc_paths = ("/RPC2",)


class Dispatcher:
    def _dispatch(self, method, params):
        return answer(method, params)


server = SimpleXMLRPCServer(("127.0.0.1", 0), requestHandler=Handler, logRequests=False)
server.register_instance(Dispatcher())
threading.Thread(target=server.serve_forever, daemon=True).start()
print(json.dumps({"port": server.server_address[1]}), flush=True)
for line in sys.stdin:
    state.update(json.loads(line))
    print(json.dumps({"served": True}), flush=True)
