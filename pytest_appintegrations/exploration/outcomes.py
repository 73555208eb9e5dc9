"""The outcomes of an explored run, and what an exploration found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

#: Outcomes in which nothing is wrong by themselves, with their meanings.
FINE: Mapping[str, str] = {
    "recovered": "the test passed, and the stores ended as in the plain run",
    "raised": "the very error reached the test",
    "translated": "another exception reached the test, and no crash",
    "noticed": "the code returned, and an assertion of the test failed",
}
#: Outcomes that a reviewer would call a bug, with their meanings.
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
    """What became of one fault."""

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
    """The records, by store, that the test's start did not have."""
    marker: str
    """The line that makes the run a regression test."""


class ExploredTest(TypedDict):
    """What became of the faults tried in one test."""

    calls: list[str]
    runs: list[RunReport]
    cut_off: int


class ExplorationReport(TypedDict):
    """An exploration as it stands in the JSON file."""

    version: int
    runs: int
    findings: int
    tests: dict[str, ExploredTest]
    not_explored: dict[str, str]
