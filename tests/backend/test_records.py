"""The records of one type: their order, their numbers, independent copies."""

from __future__ import annotations

import pytest

from pytest_appintegrations.backend.records import Records
from pytest_appintegrations.backend.resources import APPLICATION, APPLICATION_ASSOCIATION


@pytest.fixture
def applications():
    records = Records(APPLICATION)
    for number in range(3):
        records.add({"Id": f"id-{number}", "Namespace": f"namespace-{number}"})
    return records


def test_records_stand_in_the_order_of_their_creation(applications):
    applications.replace({"Id": "id-0", "Namespace": "changed"})
    assert list(applications) == ["id-0", "id-1", "id-2"]
    assert applications["id-0"]["Namespace"] == "changed"


def test_a_number_is_never_reused(applications):
    assert [number for number, _ in applications.numbered(None)] == [1, 2, 3]
    applications.remove(applications["id-2"])
    applications.add({"Id": "id-2", "Namespace": "again"})
    assert [number for number, _ in applications.numbered(None)] == [1, 2, 4]


def test_a_record_is_found_by_its_unique_member_as_it_is_now(applications):
    applications.replace({"Id": "id-1", "Namespace": "changed"})
    assert applications.with_unique("changed") == {"Id": "id-1", "Namespace": "changed"}
    assert applications.with_unique("namespace-1") is None
    assert Records(APPLICATION_ASSOCIATION).with_unique("namespace-1") is None


def test_associations_are_listed_by_their_parent():
    associations = Records(APPLICATION_ASSOCIATION)
    for number, parent in enumerate("abab"):
        associations.add({"ApplicationAssociationId": number, "ApplicationArn": parent})
    assert [record["ApplicationAssociationId"] for record in associations.of_parent("b")] == [1, 3]
    assert associations.of_parent("c") == []


def test_a_copy_is_independent_of_the_original(applications):
    copy = applications.copy()
    assert (copy, copy.resource_type) == (applications, APPLICATION)
    copy.remove(copy["id-0"])
    copy.add({"Id": "new", "Namespace": "new"})
    assert list(applications) == ["id-0", "id-1", "id-2"]
    applications.add({"Id": "newer", "Namespace": "newer"})
    assert [number for number, _ in applications.numbered(None)] == [1, 2, 3, 4]
    assert [number for number, _ in copy.numbered(None)] == [2, 3, 4]
