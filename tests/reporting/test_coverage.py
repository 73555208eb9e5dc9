"""Error-path coverage: the figures, the table, the files, the minimum; the same under every way to run."""

from __future__ import annotations

import json
import shutil

import jsonschema
import pytest
from botocore.exceptions import ClientError

from pytest_appintegrations import Fault
from pytest_appintegrations.model import service
from pytest_appintegrations.reporting import stats
from pytest_appintegrations.reporting.coverage import SCHEMA, STATUSES, Coverage, is_below, table
from tests.support.suite import BY_XDIST, FAILING, IN_PROCESS, SUITE, run

ASSOCIATE, GET = "CreateDataIntegrationAssociation", "GetDataIntegration"
# The errors of the operations that the suite calls; it meets two of them.
MODELLED = len(service.errors(ASSOCIATE)) + len(service.errors(GET))
PERCENT = round(200 / MODELLED, 1)
MET = f"2 of {MODELLED} modelled errors covered: {PERCENT} %"


def error(status, retried, raised, *tests):
    return {"status": status, "met": retried + raised, "retried": retried, "raised": raised, "tests": list(tests)}


def not_covered_but(operation, **met):
    return {name: met.get(name, error("not covered", 0, 0)) for name in sorted(service.errors(operation))}


def test_the_document_has_what_each_operation_called_met_and_what_not(pytester):
    pytester.makepyfile(test_it=SUITE)
    run(pytester, "--appint-coverage=deep/down/out.json").assert_outcomes(passed=6)
    document = json.loads((pytester.path / "deep" / "down" / "out.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document, SCHEMA)
    assert document == {
        "version": 1,
        "percent": PERCENT,
        "covered": 2,
        "modelled": MODELLED,
        "operations": {
            ASSOCIATE: {
                "calls": 2,
                "errors": not_covered_but(
                    ASSOCIATE,
                    ThrottlingException=error(
                        "handled", 1, 1, "test_it.py::test_lets_out", "test_it.py::test_recovers"
                    ),
                ),
            },
            GET: {
                "calls": 3,
                "errors": not_covered_but(
                    GET,
                    ResourceNotFoundException=error(
                        "handled", 0, 2, "test_it.py::test_of_the_store[one]", "test_it.py::test_of_the_store[two]"
                    ),
                ),
            },
        },
        "not_called": [name for name in service.operations() if name not in (ASSOCIATE, GET)],
    }
    assert list(document["operations"]) == sorted(document["operations"])


BACKWARDS = "def pytest_collection_modifyitems(items): items.reverse()"


@pytest.mark.slow
def test_every_way_to_run_gives_the_same_files(pytester):
    pytester.makepyfile(test_it=SUITE, test_other=FAILING)
    found = []
    for args, conftest in (((), ""), (("-n1",), ""), (("-n3",), ""), ((), BACKWARDS), (("-n2",), BACKWARDS)):
        pytester.makeconftest(conftest)
        pytester.runpytest_subprocess(
            *args, "-p", "no:cacheprovider", "--appint-coverage=out.json", "--appint-coverage=out.html"
        ).assert_outcomes(failed=3, errors=2, passed=7, xfailed=1)
        found.append([(pytester.path / name).read_bytes() for name in ("out.json", "out.html")])
        shutil.rmtree(pytester.path / "__pycache__", ignore_errors=True)
    assert all(files == found[0] for files in found)
    document = json.loads(found[0][0])
    assert document["operations"]["ListApplications"]["calls"] == 2
    assert document["operations"]["CreateDataIntegration"]["errors"]["ThrottlingException"] == error(
        "retried", 1, 0, "test_other.py::test_fails"
    )


def test_reruns_count_their_calls_and_name_the_test_once(pytester):
    pytester.makepyfile(
        test_it="""
        import pytest
        runs = []

        @pytest.mark.appint(retry_mode="standard")
        @pytest.mark.appint_fault("ThrottlingException", attempts=3, optional=True)
        def test_flaky(appint_stub, appint_client):
            runs.append(1)
            appint_client.list_applications() if len(runs) == 1 else None
            appint_client.list_data_integrations() if len(runs) == 2 else appint_client.list_event_integrations()
        """
    )
    result = run(pytester, "--reruns=2", "--appint-coverage=out.json")
    result.assert_outcomes(failed=1)
    result = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))
    assert {name: entry["calls"] for name, entry in result["operations"].items()} == {
        "ListApplications": 1,
        "ListDataIntegrations": 1,
        "ListEventIntegrations": 1,
    }
    for entry in result["operations"].values():
        assert entry["errors"]["ThrottlingException"] == error("failed", 0, 1, "test_it.py::test_flaky")


def test_what_is_raised_in_a_run_that_failed_is_not_handled_by_the_rerun_that_passed(pytester):
    pytester.makepyfile(
        test_it="""
        import pytest
        runs = []

        @pytest.mark.appint_fault("ThrottlingException", optional=True)
        def test_flaky(appint_client):
            runs.append(1)
            if len(runs) == 1:
                appint_client.list_applications()
        """
    )
    run(pytester, "--reruns=2", "--appint-coverage=out.json").assert_outcomes(passed=1)
    document = json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))
    met = document["operations"]["ListApplications"]["errors"]["ThrottlingException"]
    assert met == error("failed", 0, 1, "test_it.py::test_flaky")


def test_the_table_has_a_line_for_each_error_of_the_operations_called(pytester):
    pytester.makepyfile(test_it=SUITE)
    result = run(pytester, "--appint-coverage", "--color=yes")
    result.stdout.fnmatch_lines(
        [
            "*= AppIntegrations error-path coverage =*",
            "calls that met it                              retried  raised  tests",
            f"{ASSOCIATE}  1 of {len(service.errors(ASSOCIATE))} covered, 2 calls",
            "*[[]31m  AccessDeniedException * not covered*",
            "*[[]32m  ThrottlingException * handled            1       1      2*",
            f"{GET} * 1 of {len(service.errors(GET))} covered, 3 calls",
            "*  ResourceNotFoundException * handled            0       2      2*",
            "never called, not counted: CreateApplication, *",
            f"*{MET}*",
        ]
    )
    result.stdout.no_fnmatch_line("*test_it.py::test_lets_out*")
    run(pytester, "--appint-coverage", "-v", "-k", "recovers or network").stdout.fnmatch_lines(
        ["  ThrottlingException * retried            1       0      1", "    test_it.py::test_recovers"]
    )


def test_table_and_page_say_that_nothing_was_called(pytester):
    pytester.makepyfile("def test_nothing(): pass")
    result = run(pytester, "--appint-coverage", "--appint-coverage=out.html")
    result.stdout.fnmatch_lines(
        ["never called, not counted: *", "written: *out.html", "0 of 0 modelled errors covered: 0.0 %"]
    )
    assert "No test called the service." in (pytester.path / "out.html").read_text(encoding="utf-8")
    assert result.ret == 0


@pytest.mark.parametrize("args", [IN_PROCESS, BY_XDIST])
@pytest.mark.parametrize(("minimum", "ret"), [(PERCENT - 0.1, 0), (PERCENT + 0.1, 1), ("0", 0), ("100%", 1)])
def test_the_run_fails_below_the_minimum_and_not_at_it(pytester, args, minimum, ret):
    pytester.makepyfile(SUITE)
    minimum = f"--appint-coverage-min={minimum}"
    result = run(pytester, *args, minimum)
    result.assert_outcomes(passed=6)
    assert result.ret == ret
    message = "minimum of * % reached"
    if ret:
        message = f"FAIL: error-path coverage of {PERCENT} % is below the minimum of * %; --appint-coverage shows which errors are missing"
    result.stdout.fnmatch_lines([MET, message])
    result.stdout.no_fnmatch_line("never called*")


def test_a_minimum_where_nothing_was_called_fails_and_says_why(pytester):
    pytester.makepyfile("def test_nothing(): pass")
    result = run(pytester, "--appint-coverage-min=1")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAIL: * 0.0 % is below the minimum of 1 %; no test called AppIntegrations"])


def test_a_minimum_hides_no_other_failure(pytester):
    pytester.makepyfile("def test_nothing(): pass")
    assert run(pytester, "--appint-coverage-min=1", "-k", "nowhere").ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert run(pytester, "--appint-coverage-min=1", "--collect-only").ret == 0


def test_files_are_written_and_the_minimum_holds_without_a_terminal(pytester):
    pytester.makepyfile(SUITE)
    result = run(pytester, "-p", "no:terminal", "--appint-coverage=out.json", "--appint-coverage-min=99")
    assert result.ret == 1
    assert json.loads((pytester.path / "out.json").read_text(encoding="utf-8"))["covered"] == 2


def test_it_is_shown_where_no_report_of_calls_is(pytester):
    pytester.makepyfile(SUITE)
    result = run(pytester, "--appint-report=none", "--appint-coverage-min=1")
    result.stdout.fnmatch_lines([MET])
    result.stdout.no_fnmatch_line("appintegrations: *")


@pytest.mark.parametrize("args", [IN_PROCESS, BY_XDIST])
@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--appint-report=fialed", "--appint-report: unknown value 'fialed'; did you mean 'failed'? (values: failed, none, all)"),
        ("--appint-coverage=out.xml", "--appint-coverage=out.xml: must be the name of a .json or .html file; *"),
        ("--appint-coverage=folder.json", "--appint-coverage=folder.json: can't be written: Is a directory"),
        ("--appint-coverage=file/out.json", "--appint-coverage=file/out.json: can't be written: *"),
        *((f"--appint-coverage-min={wrong}", f"--appint-coverage-min={wrong}: must be a percentage, a number from 0 to 100")
          for wrong in ("101", "-1", "nan", "much", "", "inf")),
    ],
)  # fmt: skip
def test_bad_input_is_a_usage_error_before_the_first_test(pytester, args, option, message):
    pytester.makepyfile("def test_nothing(): raise SystemExit")
    pytester.mkdir("folder.json")
    (pytester.path / "file").touch()
    result = run(pytester, *args, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {message}"])


def test_a_wrong_ini_is_a_usage_error(pytester):
    pytester.makeini("[pytest]\nappint_report = faild")
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: appint_report in the ini: unknown value 'faild'; did you mean 'failed'? *"])


def test_a_folder_that_the_tests_remove_is_made_again(pytester):
    pytester.makepyfile("import shutil\ndef test_it(): shutil.rmtree('out')")
    assert run(pytester, "--appint-coverage=out/a.json").ret == 0
    assert (pytester.path / "out" / "a.json").exists()


def test_a_file_that_cannot_be_written_in_the_end_fails_the_run_and_says_why(pytester):
    pytester.makepyfile("import os\ndef test_it(): os.mkdir('a.json')")
    result = run(pytester, "--appint-coverage=a.json", "--appint-coverage=a.html")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["FAIL: *a.json can't be written: *", "written: *a.html"])
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_what_was_there_stays_until_the_end_of_the_run(pytester):
    (pytester.path / "out.json").write_text("before", encoding="utf-8")
    run(pytester, "--appint-coverage=out.json", "--collect-only")
    run(pytester, "--appint-coverage=new.json", "--collect-only")
    assert (pytester.path / "out.json").read_text(encoding="utf-8") == "before"
    assert not (pytester.path / "new.json").exists()


def test_the_order_of_the_tests_does_not_matter():
    seen = {
        "a": {GET: {"calls": 2, "errors": {"ThrottlingException": (1, 1)}}},
        "b": {GET: {"calls": 1, "errors": {"ThrottlingException": (1, 0)}}, ASSOCIATE: {"calls": 1, "errors": {}}},
    }
    one, other = Coverage(), Coverage()
    for test in "ab":
        one.add(test, seen[test])
    for test in "ba":
        other.add(test, seen[test])
    assert one.document() == other.document()
    met = one.document()["operations"][GET]["errors"]["ThrottlingException"]
    assert met == error("handled", 2, 1, "a", "b")
    assert [line for line, _ in table(Coverage().document(), tests=False)] == [
        f"never called, not counted: {', '.join(service.operations())}"
    ]


def test_no_operation_is_listed_as_not_called_where_all_were():
    coverage = Coverage()
    coverage.add("t", {name: {"calls": 1, "errors": {}} for name in service.operations()})
    assert coverage.document()["not_called"] == []
    assert not [line for line, _ in table(coverage.document(), tests=True) if "never called" in line]


THROTTLING = "ThrottlingException"
RETRIED, RAISED = (1, 0), (0, 1)


@pytest.mark.parametrize(
    ("met_in", "not_passed", "status"),
    [
        ({}, [], "not covered"),
        ({"a": RETRIED}, [], "retried"),
        ({"a": RETRIED}, ["a"], "retried"),
        ({"a": RAISED}, [], "handled"),
        ({"a": RAISED}, ["a"], "failed"),
        ({"a": RAISED, "b": RAISED}, ["a"], "handled"),
        ({"a": RAISED, "b": RETRIED}, ["a"], "failed"),
        ({"a": RETRIED, "b": RAISED}, [], "handled"),
    ],
)
def test_a_status_says_what_became_of_an_error(met_in, not_passed, status):
    coverage = Coverage()
    coverage.add("other", {GET: {"calls": 1, "errors": {}}})
    for test, figures in met_in.items():
        coverage.add(test, {GET: {"calls": 1, "errors": {THROTTLING: figures}}})
    for test in not_passed:
        coverage.note_not_passed(test)
    entry = coverage.document()["operations"][GET]["errors"][THROTTLING]
    assert (entry["status"], entry["tests"]) == (status, list(met_in))
    assert status in STATUSES


@pytest.mark.parametrize("args", [IN_PROCESS, BY_XDIST])
def test_the_outcome_of_the_whole_test_decides_whether_an_error_is_handled(pytester, args):
    pytester.makepyfile(
        test_it="""
        import pytest
        from botocore.exceptions import ClientError

        def provoke(client, error):
            with pytest.raises(ClientError, match=error):
                client.list_applications()

        @pytest.mark.appint_fault("ThrottlingException")
        def test_passes(appint_client):
            provoke(appint_client, "ThrottlingException")

        @pytest.mark.appint_fault("InternalServiceError")
        def test_fails(appint_client):
            appint_client.list_applications()

        @pytest.fixture
        def fails_later():
            yield
            raise OSError("no disk")

        @pytest.mark.appint_fault("AccessDeniedException")
        def test_is_torn_down_badly(fails_later, appint_client):
            provoke(appint_client, "AccessDeniedException")

        @pytest.mark.xfail
        @pytest.mark.appint_fault("InvalidRequestException")
        def test_fails_as_expected(appint_client):
            appint_client.list_applications()
        """
    )
    run(pytester, *args, "--appint-coverage=out.json")
    errors = json.loads((pytester.path / "out.json").read_text("utf-8"))["operations"]["ListApplications"]["errors"]
    assert {name: entry["status"] for name, entry in errors.items()} == {
        "AccessDeniedException": "failed",
        "InternalServiceError": "failed",
        "InvalidRequestException": "failed",
        "ThrottlingException": "handled",
    }


def test_an_error_that_was_retried_is_not_counted_as_raised_with_a_later_one(appint_stub, appint_client):
    appint_stub.inject(Fault.sequence("ThrottlingException", "AccessDeniedException"))
    with pytest.raises(ClientError):
        appint_client.list_applications()
    [met] = stats.facts(appint_stub.calls, 0)["seen"].values()
    assert met["errors"] == {"ThrottlingException": RETRIED, "AccessDeniedException": RAISED}


@pytest.mark.parametrize(
    ("covered", "modelled", "minimum", "below"),
    [
        (3, 7, 42.9, True),
        (3, 7, 42.85, False),
        (1, 3, 33.3, False),
        (29, 100, 29, False),
        (0, 0, 0, False),
        (0, 0, 1, True),
    ],
)
def test_a_minimum_is_compared_with_the_exact_fraction(covered, modelled, minimum, below):
    assert (
        is_below(
            {"covered": covered, "modelled": modelled, "percent": round(100 * covered / (modelled or 1), 1)}, minimum
        )
        is below
    )
