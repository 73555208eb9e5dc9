"""Who answers now: the stubs that are active, the guards that refuse real calls, the complaints not yet seen.

Every run imports this: its classes are of the plain kind, which is made in a tenth of the time of the others.
PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from pytest_appintegrations.errors import RealCallRefused
from pytest_appintegrations.interception.unhandled import raise_and_remember

if TYPE_CHECKING:
    from pytest_appintegrations.interception.messages import Responder


class Active:
    """An active stub and the thread that a complaint is seen in."""

    def __init__(self, stub: Responder, thread: int) -> None:
        self.stub = stub
        self.thread = thread


#: Held where it changes who answers, refuses or complains, together with what has to change with that.
LOCK = threading.RLock()
_stubs: tuple[Active, ...] = ()  # Replaced, never changed: other threads read it.
_guards: tuple[Guard, ...] = ()


def activate(active: Active) -> None:
    """Let a stub answer from now on; whoever changes this holds `LOCK`."""
    global _stubs
    _stubs = (*_stubs, active)


def deactivate(active: Active) -> None:
    """Let the stub before this one go on."""
    global _stubs
    _stubs = tuple(other for other in _stubs if other is not active)


def answering_now() -> Active | None:
    """Give the stub that answers, the last one activated."""
    stubs = _stubs
    return stubs[-1] if stubs else None


class Guard:
    """A stretch of a test run in which real calls are refused, or allowed; the innermost decides."""

    def __init__(self, *, allow_real: bool, thread: int) -> None:
        self.allow_real = allow_real
        self.thread = thread

    def refuse(self, operation: str, url: str) -> NoReturn:
        """Complain about a request that was about to leave."""
        __tracebackhide__ = True
        host = urlsplit(url).netloc.rpartition("@")[2]
        raise_and_remember(
            RealCallRefused(
                f"{operation} was about to be sent to {host}: no stub is active and this test may not talk to AWS. "
                "To have it answered, take the fixture appint_stub or mark the test @pytest.mark.appint(). To let "
                "it through, mark the test @pytest.mark.appint_real, or set appint_real_calls = allow in the ini."
            ),
            self.thread,
        )


def guard(guard: Guard) -> None:
    """Let a guard decide about real calls from now on."""
    global _guards
    _guards = (*_guards, guard)


def unguard(guard: Guard) -> None:
    """Let the guard before this one decide."""
    global _guards
    _guards = tuple(other for other in _guards if other is not guard)


def idle() -> bool:
    """Say whether nobody guards and no stub answers."""
    return not (_stubs or _guards)


def refusing_guard() -> Guard | None:
    """Give the guard that refuses a real call; None where real calls are allowed or nobody guards."""
    guards = _guards
    return guards[-1] if guards and not guards[-1].allow_real else None


def nothing_leaves() -> bool:
    """Say whether no AppIntegrations request can reach AWS now."""
    return bool(_stubs) or refusing_guard() is not None
