"""The runs of an exploration: what they set up, what they leave, and what is not explored."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys

import pytest

from pytest_appintegrations import stub  # noqa: F401
from pytest_appintegrations.plugin import explorer  # noqa: F401

PROGRAM = """
import logging
import boto3

def export(**more):
    logging.getLogger("exporter").info("exporting")
    print("exporting")
    return boto3.client("appintegrations").create_data_integration_association(
        DataIntegrationIdentifier="orders", DestinationURI="s3://bucket/exports", **more)

def careless():
    try:
        export()
    except Exception as error:
        error.response["Detail"]
"""
CONFTEST = """
import pytest

@pytest.fixture
def orders(appint_stub):
    return appint_stub.data_integrations.add(Name="orders")
"""
IMPORTS = """
import logging, os, signal, unittest, warnings
import pytest
from exporter import export
from pytest_appintegrations import AppIntegrationsStub, Fault
"""
DENIED = 'pytestmark = pytest.mark.appint_explore(errors=["AccessDeniedException"])\n'


@pytest.fixture
def suite(pytester):
    """Write a suite: its module of tests with the usual imports, and by name what else it needs."""
    pytester.makeini("[pytest]\npythonpath = .\n")
    pytester.makepyfile(exporter=PROGRAM)

    def write(tests, *, mark=DENIED, conftest=""):
        pytester.makepyfile(test_exporter=IMPORTS + mark + tests)
        pytester.makeconftest(CONFTEST + conftest)

    return write


@pytest.fixture
def explore(pytester, suite):
    """Explore a suite in this process, and return the document."""

    def run(tests, *options, **files):
        suite(tests, **files)
        explore.result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--appint-explore=found.json", *options)
        return json.loads((pytester.path / "found.json").read_text())

    explore = run
    return run


def outcomes(document):
    """Return the outcomes of each test, by its name."""
    return {
        test.rpartition("::")[2]: [run["outcome"] for run in report["runs"]]
        for test, report in document["tests"].items()
    }


def reasons(document):
    """Return why tests were not explored, by their names."""
    return {test.rpartition("::")[2]: reason for test, reason in document["not_explored"].items()}


RUN_AS_ALWAYS = {
    "capsys": "def test(capsys, orders):\n    export()\n    assert capsys.readouterr().out == 'exporting\\n'",
    "caplog": "def test(caplog, orders):\n    caplog.set_level(logging.INFO)\n    export()\n"
    "    assert caplog.messages == ['exporting']",
    "tmp_path": "def test(tmp_path, orders):\n    assert not list(tmp_path.iterdir())\n"
    "    (tmp_path / 'x').touch()\n    export()",
    "monkeypatch": "def test(monkeypatch, orders):\n    assert 'EXPORTS' not in os.environ\n"
    "    monkeypatch.setenv('EXPORTS', '1')\n    export()",
    "parameters": "@pytest.mark.parametrize('bucket', ['a'])\ndef test(bucket, orders):\n    export()",
    "a marker": "@pytest.mark.appint(page_size=1)\n@pytest.mark.usefixtures('orders')\ndef test():\n    export()",
    "frozen time": "@pytest.mark.appint(frozen_at='2024-05-10')\ndef test(orders):\n    export()",
    "a fresh instance": "class Test:\n    def setup_method(self):\n        self.calls = []\n"
    "    def test(self, orders):\n        assert not hasattr(self, 'seen')\n        self.seen = self.calls\n"
    "        assert not self.calls\n        self.calls.append(export())",
    "an autouse method": "class Test:\n    @pytest.fixture(autouse=True)\n    def one(self, orders):\n        export()\n"
    "    def test(self):\n        export()",
    "a decorator": "from unittest.mock import patch\n@patch.dict(os.environ, {'EXPORTS': '1'})\n"
    "def test(orders):\n    export()",
    "a partial": "import functools\ndef check(bucket, orders):\n    export()\ntest = functools.partial(check, bucket='a')\ntest.__name__ = 'test'",
    "moto": "from moto import mock_aws\n@mock_aws\ndef test(orders):\n    import boto3\n"
    "    boto3.client('s3', region_name='us-east-1').create_bucket(Bucket='exports')\n    export()",
    "warnings as errors": "@pytest.mark.filterwarnings('error')\ndef test(orders):\n    export()",
    "a TestCase": "@pytest.mark.appint()\n@pytest.mark.usefixtures('orders')\nclass Test(unittest.TestCase):\n"
    "    def test(self):\n        self.assertTrue(export())",
    "setUp and tearDown": "@pytest.mark.usefixtures('orders')\nclass Test(unittest.TestCase):\n"
    "    def setUp(self):\n        export()\n    def tearDown(self):\n        export()\n"
    "    def test(self):\n        self.assertTrue(export())",
    "an async TestCase": "@pytest.mark.usefixtures('orders')\nclass Test(unittest.IsolatedAsyncioTestCase):\n"
    "    async def asyncSetUp(self):\n        export()\n    async def test(self):\n        self.assertTrue(export())",
}


def test_ids_are_those_of_the_plain_run(explore, pytester):
    explore("""
def test(orders):
    try:
        print(export()["DataIntegrationAssociationId"])
    finally:
        with open("ids.txt", "a") as file:
            file.write(orders["Id"] + os.linesep)
""")
    ids = (pytester.path / "ids.txt").read_text().split()
    assert len(ids) == 3  # The plain run, the second one, the run with the fault.
    assert len(set(ids)) == 1


def test_function_scoped_fixtures_are_set_up_anew_and_wider_ones_are_kept(explore, pytester):
    explore(
        "def test(session, module, function, orders):\n    export()\ndef test_later(module):\n    pass",
        conftest="""
log = []

def make(scope):
    @pytest.fixture(scope=scope)
    def fixture():
        log.append(f"{scope} up")
        yield
        log.append(f"{scope} down")
    return fixture

session, module, function = map(make, ["session", "module", "function"])

def pytest_unconfigure():
    with open("log.txt", "w") as file:
        file.write(",".join(log))
""",
    )
    assert (pytester.path / "log.txt").read_text().split(",") == [
        "session up", "module up", *(3 * ["function up", "function down"]), "module down", "session down",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_wider_fixture_that_fails_in_teardown_is_reported_as_usual(explore, pytester):
    explore(
        "def test(broken, orders):\n    export()",
        conftest="@pytest.fixture(scope='module')\ndef broken():\n    yield\n    print('so far')\n    raise OSError('no disk')",
    )
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--appint-explore")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at teardown of test*", "*OSError: no disk", "*so far*"])
    for without in ("no:capture", "no:logging"):
        result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", without, "--appint-explore")
        result.assert_outcomes(passed=1, errors=1)


NOT_EXPLORED = {
    "failed": ("def test(orders):\n    export()\n    assert 0", "failed"),
    "skipped": ("def test(orders):\n    export()\n    pytest.skip()", "skipped"),
    "xfailed": ("@pytest.mark.xfail\ndef test(orders):\n    export()\n    assert 0", "xfailed"),
    "xpassed": ("@pytest.mark.xfail\ndef test(orders):\n    export()", "xfailed"),
    "no stub": ("def test():\n    pass", "made no call"),
    "no call": ("def test(appint_stub):\n    pass", "made no call"),
    "calls of fixtures alone": ("@pytest.fixture\ndef one(orders):\n    export()\ndef test(one):\n    pass", "made no call"),
    "a fault": ("@pytest.mark.appint_fault('ThrottlingException', attempts=1)\ndef test(orders):\n    export()",
                "has faults or responses of its own"),
    "a fault for a while": ("def test(appint_stub, orders):\n    with appint_stub.inject(Fault('ThrottlingException', attempts=1)):\n"
                            "        export()", "has faults or responses of its own"),
    "a fault not met": ("@pytest.mark.appint_fault('ThrottlingException', operation='ListApplications', optional=True)\n"
                        "def test(orders):\n    export()", "has faults or responses of its own"),
    "a response": ("def test(appint_stub):\n    appint_stub.add_response('ListApplications', {'Applications': []})\n"
                   "    appint_stub.client().list_applications()", "has faults or responses of its own"),
    "another stub": ("def test():\n    with AppIntegrationsStub() as stub:\n        stub.data_integrations.add(Name='orders')\n"
                     "        export()", "appint_stub recorded none of its calls"),
    "a shared stub": ("@pytest.fixture(scope='module')\ndef shared():\n    with AppIntegrationsStub() as stub:\n"
                      "        stub.data_integrations.add(Name='orders')\n        yield\n"
                      "def test(shared):\n    export()\ndef test_later(shared):\n    pass", "shares a stub with other tests"),
    "out of it": ("@pytest.mark.appint_explore(False)\ndef test(orders):\n    export()", "marked appint_explore(False)"),
    "other calls": ("made = []\ndef test(orders):\n    made.append(1)\n    for _ in made: export()",
                    "does not repeat: a second run made other calls"),
    "other records": ("made = []\ndef test(orders, appint_stub):\n    made.append(1)\n    export(ObjectConfiguration={'x': {'y': [str(len(made))]}})",
                      "does not repeat: a second run left other records in the stores"),
    "another end": ("made = []\ndef test(orders):\n    export()\n    assert not made\n    made.append(1)",
                    "does not repeat: a second run failed with AssertionError: assert not [1]"),
    "no call with the fault": ("made = []\ndef test(orders):\n    made.append(1)\n    if len(made) < 3: export()",
                               "does not repeat: call 1 of CreateDataIntegrationAssociation was not made again"),
    "a reset": ("def test(appint_stub, orders):\n    export()\n    appint_stub.reset()",
                "appint_stub recorded none of its calls"),
}  # fmt: skip


@pytest.fixture(scope="session")
def tables(tmp_path_factory):
    """Return the document of one exploration of all rows, each in a file of its own."""
    directory = tmp_path_factory.mktemp("tables")
    (directory / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    (directory / "exporter.py").write_text(PROGRAM)
    (directory / "conftest.py").write_text(CONFTEST)
    for name, code in {**RUN_AS_ALWAYS, **{name: code for name, (code, _) in NOT_EXPLORED.items()}}.items():
        (directory / f"test_{name.replace(' ', '_')}.py").write_text(f"{IMPORTS}{DENIED}{code}\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", "--appint-explore=found.json"]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1, done.stdout + done.stderr
    return json.loads((directory / "found.json").read_text())


@pytest.mark.parametrize("name", RUN_AS_ALWAYS)
def test_an_explored_run_finds_the_surroundings_of_the_plain_run(tables, name):
    [report] = [
        report for test, report in tables["tests"].items() if test.startswith(f"test_{name.replace(' ', '_')}.py")
    ]
    assert report["calls"] == ["CreateDataIntegrationAssociation"]
    [run] = report["runs"]
    assert (run["outcome"], run["call"], run["at"]) == ("raised", 1, "exporter.py:8")
    # Calls of fixtures are left alone, but counted by the marker.
    code = RUN_AS_ALWAYS[name]
    assert ("after_calls=1" in run["marker"]) is ("def one(" in code or "etUp" in code)


@pytest.mark.parametrize(("name", "reason"), [(name, reason) for name, (_, reason) in NOT_EXPLORED.items()])
def test_a_test_that_cannot_be_explored_is_listed_with_the_reason(tables, name, reason):
    test = f"test_{name.replace(' ', '_')}.py::test"
    assert tables["not_explored"].get(test) == reason
    assert test not in tables["tests"]


def test_a_test_that_passed_only_when_rerun_is_not_explored(explore):
    document = explore(
        "made = []\n@pytest.mark.flaky(reruns=1)\ndef test(orders):\n    made.append(1)\n    export()\n    assert len(made) > 1\n"
        "@pytest.mark.flaky(reruns=1)\ndef test_steady(orders):\n    export()"
    )
    assert reasons(document) == {"test": "does not repeat: it passed only when it was run again"}
    assert outcomes(document) == {"test_steady": ["raised"]}


def test_a_fixture_that_fails_in_an_explored_run_is_reported_as_the_reason(explore):
    document = explore(
        """
state = []
@pytest.fixture
def clean(orders):
    assert not state
    yield
    assert not state, "cleaned up"
def test(clean):
    try:
        export()
    except Exception:
        state.append(1)
""",
        mark="",
    )
    [report] = document["tests"].values()
    [run] = report["runs"]
    assert (run["outcome"], run["exception"]) == ("noticed", "AssertionError: cleaned up")
    assert report["cut_off"] == 10
    assert reasons(document) == {"test": "a fixture failed in an explored run: AssertionError: assert not [1]"}


def test_the_runs_of_a_test_are_limited_and_the_report_says_so(explore, pytester):
    document = explore("def test(orders):\n    export()", "--appint-explore-max=4", mark="")
    [report] = document["tests"].values()
    assert (len(report["runs"]), report["cut_off"]) == (4, 7)


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("errors=['AccessDeniedException', 'EndpointConnectionError']", 4),
        ("operations=['list_applications']", 7),
        ("errors=['ReadTimeoutError'], operations=['CreateDataIntegrationAssociation']", 3),
        ("errors=[]", 0),
    ],
)
def test_the_marker_narrows_what_is_tried(explore, mark, expected):
    code = f"@pytest.mark.appint_explore({mark})\ndef test(appint_client, orders):\n    export()\n    appint_client.list_applications()"
    assert explore(code, mark="")["runs"] == expected


def test_the_nearest_marker_wins_argument_by_argument(explore):
    document = explore(
        "@pytest.mark.appint_explore(errors=['ThrottlingException'])\nclass Test:\n"
        "    @pytest.mark.appint_explore(enabled=True)\n    def test(self, orders):\n        export()\n"
        "    def test_out(self, orders):\n        export()",
        mark="pytestmark = pytest.mark.appint_explore(False)\n",
    )
    assert outcomes(document) == {"test": ["raised"]}
    assert reasons(document) == {"test_out": "marked appint_explore(False)"}


def test_an_accepted_outcome_is_no_finding(explore, pytester):
    code = "{}def test(orders):\n    try:\n        export()\n    except Exception:\n        pass"
    assert explore(code.format(""))["findings"] == 1
    document = explore(code.format("@pytest.mark.appint_explore(allow=['lost'])\n"))
    assert outcomes(document) == {"test": ["lost"]}
    assert document["findings"] == 0
    assert pytester.runpytest_inprocess("--appint-explore").ret == pytest.ExitCode.OK


@pytest.mark.parametrize(
    ("mark", "message"),
    [
        ("allow=['lots']", "allow: unknown outcome 'lots'; did you mean 'lost'?"),
        ("errors=['AccessDenied']", "errors: unknown error 'AccessDenied'; did you mean 'AccessDeniedException'?"),
        ("operations=['list_application']", "unknown operation 'list_application'; did you mean 'list_applications'?"),
        ("operation=[]", "unexpected keyword argument 'operation'; did you mean 'operations'?"),
        ("errors='AccessDeniedException'", "errors must be a list of names, not 'AccessDeniedException'"),
        ("'lost'", "takes True or False, and other arguments by name"),
        ("True, False", "takes True or False, and other arguments by name"),
    ],
)
def test_a_mistake_in_the_marker_is_a_usage_error(pytester, suite, mark, message):
    suite(f"@pytest.mark.appint_explore({mark})\ndef test(orders):\n    export()", mark="")
    result = pytester.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert message in result.stderr.str() + result.stdout.str()


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--appint-explore=found.txt", "--appint-explore=found.txt: must be the name of a .json or .html file"),
        ("--appint-explore=found.json/x.json", "can't be written"),
        ("--appint-explore-max=0", "--appint-explore-max=0: must be a whole number from 1"),
        ("--appint-explore-max=many", "--appint-explore-max=many: must be a whole number from 1"),
    ],
)
def test_a_mistake_in_an_option_is_a_usage_error(pytester, suite, option, message):
    suite("def test(orders):\n    export()")
    (pytester.path / "found.json").touch()
    result = pytester.runpytest_inprocess(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert message in result.stderr.str() + result.stdout.str()


MANY = """
def test_props(record_property, record_xml_attribute, record_testsuite_property, orders):
    record_property("bucket", "a")
    record_xml_attribute("bucket", "b")
    record_testsuite_property("bucket", "c")
    export()

def test_warns(orders):
    warnings.warn("hey")
    export()

def test_logs(orders, caplog):
    caplog.set_level(logging.INFO)
    export()

class Test(unittest.TestCase):
    def test(self):
        for number in range(2):
            with self.subTest(number=number):
                assert number < 2

@pytest.mark.appint()
class TestCalls(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def seeded(self, orders):
        pass

    def test(self):
        for number in range(2):
            with self.subTest(number=number):
                export()

def test_fails(orders):
    export()
    assert 0
"""


def without_times(text):
    return re.sub(r'(time|timestamp|hostname)="[^"]*"|in \d+\.\d+s|\d+\.\d+s (call|setup|teardown)', "", text)


@pytest.mark.slow
def test_the_runs_leave_no_trace(pytester, suite):
    suite(
        MANY,
        conftest="""
seen = []
@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    seen.append(f"{item.name} {call.when}")
    return (yield)
def pytest_runtest_logreport(report):
    seen.append(f"{report.nodeid} {report.outcome}")
def pytest_unconfigure():
    with open("seen.txt", "w") as file:
        file.write(",".join(seen))
""",
    )
    traces = []
    for option in ("--appint-report=failed", "--appint-explore=found.json"):
        result = pytester.runpytest_subprocess(
            option, "-vv", "-W", "default", "-o", "junit_family=xunit1", "--junitxml=junit.xml", "--durations=0", "--appint-coverage=coverage.json",
            "-o", "log_cli=true", "--log-cli-level=INFO", "--log-file=log.txt",
            "--setup-show",
        )  # fmt: skip
        text = result.stdout.str()
        traces.append(
            {
                "junit": without_times((pytester.path / "junit.xml").read_text()),
                "coverage": (pytester.path / "coverage.json").read_text(),
                "hooks": (pytester.path / "seen.txt").read_text(),
                "cache": (pytester.path / ".pytest_cache/v/cache/lastfailed").read_text(),
                "log": len((pytester.path / "log.txt").read_text().splitlines()),
                "fixtures": text.count("SETUP    F orders"),
                "shown": text.count("exporter.py:6 exporting"),
                "durations": len(re.findall(r"\ds (call|setup|teardown)", text)),
                "summary": re.sub(r"[\d.]+ s of", "", *re.findall(r"appintegrations: .*", text)),
                "outcome": re.sub(r"in [\d.]+s =*", "", text.rstrip().splitlines()[-1]).strip("= "),
            }
        )
    assert traces[0] == traces[1]
    document = json.loads((pytester.path / "found.json").read_text())
    assert set(outcomes(document)) == {"test_props", "test_warns", "test_logs", "test"}


@pytest.mark.slow
def test_xdist_finds_the_same(pytester, suite):
    suite(f"{MANY}\n@pytest.mark.parametrize('number', range(4))\ndef test_more(orders, number):\n    export()")
    documents = []
    for option in ("-n0", "-n2"):
        result = pytester.runpytest_subprocess(option, "--appint-explore=found.json", "--appint-explore=found.html")
        files = [(pytester.path / f"found.{suffix}").read_text() for suffix in ("json", "html")]
        section = result.stdout.str().partition("fault exploration")[2].partition("appintegrations:")[0]
        documents.append([*files, section])
    assert documents[0] == documents[1]
    assert "11 runs" not in documents[0][2]


@pytest.mark.slow
def test_a_worker_that_crashes_is_reported(pytester, suite):
    suite("def test(orders):\n    try:\n        export()\n    except Exception:\n        os._exit(1)")
    result = pytester.runpytest_subprocess("-n1", "--appint-explore")
    result.stdout.fnmatch_lines(["1 of the workers crashed; their findings are missing"])


@pytest.mark.slow
def test_an_interrupt_stops_the_exploration_and_shows_what_was_found(pytester, suite):
    suite(
        # A job in the background of a shell script is started with the signal ignored.
        "def interrupt():\n    signal.signal(signal.SIGINT, signal.default_int_handler)\n    os.kill(os.getpid(), signal.SIGINT)\n"
        "def test_first(orders):\n    try:\n        export()\n    except Exception:\n        pass\n"
        "def test_second(orders):\n    try:\n        export()\n    except Exception:\n        interrupt()\n"
        "def test_third(orders):\n    export()"
    )
    result = pytester.runpytest_subprocess("--appint-explore=found.json")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        ["lost: test_exporter.py::test_first, *", "test_exporter.py::test_second: no run",
         "not explored: 1 (the session was interrupted)", "1 finding in 1 run of 2 tests"]
    )  # fmt: skip
    assert outcomes(json.loads((pytester.path / "found.json").read_text())) == {
        "test_first": ["lost"],
        "test_second": [],
    }


@pytest.mark.slow
@pytest.mark.parametrize("method", ["signal", "thread"])
def test_a_run_has_the_timeout_of_its_test(pytester, suite, method):
    suite(
        "import time\n@pytest.mark.timeout(1)\ndef test(orders):\n    try:\n        export()\n    except Exception:\n"
        "        time.sleep(30 if METHOD == 'signal' else 0.6)".replace("METHOD", repr(method)),
        mark='pytestmark = pytest.mark.appint_explore(errors=["AccessDeniedException", "ThrottlingException"])\n',
    )
    result = pytester.runpytest_subprocess("--appint-explore=found.json", f"--timeout-method={method}")
    outcome = {"signal": "noticed", "thread": "lost"}[method]
    assert outcomes(json.loads((pytester.path / "found.json").read_text())) == {"test": [outcome, outcome]}
    assert result.ret == (pytest.ExitCode.OK if method == "signal" else pytest.ExitCode.TESTS_FAILED)


def test_a_session_that_stops_is_not_explored_any_further(explore):
    document = explore(
        "def test(orders, request):\n    try:\n        export()\n    except Exception:\n"
        "        request.session.shouldstop = 'enough'\n        raise\n",
        mark="",
    )
    assert outcomes(document) == {"test": ["raised"]}
    assert reasons(document) == {"test": "the session was stopped: enough"}


def test_pytest_exit_in_an_explored_run_ends_only_that_run(explore):
    document = explore(
        "def test(orders):\n    try:\n        export()\n    except Exception:\n        pytest.exit('enough')\n"
        "def test_later(orders):\n    export()"
    )
    assert outcomes(document) == {"test": ["noticed"], "test_later": ["raised"]}


@pytest.mark.parametrize("filters", ["error", "default"])
def test_a_crash_in_a_thread_is_found(explore, filters):
    pytest.importorskip("pytest", "8.4")  # The warning names the exception that ended a thread.
    document = explore(
        """
import threading
from exporter import careless
def test(orders):
    thread = threading.Thread(target=careless)
    thread.start()
    thread.join()
""",
        "-W",
        filters,
    )
    [report] = document["tests"].values()
    assert [(run["outcome"], run["exception"]) for run in report["runs"]] == [("crashed", "KeyError: 'Detail'")]


def test_a_refusal_in_a_thread_counts_for_its_explored_run_and_fails_no_later_test(explore):
    document = explore(
        """
import contextlib, threading
def test(orders, appint_stub, appint_client):
    try:
        export()
    except Exception:
        def list_badly():
            with contextlib.suppress(BaseException):
                appint_client.list_applications()
        appint_stub.add_response("ListApplications", lambda params: {"Nope": 1})
        thread = threading.Thread(target=list_badly)
        thread.start()
        thread.join()

def test_later(appint_stub):
    pass
"""
    )
    assert outcomes(document) == {"test": ["noticed"]}
    assert reasons(document) == {"test_later": "made no call"}


def test_a_collect_only_run_explores_nothing(pytester, suite):
    suite("def test(orders):\n    export()")
    result = pytester.runpytest_inprocess("--collect-only", "--appint-explore=found.json")
    result.stdout.no_fnmatch_line("*exploration*")
    assert not (pytester.path / "found.json").exists()


def test_subtests_are_followed(explore):
    pytest.importorskip("pytest", "9")
    document = explore(
        "def test(orders, subtests):\n    for number in range(2):\n        with subtests.test(number=number):\n            export()"
    )
    assert outcomes(document) == {"test": ["raised", "raised"]}


def test_a_finding_fails_the_run_and_the_terminal_says_why(pytester, suite):
    suite("def test(orders):\n    try:\n        export()\n    except Exception as error:\n        crash(error)\n"
          "def crash(error):\n    return error.missing")  # fmt: skip
    result = pytester.runpytest_inprocess("--appint-explore", "--appint-explore=found.json")
    assert result.ret == pytest.ExitCode.OK  # A mistake in the test's own file counts as the test's.
    suite(
        "def test(orders):\n    wrapped()\ndef wrapped():\n    try:\n        export()\n    except Exception:\n        pass"
    )
    result = pytester.runpytest_inprocess("--appint-explore", "--appint-explore=found.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["*exploring test_exporter.py::test: 1 run*", "*AppIntegrations fault exploration*",
         "lost: test_exporter.py::test, CreateDataIntegrationAssociation",
         "    @pytest.mark.appint_fault(\"AccessDeniedException\", *)", "1 finding in 1 run of 1 test", "written: *found.json"]
    )  # fmt: skip


def test_a_file_that_can_not_be_written_any_more_fails_the_run(explore, pytester, suite):
    suite("def test(orders):\n    export()\n    os.makedirs('found.json', exist_ok=True)")
    result = pytester.runpytest_inprocess("--appint-explore=found.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["FAIL: *found.json can't be written: Is a directory"])


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ((), "exploring test_exporter.py::test: 1 run"),
        (("-q",), "exploring test_exporter.py::test: 1 run"),
        (("-qq",), ""),
    ],
)
def test_progress_is_a_line_for_each_test(pytester, suite, options, shown):
    suite("def test(orders):\n    export()\ndef test_later(orders):\n    export()")
    result = pytester.runpytest_inprocess("--appint-explore", *options)
    lines = [line for line in result.stdout.lines if "exploring test_exporter.py::test:" in line]
    assert [line.partition(" [")[0].strip() for line in lines] == [shown] * bool(shown)


def test_progress_is_live_on_a_terminal(pytester, suite):
    suite("def test(orders):\n    export()\ndef test_later():\n    pass", mark="")
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "pytest", "--appint-explore"]
    with subprocess.Popen(command, stdout=slave, stderr=slave, env={**os.environ, "TERM": "xterm", "COLUMNS": "100"}):
        os.close(slave)
        shown = b"".join(iter(lambda: read(master), b"")).decode()
    os.close(master)
    assert "\rexploring test_exporter.py::test: run 3 of 11 " in shown
    assert "\rexploring test_exporter.py::test: 11 runs " in shown


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports so that the other end was closed.
        return b""
