"""The active stubs, of which the innermost responds, and the guards that refuse real calls.

Every run imports this: its classes are of the plain kind, which is made in a tenth of the time of the others.
PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from pytest_appintegrations.interception import run

if TYPE_CHECKING:
    from pytest_appintegrations.interception.messages import Responder


class Active:
    """An active stub."""

    def __init__(self, responder: Responder, owner: object) -> None:
        self.responder = responder
        self.owner = owner
        """The owner of the `with` block, kept alive while the stub is active: collecting it would leave the block."""
        self.retry_states: WeakKeyDictionary[object, dict[str, Any]] = WeakKeyDictionary()
        """The retry quotas and rate limiters of clients during calls of this stub."""
        current = run.current_run()
        self.started_in = (current.test, "setup" if _is_in_set_up_of_unittest() else current.phase)


#: Held while the active stubs or the guards change, together with everything that depends on them.
LOCK = threading.RLock()
_stubs: tuple[Active, ...] = ()  # Replaced, never changed: other threads read it.
_guards: tuple[Guard, ...] = ()


def activate(active: Active) -> None:
    """Make a stub the one that responds; the caller holds `LOCK`."""
    global _stubs
    _stubs = (*_stubs, active)


def deactivate(active: Active) -> None:
    """Remove a stub; the one before it responds again."""
    global _stubs
    _stubs = tuple(other for other in _stubs if other is not active)


def answering_now() -> Active | None:
    """Return the stub that responds, the last one activated; None if no stub is active."""
    stubs = _stubs
    return stubs[-1] if stubs else None


class Guard:
    """A part of a run in which real calls are refused or allowed; the innermost guard decides."""

    def __init__(self, *, allow_real: bool, forbid_stubs: bool = False) -> None:
        self.allow_real = allow_real
        self.forbid_stubs = forbid_stubs
        """Whether no stub may respond that the body of the test did not start."""


def guard(guard: Guard) -> None:
    """Make a guard the one that decides about real calls."""
    global _guards
    _guards = (*_guards, guard)


def unguard(guard: Guard) -> None:
    """Remove a guard; the one before it decides again."""
    global _guards
    _guards = tuple(other for other in _guards if other is not guard)


def is_guarded() -> bool:
    """Return whether any guard decides about real calls."""
    return bool(_guards)


def is_idle() -> bool:
    """Return whether there is neither an active stub nor a guard."""
    return not (_stubs or _guards)


def refuses_real_calls(client_config: object = None) -> bool:
    """Return whether a real call is refused: by the innermost guard, or because a run that has ended left it."""
    guards = _guards
    return not guards[-1].allow_real if guards else run.belongs_to_ended_run(client_config)


def is_forbidden(active: Active) -> bool:
    """Return whether the calls of the test are meant to reach AWS, and its body did not start this stub."""
    guards, current = _guards, run.current_run()
    return bool(guards) and guards[-1].forbid_stubs and active.started_in != (current.test, "call")


def nothing_leaves() -> bool:
    """Return whether no AppIntegrations request of this thread can reach AWS."""
    return bool(_stubs) or refuses_real_calls()


def _is_in_set_up_of_unittest() -> bool:
    """Return whether unittest is calling `setUp`, which is in the same phase as the body of the test."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_name != "_callSetUp":
        frame = frame.f_back  # type: ignore[assignment]
    return frame is not None
