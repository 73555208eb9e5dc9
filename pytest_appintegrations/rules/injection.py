"""What each fault has done: which attempt it strikes next, and how near it came where it never did."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from pytest_appintegrations.rules.fault import Fault
from pytest_appintegrations.rules.matching import matches


class InjectedFault:
    """The count of one fault in one stub."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.hits = 0
        self._operations = frozenset(fault.operations())
        self._let_through: set[str] = set()
        self._struck_calls: set[str] = set()
        self._other_params: set[str] = set()
        self._spared: set[str] = set()
        self._passed: set[str] = set()
        self._masked: set[str] = set()
        self._mask: Fault | None = None
        self._entries_used = 0

    @property
    def exhausted(self) -> bool:
        """Whether the fault will strike no further call."""
        if self.fault.errors:
            return self._entries_used >= len(self.fault.errors)
        if self.fault.attempts is not None:
            return self.hits >= self.fault.attempts
        return self.fault.calls is not None and len(self._struck_calls) >= self.fault.calls

    def strikes(self, call_id: str, operation: str, params: dict[str, Any], chance: random.Random) -> str | None:
        """Give the error with which the fault strikes this attempt, None where it does not, and count it."""
        if operation not in self._operations or (self.exhausted and not self._still_strikes(call_id)):
            return None
        if not matches(self.fault.when, params):
            self._other_params.add(call_id)
            return None
        if call_id in self._let_through or len(self._let_through) < self.fault.after_calls:
            self._let_through.add(call_id)
            return None
        if self.fault.probability < 1 and chance.random() >= self.fault.probability:
            self._spared.add(call_id)
            return None
        error = self._next_error()
        if error is not None:
            self.hits += 1
            self._struck_calls.add(call_id)
        else:
            self._passed.add(call_id)
        return error

    def note_shadowed_by(self, call_id: str, operation: str, params: dict[str, Any], by: Fault) -> None:
        """Note that an earlier fault struck an attempt that this one was meant for."""
        if not self.hits and operation in self._operations and matches(self.fault.when, params):
            self._masked.add(call_id)
            self._mask = by

    def unused_message(self) -> str:
        """Word the complaint about a fault that never struck, with how near it came."""
        near = [
            f"{len(calls)} {'call' if len(calls) == 1 else 'calls'} {reason}"
            for calls, reason in (
                (self._other_params, "of the operation did not match when="),
                (self._let_through, "let through by after_calls="),
                (self._spared, "spared by probability="),
                (self._passed, "let through by None in the sequence"),
                (self._masked, f"struck by {self._mask!r}, which comes first"),
            )
            if calls
        ]
        nothing = f"nothing called {self._reach()} while it was in force"
        return f"{self.fault!r} never struck: {'; '.join(near) or nothing}"

    def _next_error(self) -> str | None:
        if not self.fault.errors:
            return self.fault.error
        self._entries_used += 1
        return self.fault.errors[self._entries_used - 1]

    def _still_strikes(self, call_id: str) -> bool:
        return self.fault.calls is not None and call_id in self._struck_calls

    def _reach(self) -> str:
        names = sorted(self._operations)
        return names[0] if len(names) == 1 else f"any of the {len(names)} operations that can answer so"


class FaultEffect(NamedTuple):
    """What faults do to one attempt: an error, a delay before the answer, or both."""

    fault: Fault
    """What ends the attempt, else the last latency."""
    error: str | None
    seconds: float


class Injection:
    """A handle on faults that are in force; as a context manager it takes them away again."""

    def __init__(self, tallies: Iterable[InjectedFault], withdraw: Callable[[Iterable[InjectedFault]], None]) -> None:
        self._tallies = tuple(tallies)
        self._withdraw = withdraw

    @property
    def hits(self) -> int:
        """The number of attempts struck, by all the faults together."""
        return sum(tally.hits for tally in self._tallies)

    @property
    def exhausted(self) -> bool:
        """Whether none of the faults will strike a further call."""
        return all(tally.exhausted for tally in self._tallies)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults."""
        return tuple(tally.fault for tally in self._tallies)

    def __repr__(self) -> str:
        return f"<{', '.join(map(repr, self.faults))}: struck {self.hits}>"

    def __enter__(self) -> Injection:
        return self

    def __exit__(self, *exc: object) -> None:
        self._withdraw(self._tallies)


class FaultInjector:
    """The faults of a stub, in order: the first unspent one that matches strikes."""

    def __init__(self, lock: AbstractContextManager[Any]) -> None:
        self._lock = lock
        self.reset("")

    def reset(self, seed: str) -> None:
        """Forget all faults and what they did; `seed` decides what `probability` draws."""
        self._chance = random.Random(seed)
        self.in_force: list[InjectedFault] = []
        self._withdrawn: list[InjectedFault] = []

    def inject(self, faults: Iterable[Fault]) -> Injection:
        """Put faults in force, behind those that are."""
        tallies = [InjectedFault(_checked(fault)) for fault in faults]
        with self._lock:
            self.in_force.extend(tallies)
        return Injection(tallies, self._withdraw)

    def injections(self) -> tuple[Injection, ...]:
        """Give a handle for each fault in force."""
        with self._lock:
            return tuple(Injection([tally], self._withdraw) for tally in self.in_force)

    def striking(
        self, call_id: str, operation: str, params: dict[str, Any], patience: float | None = None
    ) -> FaultEffect | None:
        """Choose what strikes an attempt, and count it: latencies add up, the first fault that matches ends it.

        So does a latency with which they reach the client's `patience`, in seconds: None is for ever.
        """
        seconds, slow = 0.0, None
        for index, tally in enumerate(self.in_force):
            error = tally.strikes(call_id, operation, params, self._chance)
            if error is None:
                continue
            if tally.fault.seconds is not None:
                seconds, slow = seconds + tally.fault.seconds, tally.fault
                if patience is None or seconds < patience:
                    continue
                seconds = patience
            for later in self.in_force[index + 1 :]:
                later.note_shadowed_by(call_id, operation, params, tally.fault)
            return FaultEffect(tally.fault, error, seconds)
        return FaultEffect(slow, None, seconds) if slow else None

    def complaints(self) -> list[str]:
        """Word a complaint for each fault that had to strike and never did, those taken away included."""
        with self._lock:
            return [
                tally.unused_message()
                for tally in (*self._withdrawn, *self.in_force)
                if not (tally.hits or tally.fault.optional)
            ]

    def _withdraw(self, tallies: Iterable[InjectedFault]) -> None:
        with self._lock:
            for tally in tallies:
                if tally in self.in_force:
                    self.in_force.remove(tally)
                    self._withdrawn.append(tally)


def _checked(fault: object) -> Fault:
    if not isinstance(fault, Fault):
        raise TypeError(f"inject() takes faults, such as Fault('ThrottlingException'), not {fault!r}")
    return fault
