"""Apply injected faults to attempts, count how often, and explain why a fault was never triggered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, NamedTuple

from pytest_appintegrations.rules.fault import Fault
from pytest_appintegrations.rules.matching import matches
from pytest_appintegrations.suggestions import SuggestsAttributes, hides_mistakes

__tracebackhide__ = hides_mistakes

# The reasons why a fault was or was not applied to a call, as the message about an unused fault words them.
_TRIGGERED = "triggered it"
_OTHER_PARAMETERS = "did not match when="
_LET_THROUGH = "passed because of after_calls="
_SPARED = "passed because of probability="
_NO_ENTRY = "passed because of None in the sequence"


class InjectedFault:
    """A fault in a stub, with its effect on each call that it applies to."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.hits = 0
        self._operations = frozenset(fault.operations())
        self._reasons: dict[Hashable, str] = {}
        self._calls_hit = 0
        self._calls_let_through = 0
        self._entries_used = 0

    @property
    def exhausted(self) -> bool:
        """Whether the fault can't be triggered by a further call."""
        if self.fault.errors:
            return self._entries_used >= len(self.fault.errors)
        if self.fault.attempts is not None:
            return self.hits >= self.fault.attempts
        return self.fault.calls is not None and self._calls_hit >= self.fault.calls

    def can_be_triggered(self, call_id: Hashable, operation: str) -> bool:
        """Return whether an attempt of the call can trigger the fault, provided that its parameters match."""
        reason = self._reasons.get(call_id)
        if operation not in self._operations or reason == _LET_THROUGH:
            return False
        return not self.exhausted or (self.fault.calls is not None and reason == _TRIGGERED)

    def trigger(self, call_id: Hashable, operation: str, *, matched: bool, draws: Iterator[float]) -> str | None:
        """Count an attempt whose parameters have been compared; return the error to inject, if any."""
        if not self.can_be_triggered(call_id, operation):
            return None
        if not matched:
            self._reasons.setdefault(call_id, _OTHER_PARAMETERS)
            return None
        if self._calls_let_through < self.fault.after_calls:
            self._calls_let_through += 1
            self._reasons[call_id] = _LET_THROUGH
            return None
        if self.fault.probability < 1 and next(draws) >= self.fault.probability:
            self._note(call_id, _SPARED)
            return None
        return self._count(call_id, self._next_error())

    def note_shadowed(self, call_id: Hashable, by: Fault) -> None:
        """Record that an earlier fault was applied to an attempt that this fault applies to as well."""
        self._note(call_id, f"got {by!r} instead, which was injected earlier")

    def is_meant_for(self, operation: str, params: dict[str, Any]) -> bool:
        """Return whether the fault, not triggered yet, applies to such a call; functions of the test are not called."""
        if self.hits or operation not in self._operations:
            return False
        return not isinstance(self.fault.when, Mapping) or matches(self.fault.when, params, operation)

    def unused_lines(self) -> list[str]:
        """Return the lines that explain why the fault was never triggered."""
        counts = Counter(self._reasons.values())
        reasons = [f"{number} {'call' if number == 1 else 'calls'} {reason}" for reason, number in counts.items()]
        unused = f"{self.fault!r} was never triggered:"
        if len(reasons) > 1:
            return [unused, *(f"  {reason}" for reason in reasons)]
        return [f"{unused} {reasons[0] if reasons else self._nothing_called()}"]

    def _note(self, call_id: Hashable, reason: str) -> None:
        if self._reasons.get(call_id) not in (_TRIGGERED, _LET_THROUGH):
            self._reasons[call_id] = reason

    def _next_error(self) -> str | None:
        if not self.fault.errors:
            return self.fault.error
        self._entries_used += 1
        return self.fault.errors[self._entries_used - 1]

    def _count(self, call_id: Hashable, error: str | None) -> str | None:
        if error is None:
            self._note(call_id, _NO_ENTRY)
            return None
        self.hits += 1
        self._calls_hit += self._reasons.get(call_id) != _TRIGGERED
        self._reasons[call_id] = _TRIGGERED
        return error

    def _nothing_called(self) -> str:
        names = sorted(self._operations)
        subject = f"{names[0]} was not" if len(names) == 1 else f"none of its {len(names)} operations was"
        return f"{subject} called while the fault was active"


class FaultEffect(NamedTuple):
    """The effect of the faults on one attempt: an error, a delay before the response, both or neither."""

    fault: Fault | None = None
    """The fault that ends the attempt, or else the last latency."""
    error: str | None = None
    seconds: float = 0.0


class Injection(SuggestsAttributes):
    """A handle on injected faults; as a context manager it removes them at the end."""

    def __init__(self, injected: Iterable[InjectedFault], remove: Callable[[Iterable[InjectedFault]], None]) -> None:
        self._injected = tuple(injected)
        self._remove = remove

    @property
    def hits(self) -> int:
        """The number of attempts that the faults were applied to, in total."""
        return sum(injected.hits for injected in self._injected)

    @property
    def exhausted(self) -> bool:
        """Whether none of the faults can be triggered by a further call."""
        return all(injected.exhausted for injected in self._injected)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults."""
        return tuple(injected.fault for injected in self._injected)

    def __repr__(self) -> str:
        return f"<Injection of {', '.join(map(repr, self.faults))}: {self.hits} hits>"

    def __enter__(self) -> Injection:
        return self

    def __exit__(self, *exc: object) -> None:
        self._remove(self._injected)


class FaultInjector:
    """The faults of a stub, in order: the first that matches and is not exhausted is applied.

    `lock` is held while counting, and never while code of the test (functions, comparisons) runs.
    """

    def __init__(self, lock: AbstractContextManager[Any]) -> None:
        self._lock = lock
        self._draws: Iterator[float] = iter(())
        self._active: tuple[InjectedFault, ...] = ()  # Replaced, never changed: other threads read it.
        self._removed: tuple[InjectedFault, ...] = ()

    def reset(self, draws: Iterator[float]) -> None:
        """Remove all faults; `probability` is compared with the numbers of `draws`, from 0 to 1."""
        self._draws = draws
        self._active = self._removed = ()

    def inject(self, faults: Iterable[Fault]) -> Injection:
        """Activate faults, after those that are active already."""
        injected = tuple(InjectedFault(_checked(fault)) for fault in faults)
        with self._lock:
            self._active += injected
        return Injection(injected, self._remove)

    def injections(self) -> tuple[Injection, ...]:
        """Return a handle for each active fault."""
        return tuple(Injection([injected], self._remove) for injected in self._active)

    def effect_on(
        self, call_id: Hashable, operation: str, params: dict[str, Any], read_timeout: float | None = None
    ) -> FaultEffect:
        """Return the effect of the faults on an attempt, and count it: latencies add up, the first other fault ends it.

        A latency that reaches the client's read timeout, in seconds, ends it, too; None means no timeout.
        """
        seconds, latency = 0.0, None
        active = self._active
        for index, injected in enumerate(active):
            error = self._trigger(injected, call_id, operation, params)
            if error is None:
                continue
            if injected.fault.seconds is not None:
                seconds, latency = seconds + injected.fault.seconds, injected.fault
                if read_timeout is None or seconds < read_timeout:
                    continue
                seconds = read_timeout
            self._shadow(active[index + 1 :], injected.fault, call_id, operation, params)
            return FaultEffect(injected.fault, error, seconds)
        return FaultEffect(latency, None, seconds)

    def unused_message(self) -> str:
        """Return the message about faults that were never triggered, including removed ones; empty if none."""
        with self._lock:
            unused = [one for one in (*self._removed, *self._active) if not (one.hits or one.fault.optional)]
            lines = [line for injected in unused for line in injected.unused_lines()]
        return "\n".join([*lines, "If a fault need not be triggered, pass optional=True to it."]) if lines else ""

    def _trigger(
        self, injected: InjectedFault, call_id: Hashable, operation: str, params: dict[str, Any]
    ) -> str | None:
        if not injected.can_be_triggered(call_id, operation):
            return None
        matched = matches(injected.fault.when, params, operation)
        with self._lock:
            if injected not in self._active:  # Removed while code of the test ran.
                return None
            return injected.trigger(call_id, operation, matched=matched, draws=self._draws)

    def _shadow(
        self, later: Iterable[InjectedFault], by: Fault, call_id: Hashable, operation: str, params: dict[str, Any]
    ) -> None:
        shadowed = [injected for injected in later if injected.is_meant_for(operation, params)]
        with self._lock:
            for injected in shadowed:
                injected.note_shadowed(call_id, by)

    def _remove(self, faults: Iterable[InjectedFault]) -> None:
        with self._lock:
            removed = tuple(injected for injected in faults if injected in self._active)
            self._active = tuple(injected for injected in self._active if injected not in removed)
            self._removed += removed


def _checked(fault: object) -> Fault:
    if not isinstance(fault, Fault):
        raise TypeError(f"inject() takes instances of Fault, such as Fault('ThrottlingException'), not {fault!r}")
    return fault
