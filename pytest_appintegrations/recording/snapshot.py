"""Convert calls to plain data for snapshot tests, with symbols for values that differ between runs."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pytest_appintegrations.recording.call import Call
from pytest_appintegrations.redaction import redact

_UUID = re.compile(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
# The end of an ARN: the type of the resource, the parent's id or name where there is one, and the id.
_RESOURCE = re.compile(rf":([a-z-]+)/(?:([^/\s]+)/)?({_UUID.pattern[4:]})(?![^\s:])")
_EPOCH_MILLISECONDS = re.compile(r"[12]\d{12}")
_ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?")
_VERB = re.compile(r"^(?:Create|Delete|Get|List|Update)")
_IDENTIFYING = re.compile(r"(?:Id|Identifier|Arn)$")


def as_data(calls: Iterable[Call]) -> list[dict[str, Any]]:
    """Return calls as lists and dicts: operation, region, parameters, response, error and attempts.

    Each UUID is replaced by a symbol such as `<data-integration 1>`, each ClientToken and NextToken by one such as
    `<client-token 1>`, numbered in order of appearance; equal values have equal symbols. A time (a datetime, or a text
    in epoch milliseconds or ISO 8601) is replaced by `<time>`. Secrets are masked, delays are left out.
    """
    visible = [(call, redact(call.params), None if call.response is None else redact(call.response)) for call in calls]
    symbols = _Symbols()
    for call, _, response in visible:  # A response is more precise about what an id belongs to.
        symbols.learn(call.operation, response or {})
    for call, params, _ in visible:
        symbols.learn(call.operation, params)
    return [
        {
            "operation": call.operation,
            "region": call.region,
            "params": symbols.replaced("", params),
            "response": symbols.replaced("", response),
            "error": call.error,
            "attempts": [str(attempt._replace(backoff=None)) for attempt in call.attempts],
        }
        for call, params, response in visible
    ]


class _Symbols:
    """The symbols of ids and tokens, by their values."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}
        self._symbols: dict[str, str] = {}
        self._last_numbers: Counter[str] = Counter()

    def learn(self, operation: str, members: Mapping[str, Any]) -> None:
        """Learn from the parameters or the response of an operation what their ids identify."""
        resource = _VERB.sub("", operation).removesuffix("s")
        for name, owner, text in _texts("", resource, members):
            for resource_type, parent, identifier in _RESOURCE.findall(text):
                self._kinds.setdefault(identifier, resource_type)
                self._kinds.setdefault(parent, resource_type.removesuffix("-association"))
            if _UUID.fullmatch(text) and _IDENTIFYING.search(name):
                self._kinds.setdefault(text, _kebab(_IDENTIFYING.sub("", name) or owner))

    def replaced(self, name: str, value: Any) -> Any:
        """Return a copy of a value with symbols in place of ids, tokens and times."""
        if isinstance(value, Mapping):
            names = sorted(map(str, value))
            return {self._replaced_in_text("", name): self.replaced(name, value[name]) for name in names}
        if isinstance(value, list):
            return [self.replaced("", item) for item in value]
        if isinstance(value, datetime.datetime):
            return "<time>"
        return self._replaced_in_text(name, value) if isinstance(value, str) else value

    def _replaced_in_text(self, name: str, text: str) -> str:
        if name in ("ClientToken", "NextToken"):
            return self._symbol(text, _kebab(name))
        if _EPOCH_MILLISECONDS.fullmatch(text) or _ISO_8601.fullmatch(text):
            return "<time>"
        return _UUID.sub(lambda found: self._symbol(found[0], self._kinds.get(found[0], "id")), text)

    def _symbol(self, value: str, kind: str) -> str:
        if value not in self._symbols:
            self._last_numbers[kind] += 1
            self._symbols[value] = f"<{kind} {self._last_numbers[kind]}>"
        return self._symbols[value]


def _texts(name: str, owner: str, value: Any) -> Iterator[tuple[str, str, str]]:
    """Yield each text with the member that contains it and the resource that the member belongs to."""
    if isinstance(value, Mapping):
        for inner, item in value.items():
            yield from _texts(str(inner), owner, item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(name, name.removesuffix("s"), item)
    elif isinstance(value, str):
        yield name, owner, value


def _kebab(name: str) -> str:
    return re.sub(r"(?<=.)(?=[A-Z])", "-", name).lower()
