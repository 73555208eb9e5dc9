"""What is shown and written of an exploration."""

from __future__ import annotations

import jsonschema
import pytest

from pytest_appintegrations.exploration.findings import Findings
from pytest_appintegrations.exploration.outcomes import ExploredTest
from pytest_appintegrations.reporting.exploration import SCHEMA, lines, total
from tests.support.findings import ASSOCIATE, EXPORTS, SLY, findings, run


def shown(gathered, *, verbose=False):
    return [line for line, _ in lines(gathered, verbose=verbose)]


def test_findings_come_first_and_equal_ones_are_grouped():
    assert shown(findings())[:12] == [
        f"crashed: {EXPORTS}, {ASSOCIATE}",
        "  exporter.py:34 KeyError: 'Detail'; left: 1 data integration",
        f'    @pytest.mark.appint_fault("AccessDeniedException", operation="{ASSOCIATE}", calls=1)',
        f'    @pytest.mark.appint_fault("InternalServiceError", operation="{ASSOCIATE}", calls=1)',
        f"duplicated: {EXPORTS}, {ASSOCIATE}",
        "  a store ended with more records than in the plain run; left: 2 data integration associations",
        f'    @pytest.mark.appint_fault("ReadTimeoutError", operation="{ASSOCIATE}", calls=1, lose_response=True)',
        f"lost: {EXPORTS}, call 1 of TagResource",
        "  the test passed, but the stores ended without what the plain run left in them",
        '    @pytest.mark.appint_fault("AccessDeniedException", operation="TagResource", calls=1)',
        f"lost: {EXPORTS}, call 2 of TagResource",
        "  the test passed, but the stores ended without what the plain run left in them",
    ]


def test_the_other_outcomes_follow_in_short():
    assert shown(findings())[-11:-5] == [
        "what to do:",
        "  crashed: handle the error where the call is made, or check what it returned before using it",
        "  lost: let the error reach the caller, or report what was not done",
        "  duplicated: send the same ClientToken in every attempt, or check whether the record exists already",
        "  Put a marker on a copy of its test, and assert there on what should happen.",
        '  Accept an outcome by @pytest.mark.appint_explore(allow=["…"]).',
    ]
    assert shown(findings())[-5:] == [
        f"{EXPORTS}: 2 crashed, 2 lost, 1 duplicated, 1 recovered, 1 raised, 2 of them failed and left records behind",
        "  12 runs left out; --appint-explore-max=N allows more",
        f"{SLY}: 1 lost, 1 noticed",
        "not explored: 1 (does not repeat), 2 (made no call)",
        "5 findings in 9 runs of 2 tests",
    ]


def test_records_that_every_run_leaves_are_not_reported_as_left_behind():
    runs = [run("raised", exception="ClientError", left={"applications": 2}), run("noticed", exception="KeyError")]
    for more, shown_words in ((0, ""), (1, ", 1 of them failed and left records behind")):
        runs[1]["left"] = {"applications": 2 + more}
        gathered = Findings()
        gathered.add("test_it.py::test", ExploredTest(calls=[ASSOCIATE], runs=runs, cut_off=0), [])
        assert shown(gathered)[0] == f"test_it.py::test: 1 raised, 1 noticed{shown_words}"


def test_all_outcomes_are_shown_on_demand():
    verbose = shown(findings(), verbose=True)
    for line in (
        f"raised: {EXPORTS}, {ASSOCIATE}",
        "  exporter.py:30: the very error reached the test",
        "  the test passed, and the stores ended as in the plain run; left: 2 data integrations",
        f"lost: {SLY}, {ASSOCIATE}",
        f"noticed: {SLY}, {ASSOCIATE}",
        "  test_it.py:3 AssertionError: <b>",
        "  test_it.py::test_three: does not repeat: a second run made other calls",
    ):
        assert line in verbose
        assert line not in shown(findings())


def test_an_exploration_that_a_fixture_ended_does_not_mention_the_option():
    gathered = Findings()
    gathered.add("test_it.py::test", ExploredTest(calls=[ASSOCIATE], runs=[], cut_off=1), [])
    gathered.not_explored["test_it.py::test"] = "a fixture failed in an explored run: OSError"
    assert shown(gathered)[:2] == ["test_it.py::test: no run", "  1 run left out"]


@pytest.mark.parametrize("at", [None, "exporter.py:3"])
@pytest.mark.parametrize(("outcome", "exception"), [("raised", "ClientError"), ("translated", "SystemExit: 3")])
def test_an_unknown_place_is_left_out(outcome, exception, at):
    gathered = Findings()
    runs = [run(outcome, exception=exception, at=at)]
    gathered.add("test_it.py::test", ExploredTest(calls=[ASSOCIATE], runs=runs, cut_off=0), [])
    what = {"raised": "the very error reached the test", "translated": "SystemExit: 3"}[outcome]
    place = f"exporter.py:3{':' if outcome == 'raised' else ''} " if at else ""
    assert shown(gathered, verbose=True)[1] == f"  {place}{what}"


def test_the_document_satisfies_its_schema_and_is_sorted():
    document = findings().document()
    jsonschema.validate(document, SCHEMA, jsonschema.Draft202012Validator)
    assert list(document["tests"]) == [EXPORTS, SLY]
    assert list(document["not_explored"]) == ["test_it.py::test_one", "test_it.py::test_three", "test_it.py::test_two"]
    assert (document["runs"], document["findings"]) == (9, 5)  # Outcomes that the author accepts are no findings.
    assert total(document) == "5 findings in 9 runs of 2 tests"


def test_findings_of_several_processes_add_up():
    gathered = Findings()
    gathered.add_data(findings().as_data())
    assert gathered.document() == findings().document()
    gathered.remove(SLY)
    assert gathered.document()["runs"] == 7
