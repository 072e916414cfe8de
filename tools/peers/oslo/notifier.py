"""An oslo.messaging notifier that sends what it reads, one JSON object a line.

Reads {"event_type", "payload", "priority"?, "publisher_id"?, "ctxt"?}; message id, timestamp and
_unique_id are the library's. Prints

  {"kind": "ready", "version": "oslo.messaging 14.0.3"}
  {"kind": "sent", "event_type", "priority"}     the library has returned

and ends with its input. The library swallows most failures to publish, so "sent" is not a proof.
"""

import argparse
import json
import logging
import sys
import warnings
from importlib.metadata import version

from listener import make_transport


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--driver", default="messagingv2", choices=["messaging", "messagingv2"])
    parser.add_argument("--exchange")
    parser.add_argument("--topic", action="append")
    parser.add_argument("--publisher-id", default="testing")
    parser.add_argument("--retry", type=int)
    parser.add_argument("--context-class", action="store_true",
                        help="wrap the context in oslo_context's RequestContext, as services do")
    parser.add_argument("--conf", action="append", default=[], metavar="GROUP.OPTION=JSON")
    return parser.parse_args()


def make_context(values, as_class):
    if not as_class:
        return values
    from oslo_context import context

    return context.RequestContext.from_dict(values)


def print_line(**line):
    print(json.dumps(line), flush=True)


def main():
    options = parse_arguments()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    warnings.filterwarnings("ignore")
    import oslo_messaging

    if options.exchange:
        oslo_messaging.set_transport_defaults(options.exchange)
    transport = make_transport(options.url, options.conf)
    notifier = oslo_messaging.Notifier(
        transport, publisher_id=options.publisher_id, driver=options.driver,
        retry=options.retry, topics=options.topic or ["notifications"])
    print_line(kind="ready", version="oslo.messaging " + version("oslo.messaging"))
    for text in sys.stdin:
        message = json.loads(text)
        priority = message.get("priority", "info").lower()
        publisher = notifier.prepare(
            publisher_id=message.get("publisher_id", options.publisher_id))
        getattr(publisher, priority)(
            make_context(message.get("ctxt", {}), options.context_class),
            message["event_type"], message["payload"])
        print_line(kind="sent", event_type=message["event_type"], priority=priority)
    transport.cleanup()


if __name__ == "__main__":
    main()
