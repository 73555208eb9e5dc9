"""Fault exploration: what becomes of each fault in programs with and without bugs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_appintegrations.exploration.outcomes import FINDINGS
from tests.support.explored_programs import PROGRAMS, files


def run(directory, *options):
    """Run pytest on a directory in a process of its own."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="session")
def corpus(tmp_path_factory):
    """Return the directory of all programs, and the document of their exploration."""
    directory = tmp_path_factory.mktemp("corpus")
    for name, code in {"pytest.ini": "[pytest]\npythonpath = .\n", **files()}.items():
        (directory / name).write_text(code, encoding="utf-8")
    done = run(directory, "--appint-explore=found.json")
    assert done.returncode == 1, done.stdout + done.stderr
    return directory, json.loads((directory / "found.json").read_text(encoding="utf-8"))


def fault(found):
    return found["error"] + ("+" * (1 if found["attempts"] else 2) if found["lose_response"] else "")


@pytest.mark.parametrize("name", PROGRAMS)
def test_each_program_gets_the_expected_outcomes(corpus, name):
    directory, document = corpus
    program = PROGRAMS[name]
    test = document["tests"][f"test_{name}.py::test_exports"]
    runs = {fault(found): found for found in reversed(test["runs"])}  # The first of several calls.
    assert {error: runs[error]["outcome"] for error in program.outcomes} == program.outcomes
    decisive = runs[next(iter(program.outcomes))]
    if program.exception:
        assert decisive["exception"].startswith(program.exception)
    if program.line:
        file, _, line = decisive["at"].partition(":")
        assert (directory / file).read_text().splitlines()[int(line) - 1].strip().startswith(program.line)


NOTES = """
import json, pytest

STORES = ("data_integrations", "data_integration_associations")
notes = {}

@pytest.fixture(autouse=True)
def left(request, appint_stub, orders):
    yield
    stores = {store: getattr(appint_stub, store) for store in STORES}
    notes[request.node.nodeid]["calls"] = len(appint_stub.calls)
    notes[request.node.nodeid]["left"] = {
        store: count for store, records in stores.items() if (count := len(records.keys() - {orders["Id"]}))}

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        error = call.excinfo and call.excinfo.value
        notes[item.nodeid] = {"outcome": report.outcome, "error": error and type(error).__name__}
    return report

def pytest_sessionfinish():
    with open("notes.json", "w") as file:
        json.dump(notes, file)
"""


def pasted(directory, document, target):
    """Write each finding's test with its marker pasted in; return the findings by the new tests' ids."""
    found = {}
    for test, report in document["tests"].items():
        name = test.partition("::")[0]
        for number, explored in enumerate(report["runs"]):
            if explored["outcome"] in FINDINGS:
                code = (
                    (directory / name)
                    .read_text()
                    .replace("def test_exports", f"{explored['marker']}\ndef test_exports")
                )
                (target / f"{name[:-3]}_{number}.py").write_text(code)
                found[f"{name[:-3]}_{number}.py::test_exports"] = explored
    return found


@pytest.mark.slow
def test_each_reported_marker_reproduces_its_outcome(corpus, tmp_path):
    directory, document = corpus
    found = pasted(directory, document, tmp_path)
    for name in [*(f"{name}.py" for name in PROGRAMS), "pytest.ini"]:
        (tmp_path / name).write_text((directory / name).read_text())
    (tmp_path / "conftest.py").write_text(NOTES)
    run(tmp_path, "-q")
    notes = json.loads((tmp_path / "notes.json").read_text())
    assert len(found) == document["findings"] > 15
    assert notes.keys() == found.keys()
    assert {test: note["left"] for test, note in notes.items()} == {test: run["left"] for test, run in found.items()}
    outcomes = {(run["outcome"], notes[test]["outcome"]) for test, run in found.items()}
    assert {outcome for outcome in outcomes if outcome[0] in ("crashed", "lost")} == {
        ("crashed", "failed"),
        ("lost", "passed"),
    }
    assert all(notes[test]["calls"] > 110 for test, run in found.items() if run["outcome"] == "endless")


@pytest.mark.slow
def test_the_examples_have_one_bug(tmp_path):
    root = Path(__file__).parents[2]
    done = run(root, "examples", "-q", f"--appint-explore={tmp_path / 'found.json'}")
    assert done.returncode == 1, done.stdout + done.stderr
    document = json.loads((tmp_path / "found.json").read_text())
    assert document["runs"] > 400
    first, place, *_ = done.stdout.partition("fault exploration =")[2].splitlines()[1:]
    assert first.startswith("crashed: examples/test_start_export.py::test_starts_an_export")
    assert place.startswith("  examples/start_export.py:21 KeyError: 'Message'")
    assert document["findings"] == 1
