"""What a message shows of values: short, and without secrets."""

from __future__ import annotations

import pytest
from dirty_equals import IsPartialDict

from pytest_appintegrations import AppIntegrationsStub, Fault
from pytest_appintegrations.model import service
from pytest_appintegrations.redaction import is_secret_name, redact_text, redacted_member, short_arguments, short_repr

SECRET = "Geheim123"

SECRET_NAMES = """
    password Password passwd db_passwd pwd mysql_pwd passphrase passPhrase passcode pass user_pass PASS
    secret client_secret clientSecret SecretAccessKey secret.key secrets
    token access_token accessToken refreshToken tokens X-Amz-Security-Token csrftoken csrf_token XSRF-TOKEN jwt
    api_key apikey apiKey x-api-key AccessKey access_key AWSAccessKeyId accountKey auth_key client_key db_key
    encryption_key masterKey privateKey private-key private.key serviceKey SharedKey signingKey ssh_key
    auth Auth basicAuth HTTP_AUTH Authorization bearer credential credentials X-Amz-Credential
    cookie set-cookie session Session sessionid session_id PHPSESSID
    sig Sig SAS sas X-Amz-Signature signature
    Tags.password ObjectConfiguration.o.tokens[0]
"""

PUBLIC_NAMES = """
    ClientToken NextToken Name KmsKey key Key primary_key partitionKey keys monkey author authority Author significance
    design compass passenger passed bypass team obsession SessionsPerDay assassin Signals
"""


@pytest.mark.parametrize("name", SECRET_NAMES.split())
def test_a_value_is_masked_by_the_name_of_a_secret(name):
    assert is_secret_name(name)
    assert redacted_member(name, {"a": [SECRET, (1, SECRET)]}) == {"a": ["***", ("***", "***")]}


@pytest.mark.parametrize("name", PUBLIC_NAMES.split())
def test_a_value_is_shown_by_another_name(name):
    assert not is_secret_name(name)
    assert redacted_member(name, "x") == "x"


def members_of(shape, seen=()):
    if shape is None or shape.name in seen:
        return
    for name, member in getattr(shape, "members", {}).items():
        yield name
        yield from members_of(member, (*seen, shape.name))
    yield from members_of(getattr(shape, "member", None), (*seen, shape.name))


def test_no_member_of_the_service_is_taken_for_a_secret():
    for operation in map(service.operation, service.operations()):
        for name in {*members_of(operation.input_shape), *members_of(operation.output_shape)}:
            assert not is_secret_name(name), name
            assert short_repr({name: "x"}) == repr({name: "x"})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        *((f"https://x.example/a?b=1&{name}={SECRET}&c=2", f"https://x.example/a?b=1&{name}=***&c=2")
          for name in ("sig", "pwd", "passwd", "access_token", "key", "X-Amz-Security-Token", "X-Amz-Signature")),
        (f"https://x.example/?next=https%3A%2F%2Fy%3Fsig%3D{SECRET}", "https://x.example/?next=https%3A%2F%2Fy%3Fsig%3D***"),
        (f"postgres://me:{SECRET}@host/db", "postgres://***@host/db"),
        (f"postgres://me:@{SECRET}@host/db", "postgres://***@host/db"),
        (f"password: {SECRET}", "password: ***"),
        (f"Authorization: Bearer {SECRET}", "Authorization: Bearer ***"),
        (f"authorization=Basic {SECRET};", "authorization=Basic ***;"),
        (f'{{"password":"{SECRET}", "a": 1}}', '{"password":"***", "a": 1}'),
        (f'{{"password": "a, \\"b\\" {SECRET}"}}', '{"password": "***"}'),
        (f"IsPartialDict(password='a {SECRET}')", "IsPartialDict(password='***')"),
        (f"password = '{SECRET}", "password = '***"),
        ("key AKIAABCDEFGHIJKLMNOP used", "key *** used"),
    ],
)  # fmt: skip
def test_a_secret_in_a_text_is_masked(text, shown):
    assert redacted_member("Description", text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://x.example/a?b=1&author=me",
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-a1b2c3",
        "The token has expired",
        "s3://bucket/tokens/2024",
        "user@example.org",
        "https://x.example?to=user@example.org",
        "{'ClientToken': 'once', 'CredentialProviderIdentifier': 'p'}",
    ],
)
def test_another_text_is_left_alone(text):
    assert redacted_member("Description", text) == text


def test_a_long_text_without_an_end_is_masked_in_linear_time():
    assert short_repr("token" * 200_000).startswith("'tokentoken")
    assert short_repr("password='" * 100_000).startswith('"password=')


@pytest.mark.parametrize(
    "value",
    [
        {"Tags": {"Password": SECRET}},
        [{"a": ({"pwd": SECRET},)}],
        IsPartialDict(password=SECRET),
        ValueError(f"https://x.example/?sig={SECRET}"),
        f"https://me:{SECRET}@x.example/{'x' * 500}",
    ],
)
def test_a_short_repr_shows_no_secret(value):
    assert SECRET not in short_repr(value)
    assert SECRET not in short_arguments({"a": value})


def test_a_text_that_quotes_parameters_shows_none_of_their_secrets():
    params = {"Tags": {"password": SECRET}, "Lists": [{"tokens": [SECRET]}], "Name": "n"}
    assert redact_text(f"{SECRET!r} is too long, {params['Lists']!r} too", params) == (
        "'***' is too long, [{'tokens': ['***']}] too"
    )


def test_a_repr_is_short_and_never_fails():
    class Broken:
        def __repr__(self):
            raise ZeroDivisionError

    assert short_repr(Broken()).startswith("<Broken instance at ")
    assert len(short_repr("x" * 1000)) == 120
    assert short_repr(list(range(20))) == "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...]"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("ThrottlingException", operation="CreateDataIntegrationAssociation",
              when={"ClientAssociationMetadata": {"Password": SECRET}}),
        Fault.latency(1, when={"Tags": IsPartialDict(password=SECRET)}),
        Fault("ThrottlingException", message=f"password={SECRET}"),
    ],
)  # fmt: skip
def test_a_fault_shows_no_secret(fault):
    assert SECRET not in repr(fault)
    assert "***" in repr(fault)


def test_a_store_shows_no_secret():
    with AppIntegrationsStub() as stub:
        record = stub.data_integration_associations.add(ClientAssociationMetadata={"Password": SECRET})
        assert SECRET not in repr(stub.data_integration_associations)
        assert record["ClientAssociationMetadata"] == {"Password": SECRET}


@pytest.mark.parametrize("scheme", ["Bearer", "Basic"])
def test_a_value_of_an_authorization_header_is_masked_without_its_name(scheme):
    assert redact_text(f"{scheme} dG9rZW4=", {}) == f"{scheme} ***"
    assert redact_text(f"{scheme} of it", {}) == f"{scheme} of it"
