"""Refuse requests that would leave for AWS: which ones, how botocore comes to raise it, and the message."""

from __future__ import annotations

import functools
import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn
from urllib.parse import urlsplit

from pytest_appintegrations.documentation import read_on
from pytest_appintegrations.errors import RealCallRefused, UnexpectedCall
from pytest_appintegrations.interception import activation
from pytest_appintegrations.interception.run import Run, current_run
from pytest_appintegrations.interception.unhandled import raise_and_remember, remember


class RefusedResponse:
    """A response that raises `RealCallRefused` as soon as botocore reads it.

    botocore does so only if no other handler of `before-send` has responded.
    """

    def __init__(self, operation: str, url: str) -> None:
        self._operation = operation
        self._url = url

    def __getattr__(self, name: str) -> Any:
        __tracebackhide__ = True
        _refuse(self._operation, self._url)


def preferring_responses(first_response: Any) -> Any:
    """Wrap `first_non_none_response`: a request is refused only if no handler at all has a response to it."""

    @functools.wraps(first_response)
    def first(responses: Any, default: Any = None) -> Any:
        refusals = [response for _, response in responses if type(response) is RefusedResponse]
        if not refusals:
            return first_response(responses, default)
        return first_response([pair for pair in responses if pair[1] is not refusals[0]], refusals[0])

    return first


def check_stub_is_allowed(operation: str, active: activation.Active) -> None:
    """Raise `UnexpectedCall` if a test is meant to reach AWS, and a fixture has started the stub that would respond.

    While fixtures are set up it is only remembered: those of a wider scope belong to other tests, too.
    """
    __tracebackhide__ = True
    if not activation.is_forbidden(active):
        return
    error = UnexpectedCall(f"{operation} {_STUB_IN_REAL_TEST}")
    if current_run().phase != "setup":
        raise error
    remember(error)


def _refuse(operation: str, url: str) -> NoReturn:
    __tracebackhide__ = True
    host = urlsplit(url).netloc.rpartition("@")[2]
    sent = f"{operation} was about to be sent to {host}"
    if not activation.is_guarded():  # No run is left to report it.
        raise RealCallRefused(f"{sent} {_AFTER_RUN}")
    run = current_run()
    lines = (f"{sent} {_advice(run, run.responsible_test())}", read_on(_PAGE))
    raise_and_remember(RealCallRefused("\n".join(filter(None, lines))))


def _advice(run: Run, responsible: str | None) -> str:
    """Return where the request came from, and what helps there."""
    if os.getpid() != run.process:
        return _IN_CHILD
    if run.test is None and responsible is None:
        return _outside_of_tests()
    if responsible != run.test:
        start = f"in {responsible}" if responsible else "before the first test"
        return f"by the thread {threading.current_thread().name!r}, which was started {start} {_LEFT_RUNNING}"
    return _IN_FIXTURE if run.phase in ("setup", "teardown") else _IN_TEST


def _outside_of_tests() -> str:
    imported = _imported_file()
    if imported is None:
        return _OUTSIDE
    return _IN_CONFTEST if imported.name == "conftest.py" else f"while {imported.name} was imported.\n{_AT_IMPORT}"


def _imported_file() -> Path | None:
    """Return the file of the module that is being imported; None if none is."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__")
        # Neither the program nor what execnet runs in pytest-xdist's workers, which is no module.
        if frame.f_code.co_name == "<module>" and name != "__main__" and name in sys.modules:
            return Path(frame.f_code.co_filename)
        frame = frame.f_back
    return None


_PAGE = "how-to/refused.html"
_ALLOW = "To allow it: mark the test with @pytest.mark.appint_real, or set appint_real_calls = allow in the ini file."
_ALLOW_ALL = "To allow it: set appint_real_calls = allow in the ini file."
_IN_TEST = f"""by a test without a stub.
To stub it: let the test request the fixture appint_stub, or mark it with @pytest.mark.appint().
{_ALLOW}"""
_IN_FIXTURE = f"""by a fixture, while no stub was active.
To stub it: let this fixture request appint_stub, so that the stub is active before the code of the fixture runs.
A fixture of a wider scope than a test needs a stub of its own: `with AppIntegrationsStub() as stub:`.
{_ALLOW}"""
_AT_IMPORT = f"""No stub is active at that time, because fixtures and markers take effect only when a test runs.
To stub it: move the call into a function that the test calls, or import the module inside of the test.
{_ALLOW_ALL}"""
_IN_CONFTEST = f"""while conftest.py was imported.
No stub is active at that time, because fixtures and markers take effect only when a test runs.
To stub it: move the call into a fixture that requests appint_stub.
{_ALLOW_ALL}"""
_OUTSIDE = f"""outside of every test, where no fixture and no marker is in effect.
To stub it: make the call in a test, or enter a stub around it: `with AppIntegrationsStub() as stub:`.
{_ALLOW_ALL}"""
_LEFT_RUNNING = """and was still running.
Stop the thread, or wait for it, before that test ends."""
_IN_CHILD = f"""by a child process that was forked from the test run.
To stub it: start the process by the method "spawn", in a test that requests the fixture appint_server.
{_ALLOW}"""
_AFTER_RUN = """after the test run that this thread or client belongs to had ended.
Stop the thread, or wait for it, before its test ends. Create clients for other work outside of the run."""
_STUB_IN_REAL_TEST = """would be answered by a stub, but @pytest.mark.appint_real lets the calls of this test reach AWS.
The stub was started before the body of the test, by a fixture or in setUp.
Remove the marker, or start no stub for tests that have it: in a fixture, request.node.get_closest_marker("appint_real")
returns the marker. A stub that the body of the test starts itself is accepted."""
