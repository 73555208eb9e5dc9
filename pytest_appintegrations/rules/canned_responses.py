"""CannedResponses of the test's own: which calls get one instead of the store's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_appintegrations.errors import UnexpectedCall
from pytest_appintegrations.model import service, validation
from pytest_appintegrations.model.rest_json import Json, plain_copy
from pytest_appintegrations.redaction import short_repr
from pytest_appintegrations.rules.matching import When, matches
from pytest_appintegrations.suggestions import check_whole

Answer = Mapping[str, Any] | Callable[[Json], Mapping[str, Any]]


@dataclass
class _Rule:
    """One answer, and how many calls have had it."""

    operation: str
    response: Answer
    when: When | None
    calls: int | None
    given: int = 0

    def suits(self, operation: str, params: Json) -> bool:
        if operation != self.operation or (self.calls is not None and self.given >= self.calls):
            return False
        return matches(self.when, params)

    def to(self, params: Json) -> Json:
        if isinstance(self.response, Mapping):
            return dict(self.response)
        response = self.response(plain_copy(params))
        author = f"the function that answers {self.operation}, {short_repr(self.response)},"
        if not isinstance(response, Mapping):
            raise UnexpectedCall(f"{author} gave {short_repr(response)}; it must give a dict of the operation's output")
        if wrong := _violations(self.operation, response):
            raise UnexpectedCall(f"{author} gave what is no answer: {wrong}")
        return _copied(response)


class CannedResponses:
    """The answers of a stub, in order: the first unspent one that matches is given."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget all answers."""
        self.rules: list[_Rule] = []
        self._open: dict[str, Json] = {}

    def add(self, operation: str, response: Answer, *, when: When | None, calls: int | None) -> None:
        """Take in an answer, behind those there are; `ValueError` or `TypeError` for what can't be one."""
        name = service.resolve_operation(operation)
        if isinstance(response, Mapping):
            if wrong := _violations(name, response):
                raise ValueError(f"no answer to {name}: {wrong}")
            response = _copied(response)
        elif not callable(response):
            raise TypeError(f"an answer is a dict or a function of the parameters that gives one, not {response!r}")
        check_whole("calls", calls, 1)
        self.rules.append(_Rule(name, response, _checked_when(name, when), calls))

    def answer(self, call_id: str, operation: str, params: Json) -> Json | None:
        """Give the answer to an attempt, the same to each of a call; None leaves it to the store."""
        if call_id in self._open:
            return self._open[call_id]
        for rule in self.rules:
            if rule.suits(operation, params):
                rule.given += 1
                self._open[call_id] = rule.to(params)
                return self._open[call_id]
        return None

    def forget(self, call_id: str) -> None:
        """Forget what a call was answered, now that it has ended."""
        self._open.pop(call_id, None)


def _violations(operation: str, response: Mapping[str, Any]) -> str:
    shape = service.operation(operation).output_shape
    wrong = (
        validation.value_violations(shape, _copied(response)) if shape else [f"it answers nothing, not {response!r}"]
    )
    return "; ".join(wrong if response else ())


def _copied(response: Mapping[str, Any]) -> Json:
    copied: Json = plain_copy(dict(response))
    return copied


def _checked_when(operation: str, when: When | None) -> When | None:
    if when is None or (callable(when) and not isinstance(when, Mapping)):
        return when
    if not isinstance(when, Mapping):
        raise TypeError(f"when must be a part of the parameters or a function of them, not {when!r}")
    try:
        service.check_parameters(operation, when)
    except ValueError as problem:
        raise ValueError(f"when: {problem}") from None
    return _copied(when)
