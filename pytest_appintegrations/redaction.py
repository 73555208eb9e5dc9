"""Format short representations of values for messages, with secrets masked.

The model does not mark any parameter as sensitive, and tags, metadata and URIs can contain anything, so a secret is
recognized by the name before it.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Iterator, Mapping
from typing import Any

MASK = "***"


def short_repr(value: object) -> str:
    """Return the repr of a value, shortened and with secrets masked; a failing repr is replaced."""
    return _mask_text(_SHORT.repr(redacted_member("", value)))


def short_arguments(params: Mapping[str, Any]) -> str:
    """Format parameters as the keyword arguments of a call, each shortened and with secrets masked."""
    return ", ".join(f"{name}={_mask_text(_SHORT.repr(value))}" for name, value in redact(params).items())


def presentable(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters to show in a report: without the idempotency token, and with secrets masked."""
    return redact({name: value for name, value in params.items() if name != "ClientToken"})


def redact(params: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of parameters with secrets masked."""
    return {name: redacted_member(name, value) for name, value in params.items()}


def redact_text(text: str, params: Mapping[str, Any]) -> str:
    """Return a text that quotes parameters, with the secrets in them masked."""
    for secret, shown in _masked_values(params, redact(params)):
        text = text.replace(repr(secret), repr(shown))
    return _mask_text(text)


def _masked_values(value: Any, shown: Any) -> Iterator[tuple[object, object]]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _masked_values(item, shown[name])
    elif isinstance(value, list):
        for item, shown_item in zip(value, shown, strict=True):
            yield from _masked_values(item, shown_item)
    elif value != shown:
        yield value, shown


def redacted_member(name: str, value: object, *, secret: bool = False) -> object:
    """Return the value of a member with secrets masked; it is masked as a whole if the name is that of a secret."""
    secret = secret or is_secret_name(name)
    if isinstance(value, Mapping):
        return {inner: redacted_member(str(inner), item, secret=secret) for inner, item in value.items()}
    if isinstance(value, (list, tuple)):
        items = [redacted_member("", item, secret=secret) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    if secret:
        return MASK
    return _mask_text(value) if isinstance(value, str) else value


def is_secret_name(name: str) -> bool:
    """Return whether a name, or a part of a dotted path, is that of a secret."""
    return re.search(_SECRET_NAME, re.sub(_PUBLIC_NAME, "", name)) is not None


def _mask_text(text: str) -> str:
    text = re.sub(_USER_INFO, MASK, text)
    text = re.sub(_ASSIGNED_SECRET, lambda found: "".join(filter(None, found.groups())) + MASK, text)
    text = re.sub(_AUTHORIZATION, lambda found: found[1] + MASK, text)
    return re.sub(_ACCESS_KEY_ID, MASK, text)


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 120
_SHORT.maxdict = _SHORT.maxlist = _SHORT.maxtuple = 12
_SHORT.maxlevel = 8

# `re` compiles the patterns when a message needs them, and caches them: most runs need none.
# Members of the API with names that are those of secrets elsewhere.
_PUBLIC_NAME = r"\b(?:ClientToken|NextToken|CredentialProviderIdentifier|AuthConfig|AuthType)\b"
# The names in sentry_sdk's scrubber (DEFAULT_DENYLIST), Django's SafeExceptionReporterFilter and detect-secrets'
# keyword plugin, with those of AWS SDKs, presigned URLs and Azure's shared access signatures. A bare "key" is not
# one of them: records contain many keys that identify something.
_WORDS = (
    r"secret|passw|pass_?phrase|pass_?code|pwd|(?<!client)(?<!next)token|credential(?!provideridentifier)"
    r"|cookie|authorization|signature|csrf|xsrf|jwt|php_?sess|session_?id"
    r"|(?:api|access|account|auth|client|database|db|encryption|master|priv|private|service|shared|signing|ssh)[_.-]?key"
)
_SHORT_WORDS = r"auth|bearer|pass|sas|session|sig"
# Delimited by camel case, a separator or the end of the name.
_SECRET_NAME = (
    rf"(?i:{_WORDS})|(?:(?<![A-Za-z])(?:{_SHORT_WORDS})|(?:(?<![A-Z]){_SHORT_WORDS.title()}))(?![a-z])"
    rf"|(?<![A-Z])(?:{_SHORT_WORDS.upper()})(?![A-Z])"
)
# In URIs, queries, headers, JSON and the keyword arguments of a repr: name=value, "name": "value".
_ASSIGNED_SECRET = (
    rf"(?i)((?:(?:{_WORDS})\w{{0,40}}|(?:(?<![a-z])|(?<=%3F))(?:{_SHORT_WORDS}))[\"']?\s{{0,4}}"
    r"(?:=|%3D|:(?=[\s\"']))\s{0,4}|(?<![a-z])key=)"
    r"(?:(Bearer\s+|Basic\s+)?[^\s&;,\"'(){}\[\]]+|(\")(?:[^\"\\]|\\.)*|(')(?:[^'\\]|\\.)*)"
)
_USER_INFO = r"(?<=://)[^/?#\s]+(?=@)"
_AUTHORIZATION = r"\b(Bearer |Basic )[A-Za-z0-9._~+/=-]{6,}"
_ACCESS_KEY_ID = r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
