"""Which attempts fail and how: frozen rules, checked where they are written."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, fields
from typing import Any

from pytest_appintegrations.model import service
from pytest_appintegrations.model.rest_json import plain_copy
from pytest_appintegrations.redaction import short_repr
from pytest_appintegrations.rules.matching import When
from pytest_appintegrations.suggestions import check_whole, unknown

#: Failures of the network, by the names of botocore's exceptions for them.
TRANSPORT_ERRORS = (
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "EndpointConnectionError",
    "ConnectionClosedError",
)


@dataclass(frozen=True)
class Fault:
    """A rule that makes attempts fail: a value, good in many tests.

    `error` is an exception of the model, `TooManyRequestsException`, a network error by its botocore name, or
    any other code together with its HTTP `status`. Without `operation` it strikes every operation that can
    answer so. `attempts=N` strikes N HTTP attempts, `calls=N` every attempt of N calls; neither: always.
    `after_calls=N` lets N matching calls through first. `when` is a part of the parameters, or a function of them.
    `probability` is drawn from a generator that the test's id seeds. `message`, `status` and `retry_after`, in
    seconds, are answered instead of the usual. With `lose_response` the operation takes effect and its answer is lost.
    A fault that never struck fails the test, unless it is `optional`.

    What is wrong in a rule is a `ValueError` or a `TypeError` at once.
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
    """The entries of a sequence, one an attempt; None lets it through."""
    seconds: float | None = field(default=None, init=False)
    """The delay of a latency."""

    def __new__(cls, *args: object, **rule: object) -> Fault:
        """Refuse an unknown word of the rule, naming the nearest one."""
        for word in rule:
            if word not in RULE_WORDS:
                raise TypeError(unknown("word of a fault", word, RULE_WORDS))
        return super().__new__(cls)

    def __post_init__(self) -> None:
        _check_error(self.error, self.status)
        if self.operation is not None:
            object.__setattr__(self, "operation", service.resolve_operation(self.operation))
        if not self.operations():
            raise ValueError(_not_modelled(self.error, str(self.operation)))
        self._check_reach()
        self._check_answer()
        self._check_when()

    @classmethod
    def sequence(cls, *errors: str | None, operation: str | None = None, when: When | None = None) -> Fault:
        """FaultEffect attempt after attempt with one error after the other; None lets an attempt through."""
        named = [error for error in errors if error is not None]
        if not named:
            raise ValueError("a sequence names at least one error, such as Fault.sequence('ThrottlingException', None)")
        for error in named:
            cls(error, operation=operation)
        fault = cls(named[0], operation=operation, when=when)
        object.__setattr__(fault, "errors", errors)
        if not fault.operations():
            raise ValueError(f"no operation answers all of {', '.join(named)}")
        return fault

    @classmethod
    def latency(cls, seconds: float, **rule: Any) -> Fault:
        """Let so many seconds of the stub's clock go by before the answer.

        Latencies add up; at or past the client's read timeout they are a `ReadTimeoutError`, with `lose_response` one
        after the operation took effect. Takes the rule's `operation`, `attempts`, `calls`, `after_calls`, `when`,
        `probability`, `lose_response` and `optional`.
        """
        for word in rule:
            if word not in _LATENCY_WORDS:
                raise TypeError(unknown("word of a latency", word, _LATENCY_WORDS))
        _check_number("seconds", seconds, 0, math.inf)
        fault = cls("ReadTimeoutError", **rule)
        object.__setattr__(fault, "seconds", seconds)
        return fault

    def __repr__(self) -> str:
        written = {each.name: each.default for each in fields(self) if each.init and each.name != "error"}
        words = [
            f"{name}={short_repr(getattr(self, name))}"
            for name, default in written.items()
            if getattr(self, name) != default
        ]
        if self.errors:
            return f"Fault.sequence({', '.join([*map(repr, self.errors), *words])})"
        if self.seconds is not None:
            return f"Fault.latency({', '.join([repr(self.seconds), *words])})"
        return f"Fault({', '.join([repr(self.error), *words])})"

    def operations(self) -> list[str]:
        """Name the operations that can answer so."""
        modelled = {self.error, *self.errors} & service.all_errors().keys()
        names = [self.operation] if self.operation else list(service.operations())
        return [name for name in names if modelled <= service.errors(name).keys()]

    def http_status(self, error: str) -> int:
        """Give the HTTP status that goes with one of the fault's errors."""
        known = {**service.UNMODELLED_ERRORS, **service.all_errors()}
        return self.status if self.status is not None else known[error]

    def _check_reach(self) -> None:
        check_whole("attempts", self.attempts, 1)
        check_whole("calls", self.calls, 1)
        if self.after_calls is None:
            raise TypeError("after_calls must be a whole number, not None")
        check_whole("after_calls", self.after_calls, 0)
        if self.attempts is not None and self.calls is not None:
            raise ValueError("a fault strikes either attempts=N or calls=N, not both")
        _check_number("probability", self.probability, 0, 1)

    def _check_answer(self) -> None:
        for name in ("status", "message", "retry_after"):
            if self.error in TRANSPORT_ERRORS and getattr(self, name) is not None:
                raise ValueError(f"{self.error} is a failure of the network: it has no {name}")
        if self.retry_after is not None:
            _check_number("retry_after", self.retry_after, 0, math.inf)
        if self.message is not None and not isinstance(self.message, str):
            raise TypeError(f"message must be a string, not {self.message!r}")
        for name in ("lose_response", "optional"):
            if not isinstance(getattr(self, name), bool):
                raise TypeError(f"{name} must be True or False, not {getattr(self, name)!r}")

    def _check_when(self) -> None:
        if self.when is None or callable(self.when):
            return
        if not isinstance(self.when, Mapping):
            raise TypeError(f"when must be a part of the parameters or a function of them, not {self.when!r}")
        object.__setattr__(self, "when", plain_copy(dict(self.when)))
        able = self.operations()
        named = [name for name in able if self.when.keys() <= service.input_members(name).keys()]
        if self.operation is None and not named:
            known = sorted({parameter for name in able for parameter in service.input_members(name)})
            strange = [parameter for parameter in self.when if parameter not in known]
            raise ValueError(
                f"when: {unknown('parameter', str(strange[0]), known)}"
                if strange
                else f"when: no operation that answers {self.error} has all of {', '.join(self.when)}"
            )
        try:
            service.check_parameters((named or able)[0], self.when)
        except ValueError as problem:
            raise ValueError(f"when: {problem}") from None


# botocore cuts at what else stands in the header that carries a code.
_CODE = re.compile(r"[\w.-]+", re.ASCII)
RULE_WORDS = tuple(each.name for each in fields(Fault) if each.init)
_LATENCY_WORDS = tuple(word for word in RULE_WORDS if word not in ("error", "message", "status", "retry_after"))


def _check_error(error: object, status: object) -> None:
    if not isinstance(error, str):
        raise TypeError(f"a fault's error is named by a string such as 'ThrottlingException', not by {error!r}")
    if status is not None:
        if not _CODE.fullmatch(error):
            raise ValueError(f"a code is made of letters, digits, '.', '_' and '-', not {error!r}: it would not arrive")
        check_whole("status", status, 400)
        if int(str(status)) > 599:
            raise ValueError(f"status must be an HTTP error, 400 to 599, not {status!r}")
    known = [*service.all_errors(), *service.UNMODELLED_ERRORS, *TRANSPORT_ERRORS]
    if status is None and error not in known:
        told = unknown("exception", error, known)
        raise ValueError(f"{told}{'' if told.endswith('?') else '.'} A code of your own needs status=.")


def _not_modelled(error: str, operation: str) -> str:
    return f"{operation} never answers {error}; the model gives it: {', '.join(sorted(service.errors(operation)))}"


def _check_number(name: str, value: object, least: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not (least <= value <= most and value != math.inf):
        upto = f" to {most}" if math.isfinite(most) else " or more"
        raise ValueError(f"{name} must be {least}{upto}, not {value!r}")
