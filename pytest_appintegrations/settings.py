"""The settings of a stub: their names, their defaults, what may stand in them."""

from __future__ import annotations

import datetime
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pytest_appintegrations.clock import check_moment
from pytest_appintegrations.suggestions import unknown, unknown_value


@dataclass
class Quotas:
    """The quotas in force, by the name of the store they limit; None lifts one.

    The defaults are those that AWS publishes for an account in a Region. Associations count for each parent.
    """

    data_integrations: int | None = 20
    data_integration_associations: int | None = 10
    event_integrations: int | None = 10
    event_integration_associations: int | None = 10
    applications: int | None = 50

    def __setattr__(self, name: str, value: int | None) -> None:
        if name not in _QUOTAS:
            raise AttributeError(unknown("quota", name, _QUOTAS))
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise ValueError(f"quota {name!r} must be a whole number from 0, or None to lift it, not {value!r}")
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> int | None:
        raise AttributeError(unknown("quota", name, _QUOTAS))

    @classmethod
    def of(cls, given: Mapping[str, int | None] | None) -> Quotas:
        """Read the setting: the published quotas with those named changed; None lifts all."""
        if given is None:
            return cls(**dict.fromkeys(_QUOTAS))
        if not isinstance(given, Mapping):
            raise TypeError(f"setting 'quotas' must be a mapping of quotas or None, not {given!r}")
        for name in given:
            if name not in _QUOTAS:
                raise ValueError(unknown("quota", str(name), _QUOTAS))
        return cls(**given)

    def reset(self, given: Mapping[str, int | None] | None) -> None:
        """Put the quotas back to what the setting says."""
        for name, value in vars(Quotas.of(given)).items():
            setattr(self, name, value)


_QUOTAS = tuple(field.name for field in fields(Quotas))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a stub, checked."""

    region: str = "us-east-1"
    account_id: str = "123456789012"
    backoff: str = "virtual"
    require_faults_used: bool = True
    quotas: Mapping[str, int | None] | None = field(default_factory=dict)
    page_size: int = 50
    execution_seconds: float | None = None
    frozen_at: str | datetime.datetime | datetime.date | None = None
    strict_associations: bool = False
    validate: bool = True
    seed_file: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        _check_text("region", self.region, r"[a-z]{2,4}(-[a-z0-9]+)+", "a region such as 'eu-west-2'")
        _check_text("account_id", self.account_id, r"[0-9]{12}", "12 digits in quotes")
        _check_one_of("backoff", self.backoff, ("virtual", "real"))
        for name in ("require_faults_used", "strict_associations", "validate"):
            _check_bool(name, getattr(self, name))
        Quotas.of(self.quotas)
        _check_page_size(self.page_size)
        _check_seconds(self.execution_seconds)
        _check_moment(self.frozen_at)
        _check_file(self.seed_file)


SETTINGS = tuple(field.name for field in fields(Settings))


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Check settings given by name; `TypeError` for an unknown one, `ValueError` for what may not stand in one."""
    for name in given:
        if name not in SETTINGS:
            raise TypeError(unknown("setting", name, SETTINGS))
    return Settings(**given)


def _check_text(name: str, value: object, pattern: str, wanted: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"setting {name!r} must be {wanted}, not {value!r}")
    if not re.fullmatch(pattern, value):
        raise ValueError(f"setting {name!r} must be {wanted}, not {value!r}")


def _check_one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise ValueError(f"setting {name!r}: {unknown_value(value, allowed)}")


def _check_file(value: object) -> None:
    if not isinstance(value, (str, os.PathLike, type(None))):
        raise TypeError(f"setting 'seed_file' must be the path of a file or None, not {value!r}")


def _check_bool(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise TypeError(f"setting {name!r} must be True or False, not {value!r}")


def _check_moment(value: object) -> None:
    if value is None:
        return
    wanted = f"setting 'frozen_at' must be a date, a datetime or their ISO text, not {value!r}"
    if not isinstance(value, (str, datetime.date)):
        raise TypeError(wanted)
    try:
        check_moment(value)
    except (ValueError, OverflowError):
        raise ValueError(wanted) from None


def _check_page_size(value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"setting 'page_size' must be a whole number, not {value!r}")
    if value < 1:
        raise ValueError(f"setting 'page_size' must be at least 1, not {value!r}")


def _check_seconds(value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"setting 'execution_seconds' must be a number or None, not {value!r}")
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"setting 'execution_seconds' must be 0 or more, not {value!r}")
