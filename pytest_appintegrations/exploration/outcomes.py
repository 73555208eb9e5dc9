"""Define the outcomes of an explored run, and the report of an exploration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

#: The outcomes that are fine, with their meanings.
FINE: Mapping[str, str] = {
    "recovered": "the test passed, and the stores ended as in the plain run",
    "raised": "the very error reached the test",
    "translated": "another exception reached the test, and no crash",
    "noticed": "the code returned, and an assertion of the test failed",
}
#: The outcomes that a reviewer would call a bug, with their meanings.
FINDINGS: Mapping[str, str] = {
    "crashed": "an error that nobody raised on purpose came out of the code under test",
    "lost": "the test passed, but the stores ended without what the plain run left in them",
    "duplicated": "a store ended with more records than in the plain run",
    "endless": "the code went on making calls, and was stopped",
}
#: What to do about each finding.
ADVICE: Mapping[str, str] = {
    "crashed": "handle the error where the call is made, or check what it returned before using it",
    "lost": "let the error reach the caller, or report what was not done",
    "duplicated": "send the same ClientToken in every attempt, or check whether the record exists already",
    "endless": "limit the number of attempts",
}
OUTCOMES: Mapping[str, str] = {**FINDINGS, **FINE}


class RunReport(TypedDict):
    """The outcome of one fault."""

    operation: str
    call: int
    """The number of the operation's call in the test's body, from 1."""
    error: str
    lose_response: bool
    attempts: int | None
    """1, or None for all attempts of the call."""
    outcome: str
    exception: str | None
    at: str | None
    """The file and the line of the exception, in the code under test or in the test."""
    left: dict[str, int]
    """The number of records that the run left behind, by store."""
    marker: str
    """The line that makes the run a regression test."""


class ExploredTest(TypedDict):
    """The outcomes of the faults that were tried in one test."""

    calls: list[str]
    runs: list[RunReport]
    cut_off: int


class ExplorationReport(TypedDict):
    """The report of an exploration, as it is written to a JSON file."""

    version: int
    runs: int
    findings: int
    tests: dict[str, ExploredTest]
    not_explored: dict[str, str]
