"""An HTTP request into parameters; a record or an error into a response, by the model's shapes."""

from __future__ import annotations

import datetime
import functools
import json
import re
from collections.abc import Callable, Iterable, Mapping
from json.encoder import encode_basestring_ascii as _write_text
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn
from urllib.parse import parse_qs, unquote

from pytest_appintegrations.errors import ServiceError
from pytest_appintegrations.model import checks, service

if TYPE_CHECKING:
    from botocore.model import Shape

Json = dict[str, Any]
Projection = Callable[[Any], Any]
Reader = Callable[[str, bytes], tuple[Json, bool]]

MALFORMED = "InvalidRequestException"
# Many times what the model's own shapes have; whoever walks through parameters need not fear for the stack.
_DEEPEST = 50


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


# `json.dumps` would make an encoder for each body.
_write = json.JSONEncoder(separators=(",", ":")).encode
_write_unescaped = json.JSONEncoder(ensure_ascii=False).encode
_read = json.JSONDecoder(parse_constant=_no_number).raw_decode
_LABEL = r"\{([^}]+)\}"


@functools.cache
def reader(operation: str) -> Reader:
    """Build a function of a request's URL and body that gives its parameters, and whether they are known to be valid.

    It raises `ServiceError` where a request can't be read.
    """
    path, query_members, body_members = _locations(operation)
    plain = frozenset(name for name, key in body_members if name == key)
    shape = service.operation(operation).input_shape
    taken_over = checks.taken_over(shape, of_json=True) if shape is not None else dict

    def read(url: str, body: bytes) -> tuple[Json, bool]:
        # Labels are matched on the raw path: an encoded slash belongs to the identifier.
        called, _, query = url.partition("?")
        found = path.search(called)
        if found is None:
            raise ServiceError(MALFORMED, f"The URL {called} is not one of {operation}.")
        params: Json = found.groupdict()
        if "%" in called:
            params = {name: unquote(value) for name, value in params.items()}
        if query:
            params.update(_decode_query(query_members, query))
        if body:
            content = _decode_body(body)
            if plain.issuperset(content):
                params.update(content)
            else:
                _check_depth(content)
                params.update((name, content[key]) for name, key in body_members if key in content)
        valid = taken_over(params)
        if valid is not None:
            return valid, True
        _check_depth(params)
        return params, False

    return read


def known(operation: str, params: Mapping[str, Any]) -> Json:
    """Copy parameters that are right in their types, without the members that the model does not have."""
    copied: Json = _input(operation)(params)
    return copied


@functools.cache
def writer(operation: str) -> Callable[[Mapping[str, Any]], bytes]:
    """Build a function that writes what the operation answers: the record's members in the output shape, no others."""
    project, members = _output(operation, _epoch), service.members(service.operation(operation).output_shape)
    keys = [(name, f"{_write_text(name)}:") for name in members]

    def write(output: Mapping[str, Any]) -> bytes:
        projected = project(output)
        return _write(projected).encode() if projected else b""

    def write_texts(output: Mapping[str, Any]) -> bytes:
        written = [key + _write_text(output[name]) for name, key in keys if output.get(name) is not None]
        return f"{{{','.join(written)}}}".encode() if written else b""

    # Texts alone, as most creates answer, are written one by one: an encoder for the whole would be made anew.
    return write_texts if all(member.type_name == "string" for member in members.values()) else write


def encode_error(error: ServiceError) -> bytes:
    """Write an error's body."""
    return _write({"Message": error.message}).encode()


def response(operation: str, output: Mapping[str, Any]) -> Json:
    """Give what botocore reads out of such a body, without `ResponseMetadata`; a copy."""
    copied: Json = plain_copy(_output(operation, None)(output))
    return copied


def plain_copy(value: Any) -> Any:
    """Copy nested dicts and lists; their leaves are shared (ten times as fast as `copy.deepcopy`)."""
    if isinstance(value, dict):
        return {key: plain_copy(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain_copy(item) for item in value]
    return value


class _Locations(NamedTuple):
    path: re.Pattern[str]
    """With a group for each label, named as the member that it holds."""
    query: list[tuple[str, str, Shape]]
    body: list[tuple[str, str]]


def _locations(operation: str) -> _Locations:
    """Tell where in a request the parameters stand, each beside its name there."""
    template = service.operation(operation).http["requestUri"].partition("?")[0]
    labels, query, body = {}, [], []
    for name, shape in service.input_members(operation).items():
        key = shape.serialization.get("name", name)
        location = shape.serialization.get("location", "body")
        if location == "uri":
            labels[key] = name
        elif location == "querystring":
            query.append((name, key, shape))
        else:
            body.append((name, key))
    # Between the literal parts stand the labels.
    parts = [
        f"(?P<{labels[part]}>[^/]+)" if index % 2 else re.escape(part)
        for index, part in enumerate(re.split(_LABEL, template))
    ]
    # Not anchored at its start: an endpoint of the user's own may have a path of its own.
    return _Locations(re.compile("".join(parts) + r"\Z"), query, body)


def _decode_query(members: list[tuple[str, str, Shape]], query: str) -> Json:
    given = parse_qs(query, keep_blank_values=True)
    return {name: _from_text(shape, given[key]) for name, key, shape in members if key in given}


def _from_text(shape: Shape, texts: list[str]) -> Any:
    if shape.type_name == "list":
        return texts
    text = texts[-1]
    if shape.type_name == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if shape.type_name == "integer":
        return int(text) if re.fullmatch(r"[+-]?[0-9]{1,18}", text) else text
    return text


def _decode_body(body: bytes) -> Json:
    try:
        text = str(body, "utf-8").strip()
        content, end = _read(text)
        if b"\\" in body:
            _write_unescaped(content).encode()  # Half a surrogate pair can't be.
    except RecursionError:
        raise _too_deep() from None
    except ValueError as problem:
        raise ServiceError(MALFORMED, f"The request body is not JSON: {problem}.") from None
    if end != len(text) or not isinstance(content, dict):
        raise ServiceError(MALFORMED, "The request body is not a JSON object.")
    return content


def _check_depth(content: object) -> None:
    level = [content]
    for _ in range(_DEEPEST):
        level = [item for value in level for item in _contents(value)]
    if level:
        raise _too_deep()


def _contents(value: object) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _too_deep() -> ServiceError:
    return ServiceError(MALFORMED, f"The request body is nested deeper than {_DEEPEST} levels.")


@functools.cache
def _input(operation: str) -> Projection:
    return _members(service.operation(operation).input_shape, None)


@functools.cache
def _output(operation: str, timestamp: Projection | None) -> Projection:
    return _members(service.operation(operation).output_shape, timestamp)


def _epoch(moment: datetime.datetime) -> float:
    return moment.timestamp()


def _members(shape: Shape | None, timestamp: Projection | None) -> Projection:
    """Build a function that takes over the modelled members of a structure, its times converted."""
    members = [(name, _converted(item, timestamp)) for name, item in service.members(shape).items()]

    def project(value: Mapping[str, Any]) -> Json:
        projected = {}
        for name, convert in members:
            item = value.get(name)
            if item is not None:
                projected[name] = convert(item) if convert else item
        return projected

    return project


def _converted(shape: Shape, timestamp: Projection | None) -> Projection | None:
    """Build a function that does the same for any value; None for what is kept as it is."""
    if shape.type_name == "structure":
        return _members(shape, timestamp)
    if shape.type_name == "timestamp":
        return timestamp
    if shape.type_name == "list":
        return _each(_converted(shape.member, timestamp))
    if shape.type_name == "map":
        return _each_value(_converted(shape.value, timestamp))
    return None


def _each(project: Projection | None) -> Projection | None:
    return project and (lambda items: [project(item) for item in items])


def _each_value(project: Projection | None) -> Projection | None:
    return project and (lambda items: {key: project(item) for key, item in items.items()})
