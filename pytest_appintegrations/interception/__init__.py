"""Stand on botocore's events, hand requests to the active stub, let none out that was not allowed to.

Nothing here imports botocore before somebody else has, or a stub is active.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from pytest_appintegrations.interception.switch import raise_lost, take_lost
from pytest_appintegrations.interception.watch import answering, guarding, install, uninstall

__all__ = ["answering", "guarding", "install", "raise_lost", "take_lost", "uninstall"]
