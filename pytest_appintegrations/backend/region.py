"""What the service knows in one region: its records, the idempotency tokens it has seen, when executions began."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pytest_appintegrations.backend.records import Records
from pytest_appintegrations.backend.resources import RESOURCE_TYPES, Record, ResourceType
from pytest_appintegrations.clock import Clock
from pytest_appintegrations.errors import ServiceError
from pytest_appintegrations.settings import Quotas, Settings

_Scope = tuple[str, ...]
_First = tuple[Mapping[str, Any], Record]


@dataclass
class RegionState:
    """The state of the service in one region of one account."""

    region: str
    settings: Settings
    quotas: Quotas
    clock: Clock
    ids: Iterator[str]
    stores: dict[str, Records] = field(default_factory=lambda: {kind.store: Records(kind) for kind in RESOURCE_TYPES})
    executions_began: dict[str, datetime.datetime] = field(default_factory=dict)
    _arn_prefixes: dict[str, str] = field(init=False)
    _replays: defaultdict[_Scope, dict[str, _First]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        own = f"arn:aws:app-integrations:{self.region}:{self.settings.account_id}"
        self._arn_prefixes = {kind.store: f"{own}:{kind.resource}/" for kind in RESOURCE_TYPES}

    def reset(self, ids: Iterator[str]) -> None:
        """Forget all records, tokens and executions; new records get these ids."""
        self.ids = ids
        self.stores = {kind.store: Records(kind) for kind in RESOURCE_TYPES}
        self.executions_began.clear()
        self._replays.clear()

    def records(self, kind: ResourceType) -> Records:
        """Give the records of a kind."""
        return self.stores[kind.store]

    def arn(self, kind: ResourceType, *ids: str) -> str:
        """Write the ARN of a record of this region."""
        return self._arn_prefixes[kind.store] + "/".join(ids)

    def find(self, kind: ResourceType, identifier: str) -> Record | None:
        """Find a record as the service does: by id or ARN, then, where it goes by names, by name."""
        records = self.stores[kind.store]
        if record := records.get(identifier):
            return record
        if identifier.startswith("arn:"):
            rest = identifier.removeprefix(self._arn_prefixes[kind.store])
            record = records.get(rest.rpartition("/")[2] if kind.parent else rest)
            return record if record and record[kind.arn] == identifier else None
        return records.by_unique(identifier) if kind.named else None

    def existing(self, kind: ResourceType, identifier: str) -> Record:
        """Find a record, or answer as the service does where there is none."""
        record = self.find(kind, identifier)
        if record is None:
            raise not_found(kind, identifier)
        return record

    def check_quota(self, kind: ResourceType, parent: str | None = None) -> None:
        """Refuse one more record where the quota is used up."""
        quota: int | None = getattr(self.quotas, kind.store)
        if quota is not None and self.records(kind).count(parent) >= quota:
            per = f" for {parent}" if parent else f" in {self.region}"
            raise ServiceError(
                "ResourceQuotaExceededException",
                f"The allowed quota for the resource has been exceeded. {kind.label}s: {quota}{per}.",
            )

    def replayed(self, scope: _Scope, params: Mapping[str, Any], *, parent: str | None = None) -> Record | None:
        """Give the first answer to the same idempotency token, or refuse it for another request.

        `parent` is the parameter that names the parent: the scope holds it already, whichever way it is named.
        """
        token = params.get("ClientToken")
        seen = self._replays[scope].get(token) if token else None
        if seen is None:
            return None
        first, answer = seen
        if any(first.get(name) != params.get(name) for name in (first.keys() | params.keys()) - {parent}):
            raise ServiceError(
                "InvalidRequestException",
                f"The ClientToken {token} was used before with other parameters.",
            )
        return answer

    def remember(self, scope: _Scope, params: Mapping[str, Any], answer: Record) -> Record:
        """Keep the answer for a request that comes again with the same idempotency token."""
        if token := params.get("ClientToken"):
            self._replays[scope][token] = (params, answer)
        return answer


def not_found(kind: ResourceType, identifier: str) -> ServiceError:
    """Word the answer to an identifier that nothing has."""
    return ServiceError("ResourceNotFoundException", f"Could not find {kind.label} with identifier: {identifier}")
