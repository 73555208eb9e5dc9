"""README.rst and docs/: their blocks run, their output is what is printed, their links lead somewhere."""

from __future__ import annotations

import functools
import re
import socket
import subprocess

import pytest

from tests.support.children import aws, node
from tests.support.document_links import dead_links, doctree
from tests.support.document_runs import (
    PageRun,
    check_console,
    check_run_by,
    check_syntax,
    check_tests,
    path_with_this_environment,
    skip_unless_installed,
)
from tests.support.document_signatures import check_signature
from tests.support.documents import ROOT, modules_of_tests, pages

README = (ROOT / "README.rst").read_text(encoding="utf-8")
PAGES = pages()
COMMANDS = (
    "python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/pytest examples",
    "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest",
)
MARKS = {"console": pytest.mark.slow, "python": (pytest.mark.slow, pytest.mark.runs_pytest)}
BLOCKS = [
    pytest.param(
        page,
        block,
        id=str(block),
        marks=MARKS[block.language] if block.language == "console" or block.has_tests else (),
    )
    for page in PAGES
    for block in page.blocks
]
DOCUMENTS = [*(ROOT / page.name for page in PAGES), *sorted(ROOT.glob("C*.rst"))]


@pytest.fixture(scope="module")
def run_of(tmp_path_factory):
    """Return a function that returns the run of a page, which all its blocks share."""
    return functools.cache(lambda page: PageRun(page, lambda: tmp_path_factory.mktemp("page")))


@pytest.fixture
def no_deadline():
    """Let examples of hypothesis take as long as a busy machine needs."""
    import hypothesis

    hypothesis.settings.register_profile("no deadline", deadline=None)
    hypothesis.settings.load_profile("no deadline")
    yield
    hypothesis.settings.load_profile("default")


@pytest.fixture
def programs_on_path(monkeypatch):
    """Have `python` and `aws` be those of the environment that runs the tests."""
    monkeypatch.setenv("PATH", path_with_this_environment())


@pytest.mark.usefixtures("no_deadline", "programs_on_path")
@pytest.mark.parametrize(("page", "block"), BLOCKS)
def test_block(page, block, run_of, request):
    run = run_of(page)
    kind = block.kind
    skip_unless_installed(block)
    if kind in ("tests", "continues"):
        check_tests(block, run.module(block), run.files_before(block), request.getfixturevalue("pytester"))
    elif kind == "console":
        check_console(block, run.output(block)[0])
    elif kind == "signature":
        check_signature(block, block.comment("signature"))
    elif kind == "run by":
        check_run_by(block, block.comment("run by"))
    elif kind in ("file", "data"):
        check_syntax(block)
    else:
        assert kind == "not run"


@pytest.mark.parametrize("page", [page for page in PAGES if modules_of_tests(page)], ids=lambda page: page.name)
def test_the_test_modules_of_a_page_are_run_by_one_of_its_commands(page):
    assert any("pytest" in block.text for block in page.blocks if block.kind == "console"), modules_of_tests(page)


def _block_run_by(test):
    """Return the text of the only block that says that it is run by a test."""
    [block] = [block for page in PAGES for block in page.blocks if block.comment("run by") == test]
    return block.text


def test_the_shell_script_runs(programs_on_path, tmp_path):
    aws()
    script = _block_run_by("test_the_shell_script_runs")
    child = subprocess.run(["sh", "-ec", script], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert child.returncode == 0, child.stderr
    assert child.stdout.splitlines()[-1] == "orders"
    assert (tmp_path / "stub.log").read_text().splitlines()[-2:] == [
        "CreateEventIntegration in us-east-1: 200",
        "ListEventIntegrations in us-east-1: 200",
    ]


def test_the_javascript_suite_passes(programs_on_path, tmp_path):
    suite = tmp_path / "suite.test.js"
    with socket.create_server(("127.0.0.1", 0)) as free:  # Another suite may run at the same time.
        port = str(free.getsockname()[1])
    suite.write_text(_block_run_by("test_the_javascript_suite_passes").replace("4587", port))
    child = subprocess.run([node(), "--test", str(suite)], capture_output=True, text=True, timeout=60)
    assert child.returncode == 0, child.stdout
    assert "pass 1" in child.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_stand_in_readme_and_ci(command):
    assert f"\n    {command}\n" in README
    assert f"\n    {command}\n" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_hosted_ci_has_a_job_for_each_step():
    steps = subprocess.run([ROOT / ".ci" / "run", "--list"], capture_output=True, text=True, check=True).stdout
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    assert re.findall(r"^ +- ([a-z_]+(?: [\d.]+)?)$", workflow, re.MULTILINE) == steps.splitlines()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_page_is_sound_and_its_links_lead_somewhere(path):
    doctree(path)
    assert list(dead_links(path)) == []


def test_first_test_stands_in_the_first_screen():
    assert "appint_stub.calls.assert_called_once" in "\n".join(README.splitlines()[:30])


def test_readme_stays_short():
    assert len(README.splitlines()) <= 150


def test_every_setting_and_every_option_of_a_fault_is_in_the_reference():
    from pytest_appintegrations.rules.fault import OPTIONS
    from pytest_appintegrations.settings import SETTINGS

    reference = "".join(page.text for page in PAGES if page.name.startswith("docs/reference/"))
    for name in (*SETTINGS, *OPTIONS):
        assert f"``{name}" in reference, name
