"""`python -m pytest_appintegrations`: serve a stub for a test suite in another language, until it is stopped."""

from __future__ import annotations

import argparse
import os
import shlex
import signal
import sys
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_appintegrations.server.http_server import StubServer

_DEFAULT_PORT = 4587
_POLL_SECONDS = 0.1


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a stub until Ctrl-C or SIGTERM; exit with status 2 if that is not possible."""
    stopped = _stopped_by_signals()
    parser = _parser()
    options = parser.parse_args(arguments)
    with _serve(parser, options.port, options.seed_file) as server:
        _print(f"Amazon AppIntegrations is served at {server.url} until Ctrl-C. Set in the environment of its clients:")
        for name, value in server.environ.items():
            _print(f"export {name}={shlex.quote(value)}")
        while not stopped.is_set():
            time.sleep(_POLL_SECONDS)  # Not stopped.wait(), which Ctrl-C does not interrupt on Windows.


def _stopped_by_signals() -> threading.Event:
    """Return an event that Ctrl-C and SIGTERM set, instead of raising exceptions."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pytest_appintegrations",
        description="Serve a stub of Amazon AppIntegrations over HTTP on a loopback port, until Ctrl-C or SIGTERM.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--port", type=_port, default=_DEFAULT_PORT, help="port to listen on; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument(
        "--seed-file",
        metavar="FILE.json",
        help="JSON file of records to load, as stub.dump() returns them (default: none)",
    )
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"invalid port {text!r}: it must be a number from 0 to 65535")
    return int(text)


def _serve(parser: argparse.ArgumentParser, port: int, seed_file: str | None) -> StubServer:
    from pytest_appintegrations.stub import AppIntegrationsStub

    stub = AppIntegrationsStub()
    try:
        if seed_file is not None:
            stub.load(seed_file)
        return stub.serve(port=port, log=_print)
    except ValueError as problem:
        parser.error(f"argument --seed-file: {problem}")
    except OSError as problem:
        parser.error(
            f"argument --port: can't listen on {port}: {problem.strerror}; use another port, or 0 for a free one"
        )


def _print(line: str) -> None:
    try:
        print(f"{line}\n", end="", flush=True)
    except BrokenPipeError:  # The reader of the lines has closed the pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
