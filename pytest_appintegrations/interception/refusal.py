"""The refusal of a request that would leave for AWS: which requests, how botocore meets it, and what it says."""

from __future__ import annotations

import ipaddress
import threading
from typing import Any, NoReturn
from urllib.parse import urlsplit

from pytest_appintegrations.errors import RealCallRefused
from pytest_appintegrations.interception import activation
from pytest_appintegrations.interception.run import Run, current_run
from pytest_appintegrations.interception.unhandled import raise_and_remember


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


def is_loopback(url: str) -> bool:
    """Return whether a URL names this very machine: 127.0.0.0/8, ::1 or localhost."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # A name, of whatever machine.
        return False


def _refuse(operation: str, url: str) -> NoReturn:
    __tracebackhide__ = True
    host = urlsplit(url).netloc.rpartition("@")[2]
    what = f"{operation} was about to be sent to {host}"
    if not activation.is_guarded():  # Nobody is left who could report it.
        raise RealCallRefused(f"{what} {_AFTER_RUN}")
    run = current_run()
    raise_and_remember(RealCallRefused(f"{what} {_advice(run, run.responsible_test())}\n{_READ_ON}"))


def _advice(run: Run, responsible: str | None) -> str:
    """Return who sent the request, and what can help there."""
    if run.test is None and responsible is None:
        return _AT_IMPORT
    if responsible != run.test:
        began = f"in {responsible}" if responsible else "before the first test"
        return f"by the thread {threading.current_thread().name!r}, which began {began} {_LEFT_BEHIND}"
    return _IN_FIXTURE if run.phase in ("setup", "teardown") else _IN_TEST


_IN_TEST = """by a test that has no stub and may not talk to AWS.
To have it answered, take the fixture appint_stub or mark the test @pytest.mark.appint().
To let it through, mark the test @pytest.mark.appint_real, or set appint_real_calls = allow in the ini."""
_IN_FIXTURE = """by a fixture, while no stub was active.
To have it answered, let the fixture take appint_stub; one of wider scope than a test enters a stub of its own, by
`with AppIntegrationsStub() as stub:`.
To let it through, mark the test @pytest.mark.appint_real, or set appint_real_calls = allow in the ini."""
_AT_IMPORT = """outside of every test, where no fixture and no marker is in force.
If it is sent while a module is imported, send it in a function that the test calls instead, or import the module in a
fixture, inside `with AppIntegrationsStub() as stub:`.
To let it through, set appint_real_calls = allow in the ini."""
_LEFT_BEHIND = """and was still running.
Stop the thread, or wait for it, before its test ends."""
_AFTER_RUN = """after the test run that this thread or client belongs to had ended.
Stop the thread, or wait for it, before its test ends. Make clients for other work outside of the run."""
_READ_ON = 'Read on: the section "Refused calls" of the README.'
