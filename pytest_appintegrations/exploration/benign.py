"""Errors which say that there is nothing left to do: to swallow one of these, and no other, is right."""

from __future__ import annotations

from collections.abc import Iterable

from pytest_appintegrations.exploration.outcomes import RunReport
from pytest_appintegrations.model import service


def accept_benign(runs: Iterable[RunReport]) -> None:
    """Turn `lost` into `recovered` where a call lost nothing but what its error says is there, or gone, already.

    In the stub, the record that a `DuplicateResourceException` tells of is missing, and the one that nothing was found
    of is still there: the fault brought that about, and not the code under test. Code that swallows other errors of
    the call as well does not look at them, and has lost something.
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
