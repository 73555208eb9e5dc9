"""Calls in an order: which calls match, and the two columns that a failure shows."""

from __future__ import annotations

from unittest.mock import ANY

import pytest

CREATE = "CreateDataIntegrationAssociation"
ORDERS = {"DataIntegrationIdentifier": "orders"}
OTHER = {"DestinationURI": "s3://bucket/other"}


@pytest.mark.parametrize(
    ("expected", "indexes"),
    [
        (["ListDataIntegrations"], [0]),
        (["list_data_integrations", "create_data_integration_association"], [0, 1]),
        (["ListDataIntegrations", (CREATE, OTHER)], [0, 2]),
        ([(CREATE, ORDERS), (CREATE, ORDERS)], [1, 2]),
        ([("ListDataIntegrations", {"MaxResults": ANY}), (CREATE, {}), (CREATE, OTHER)], [0, 1, 2]),
    ],
)
def test_calls_in_the_order_expected_are_returned(log, expected, indexes):
    assert log.assert_in_order(*expected) == [log[index] for index in indexes]
    exactly = log[indexes[0] : indexes[-1] + 1]
    if len(exactly) == len(expected):
        assert exactly.assert_in_order(*expected, exactly=True) == list(exactly)
    else:
        with pytest.raises(AssertionError, match="and no others"):
            exactly.assert_in_order(*expected, exactly=True)


def test_no_calls_at_all_can_be_expected_exactly(log, message_of):
    assert log[3:].assert_in_order(exactly=True) == []
    assert message_of(log[:1].assert_in_order, exactly=True) == (
        "Expected these calls in this order, and no others:\n"
        f"  expected{' ' * 37} | called\n"
        f"+ {' ' * 45} | 1. ListDataIntegrations(MaxResults=5)\n"
        "Not expected: call 1."
    )


@pytest.mark.parametrize(
    ("expected", "error", "message"),
    [
        ([], ValueError, "assert_in_order() needs at least one call; to expect no calls at all, pass exactly=True"),
        (["ListAplications"], ValueError, "unknown operation 'ListAplications'; did you mean 'ListApplications'?"),
        ([(CREATE, {"Nme": 1})], ValueError, "unknown parameter 'Nme' of CreateDataIntegrationAssociation"),
        ([[CREATE, {}]], TypeError, "assert_in_order() takes operations and tuples such as ('CreateApplication', "),
        ([(CREATE, 5)], TypeError, "assert_in_order() takes operations and tuples such as"),
        ([(CREATE,)], TypeError, "assert_in_order() takes operations and tuples such as"),
        ([5], TypeError, "assert_in_order() takes operations and tuples such as"),
    ],
)
def test_an_invalid_expected_call_is_refused(log, expected, error, message):
    with pytest.raises(error) as caught:
        log.assert_in_order(*expected)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("expected", "exactly", "table"),
    [
        (
            [(CREATE, OTHER), "ListDataIntegrations"],
            False,
            """
            Expected these calls in this order, with others in between allowed:
              expected                                      | called
                                                            | 1. ListDataIntegrations(MaxResults=5)
                                                            | 2. CreateDataIntegrationAssociation(DataInte…
              1. CreateDataIntegrationAssociation(Destinat… | 3. CreateDataIntegrationAssociation(DataInte…
            - 2. ListDataIntegrations                       |
            Expected call 2 was made out of order, as call 1.
            """,
        ),
        (
            [
                "ListDataIntegrations",
                (CREATE, {"DestinationURI": "s3://bucket/exports", "ClientId": "me", "ClientToken": "token-1"}),
                ("DeleteDataIntegration", {"DataIntegrationIdentifier": "orders"}),
                (CREATE, {**OTHER, "ClientId": "me"}),
            ],
            False,
            """
            Expected these calls in this order, with others in between allowed:
              expected                                      | called
              1. ListDataIntegrations                       | 1. ListDataIntegrations(MaxResults=5)
            ! 2. CreateDataIntegrationAssociation           | 2. CreateDataIntegrationAssociation
                   DestinationURI='s3://bucket/exports'     |      DestinationURI='s3://bucket/exports'
            !      ClientId='me'                            |      ClientId='profiles-export'
                   ClientToken='token-1'                    |      ClientToken='token-1'
            - 3. DeleteDataIntegration(DataIntegrationIden… |
            ! 4. CreateDataIntegrationAssociation           | 3. CreateDataIntegrationAssociation
                   DestinationURI='s3://bucket/other'       |      DestinationURI='s3://bucket/other'
            !      ClientId='me'                            |
            Expected call 2 differs from call 2 in:
                ClientId: expected 'me', got 'profiles-export'
            Expected call 3 was not made.
            Expected call 4 differs from call 3 in:
                ClientId: expected 'me', but it is missing
            """,
        ),
        (
            ["ListDataIntegrations", "ListDataIntegrations"],
            False,
            """
            Expected these calls in this order, with others in between allowed:
              expected                                      | called
              1. ListDataIntegrations                       | 1. ListDataIntegrations(MaxResults=5)
                                                            | 2. CreateDataIntegrationAssociation(DataInte…
                                                            | 3. CreateDataIntegrationAssociation(DataInte…
            - 2. ListDataIntegrations                       |
            Expected call 2 was not made.
            """,
        ),
        (
            ["ListDataIntegrations"],
            True,
            """
            Expected these calls in this order, and no others:
              expected                                      | called
              1. ListDataIntegrations                       | 1. ListDataIntegrations(MaxResults=5)
            +                                               | 2. CreateDataIntegrationAssociation(DataInte…
            +                                               | 3. CreateDataIntegrationAssociation(DataInte…
            Not expected: calls 2 to 3.
            """,
        ),
    ],
    ids=["order", "differences", "twice", "exactly"],
)
def test_a_failure_shows_both_columns_where_they_differ(log, message_of, expected, exactly, table):
    lines = [line.removeprefix(" " * 12) for line in table.strip("\n").splitlines()[:-1]]
    assert message_of(log.assert_in_order, *expected, exactly=exactly).splitlines() == lines


def test_long_runs_are_shortened_and_a_few_places_explained(appint_stub, appint_client, message_of):
    for _ in range(10):
        appint_client.list_applications()
    for size in range(5):
        appint_client.list_data_integrations(MaxResults=size + 1)
        appint_client.list_event_integrations()
    expected = [
        *["ListApplications"] * 10,
        *(item for size in range(5) for item in (("ListDataIntegrations", {"MaxResults": size + 7}), "ListEventIntegrations")),
    ]  # fmt: skip
    lines = message_of(appint_stub.calls.assert_in_order, *expected).splitlines()
    assert lines[4:7] == [
        "  3. ListApplications                           | 3. ListApplications()",
        "  … 4 more",
        "  8. ListApplications                           | 8. ListApplications()",
    ]
    assert lines[-7:] == [
        *(
            line
            for number, size in ((11, 0), (13, 1), (15, 2))
            for line in (
                f"Expected call {number} differs from call {number} in:",
                f"    MaxResults: expected {size + 7}, got {size + 1}",
            )
        ),
        "… and 2 further places.",
    ]
    assert max(map(len, lines)) <= 96


def test_an_expected_call_is_compared_with_the_one_that_differs_least(appint_stub, appint_client, message_of):
    for size, token in ((5, "a"), (1, "b"), (5, "b")):
        appint_stub.add_response("ListApplications", {"Applications": []}, calls=1)
        appint_client.list_applications(MaxResults=size, NextToken=token)
    message = message_of(appint_stub.calls.assert_in_order, ("ListApplications", {"MaxResults": 1, "NextToken": "c"}))
    assert message.endswith("\nExpected call 1 differs from call 2 in:\n    NextToken: expected 'c', got 'b'")


@pytest.mark.parametrize(("calls", "left_out"), [(7, None), (8, "  … 2 more")])
def test_a_run_is_shortened_where_that_spares_a_line(appint_stub, appint_client, message_of, calls, left_out):
    for _ in range(calls):
        appint_client.list_applications()
    lines = message_of(appint_stub.calls.assert_in_order, "GetApplication").splitlines()
    assert [line for line in lines if "more" in line] == ([left_out] if left_out else [])
    assert len([line for line in lines if "ListApplications()" in line]) == (6 if left_out else calls)


def test_a_failure_stays_short_however_many_calls_differ(appint_stub, appint_client, message_of):
    for _ in range(200):
        appint_client.list_applications(MaxResults=1)
    lines = message_of(appint_stub.calls.assert_in_order, *[("ListApplications", {"MaxResults": 2})] * 100).splitlines()
    assert "! … 94 more" in lines
    assert lines[-1] == "… and 97 further places."
    assert len(lines) < 50


@pytest.mark.appint(validate=False)
def test_every_line_of_a_failure_stays_within_a_hundred_columns(appint_stub, appint_client, message_of):
    for _ in range(3):
        appint_client.create_application(
            Name="n", Namespace="x" * 150, Description=f"password={'s' * 300} {'d' * 300}",
            ApplicationSourceConfig={"ExternalUrlConfig": {"AccessUrl": f"https://me:secret@x.example/{'a' * 150}"}},
        )  # fmt: skip
        appint_stub.applications.remove(next(iter(appint_stub.applications)))
    message = message_of(
        appint_stub.calls.assert_in_order,
        ("CreateApplication", {"Namespace": "x" * 149 + "y", "Description": f"{'d' * 600}"}),
        ("CreateApplication", {"ApplicationSourceConfig": {"ExternalUrlConfig": {"AccessUrl": "y" * 200}}}),
        ("CreateApplication", {"Tags": {f"k{number}": "v" * 200 for number in range(20)}}),
    )
    assert max(map(len, message.splitlines())) <= 96
    assert "sss" not in message
    assert "secret" not in message
    assert f"'…{'x' * 20}y'" in message
