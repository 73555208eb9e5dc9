"""The stores as a test sees them: mappings that copy, list what there is, and remove associations with their parent."""

from __future__ import annotations

import pytest

from tests.support.families import each_family


def test_what_is_passed_in_and_out_is_copied(appint_stub):
    tags = {"a": "1"}
    record = appint_stub.data_integrations.add(Tags=tags)
    tags["b"] = record["Tags"]["c"] = "2"
    appint_stub.data_integrations[record["Id"]]["Tags"]["d"] = "3"
    assert appint_stub.data_integrations[record["Id"]]["Tags"] == {"a": "1"}


def test_a_store_may_change_while_it_is_read(appint_stub):
    for _ in range(3):
        appint_stub.applications.add()
    assert len([appint_stub.applications.remove(key)["Arn"] for key, _ in appint_stub.applications.items()]) == 3
    appint_stub.applications.add()
    assert [appint_stub.applications.remove(record["Id"]) for record in appint_stub.applications.values()]


def test_a_store_is_a_mapping_from_id_to_record(appint_stub, integration):
    store = appint_stub.in_region("us-east-1").data_integrations
    assert dict(store) == {integration["Id"]: integration}
    assert list(store.items()) == [(integration["Id"], integration)]
    assert "orders" in store
    assert "nothing" not in store
    assert 5 not in store
    assert repr(appint_stub.applications) == "<applications in us-east-1: {}>"


def test_an_unknown_key_is_a_key_error_that_lists_what_there_is(appint_stub, integration):
    with pytest.raises(KeyError, match=f"no DataIntegration 'x' in us-east-1; there are: {integration['Id']}"):
        appint_stub.data_integrations.remove("x")
    with pytest.raises(KeyError, match="no DataIntegrationAssociation 'x' in us-east-1; there are: none\""):
        _ = appint_stub.data_integration_associations["x"]
    with pytest.raises(KeyError, match="no DataIntegration 5 in us-east-1; there are: "):
        _ = appint_stub.data_integrations[5]


def test_what_is_in_a_store_is_listed_by_its_unique_member_and_in_short(appint_stub):
    key = appint_stub.applications.add(Namespace="desk")["Id"]
    with pytest.raises(KeyError, match=rf"no Application 'Desk' in us-east-1; there are: {key} \(Namespace 'desk'\)\""):
        _ = appint_stub.applications["Desk"]
    for number in range(22):
        appint_stub.event_integrations.add(Name=f"e{number}")
    with pytest.raises(KeyError, match=r"there are: e0, e1, .*, e19 … and 2 more\""):
        _ = appint_stub.event_integrations["e22"]


def test_an_invalid_region_has_no_stores(appint_stub):
    with pytest.raises(ValueError, match="setting 'region' must be a region such as 'eu-west-2', not 'moon'"):
        appint_stub.in_region("moon")


@each_family
def test_a_record_is_removed_with_its_associations(appint_stub, family):
    record = family.store(appint_stub).add()
    for _ in range(2):
        family.add_association(appint_stub, record)
    kept = family.associations(appint_stub).add()
    assert family.store(appint_stub).remove(family.key(record)) == record
    assert list(family.associations(appint_stub).values()) == [kept]
    assert family.key(record) not in family.store(appint_stub)
