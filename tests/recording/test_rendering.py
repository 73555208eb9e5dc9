"""One wording of a call: by its repr, in a failed assertion and in the section of a failing test."""

from __future__ import annotations

import datetime

import pytest

from pytest_appintegrations import Attempt, Call, Fault
from pytest_appintegrations.recording.rendering import clipped, difference_lines, numbered_lines
from pytest_appintegrations.reporting import text
from pytest_appintegrations.rules.matching import differences

MOMENT = datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc)
BUSY = Attempt(429, "ThrottlingException", Fault("ThrottlingException"), 0.34, MOMENT, "1")
LATE = Attempt(200, None, Fault.latency(3), None, MOMENT, "2")
LOST = Attempt(None, "ReadTimeoutError", Fault.latency(70), None, MOMENT, "3")
PARAMS = {"Name": "n", "Tags": {"password": "hunter2"}, "ClientToken": "t"}
HEAD = "CreateDataIntegration(Name='n', Tags={'password': '***'}) in us-east-1"


@pytest.mark.parametrize(
    ("attempts", "lines"),
    [
        ([], [f"{HEAD}: not answered yet"]),
        ([LATE], [f"{HEAD}: 200 success (delayed)"]),
        ([BUSY, LATE],
         [f"{HEAD}: succeeded after 2 attempts",
          "429 ThrottlingException (injected), then 0.34 s of backoff", "200 success (delayed)"]),
        ([BUSY, LOST],
         [f"{HEAD}: failed after 2 attempts",
          "429 ThrottlingException (injected), then 0.34 s of backoff", "ReadTimeoutError (injected)"]),
    ],
)  # fmt: skip
def test_a_call_is_shown_in_the_same_words_everywhere(attempts, lines):
    call = Call("CreateDataIntegration", "us-east-1", MOMENT)
    call._params = PARAMS
    for attempt in attempts:
        call.add_attempt(attempt, PARAMS, None)
    head, *rest = lines
    assert repr(call) == f"<Call {': '.join([head, '; '.join(rest)]) if rest else head}>"
    assert text.section([call]) == "\n     ".join([f"1. {head}", *rest])


def test_a_difference_in_a_list_is_shown_with_its_place():
    [difference] = differences({"Tables": [{"Name": "a"}, {"Name": "b"}]}, {"Tables": [{"Name": "a"}, {"Name": "c"}]})
    assert str(difference) == "Tables[1].Name: expected 'b', got 'c'"


@pytest.mark.parametrize(
    ("expected", "actual", "lines"),
    [
        ("a" * 40, "b", [f"N: expected '{'a' * 40}', got 'b'"]),
        ("a" * 59, "a" * 60, ["N:", f"  expected '{'a' * 59}'", f"  got      '{'a' * 60}'"]),
        ("a" * 61, "b" * 61, ["N:", f"  expected '{'a' * 60}…'", f"  got      '{'b' * 60}…'"]),
        ("a" * 80 + "b", "a" * 80, [f"N: expected '…{'a' * 20}b', got '…{'a' * 20}'"]),
        ("a" * 80, ["a" * 80], ["N:", f"  expected '{'a' * 79}…", f"  got      ['{'a' * 78}…"]),
    ],
)
def test_texts_that_differ_are_shown_from_shortly_before_that_place(expected, actual, lines):
    shown = difference_lines(differences({"N": expected}, {"N": actual}))
    assert [line.removeprefix("    ") for line in shown] == lines
    assert max(map(len, shown)) <= 96


@pytest.mark.parametrize(
    ("around", "numbers", "earlier", "later"),
    [
        (1, range(1, 5), None, "… 6 later calls"),
        (3, range(1, 5), None, "… 6 later calls"),
        (4, range(2, 6), "… 1 earlier call", "… 5 later calls"),
        (8, range(6, 10), "… 5 earlier calls", "… 1 later call"),
        (10, range(7, 11), "… 6 earlier calls", None),
    ],
)
def test_of_many_calls_those_around_a_number_are_shown(around, numbers, earlier, later):
    calls = [Call("ListApplications", "us-east-1", MOMENT) for _ in range(10)]
    lines = [f"{number}. ListApplications() in us-east-1: not answered yet" for number in numbers]
    assert numbered_lines(calls, most=4, around=around) == [line for line in (earlier, *lines, later) if line]
    assert len(numbered_lines(calls, most=10, around=around)) == 10


def test_a_line_is_cut_only_where_it_is_too_long():
    assert (clipped("abcd", 4), clipped("abcde", 4)) == ("abcd", "abc…")
    for length, lines in ((40, 1), (41, 3)):  # Of 92 columns, and of 93.
        assert len(difference_lines(differences({"N": "a" * length}, {"N": "a" * 30}))) == lines
