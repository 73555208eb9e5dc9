"""What the stores hold, compared between the runs of a test."""

from __future__ import annotations

import pytest

from pytest_appintegrations import AppIntegrationsStub
from pytest_appintegrations.exploration.snapshot import Snapshot

REGIONS = ("us-east-1", "eu-west-2")


def snapshot(*changes):
    """Return the snapshots of a stub at its start, with two integrations, and after some changes."""
    stub = AppIntegrationsStub()
    stub.data_integrations.add(Name="orders", Id="11111111-2222-4333-a444-555555555555")
    stub.data_integrations.add(Name="returns", Description="daily")
    start = take(stub)
    for change in changes:
        change(stub)
    return start, take(stub)


def take(stub):
    return Snapshot({region: stub.in_region(region) for region in REGIONS})


def associate(uri="s3://bucket/exports", region="us-east-1"):
    def change(stub):
        stores = stub.in_region(region)
        parent = next(iter(stores.data_integrations.values()), None) or stores.data_integrations.add(Name="orders")
        stores.data_integration_associations.add(DataIntegrationArn=parent["Arn"], DestinationURI=uri)

    return change


def remove(stub):
    stub.data_integrations.remove("orders")


def describe(stub):
    stub.data_integrations.remove("returns")
    stub.data_integrations.add(Name="returns", Description="hourly")


def test_ids_arns_and_times_do_not_count():
    stubs = [AppIntegrationsStub(frozen_at=moment) for moment in ("2024-05-10", "2025-05-10")]
    for number, stub in enumerate(stubs):
        with stub:
            for _ in range(number):
                stub.applications.remove(stub.applications.add()["Id"])
            stub.applications.add(Name="desk", Namespace="desk")
    first, second = map(take, stubs)
    assert list(first.of(("us-east-1", "applications"))) != list(second.of(("us-east-1", "applications")))
    assert first.same_as(second)


@pytest.mark.parametrize(
    ("plain", "run", "lacks"),
    [
        ([associate()], [associate()], False),
        ([associate()], [], True),
        ([associate()], [associate("s3://bucket/others")], True),
        ([associate()], [associate(region="eu-west-2")], True),
        ([associate()], [associate(), associate()], False),
        ([remove], [], True),
        ([remove], [remove], False),
        ([describe], [], True),
        ([], [describe], True),
    ],
)
def test_a_run_lacks_what_the_plain_run_added_changed_or_removed(plain, run, lacks):
    start, end = snapshot(*run)
    assert end.lacks_of(snapshot(*plain)[1], start) is lacks


@pytest.mark.parametrize(
    ("plain", "run", "more", "repeats"),
    [
        ([associate()], [associate()], False, False),
        ([associate()], [associate(), associate()], True, True),
        ([], [associate()], True, False),
        ([associate()], [associate(), associate("s3://bucket/others")], True, False),
        ([associate(), associate()], [associate(), associate()], False, False),
        ([], [associate("s3://bucket/others"), associate()], True, False),
    ],
)
def test_a_run_has_more_or_repeats_itself(plain, run, more, repeats):
    start, end = snapshot(*run)
    assert end.has_more_than(snapshot(*plain)[1]) is more
    assert end.repeats_of(snapshot(*plain)[1], start) is repeats


def test_what_is_new_is_counted_by_store():
    start, end = snapshot(associate(), associate(), associate(region="eu-west-2"), remove)
    assert end.added_since(start) == {"data_integration_associations": 1, "data_integrations": 1}
    assert start.added_since(start) == {}


def test_a_region_that_was_not_used_is_empty():
    stub = AppIntegrationsStub()
    associate(region="eu-west-2")(stub)
    assert not Snapshot({"us-east-1": stub.in_region("us-east-1")}).same_as(take(stub))
