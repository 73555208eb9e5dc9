"""Convert the records of an account to plain data, which can be written to a file, and back."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pytest_appintegrations.backend.account import Account
from pytest_appintegrations.backend.executions import IN_PROGRESS, complete_if_due, execution_status
from pytest_appintegrations.backend.region import RegionState
from pytest_appintegrations.backend.resources import (
    DATA_INTEGRATION_ASSOCIATION,
    RESOURCE_TYPES,
    Record,
    ResourceType,
)
from pytest_appintegrations.backend.seeding import insert, member_violations, missing_members, record_members
from pytest_appintegrations.model import json_schema, service
from pytest_appintegrations.model.rest_json import plain_copy
from pytest_appintegrations.redaction import redact_text
from pytest_appintegrations.suggestions import hides_mistakes

__tracebackhide__ = hides_mistakes

VERSION = 1
_STORES = [resource_type.store for resource_type in RESOURCE_TYPES]
_STARTS = "execution_starts"

#: The JSON Schema of what `dump` returns and `load` accepts. The members of a record are those of botocore's model.
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Records of pytest-appintegrations",
    "type": "object",
    "required": ["version", "regions"],
    "propertyNames": {"enum": ["version", "regions"]},
    "properties": {
        "version": {"const": VERSION},
        "regions": {
            "description": "The records by region and by store, each store's in the order of their creation.",
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "propertyNames": {"enum": [*_STORES, _STARTS]},
                "properties": {
                    **{store: {"type": "array", "items": {"type": "object"}} for store in _STORES},
                    _STARTS: {
                        "description": "When executions in progress started, by the association's id, in ISO 8601.",
                        "type": "object",
                        "additionalProperties": {"type": "string"},
                    },
                },
            },
        },
    },
}


def dump(account: Account) -> dict[str, Any]:
    """Return the records of all regions as JSON-able data; idempotency tokens are left out."""
    dumped = {name: _dump_region(account.regions[name]) for name in sorted(account.regions)}
    return {"version": VERSION, "regions": {name: stores for name, stores in dumped.items() if stores}}


def load(account: Account, data_or_file: Mapping[str, Any] | str | os.PathLike[str]) -> None:
    """Add the records in such data, or in a JSON file of it, to those of the account.

    If any of them is invalid, none is added, and the `ValueError` lists all reasons.
    """
    if isinstance(data_or_file, Mapping):
        source, data = "the data", dict(data_or_file)
    else:
        source, data = os.fspath(data_or_file), _read(data_or_file)
    reasons = json_schema.violations(SCHEMA, data, root=source)
    changed: dict[str, RegionState] = {}
    for region, stores in data["regions"].items() if not reasons else ():
        changed[region] = account.region(region).copy()
        reasons += (f"regions.{region}{reason}" for reason in _load_region(changed[region], stores))
    if reasons:
        masked = (redact_text(reason, data if isinstance(data, Mapping) else {}) for reason in reasons)
        raise ValueError("\n  ".join([f"nothing of {source} was loaded:", *masked]))
    for region, state in changed.items():
        account.region(region).take_over(state)


def _read(file: str | os.PathLike[str]) -> Any:
    try:
        return json.loads(Path(file).read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise ValueError(f"{os.fspath(file)} can't be read: {problem.strerror}") from None
    except ValueError as problem:
        raise ValueError(f"{os.fspath(file)} is not JSON: {problem}") from None


def _dump_region(state: RegionState) -> dict[str, Any]:
    associations = state.records(DATA_INTEGRATION_ASSOCIATION)
    for association in list(associations.values()):
        complete_if_due(state, association)
    stores: dict[str, Any] = {
        resource_type.store: [_as_json(record) for record in state.records(resource_type).values()]
        for resource_type in RESOURCE_TYPES
        if state.records(resource_type)
    }
    in_progress = [key for key, record in associations.items() if execution_status(record) == IN_PROGRESS]
    if in_progress:
        stores[_STARTS] = {key: state.execution_starts[key].isoformat() for key in in_progress}
    return stores


def _as_json(record: Record) -> Record:
    copied: Record = plain_copy(record)
    return {
        name: value.isoformat() if isinstance(value, datetime.datetime) else value
        for name, value in sorted(copied.items())
    }


def _load_region(state: RegionState, stores: Mapping[str, Any]) -> Iterator[str]:
    """Add the records of a region; yield what is wrong with them, each with its place."""
    try:
        service.check_region(state.region)
    except ValueError as problem:
        yield f": {problem}"
        return
    for resource_type in RESOURCE_TYPES:
        for index, members in enumerate(stores.get(resource_type.store, ())):
            for reason in _load_record(state, resource_type, _from_json(resource_type, members)):
                yield f".{resource_type.store}[{index}]: {reason}"
    for key, started_at in stores.get(_STARTS, {}).items():
        if key not in state.records(DATA_INTEGRATION_ASSOCIATION):
            yield f".{_STARTS}.{key}: there is no {DATA_INTEGRATION_ASSOCIATION.label} with this id"
        elif (moment := _moment(started_at)) is None:
            yield f".{_STARTS}.{key}: {started_at!r} is not a time in ISO 8601 with an offset"
        else:
            state.execution_starts[key] = moment


def _load_record(state: RegionState, resource_type: ResourceType, members: Record) -> list[str]:
    """Add a record; return what is wrong with it."""
    reasons = [
        *member_violations(resource_type, members),  # First, since a misspelt member is missing under its right name.
        *missing_members(resource_type, members),
        *_foreign_arns(state, resource_type, members),
    ]
    if not reasons:
        try:
            insert(state, resource_type, members)
        except ValueError as problem:
            reasons.append(str(problem))
    return reasons


def _foreign_arns(state: RegionState, resource_type: ResourceType, members: Record) -> Iterator[str]:
    account = state.settings.account_id
    for name in (resource_type.arn_member, resource_type.parent_member):
        arn = str(members.get(str(name), "")).split(":")
        if arn[0] == "arn" and len(arn) > 5:
            if arn[4] != account:
                yield f"{name} is in account {arn[4]}, but the stub's setting account_id is {account}"
            if arn[3] != state.region:
                yield f"{name} is in the region {arn[3]}, not in {state.region}"


def _from_json(resource_type: ResourceType, members: Record) -> Record:
    """Return a copy of a record with its times parsed; an invalid one is kept, for the check by the model."""
    copied: Record = plain_copy(members)
    for name, shape in record_members(resource_type).items():
        if shape.type_name == "timestamp" and isinstance(copied.get(name), str):
            copied[name] = _moment(copied[name]) or copied[name]
    return copied


def _moment(text: str) -> datetime.datetime | None:
    """Parse a text in ISO 8601 with an offset; return None for any other text."""
    try:
        moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))  # Python 3.10 does not accept Z.
    except ValueError:
        return None
    return moment if moment.tzinfo else None
