"""The message of a refused call says what happened, how to stub the call, how to allow it, and where to read on."""

from __future__ import annotations

import importlib.metadata
import os
import textwrap
from email.message import Message
from pathlib import Path

import pytest

from pytest_appintegrations.interception import refusal
from pytest_appintegrations.interception.run import Run

CALL = """
import threading
import boto3, pytest

def call():
    boto3.client("appintegrations", region_name="us-east-1").list_applications()
"""
SENT = "RealCallRefused: ListApplications was about to be sent to app-integrations.us-east-1.amazonaws.com"
ALLOW_TEST = (
    "To allow it: mark the test with @pytest.mark.appint_real, or set appint_real_calls = allow in the ini file."
)
ALLOW_ALL = "To allow it: set appint_real_calls = allow in the ini file."
NOT_YET = "No stub is active at that time, because fixtures and markers take effect only when a test runs."
READ_ON = "Read on: https://example.org/en/latest/how-to/refused.html"

MESSAGES = {
    "in a test": (
        "def test_it(): call()",
        [
            f"*{SENT} by a test without a stub.",
            "*To stub it: let the test request the fixture appint_stub, or mark it with @pytest.mark.appint().",
            f"*{ALLOW_TEST}",
            f"*{READ_ON}",
        ],
    ),
    "in a fixture that runs before the stub": (
        """
        @pytest.fixture
        def warmed_up(): call()

        def test_it(warmed_up, appint_stub): pass
        """,
        [
            f"*{SENT} by a fixture, while no stub was active.",
            "*To stub it: let this fixture request appint_stub, so that the stub is active before the code of the fixture runs.",
            "*A fixture of a wider scope than a test needs a stub of its own: `with AppIntegrationsStub() as stub:`.",
            f"*{ALLOW_TEST}",
            f"*{READ_ON}",
        ],
    ),
    "at import": (
        "call()",
        [
            f"*{SENT} while test_refused.py was imported.",
            f"*{NOT_YET}",
            "*To stub it: move the call into a function that the test calls, or import the module inside of the test.",
            f"*{ALLOW_ALL}",
            f"*{READ_ON}",
        ],
    ),
    "in a thread that was started at import": (
        """
        def swallow():
            try:
                call()
            except BaseException:
                pass

        thread = threading.Thread(target=swallow)
        thread.start()
        thread.join()

        def test_it(): pass
        """,
        [
            f"{SENT} outside of every test, where no fixture and no marker is in effect.",
            "To stub it: make the call in a test, or enter a stub around it: `with AppIntegrationsStub() as stub:`.",
            ALLOW_ALL,
            READ_ON,
        ],
    ),
}  # fmt: skip


@pytest.fixture
def run(pytester, monkeypatch):
    """Run a module in a pytest of its own, in process, with documentation at example.org."""
    metadata = Message()
    metadata["Project-URL"] = "Documentation, https://example.org"
    monkeypatch.setattr(importlib.metadata, "metadata", lambda name: metadata)

    def run(body):
        pytester.makepyfile(test_refused=CALL + textwrap.dedent(body))
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "default")

    return run


@pytest.mark.parametrize("place", MESSAGES)
def test_it_advises_what_helps_where_the_call_was_made(run, place):
    body, message = MESSAGES[place]
    run(body).stdout.fnmatch_lines(message, consecutive=True)


def test_it_advises_what_helps_in_a_conftest(pytester, run):
    folder = pytester.mkdir("unit")
    (folder / "conftest.py").write_text(f"{CALL}\ncall()\n")
    (folder / "test_in_folder.py").write_text("def test_it(): pass\n")
    run("def test_it(): pass").stdout.fnmatch_lines(
        [
            f"*{SENT} while conftest.py was imported.",
            f"*{NOT_YET}",
            "*To stub it: move the call into a fixture that requests appint_stub.",
            f"*{ALLOW_ALL}",
        ],
        consecutive=True,
    )


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the operating system has no fork")
def test_it_advises_what_helps_in_a_child_process(run):
    result = run(
        """
        import os, warnings

        def test_it():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                child = os.fork()
            if child == 0:
                try:
                    call()
                except BaseException as refused:
                    with open("refused.txt", "w") as file:
                        file.write(str(refused))
                finally:
                    os._exit(0)
            os.waitpid(child, 0)
            print(open("refused.txt").read())
            assert False
        """
    )
    result.stdout.fnmatch_lines(
        [
            f"{SENT.partition(': ')[2]} by a child process that was forked from the test run.",
            'To stub it: start the process by the method "spawn", in a test that requests the fixture appint_server.',
            ALLOW_TEST,
        ],
        consecutive=True,
    )


def test_the_page_to_read_on_is_part_of_the_documentation():
    page = refusal._PAGE.replace(".html", ".rst")
    assert (Path(__file__).parents[2] / "docs" / page).is_file()


def test_another_process_than_that_of_the_run_is_a_child():
    run = Run(lambda error: error)
    run.process = -1
    assert refusal._advice(run, None).startswith("by a child process that was forked from the test run.")
