"""A pytest plugin that answers Amazon AppIntegrations calls of boto3, botocore and aiobotocore in process.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_appintegrations.errors import RealCallRefused, UnexpectedCall

if TYPE_CHECKING:
    from pytest_appintegrations.calls import Attempt, Call, CallLog
    from pytest_appintegrations.clock import Clock
    from pytest_appintegrations.faults import Fault
    from pytest_appintegrations.settings import Quotas
    from pytest_appintegrations.stub import AppIntegrationsStub

__all__ = [
    "AppIntegrationsStub",
    "Attempt",
    "Call",
    "CallLog",
    "Clock",
    "Fault",
    "Quotas",
    "RealCallRefused",
    "UnexpectedCall",
]

_HOMES = {
    "AppIntegrationsStub": "stub",
    "Attempt": "calls",
    "Call": "calls",
    "CallLog": "calls",
    "Clock": "clock",
    "Fault": "faults",
    "Quotas": "settings",
}


def __getattr__(name: str) -> object:
    # pytest imports this package in every run, also in those that never touch AWS: botocore is for later.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
