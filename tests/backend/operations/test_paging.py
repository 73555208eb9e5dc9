"""Lists in pages, of each family alike."""

from __future__ import annotations

import pytest

from tests.support.families import FAMILIES, each_family
from tests.support.payloads import without_metadata

BAD_TOKEN = ("InvalidRequestException", 400, "The NextToken is not valid for this list.")


def ids_in(page, family):
    return [record[family.resource_type.arn_member] for record in page[f"{family.label}s"]]


@pytest.mark.appint(quotas=None)
@each_family
def test_a_page_has_fifty_records_unless_the_request_or_the_setting_names_a_size(appint_stub, appint_client, family):
    arns = [family.store(appint_stub).add()[family.resource_type.arn_member] for _ in range(120)]
    pages = list(appint_client.get_paginator(f"list_{family.resource_type.store}").paginate())
    assert [len(page[f"{family.label}s"]) for page in pages] == [50, 50, 20]
    assert [arn for page in pages for arn in ids_in(page, family)] == arns


@pytest.mark.appint(page_size=2)
@each_family
def test_the_paginator_reads_all_in_order_of_creation(appint_stub, appint_client, family):
    arns = [family.store(appint_stub).add()[family.resource_type.arn_member] for _ in range(5)]
    pages = appint_client.get_paginator(f"list_{family.resource_type.store}").paginate()
    assert [ids_in(page, family) for page in pages] == [arns[:2], arns[2:4], arns[4:]]


@pytest.mark.appint(page_size=2)
@pytest.mark.parametrize(("config", "sizes"), [({}, [2, 2, 1]), ({"PageSize": 4}, [4, 1]), ({"PageSize": 5}, [5])])
@each_family
def test_a_request_names_the_size_of_its_pages(appint_stub, appint_client, family, config, sizes):
    parent = family.store(appint_stub).add()
    associations = [family.add_association(appint_stub, parent) for _ in range(5)]
    pages = list(
        appint_client.get_paginator(f"list_{family.association_type.store}").paginate(
            **{family.parent_identifier: family.key(parent)}, PaginationConfig=config
        )
    )
    assert [len(page[f"{family.association_type.label}s"]) for page in pages] == sizes
    arn_member = family.association_type.arn_member
    listed = [record[arn_member] for page in pages for record in page[f"{family.association_type.label}s"]]
    assert listed == [association[arn_member] for association in associations]


@each_family
def test_an_empty_list_is_present(appint_stub, appint_client, family):
    assert without_metadata(family.list(appint_client)) == {f"{family.label}s": []}
    parent = family.store(appint_stub).add()
    response = family.list_associations(appint_client, family.key(parent))
    assert without_metadata(response) == {f"{family.association_type.label}s": []}


@pytest.mark.appint(page_size=1)
@each_family
def test_a_token_continues_only_the_list_that_it_comes_from(appint_stub, appint_client, error_of, family):
    first, second = family.store(appint_stub).add(), family.store(appint_stub).add()
    for parent in (first, second):
        for _ in range(2):
            family.add_association(appint_stub, parent)
    of_first = family.list_associations(appint_client, family.key(first))["NextToken"]
    of_all = family.list(appint_client)["NextToken"]

    def associations(**params):
        return family.list_associations(appint_client, **params)

    assert len(associations(key=family.key(first), NextToken=of_first)[f"{family.association_type.label}s"]) == 1
    assert error_of(associations, key=family.key(second), NextToken=of_first) == BAD_TOKEN
    assert error_of(associations, key=family.key(first), NextToken=of_all) == BAD_TOKEN
    for other in FAMILIES:
        if other is not family:
            assert error_of(getattr(appint_client, f"list_{other.resource_type.store}"), NextToken=of_all) == BAD_TOKEN
    for garbage in ("garbage", "Z2FyYmFnZQ==", "w6R4w6Q="):
        assert error_of(getattr(appint_client, f"list_{family.resource_type.store}"), NextToken=garbage) == BAD_TOKEN


@pytest.mark.appint(page_size=1)
@pytest.mark.parametrize("family", [family for family in FAMILIES if family.resource_type.reference_member == "Arn"])
def test_a_token_continues_the_list_however_its_parent_is_named(appint_stub, appint_client, family):
    parent = family.store(appint_stub).add()
    for _ in range(2):
        family.add_association(appint_stub, parent)
    token = family.list_associations(appint_client, parent["Id"])["NextToken"]
    rest = family.list_associations(appint_client, parent["Arn"], NextToken=token)
    assert len(rest[f"{family.association_type.label}s"]) == 1
    assert "NextToken" not in rest


@pytest.mark.appint(page_size=2)
@each_family
def test_pages_are_stable_while_records_come_and_go(appint_stub, appint_client, family):
    store = family.store(appint_stub)
    _, second, third = (store.add() for _ in range(3))
    page = family.list(appint_client)
    store.remove(family.key(second))
    fourth = store.add()
    rest = family.list(appint_client, NextToken=page["NextToken"])
    assert ids_in(rest, family) == [record[family.resource_type.arn_member] for record in (third, fourth)]
    assert "NextToken" not in rest
