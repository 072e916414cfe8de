"""An oslo.messaging notification listener that prints what it is given, one JSON object a line.

  {"kind": "ready", "version": "oslo.messaging 14.0.3"}   the consumers are declared
  {"kind": "notification", "priority", "publisher_id", "event_type", "ctxt", "payload",
   "metadata": {"message_id", "timestamp"}}
  {"kind": "batch", "priority", "size"}                   before the notifications of a batch
  {"kind": "requeued" | "raised", "message_id"}           as asked for with --requeue-first ...

Runs until SIGTERM.
"""

import argparse
import json
import logging
import signal
import sys
import threading
import warnings
from importlib.metadata import version

PRIORITIES = ["audit", "debug", "info", "warn", "error", "critical", "sample"]


def parse_arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--topic", action="append")
    parser.add_argument("--exchange", action="append")
    parser.add_argument("--priority", action="append", choices=PRIORITIES)
    parser.add_argument("--pool")
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--batch-timeout", type=float, default=1.0)
    parser.add_argument("--requeue-first", type=int, default=0)
    parser.add_argument("--raise-first", type=int, default=0)
    parser.add_argument("--no-requeue", action="store_true")
    parser.add_argument("--filter-event-type")
    parser.add_argument("--conf", action="append", default=[], metavar="GROUP.OPTION=JSON")
    return parser.parse_args()


def make_transport(url, overrides):
    from oslo_config import cfg
    import oslo_messaging

    conf = cfg.ConfigOpts()
    conf([])
    transport = oslo_messaging.get_notification_transport(conf, url=url)
    for item in overrides:
        name, value = item.split("=", 1)
        group, option = name.rsplit(".", 1)
        conf.set_override(option, json.loads(value), group)
    return transport


class Printer:
    """Answers the library for every priority, from any of its threads."""

    def __init__(self, requeue_first, raise_first):
        self.lock = threading.Lock()
        self.to_requeue = requeue_first
        self.to_raise = raise_first

    def print(self, **line):
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    def handle(self, priority, message):
        from oslo_messaging import NotificationResult

        message_id = message["metadata"].get("message_id")
        with self.lock:
            if self.to_raise > 0:
                self.to_raise -= 1
                self.print(kind="raised", message_id=message_id)
                raise RuntimeError("asked to fail")
            if self.to_requeue > 0:
                self.to_requeue -= 1
                self.print(kind="requeued", message_id=message_id)
                return NotificationResult.REQUEUE
            self.print(kind="notification", priority=priority, **message)
        return NotificationResult.HANDLED

    def single(self, priority):
        def callback(ctxt, publisher_id, event_type, payload, metadata):
            return self.handle(priority, dict(
                publisher_id=publisher_id, event_type=event_type, ctxt=ctxt,
                payload=payload, metadata=metadata))
        return callback

    def batch(self, priority):
        from oslo_messaging import NotificationResult

        def callback(messages):
            with self.lock:
                self.print(kind="batch", priority=priority, size=len(messages))
            results = [self.handle(priority, message) for message in messages]
            if NotificationResult.REQUEUE in results:
                return NotificationResult.REQUEUE
            return NotificationResult.HANDLED
        return callback


def main():
    options = parse_arguments()
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    warnings.filterwarnings("ignore")
    import oslo_messaging

    transport = make_transport(options.url, options.conf)
    targets = [oslo_messaging.Target(topic=topic, exchange=exchange)
               for topic in options.topic or ["notifications"]
               for exchange in options.exchange or [None]]
    printer = Printer(options.requeue_first, options.raise_first)

    class Endpoint:
        pass

    endpoint = Endpoint()
    if options.filter_event_type:
        endpoint.filter_rule = oslo_messaging.NotificationFilter(
            event_type=options.filter_event_type)
    make_callback = printer.batch if options.batch_size else printer.single
    for priority in options.priority or PRIORITIES:
        setattr(endpoint, priority, make_callback(priority))

    shared = dict(executor="threading", allow_requeue=not options.no_requeue, pool=options.pool)
    if options.batch_size:
        server = oslo_messaging.get_batch_notification_listener(
            transport, targets, [endpoint], batch_size=options.batch_size,
            batch_timeout=options.batch_timeout, **shared)
    else:
        server = oslo_messaging.get_notification_listener(
            transport, targets, [endpoint], **shared)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    server.start()
    with printer.lock:
        printer.print(kind="ready", version="oslo.messaging " + version("oslo.messaging"))
    stopping.wait()
    server.stop()
    server.wait()


if __name__ == "__main__":
    main()
