"""Hand the requests of botocore's clients to the active stub, and refuse those that would leave for AWS.

Nothing here imports botocore unless it was imported already or a stub is active.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from pytest_appintegrations.interception.child_environment import children_served
from pytest_appintegrations.interception.install import answering, guarding, install, running, uninstall
from pytest_appintegrations.interception.run import Raised, Run, work_for_running_test
from pytest_appintegrations.interception.unhandled import (
    chain,
    forget,
    pop_all_unhandled,
    pop_unhandled,
    raise_unhandled,
    remember,
)

__all__ = [
    "Raised",
    "Run",
    "answering",
    "chain",
    "children_served",
    "forget",
    "guarding",
    "install",
    "pop_all_unhandled",
    "pop_unhandled",
    "raise_unhandled",
    "remember",
    "running",
    "uninstall",
    "work_for_running_test",
]
