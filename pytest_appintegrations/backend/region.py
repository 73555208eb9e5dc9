"""The state of the service in one region: records, idempotency tokens, start times of executions."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pytest_appintegrations.backend.records import Records
from pytest_appintegrations.backend.resources import RESOURCE_TYPES, Record, ResourceType
from pytest_appintegrations.clock import Clock
from pytest_appintegrations.errors import ServiceError
from pytest_appintegrations.settings import Quotas, Settings


def _empty_stores() -> dict[str, Records]:
    return {resource_type.store: Records(resource_type) for resource_type in RESOURCE_TYPES}


@dataclass
class RegionState:
    """The state of the service in one region of one account."""

    region: str
    settings: Settings
    quotas: Quotas
    clock: Clock
    ids: Iterator[str]
    stores: dict[str, Records] = field(default_factory=_empty_stores)
    execution_starts: dict[str, datetime.datetime] = field(default_factory=dict)
    """The start time of the last execution of an association, by the id of the association."""
    _first_requests: dict[tuple[str, ...], tuple[Mapping[str, Any], Record]] = field(default_factory=dict)
    """The first request with an idempotency token and its response, by scope and token."""

    def reset(self, ids: Iterator[str]) -> None:
        """Forget all records, tokens and executions; new records get these ids."""
        self.ids = ids
        self.stores = _empty_stores()
        self.execution_starts.clear()
        self._first_requests.clear()

    def copy(self) -> RegionState:
        """Return a copy with independent records."""
        stores = {name: records.copy() for name, records in self.stores.items()}
        return replace(self, stores=stores, execution_starts=self.execution_starts.copy())

    def take_over(self, changed: RegionState) -> None:
        """Replace the records with those of a changed copy."""
        self.stores, self.execution_starts = changed.stores, changed.execution_starts

    def records(self, resource_type: ResourceType) -> Records:
        """Return the records of a type."""
        return self.stores[resource_type.store]

    def new_id(self) -> str:
        """Return the next id that no record has; a test may have chosen some ids itself."""
        stores = self.stores.values()
        key = next(self.ids)
        while any(key in records for records in stores):
            key = next(self.ids)
        return key

    def arn(self, resource_type: ResourceType, *ids: str) -> str:
        """Return the ARN of a record of this region."""
        account = self.settings.account_id
        return f"arn:aws:app-integrations:{self.region}:{account}:{resource_type.arn_type}/{'/'.join(ids)}"

    def find(self, resource_type: ResourceType, identifier: str) -> Record | None:
        """Return a record as the service looks it up: by id, by ARN, or, if the service accepts names, by name."""
        records = self.records(resource_type)
        if record := records.get(identifier):
            return record
        if identifier.startswith("arn:"):
            record = records.get(id_in_arn(resource_type, identifier))
            return record if record and record[resource_type.arn_member] == identifier else None
        return records.with_unique(identifier) if resource_type.found_by_unique else None

    def existing(self, resource_type: ResourceType, identifier: str) -> Record:
        """Return a record; raise the service's error if there is none."""
        record = self.find(resource_type, identifier)
        if record is None:
            raise not_found(resource_type, identifier)
        return record

    def check_quota(self, resource_type: ResourceType, parent: str | None = None) -> None:
        """Raise the service's error if another record would exceed the quota."""
        quota: int | None = getattr(self.quotas, resource_type.store)
        if quota is not None and len(self.records(resource_type).of_parent(parent)) >= quota:
            per = f" for {parent}" if parent else f" in {self.region}"
            raise ServiceError(
                "ResourceQuotaExceededException",
                f"The allowed quota for the resource has been exceeded. {resource_type.label}s: {quota}{per}.",
            )

    def first_response(
        self, scope: tuple[str, ...], params: Mapping[str, Any], *, parent_param: str | None = None
    ) -> Record | None:
        """Return the response to the first request with the same idempotency token; None if this is the first.

        Raise the service's error if that request had other parameters. `parent_param`, which can name the parent in
        different ways, is not compared: the scope contains the parent already.
        """
        token = params.get("ClientToken")
        first = self._first_requests.get((*scope, token)) if token else None
        if first is None:
            return None
        first_params, response = first
        names = (first_params.keys() | params.keys()) - {parent_param}
        if any(first_params.get(name) != params.get(name) for name in names):
            raise ServiceError(
                "InvalidRequestException",
                f"The ClientToken {token} was used before with other parameters.",
            )
        return response

    def remember_response(self, scope: tuple[str, ...], params: Mapping[str, Any], response: Record) -> Record:
        """Keep the response for repeated requests with the same idempotency token, and return it."""
        if token := params.get("ClientToken"):
            self._first_requests[(*scope, token)] = (params, response)
        return response


def id_in_arn(resource_type: ResourceType, arn: str) -> str:
    """Return the id at the end of a record's ARN."""
    resource = arn.partition("/")[2]
    return resource.rpartition("/")[2] if resource_type.parent else resource


def not_found(resource_type: ResourceType, identifier: str) -> ServiceError:
    """Return the service's error for an identifier that no record has."""
    return ServiceError(
        "ResourceNotFoundException", f"Could not find {resource_type.label} with identifier: {identifier}"
    )
