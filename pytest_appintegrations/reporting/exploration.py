"""Format the report of an exploration for the terminal, and define its JSON form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from pytest_appintegrations.exploration.findings import Findings
from pytest_appintegrations.exploration.outcomes import ADVICE, OUTCOMES, ExplorationReport, ExploredTest, RunReport

Line = tuple[str, str]
"""A line for the terminal, and its style: `finding`, `heading` or `plain`."""

_COUNT = {"type": "integer", "minimum": 0}
_TEXT = {"type": "string"}
_TEXT_OR_NULL = {"type": ["string", "null"]}


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": dict(properties),
    }


_RUN = _object(
    {
        "operation": _TEXT,
        "call": {"description": "the number of the operation's call in the body", "type": "integer", "minimum": 1},
        "error": _TEXT,
        "lose_response": {"description": "the operation took effect, its response was lost", "type": "boolean"},
        "attempts": {"description": "1, or null for all attempts of the call", "enum": [1, None]},
        "outcome": {"enum": list(OUTCOMES)},
        "exception": _TEXT_OR_NULL,
        "at": {"description": "the file and the line where the exception came out", **_TEXT_OR_NULL},
        "left": {
            "description": "the number of records that the run left behind, by store",
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 1},
        },
        "marker": {"description": "the line that makes the run a regression test", **_TEXT},
    }
)  # fmt: skip
_TEST = _object(
    {
        "calls": {"description": "the operations that the test's body called", "type": "array", "items": _TEXT},
        "runs": {"type": "array", "items": _RUN},
        "cut_off": {"description": "runs that were left out", **_COUNT},
    }
)
#: The JSON Schema of an `ExplorationReport`.
SCHEMA: Mapping[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Fault exploration of Amazon AppIntegrations calls",
    **_object(
        {
            "version": {"const": 1},
            "runs": _COUNT,
            "findings": {"description": "runs whose outcome is a finding that is not accepted", **_COUNT},
            "tests": {"type": "object", "additionalProperties": _TEST},
            "not_explored": {
                "description": "the reasons, by the ids of the tests",
                "type": "object",
                "additionalProperties": _TEXT,
            },
        }
    ),
}


def lines(findings: Findings, *, verbose: bool) -> Iterator[Line]:
    """Return the lines for the terminal: the findings, all other runs if `verbose`, and a summary."""
    document = findings.document()
    yield from _runs(findings, document, found=True)
    if verbose:
        yield from _runs(findings, document, found=False)
    yield from _advice_lines(findings)
    yield from _outcomes(document)
    yield from _not_explored(document, verbose=verbose)
    yield total(document), "finding" if document["findings"] else "heading"


def total(document: ExplorationReport) -> str:
    """Return the summary of the exploration in a line."""
    tests = _counted(len(document["tests"]), "test")
    return f"{_counted(document['findings'], 'finding')} in {_counted(document['runs'], 'run')} of {tests}"


def left(run: RunReport) -> str:
    """Return what a run left behind, such as `1 data integration`; empty if nothing."""
    return ", ".join(
        _counted(number, store.replace("_", " ").removesuffix("s")) for store, number in run["left"].items()
    )


def fault(run: RunReport) -> str:
    """Return the name of the fault of a run."""
    if not run["lose_response"]:
        return run["error"]
    return f"{run['error']}, response lost {'once' if run['attempts'] else 'always'}"


def _runs(findings: Findings, document: ExplorationReport, *, found: bool) -> Iterator[Line]:
    for test, report in document["tests"].items():
        chosen = sorted((run for run in report["runs"] if findings.is_finding(test, run) is found), key=_kind)
        for _, alike in groupby(chosen, _kind):
            runs = list(alike)
            yield f"{runs[0]['outcome']}: {test}, {_call(report, runs[0])}", "finding" if found else "heading"
            yield f"  {_what_happened(runs[0])}", "plain"
            for run in runs:
                yield f"    {run['marker']}", "plain"


def advice(findings: Findings) -> dict[str, str]:
    """Return what to do about each kind of finding that there is, by outcome."""
    runs = [(test, run) for test, report in findings.document()["tests"].items() for run in report["runs"]]
    found = {run["outcome"] for test, run in runs if findings.is_finding(test, run)}
    return {outcome: text for outcome, text in ADVICE.items() if outcome in found}


def _advice_lines(findings: Findings) -> Iterator[Line]:
    if found := advice(findings):
        yield "what to do:", "heading"
        yield from ((f"  {outcome}: {text}", "plain") for outcome, text in found.items())
        yield from ((f"  {text}", "plain") for text in _MARKER_ADVICE)


_MARKER_ADVICE = (
    "Put a marker on a copy of its test, and assert there on what should happen.",
    'Accept an outcome by @pytest.mark.appint_explore(allow=["…"]).',
)


def _kind(run: RunReport) -> tuple[str, int, str, str, str]:
    return run["operation"], run["call"], run["outcome"], _what_happened(run), left(run)


def _call(report: ExploredTest, run: RunReport) -> str:
    several = report["calls"].count(run["operation"]) > 1
    return f"call {run['call']} of {run['operation']}" if several else run["operation"]


def _what_happened(run: RunReport) -> str:
    what = OUTCOMES[run["outcome"]]
    if run["outcome"] == "raised":
        what = f"{run['at']}: {what}" if run["at"] else what
    elif run["exception"]:
        what = f"{run['at']} {run['exception']}" if run["at"] else run["exception"]
    return f"{what}; left: {left(run)}" if run["left"] else what


def _outcomes(document: ExplorationReport) -> Iterator[Line]:
    for test, report in document["tests"].items():
        counts = Counter(run["outcome"] for run in report["runs"])
        words = [f"{counts[outcome]} {outcome}" for outcome in OUTCOMES if counts[outcome]]
        if behind := sum(_left_behind(report["runs"])):
            words.append(f"{behind} of them failed and left records behind")
        yield f"{test}: {', '.join(words) or 'no run'}", "plain"
        if report["cut_off"]:
            hint = "" if test in document["not_explored"] else "; --appint-explore-max=N allows more"
            yield f"  {_counted(report['cut_off'], 'run')} left out{hint}", "plain"


def _left_behind(runs: Sequence[RunReport]) -> Iterator[bool]:
    """Return for each run whether it failed and left more records behind than every run of the test leaves."""
    stores = {store for run in runs for store in run["left"]}
    common = {store: min(run["left"].get(store, 0) for run in runs) for store in stores}
    for run in runs:
        more = any(number > common[store] for store, number in run["left"].items())
        # After a lost response, the records are those that the operation was to leave.
        yield more and run["exception"] is not None and not run["lose_response"]


def _not_explored(document: ExplorationReport, *, verbose: bool) -> Iterator[Line]:
    reasons = Counter(reason.partition(":")[0] for reason in document["not_explored"].values())
    if reasons:
        counted = (f"{number} ({reason})" for reason, number in sorted(reasons.items()))
        yield f"not explored: {', '.join(counted)}", "plain"
    for test, reason in document["not_explored"].items() if verbose else ():
        yield f"  {test}: {reason}", "plain"


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
