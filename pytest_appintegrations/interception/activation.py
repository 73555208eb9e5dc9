"""Who responds now: the stubs that are active, and the guards that refuse real calls.

Every run imports this: its classes are of the plain kind, which is made in a tenth of the time of the others.
PYTEST_DONT_REWRITE
"""

from __future__ import annotations

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
        """Kept alive for as long as the stub is active: if it were collected, its `with` block would be left."""
        self.retry_states: WeakKeyDictionary[object, dict[str, Any]] = WeakKeyDictionary()
        """What the clients' retry quotas and rate limiters are to this stub."""


#: Held by whoever changes which stub responds or what is refused, together with what has to change with that.
LOCK = threading.RLock()
_stubs: tuple[Active, ...] = ()  # Replaced, never changed: other threads read it.
_guards: tuple[Guard, ...] = ()


def activate(active: Active) -> None:
    """Let a stub respond from now on; whoever changes this holds `LOCK`."""
    global _stubs
    _stubs = (*_stubs, active)


def deactivate(active: Active) -> None:
    """Let the stub before this one go on."""
    global _stubs
    _stubs = tuple(other for other in _stubs if other is not active)


def answering_now() -> Active | None:
    """Return the stub that responds, the last one activated."""
    stubs = _stubs
    return stubs[-1] if stubs else None


class Guard:
    """A part of a run in which real calls are refused, or allowed; the innermost decides."""

    def __init__(self, *, allow_real: bool) -> None:
        self.allow_real = allow_real


def guard(guard: Guard) -> None:
    """Let a guard decide about real calls from now on."""
    global _guards
    _guards = (*_guards, guard)


def unguard(guard: Guard) -> None:
    """Let the guard before this one decide."""
    global _guards
    _guards = tuple(other for other in _guards if other is not guard)


def is_guarded() -> bool:
    """Return whether a guard decides about real calls now."""
    return bool(_guards)


def is_idle() -> bool:
    """Return whether no stub is active and nobody guards."""
    return not (_stubs or _guards)


def refuses_real_calls(client_config: object = None) -> bool:
    """Return whether a real call is refused now: by the innermost guard, or as one that an ended run left behind."""
    guards = _guards
    return not guards[-1].allow_real if guards else run.belongs_to_ended_run(client_config)


def nothing_leaves() -> bool:
    """Return whether no AppIntegrations request of this thread can reach AWS now."""
    return bool(_stubs) or refuses_real_calls()
