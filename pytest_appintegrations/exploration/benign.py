"""Recognize errors that code may ignore, because they mean that there is nothing left to do."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_appintegrations.exploration.outcomes import RunReport
from pytest_appintegrations.model import service


def accept_benign(runs: Iterable[RunReport]) -> None:
    """Turn `lost` into `recovered` if a call ignored only an error which means that its work is done already.

    After an injected `DuplicateResourceException`, the record is missing in the stub; after an injected
    `ResourceNotFoundException` of a deletion, it is still there. The fault causes that, not the code under test. Code
    that also ignores other errors of the same call does not distinguish between them, and has lost something.
    """
    lost = [run for run in runs if run["outcome"] == "lost"]
    careless = {_call(run) for run in lost if not _is_benign(run)}
    for run in lost:
        if _call(run) not in careless:
            run["outcome"] = "recovered"


def _call(run: RunReport) -> tuple[str, int]:
    return run["operation"], run["call"]


def _is_benign(run: RunReport) -> bool:
    method = service.operation(run["operation"]).http["method"]
    return (run["error"], method) in (("DuplicateResourceException", "POST"), ("ResourceNotFoundException", "DELETE"))
