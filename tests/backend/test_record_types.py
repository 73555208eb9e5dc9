"""The types of records for type checkers, held to botocore's model."""

from __future__ import annotations

import datetime
from typing import get_args, get_origin, get_type_hints, is_typeddict

import pytest

from pytest_appintegrations.backend import record_types, structure_types
from pytest_appintegrations.backend.resources import APPLICATION, RESOURCE_TYPES
from pytest_appintegrations.backend.seeding import record_members
from pytest_appintegrations.model import service

TYPED_DICTS = {name: value for name, value in vars(structure_types).items() if is_typeddict(value)}
STRUCTURES = {name.removesuffix("Dict"): value for name, value in TYPED_DICTS.items() if name.endswith("Dict")}
IS_NEWEST = "LastModifiedRegion" in record_members(APPLICATION)
every_type = pytest.mark.parametrize("resource_type", RESOURCE_TYPES, ids=[each.store for each in RESOURCE_TYPES])
every_structure = pytest.mark.parametrize("structure", STRUCTURES)


def type_of(shape):
    """Return the Python type that stands for a shape."""
    if shape.type_name == "structure":
        return STRUCTURES[shape.name]
    if shape.type_name == "list":
        return list[type_of(shape.member)]
    if shape.type_name == "map":
        return dict[type_of(shape.key), type_of(shape.value)]
    return {"string": str, "boolean": bool, "integer": int, "timestamp": datetime.datetime}[shape.type_name]


def record_type(resource_type, suffix=""):
    return getattr(record_types, resource_type.label + suffix)


def assert_typed(typed_dict, members):
    typed = get_type_hints(typed_dict)
    assert {name: typed[name] for name in members} == {name: type_of(shape) for name, shape in members.items()}
    assert not IS_NEWEST or typed.keys() == members.keys()


@every_type
@pytest.mark.parametrize("suffix", ["", "Members"])
def test_the_members_of_a_record_are_those_of_the_model_with_their_types(resource_type, suffix):
    assert_typed(record_type(resource_type, suffix), record_members(resource_type))


@every_structure
def test_the_members_of_a_structure_are_those_of_the_model_with_their_types(structure):
    if structure not in service.model().shape_names:
        pytest.skip(f"{service.version()} has no {structure}")
    shape = service.shape(structure)
    assert_typed(STRUCTURES[structure], service.members(shape))
    assert STRUCTURES[structure].__required_keys__ == set(shape.required_members)


def test_every_structure_is_within_a_record():
    def within(hint):
        if is_typeddict(hint):
            return {hint.__name__}.union(*(within(member) for member in get_type_hints(hint).values()))
        return set().union(*(within(argument) for argument in get_args(hint) if get_origin(hint)))

    names = set().union(*(within(record_type(resource_type)) for resource_type in RESOURCE_TYPES))
    assert names - {resource_type.label for resource_type in RESOURCE_TYPES} == {f"{name}Dict" for name in STRUCTURES}


@every_type
def test_what_every_record_has_is_required_and_nothing_else(appint_stub, appint_client, resource_type):
    present = {resource_type.id_member, resource_type.arn_member}
    if resource_type.parent:
        present.add(resource_type.parent_member)
    else:
        present |= set(service.operation(f"Create{resource_type.label}").input_shape.required_members)
    if resource_type is APPLICATION:
        present |= {"CreatedTime", "LastModifiedTime"}
    assert record_type(resource_type).__required_keys__ == present
    assert present <= getattr(appint_stub, resource_type.store).add().keys()


@every_type
def test_add_takes_members_of_the_record_and_requires_none(resource_type):
    members = record_type(resource_type, "Members")
    assert members.__required_keys__ == frozenset()
    assert get_type_hints(members) == get_type_hints(record_type(resource_type))
