"""Judge the outcome of an explored run by the way it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pytest_appintegrations.exploration.origins import Origin, Territory, leaves
from pytest_appintegrations.exploration.plan import Trial
from pytest_appintegrations.exploration.snapshot import Snapshot

#: Exceptions of errors in the code; others are raised on purpose.
_CRASHES = (
    AttributeError, IndexError, KeyError, NameError, RecursionError, TypeError, ValueError, ZeroDivisionError,
)  # fmt: skip
_MOST_LETTERS = 200


@dataclass(frozen=True, kw_only=True)
class Ending:
    """How a run of a test ended."""

    errors: Sequence[BaseException]
    """The exceptions that failed the test, in order; none if it passed."""
    unhandled: Sequence[BaseException] = ()
    """The exceptions that ended other threads without failing the test."""
    start: Snapshot
    end: Snapshot
    stopped: bool = False
    """Whether it was stopped because it made too many calls."""


class Verdict(NamedTuple):
    """The outcome of a run, and the exception that decided it."""

    outcome: str
    exception: str | None = None
    at: str | None = None


def judge(trial: Trial, plain: Ending, run: Ending, territory: Territory) -> Verdict:
    """Return the outcome of a run with one fault, compared with the plain run of the same test."""
    if run.stopped:
        return Verdict("endless")
    verdicts = [_of_error(leaf, trial, territory) for error in run.errors for leaf in leaves(error)]
    unhandled = [] if plain.unhandled else [leaf for error in run.unhandled for leaf in leaves(error)]
    crashes = [verdict for verdict in verdicts if verdict.outcome == "crashed"]
    crashes += [verdict for verdict in (_of_error(leaf, trial, territory) for leaf in unhandled)
                if verdict.outcome == "crashed"]  # fmt: skip
    if crashes:
        return crashes[0]
    if not verdicts:
        return Verdict(_of_stores(plain, run))
    verdict = min(verdicts, key=lambda verdict: verdict.outcome != "raised")
    return verdict._replace(outcome="duplicated") if run.end.repeats_of(plain.end, run.start) else verdict


def _of_stores(plain: Ending, run: Ending) -> str:
    if run.end.lacks_of(plain.end, run.start):
        return "lost"
    return "duplicated" if run.end.has_more_than(plain.end) else "recovered"


def _of_error(error: BaseException, trial: Trial, territory: Territory) -> Verdict:
    origin = territory.origin(error)
    return Verdict(_outcome(error, trial, origin), described(error), origin.at)


def _outcome(error: BaseException, trial: Trial, origin: Origin) -> str:
    if _is_fault(error, trial):
        return "raised"
    if not origin.in_code:
        return "noticed"
    return "crashed" if _is_crash(error, origin) else "translated"


def _is_fault(error: BaseException, trial: Trial) -> bool:
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        code = response.get("Error", {}).get("Code")
        return bool(code == trial.error and getattr(error, "operation_name", None) == trial.operation)
    return type(error).__name__ == trial.error and _is_of_botocore(type(error))


def _is_crash(error: BaseException, origin: Origin) -> bool:
    if isinstance(error, AssertionError):
        return origin.raised and origin.line.startswith("assert")
    if any(kind.__name__ == "ParamValidationError" and _is_of_botocore(kind) for kind in type(error).__mro__):
        return True
    return isinstance(error, _CRASHES) and not origin.raised


def _is_of_botocore(kind: type) -> bool:
    return kind.__module__.partition(".")[0] in ("aiobotocore", "botocore")


def described(error: BaseException) -> str:
    """Return the type of an exception and the first line of its message."""
    first_line = str(error).strip().partition("\n")[0]
    described = f"{type(error).__name__}: {first_line}" if first_line else type(error).__name__
    return described if len(described) <= _MOST_LETTERS else f"{described[: _MOST_LETTERS - 1]}…"
