"""Raw requests as hypothesis draws them: nearly right, wrong in some place, or no request at all."""

from __future__ import annotations

import json
from typing import NamedTuple
from urllib.parse import quote

from hypothesis import strategies as st

from pytest_appintegrations.model import service
from tests.support.payloads import ARN
from tests.support.shapes import valid

# The id, the name, or both, of everything that there is.
KNOWN = "11111111-2222-4333-a444-555555555555"


class Raw(NamedTuple):
    """Text that stands in a body as it is, JSON or not."""

    text: str


class Twice(NamedTuple):
    """Two values of the same name."""

    first: object
    second: object


def nested(depth):
    return Raw("[" * depth + "]" * depth), Raw('{"a":' * depth + "1" + "}" * depth), Raw("[" * depth)


# Some of these are right in some places.
TEXTS = (
    "", " ", "a", "a b", "x\n", "\0", "é", "😀", "::", "a::b", "NONE", "arn:aws:", "arn:aws:x:y:z:w", f"{ARN}:nothing/x",
    "x" * 300, "x" * 20_000, " " * 20_000, "x" * 20_000 + "\n", "s3://" + "a" * 990 + " ", "s3://bucket", "https://" + "a" * 990 + "\n",
    "bnVsbA==", "MSB1cy1lYXN0LTE=", "ON_DEMAND", "API_KEY", "1", "-1", "0", "51", "9" * 5000, "true", "None", "aws:x", KNOWN,
)  # fmt: skip
VALUES = (
    *TEXTS, None, True, False, 0, -1, 1, 1.0, 5.5, 10**30, [], {}, [[]], [None], {"a": None}, {"a": {"a": "b"}}, {"": ""},
    {"aws:a": "b"}, ["a"] * 300, [1] * 3000, {f"k{number}": "v" for number in range(300)},
    *map(Raw, ("9" * 5000, "NaN", "-Infinity", "1e999", "1e3", r'"\ud800"', r'"\udfff\ud800"', r'"\ud83d\ude00"', r'"\\ud800"',
               r'{"\ud800":"a"}', r'"\x"', "nonsense", '"', "")),
    *(raw for depth in (20, 60, 400, 900, 3000, 100_000) for raw in nested(depth)),
)  # fmt: skip
BODIES = (
    b"", b"null", b"[]", b"1", b'"a"', b"{", b"}", b"{}{}", b"{} x", b"\xff", b'{"Name":"\xff"}', b"\xef\xbb\xbf{}", b"\0", b"{\0}",
    "{}".encode("utf-16"), '{"Name":"a"}'.encode("utf-32"), b"[" * 100_000, b'{"Name":' * 50_000, b"<Name>a</Name>", b"Name=a&Name=b",
)  # fmt: skip
junk = st.sampled_from(VALUES)
texts = st.one_of(st.sampled_from(TEXTS), st.text(max_size=5), st.characters().map("a".__add__))


def identifiers(name):
    arn = "data-integration" if name == "Identifier" else "application"
    kinds = ("data-integration", "data-integration-association", "event-integration", "x")
    strange = [f"{ARN}:{kind}/{rest}" for kind in kinds for rest in (KNOWN, f"{KNOWN}/{KNOWN}")]
    usual = [f"{ARN}:{arn}/{KNOWN}"] if name == "resourceArn" else [KNOWN, KNOWN, KNOWN, f"{ARN}:{arn}/{KNOWN}"]
    return _mostly(st.sampled_from(usual * 10 + strange), texts)


def values(name, shape):
    """Draw what is mostly right, at every depth."""
    if shape.type_name == "structure":
        required = shape.required_members
        members = {name: values(name, member) for name, member in service.members(shape).items()}
        return _structures(members, required)
    if shape.type_name == "list":
        return st.lists(_mostly(values(name, shape.member), junk), min_size=1, max_size=2)
    if shape.type_name == "map":
        keys = _mostly(st.just(valid(shape.key)), texts)
        return st.dictionaries(keys, _mostly(values(name, shape.value), junk), min_size=1, max_size=2)
    if shape.metadata.get("enum"):
        return st.sampled_from(shape.metadata["enum"])
    if name == "ClientToken":
        return st.sampled_from(["t", "u"])
    if name in IDENTIFIERS:
        return identifiers(name)
    right = st.just(valid(shape))
    return right | texts.map(lambda text: text[:1]) if shape.type_name == "string" else right


IDENTIFIERS = (
    "Arn", "ApplicationId", "DataIntegrationAssociationIdentifier", "DataIntegrationIdentifier", "EventIntegrationName", "Identifier",
    "Name", "resourceArn",
)  # fmt: skip


def _mostly(right, wrong):
    return st.integers(0, 30).flatmap(lambda number: right if number else wrong)


@st.composite
def _structures(draw, members, required):
    drawn = {
        name: draw(_mostly(value, junk))
        for name, value in members.items()
        if draw(st.integers(0, 60) if name in required else st.integers(0, 1))
    }
    unusual = draw(st.integers(0, 40))
    if unusual == 1:
        drawn["Unknown"] = draw(junk)
    if unusual == 2 and drawn:
        name = draw(st.sampled_from(sorted(drawn)))
        drawn[name] = Twice(draw(junk), drawn[name])
    return drawn


def written(value):
    """Write a body."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Twice):
        return written(value.second)
    if isinstance(value, list):
        return f"[{','.join(map(written, value))}]"
    if isinstance(value, dict):
        pairs = []
        for name, item in value.items():
            for one in item if isinstance(item, Twice) else (item,):
                pairs.append(f"{json.dumps(name)}:{written(one)}")
        return f"{{{','.join(pairs)}}}"
    return json.dumps(value)


def plain(value):
    """Return what Python reads from a text as JSON; a text that is not JSON is returned as it is."""
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, Twice):
        return plain(value.second)
    if isinstance(value, list):
        return list(map(plain, value))
    return {name: plain(item) for name, item in value.items()} if isinstance(value, dict) else value


def _encoded(text):
    """Draw ways to put a text into a URL, wrong ones too."""
    right = [quote(text, safe="", errors="surrogatepass")] * 20
    other = [
        "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass")),
        quote(text, errors="surrogatepass"),
        text,
    ]
    wrong = [f"{text}%", f"%zz{text}", f"%ff%c0%80{text}", f"%ed%a0%80{text}", ""]
    return st.sampled_from(right + other + wrong)


@st.composite
def urls(draw, operation, located):
    """Draw the URL of an operation's request, and those that are not."""
    template = service.operation(operation).http["requestUri"]
    members = service.input_members(operation)
    query = []
    for name, value in located.items():
        key = members[name].serialization["name"]
        for item in map(_text, value if isinstance(value, list) else [value]):
            if members[name].serialization["location"] == "uri":
                template = template.replace(f"{{{key}}}", draw(_encoded(item)))
            else:
                query.append(f"{key}={draw(_encoded(item))}")
    if draw(st.integers(0, 20)) == 0:
        query += draw(
            st.lists(
                st.sampled_from(["", "=", "&", "a", "a=%", "maxResults", "nextToken=", "force=TRUE", "tagKeys=", ";"])
            )
        )
    path = draw(
        st.sampled_from(
            [template] * 40 + [f"{template}/", f"/x{template}", f"{template}\n", template.upper(), "", "/", "//", "\0"]
        )
    )
    return f"https://app-integrations.us-east-1.amazonaws.com{path}{'?' if query else ''}{'&'.join(query)}"


def _text(value):
    return value if isinstance(value, str) else written(value)


class Wire(NamedTuple):
    """What a request carries."""

    operation: str
    url: str
    body: bytes
    params: dict
    """What a client would have been asked for."""


@st.composite
def requests(draw):
    """Draw a request."""
    operation = draw(st.sampled_from(list(service.operations())))
    params = draw(values("", service.operation(operation).input_shape))
    members = service.input_members(operation)
    located = {
        name: value for name, value in params.items() if "location" in getattr(members.get(name), "serialization", ())
    }
    in_body = {name: value for name, value in params.items() if name not in located}
    url = draw(urls(operation, located))
    body = written(in_body).encode("utf-8", "surrogatepass") if in_body else b""
    match draw(st.integers(0, 30)):
        case 0:
            body = draw(st.sampled_from(BODIES))
        case 1:
            body = draw(st.binary(max_size=20))
        case 2:
            body = body[: draw(st.integers(0, len(body)))]
        case 3:
            operation = draw(st.sampled_from(["CreateOrder", "createApplication", "", *service.operations()]))
    return Wire(operation, url, body, plain(params))
