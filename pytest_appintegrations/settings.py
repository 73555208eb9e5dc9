"""Define the settings of a stub, with defaults and checks."""

from __future__ import annotations

import datetime
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, get_args

from pytest_appintegrations.clock import check_moment
from pytest_appintegrations.suggestions import (
    SuggestsAttributes,
    check_keywords,
    check_whole,
    hides_mistakes,
    unknown,
    unknown_value,
)

__tracebackhide__ = hides_mistakes

Backoff = Literal["virtual", "real"]
RetryMode = Literal["legacy", "standard", "adaptive"]
QuotaSettings = Mapping[str, "int | None"]
Moment = str | datetime.datetime | datetime.date

#: No change to the quotas that AWS publishes for an account in a Region.
PUBLISHED_QUOTAS: QuotaSettings = MappingProxyType({})


@dataclass
class Quotas(SuggestsAttributes):
    """The quotas of a stub, named after the stores that they limit; None lifts a quota.

    The defaults are those that AWS publishes for an account in a Region. Associations are counted for each parent.
    An unknown name raises `AttributeError`, a value other than None or a whole number from 0 raises `ValueError`.
    """

    data_integrations: int | None = 20
    data_integration_associations: int | None = 10
    event_integrations: int | None = 10
    event_integration_associations: int | None = 10
    applications: int | None = 50

    if not TYPE_CHECKING:  # A type checker that saw this would accept any name.

        def __setattr__(self, name: str, value: int | None) -> None:
            if name not in _QUOTAS:
                raise AttributeError(unknown("quota", name, _QUOTAS))
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
                raise ValueError(f"quota {name!r} must be a whole number from 0, or None to lift it, not {value!r}")
            super().__setattr__(name, value)

    @classmethod
    def of(cls, setting: QuotaSettings | None) -> Quotas:
        """Return the published quotas, changed as the setting says; None lifts all."""
        if setting is None:
            return cls(**dict.fromkeys(_QUOTAS))
        if not isinstance(setting, Mapping):
            raise TypeError(f"setting 'quotas' must be a mapping of quotas or None, not {setting!r}")
        for name in setting:
            if name not in _QUOTAS:
                raise ValueError(unknown("quota", str(name), _QUOTAS))
        return cls(**setting)

    def reset(self, setting: QuotaSettings | None) -> None:
        """Reset the quotas to the published ones, changed as the setting says."""
        for name, value in vars(Quotas.of(setting)).items():
            setattr(self, name, value)


_QUOTAS = tuple(field.name for field in fields(Quotas))


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of a stub; an invalid one raises `TypeError` or `ValueError`."""

    region: str = "us-east-1"
    account_id: str = "123456789012"
    retry_mode: RetryMode | None = None
    backoff: Backoff = "virtual"
    require_faults_used: bool = True
    quotas: QuotaSettings | None = field(default_factory=lambda: PUBLISHED_QUOTAS)
    page_size: int = 50
    execution_seconds: float | None = None
    frozen_at: Moment | None = None
    strict_associations: bool = False
    validate: bool = True
    seed_file: str | os.PathLike[str] | None = None

    def __post_init__(self) -> None:
        _check_text("region", self.region, r"[a-z]{2,4}(-[a-z0-9]+)+", "a region such as 'eu-west-2'")
        _check_text("account_id", self.account_id, r"[0-9]{12}", "12 digits in quotes")
        if self.retry_mode is not None:
            _check_choice("retry_mode", self.retry_mode, get_args(RetryMode))
        _check_choice("backoff", self.backoff, get_args(Backoff))
        for name in ("require_faults_used", "strict_associations", "validate"):
            _check_bool(name, getattr(self, name))
        Quotas.of(self.quotas)
        if self.page_size is None:
            raise TypeError("setting 'page_size' must be a whole number, not None")
        check_whole("setting 'page_size'", self.page_size, 1)
        _check_seconds(self.execution_seconds)
        _check_moment(self.frozen_at)
        _check_file(self.seed_file)


SETTINGS = tuple(field.name for field in fields(Settings))


def settings_of(keywords: Mapping[str, Any], taker: str) -> Settings:
    """Return settings by name; raise `TypeError` for one that `taker`, a marker or a class, does not accept."""
    check_keywords(taker, keywords, SETTINGS)
    return Settings(**keywords)


def _check_text(name: str, value: object, pattern: str, expected: str) -> None:
    if not isinstance(value, str):
        raise TypeError(f"setting {name!r} must be {expected}, not {value!r}")
    if not re.fullmatch(pattern, value):
        raise ValueError(f"setting {name!r} must be {expected}, not {value!r}")


def _check_choice(name: str, value: object, allowed: tuple[str, ...]) -> None:
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
    problem = f"setting 'frozen_at' must be a date, a datetime or a text in ISO format, not {value!r}"
    if not isinstance(value, (str, datetime.date)):
        raise TypeError(problem)
    try:
        check_moment(value)
    except (ValueError, OverflowError):
        raise ValueError(problem) from None


def _check_seconds(value: object) -> None:
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"setting 'execution_seconds' must be a number or None, not {value!r}")
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"setting 'execution_seconds' must be 0 or more, not {value!r}")
