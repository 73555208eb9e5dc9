"""Faults: rules, as immutable values, that make attempts of calls fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, fields
from typing import TypeVar

from pytest_appintegrations.model import service
from pytest_appintegrations.model.rest_json import plain_copy
from pytest_appintegrations.redaction import short_repr
from pytest_appintegrations.rules import fault_checks as checks
from pytest_appintegrations.rules.fault_checks import TRANSPORT_ERRORS as TRANSPORT_ERRORS
from pytest_appintegrations.rules.matching import When
from pytest_appintegrations.suggestions import SuggestsAttributes, hides_mistakes, suggest_keywords

__tracebackhide__ = hides_mistakes
_T = TypeVar("_T")

#: Keywords that other tools use, with the names that they have here.
_SYNONYMS = {"times": "attempts", "count": "attempts", "after": "after_calls", "params": "when"}


def _suggests_keywords(cls: type[_T]) -> type[_T]:
    cls.__init__ = suggest_keywords(cls.__init__, _SYNONYMS)  # type: ignore[method-assign]
    return cls


@_suggests_keywords
@dataclass(frozen=True, repr=False)
class Fault(SuggestsAttributes):
    """A rule that makes attempts fail: an immutable value, which any number of tests can share.

    `error` is an exception of the model, an error that the service is known to return although its model does not
    name it (`TooManyRequestsException`, `ValidationException`, `SerializationException`), a network error by its
    botocore name, or any other code together with its HTTP `status`. Without `operation` the fault applies to every
    operation that can return the error. `attempts=N` applies it to N HTTP attempts, `calls=N` to every attempt of N
    calls; by default it always applies. `after_calls=N` lets N matching calls through first. `when` is a part of the
    parameters, or a function of them. `probability` is compared with random numbers seeded by the test's id.
    `message`, `status` and `retry_after` (seconds) override the default message, status and retry hint. With
    `lose_response` the operation takes effect, but its response is lost. A fault that was never triggered fails the
    test, unless it is `optional`.

    An invalid rule raises `ValueError` or `TypeError` when it is created.
    """

    error: str
    _: KW_ONLY
    operation: str | None = None
    attempts: int | None = None
    calls: int | None = None
    after_calls: int = 0
    when: When | None = field(default=None, hash=False)
    probability: float = 1.0
    message: str | None = None
    status: int | None = None
    retry_after: float | None = None
    lose_response: bool = False
    optional: bool = False
    errors: tuple[str | None, ...] = field(default=(), init=False)
    """The entries of a sequence, one for each attempt; None lets the attempt through."""
    seconds: float | None = field(default=None, init=False)
    """The delay of a latency."""

    def __post_init__(self) -> None:
        for error in self._all_errors():
            checks.check_error(error, self.status)
        if self.operation is not None:
            operation = service.resolve_operation(self.operation)
            object.__setattr__(self, "operation", operation)
            checks.check_modelled(operation, self._all_errors())
        if not self.operations():
            raise ValueError(f"no operation returns all of {', '.join(self._all_errors())}")
        checks.check_limits(self.attempts, self.calls, self.after_calls, self.probability)
        checks.check_response(self.error, message=self.message, status=self.status, retry_after=self.retry_after)
        checks.check_flags(lose_response=self.lose_response, optional=self.optional)
        if isinstance(self.when, Mapping):
            object.__setattr__(self, "when", plain_copy(dict(self.when)))
        checks.check_when(self.when, self.operations(), self.error)

    @classmethod
    @suggest_keywords
    def sequence(
        cls,
        *errors: str | None,
        operation: str | None = None,
        when: When | None = None,
        after_calls: int = 0,
        optional: bool = False,
    ) -> Fault:
        """Return a fault with one entry for each attempt, in order; None lets the attempt through."""
        return _Sequence(errors=errors, operation=operation, when=when, after_calls=after_calls, optional=optional)

    @classmethod
    @suggest_keywords
    def latency(
        cls,
        seconds: float,
        *,
        operation: str | None = None,
        attempts: int | None = None,
        calls: int | None = None,
        after_calls: int = 0,
        when: When | None = None,
        probability: float = 1.0,
        lose_response: bool = False,
        optional: bool = False,
    ) -> Fault:
        """Return a fault that delays the response by `seconds` on the stub's clock.

        Latencies add up. Once they reach the client's read timeout, they cause a `ReadTimeoutError`; with
        `lose_response`, the operation takes effect before that.
        """
        return _Latency(
            seconds=seconds,
            operation=operation,
            attempts=attempts,
            calls=calls,
            after_calls=after_calls,
            when=when,
            probability=probability,
            lose_response=lose_response,
            optional=optional,
        )

    def __repr__(self) -> str:
        return self._written("Fault", repr(self.error))

    def operations(self) -> list[str]:
        """Return the operations that can return the fault's errors."""
        modelled = set(self._all_errors()) & service.all_errors().keys()
        names = [self.operation] if self.operation else list(service.operations())
        return [name for name in names if modelled <= service.errors(name).keys()]

    def _all_errors(self) -> list[str]:
        return [self.error]

    def _written(self, maker: str, *positional: str) -> str:
        keywords = []
        for option in fields(Fault):
            value = getattr(self, option.name)
            if option.name in OPTIONS and value != option.default:
                keywords.append(f"{option.name}={short_repr(value)}")
        return f"{maker}({', '.join([*positional, *keywords])})"


@dataclass(frozen=True, eq=False, repr=False)
class _Sequence(Fault):
    """The class of `Fault.sequence`, so that `dataclasses.replace` returns a sequence, too."""

    error: str = field(default="", init=False)
    errors: tuple[str | None, ...] = field(kw_only=True)

    def __post_init__(self) -> None:
        if not self._all_errors():
            raise ValueError(
                "Fault.sequence() needs at least one error, such as Fault.sequence('ThrottlingException', None)"
            )
        for option in fields(Fault):
            if option.name in _NOT_OF_SEQUENCES and getattr(self, option.name) != option.default:
                raise TypeError(f"Fault.sequence() does not take {option.name}=")
        object.__setattr__(self, "error", self._all_errors()[0])
        super().__post_init__()

    def __repr__(self) -> str:
        return self._written("Fault.sequence", *map(repr, self.errors))

    def _all_errors(self) -> list[str]:
        return [error for error in self.errors if error is not None]


@dataclass(frozen=True, eq=False, repr=False)
class _Latency(Fault):
    """The class of `Fault.latency`, so that `dataclasses.replace` returns a latency, too."""

    error: str = field(default="ReadTimeoutError", init=False)
    seconds: float | None = field(kw_only=True)

    def __post_init__(self) -> None:
        checks.check_number("seconds", self.seconds, 0)
        super().__post_init__()

    def __repr__(self) -> str:
        return self._written("Fault.latency", repr(self.seconds))


#: The keyword arguments of a fault.
OPTIONS = tuple(option.name for option in fields(Fault) if option.init and option.kw_only)
_NOT_OF_SEQUENCES = ("attempts", "calls", "probability", "message", "status", "retry_after", "lose_response")
