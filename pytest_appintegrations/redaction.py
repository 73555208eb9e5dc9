"""Short representations of values for messages, without secrets."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any


def short_repr(value: object) -> str:
    """Show a value in a message: shortened, and never failing, as a repr may."""
    return _SHORT.repr(value)


def presentable(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a report may show of parameters: no idempotency token, which tells nothing, and no secret."""
    return redact({name: value for name, value in params.items() if name != "ClientToken"})


def redact(params: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a report may show of parameters that an author names: all but what is secret."""
    return {name: redacted_member(name, value) for name, value in params.items()}


def redact_text(text: str, params: Mapping[str, Any]) -> str:
    """Give a text that quotes parameters without what is secret in them."""
    for value, instead in _hidden(params, redact(params)):
        text = text.replace(repr(value), repr(instead))
    return text


def _hidden(value: Any, shown: Any) -> Iterator[tuple[object, object]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _hidden(item, shown[name])
    elif isinstance(value, list):
        for item, instead in zip(value, shown, strict=True):
            yield from _hidden(item, instead)
    elif value != shown:
        yield value, shown


def redacted_member(name: str, value: object, *, secret: bool = False) -> object:
    """Return a member's value with secrets masked: all of it if its name tells of one."""
    secret = secret or _SECRET_NAME.search(_NO_SECRET.sub("", name)) is not None
    if isinstance(value, Mapping):
        return {inner: redacted_member(str(inner), item, secret=secret) for inner, item in value.items()}
    if isinstance(value, list):
        return [redacted_member("", item, secret=secret) for item in value]
    if secret:
        return "***"
    return _SECRET_TEXT.sub("***", value) if isinstance(value, str) else value


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 120
_SHORT.maxdict = _SHORT.maxlist = _SHORT.maxtuple = 12
_SHORT.maxlevel = 8

# No parameter of the model is marked sensitive; tags, metadata and URIs are the author's own.
_NO_SECRET = re.compile(r"\b(?:ClientToken|NextToken|CredentialProviderIdentifier)\b")
_SECRET_NAME = re.compile(r"(?i)secret|passw|token|credential|api.?key|private.?key")
_SECRET_TEXT = re.compile(
    r"(?<=://)[^/@\s]+(?=@)"  # user:password@host
    r"|(?i:(?<=secret=)|(?<=password=)|(?<=token=)|(?<=signature=)|(?<=credential=)|(?<=key=))[^&\s]+"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
)
