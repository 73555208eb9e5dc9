"""Match calls against what an assertion expects, and find the closest one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pytest_appintegrations.model import json_schema, service, validation
from pytest_appintegrations.recording.call import Call
from pytest_appintegrations.recording.rendering import counted, difference_lines, numbered_lines
from pytest_appintegrations.redaction import redact_text, short_arguments
from pytest_appintegrations.rules.matching import Difference, differences
from pytest_appintegrations.suggestions import hides_mistakes

__tracebackhide__ = hides_mistakes

MOST_LISTED = 20


class Expectation:
    """An operation, some of its parameters at any depth, and a JSON Schema for all of them.

    An unknown operation or parameter and an invalid JSON Schema raise `ValueError` or `TypeError`.
    """

    def __init__(self, operation: str, params: Mapping[str, Any], schema: Mapping[str, Any] | None = None) -> None:
        self.operation = service.resolve_operation(operation)
        validation.check_parameters(self.operation, params)
        self.params = params
        self.schema = schema
        if schema is not None:
            json_schema.check(schema)

    def __str__(self) -> str:
        arguments = [short_arguments(self.params)] if self.params else []
        if self.schema is not None:
            arguments.append("schema=…")
        return f"{self.operation}({', '.join(arguments)})" if arguments else self.operation

    def differences(self, call: Call) -> list[str | Difference]:
        """Return the differences between the expected parameters and those of a call of the operation."""
        params = call.params
        found: list[str | Difference] = [*differences(self.params, params)]
        if self.schema is not None:
            found += [redact_text(violation, params) for violation in json_schema.violations(self.schema, params)]
        return found

    def matches(self, call: Call) -> bool:
        """Return whether a call is as expected."""
        return call.operation == self.operation and not self.differences(call)

    def matching(self, calls: Iterable[Call]) -> list[Call]:
        """Return the calls that are as expected."""
        return [call for call in calls if self.matches(call)]

    def closest(self, calls: Sequence[Call], empty: str) -> list[str]:
        """Describe the closest call and the calls that were made; `empty` describes a log without calls."""
        if not calls:
            return [f"{empty[0].upper()}{empty[1:]}."]
        candidates = [
            (self.differences(call), number) for number, call in enumerate(calls, 1) if call.operation == self.operation
        ]
        if not candidates:
            were = "was" if len(calls) == 1 else "were"
            return [f"{self.operation} was not called; {counted(len(calls), 'call')} {were} made:", *listed(calls)]
        found, number = min(candidates, key=lambda candidate: len(candidate[0]))
        others = ["Calls made:", *listed(calls, number)] if len(calls) > 1 else []
        return [f"Closest: call {number} of {len(calls)}:", *difference_lines(found), *others]


def listed(calls: Sequence[Call], around: int = 1) -> list[str]:
    """Format calls in numbered, indented lines; if there are many, those around a number."""
    return [f"  {line}" for line in numbered_lines(calls, most=MOST_LISTED, around=around)]
