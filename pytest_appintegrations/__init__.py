"""A pytest plugin that answers Amazon AppIntegrations calls of boto3, botocore and aiobotocore in process.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_appintegrations.errors import RealCallRefused, UnexpectedCall

if TYPE_CHECKING:
    from pytest_appintegrations.backend.stores import Store
    from pytest_appintegrations.clock import Clock
    from pytest_appintegrations.recording.call import Attempt, Call
    from pytest_appintegrations.recording.call_log import CallLog
    from pytest_appintegrations.rules.fault import Fault
    from pytest_appintegrations.rules.injection import Injection
    from pytest_appintegrations.server.http_server import StubServer
    from pytest_appintegrations.settings import Quotas
    from pytest_appintegrations.stub import AppIntegrationsStub

    __version__: str

__all__ = [
    "AppIntegrationsStub",
    "Attempt",
    "Call",
    "CallLog",
    "Clock",
    "Fault",
    "Injection",
    "Quotas",
    "RealCallRefused",
    "Store",
    "StubServer",
    "UnexpectedCall",
    "__version__",
]

_MODULES = {
    "AppIntegrationsStub": "stub",
    "Attempt": "recording.call",
    "Call": "recording.call",
    "CallLog": "recording.call_log",
    "Clock": "clock",
    "Fault": "rules.fault",
    "Injection": "rules.injection",
    "Quotas": "settings",
    "Store": "backend.stores",
    "StubServer": "server.http_server",
}

if not TYPE_CHECKING:  # A type checker that saw this would accept any name.

    def __getattr__(name: str) -> object:
        # pytest imports this package in every run, even in those that never use AWS, so botocore is loaded later.
        if name == "__version__":
            from importlib.metadata import version

            return version("pytest-appintegrations")
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
