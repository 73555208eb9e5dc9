"""What a failing test shows, and the line at the end of the run."""

from __future__ import annotations

import datetime
import re

import pytest

from pytest_appintegrations.interception.messages import Request
from pytest_appintegrations.recording.call import Call
from pytest_appintegrations.redaction import presentable
from pytest_appintegrations.reporting import stats
from pytest_appintegrations.reporting import text as report
from tests.support.suite import BY_XDIST, FAILING, IN_PROCESS, SUITE, run

TITLE = "AppIntegrations calls"
EMPTY = "The stores are empty."
TOTAL = "appintegrations: 5 calls, 10 attempts, 6 faults, "


def sections(result):
    """Return the lines of each failing test's section, by the test's name."""
    found = {}
    test = None
    for line in result.outlines:
        if heading := re.fullmatch(r"_{3,} (?:ERROR at \w+ of )?(\w+) _{3,}", line):
            test, lines = heading[1], None
        elif re.fullmatch(rf"-+ {TITLE} -+", line):
            lines = found.setdefault(test, [])
        elif line.startswith(("===", "appintegrations:", "---")):
            lines = None
        elif test is not None and lines is not None:
            lines.append(line)
    return found


@pytest.mark.parametrize("args", [IN_PROCESS, BY_XDIST])
def test_a_failing_test_shows_its_calls(pytester, args):
    pytester.makepyfile(FAILING)
    result = run(pytester, *args)
    result.assert_outcomes(failed=3, errors=2, passed=1, xfailed=1)
    shown = sections(result)
    assert shown["test_crash_in_setup"] == [
        "1. ListApplications(MaxResults=3) in us-east-1: 200 success",
        EMPTY,
    ]
    assert shown["test_crash_in_teardown"] == [
        "1. ListDataIntegrations(MaxResults=5) in us-east-1: 200 success",
        "2. ListEventIntegrations(MaxResults=7) in us-east-1: 200 success",
    ]
    head, *attempts, heading, record = shown["test_fails"]
    assert head.startswith("1. CreateDataIntegration(Name='n', KmsKey='arn:")
    assert "…" in head or "..." in head
    assert "'https://***@host/path'" in head
    assert "Tags={'Password': '***'}" in head
    assert head.endswith(" in us-east-1: succeeded after 3 attempts")
    assert [re.sub(r"\d\.\d\d s", "S", line) for line in attempts] == [
        "     429 ThrottlingException (injected), then S of backoff",
        "     429 ThrottlingException (injected), then S of backoff",
        "     200 success",
    ]
    assert heading == "The stores hold 1 record:"
    assert record.startswith("  data_integrations in us-east-1: Name='n', Id='")
    assert shown["test_fails_without_a_call"] == [
        "none: nothing reached the stub.",
        "The stub answers the clients of this process only. If another process makes the call (a subprocess, a worker",
        "of a pool, a container), let the test request the fixture appint_server.",
        EMPTY,
    ]
    assert shown.keys() == {
        "test_crash_in_setup", "test_crash_in_teardown", "test_fails", "test_fails_without_a_call"
    }  # fmt: skip
    for secret in ("hush", "tok-1"):
        assert not [line for line in result.outlines if secret in line and "E  " not in line and '"' not in line]


@pytest.mark.parametrize("ending", ["ini", "line"])
def test_nothing_is_shown_where_no_report_is_asked_for(pytester, ending):
    pytester.makepyfile(FAILING)
    if ending == "ini":
        pytester.makeini("[pytest]\nappint_report = none")
    result = run(pytester, *(("--appint-report=none",) if ending == "line" else ()))
    result.assert_outcomes(failed=3, errors=2, passed=1, xfailed=1)
    assert not sections(result)
    result.stdout.no_fnmatch_line("appintegrations: *")


def test_the_calls_of_every_test_are_shown_where_all_are_asked_for(pytester):
    pytester.makepyfile(test_it=SUITE)
    pytester.makeini("[pytest]\nappint_report = none")
    result = run(pytester, "--appint-report=all", "-p", "no:randomly")
    result.stdout.fnmatch_lines(
        [
            f"=*= {TITLE} =*=",
            "test_it.py::test_recovers (call passed)",
            "1. CreateDataIntegrationAssociation(*) in us-east-1: succeeded after 3 attempts",
            "test_it.py::test_lets_out (call passed)",
            "1. CreateDataIntegrationAssociation(*) in us-east-1: failed after 3 attempts",
            "test_it.py::test_of_the_store[[]one] (call passed)",
            "1. GetDataIntegration(Identifier='one') in us-east-1: 404 ResourceNotFoundException",
            "test_it.py::test_network (call passed)",
            "     ConnectTimeoutError (injected), then * s of backoff",
            "     200 success",
            f"{TOTAL}*",
        ]
    )
    pytester.makepyfile(test_it=FAILING)
    assert "test_fails" in sections(run(pytester, "--appint-report=all"))


@pytest.mark.parametrize("args", [IN_PROCESS, BY_XDIST])
def test_one_line_at_the_end_sums_up_all_calls(pytester, args):
    pytester.makepyfile(SUITE)
    result = run(pytester, *args)
    result.assert_outcomes(passed=6)
    [line] = [line for line in result.outlines if line.startswith("appintegrations: ")]
    found = re.fullmatch(TOTAL + r"(\d\.\d) s of backoff skipped", line)
    assert float(found[1]) > 0


def test_the_last_line_is_left_out_where_nothing_was_called(pytester):
    pytester.makepyfile("def test_nothing(appint_stub): pass")
    run(pytester).stdout.no_fnmatch_line("*appintegrations: *")


def test_stubs_made_by_hand_count_and_calls_of_the_collection_do_not(pytester):
    pytester.makepyfile(
        """
        import pytest
        from pytest_appintegrations import AppIntegrationsStub

        with AppIntegrationsStub() as stub:
            stub.client().list_applications()

        @pytest.fixture(scope="module", autouse=True)
        def of_the_module():
            with AppIntegrationsStub() as stub:
                yield stub
                stub.client().list_applications()

        @AppIntegrationsStub()
        def test_decorated():
            import boto3
            boto3.client("appintegrations").list_applications()

        def test_of_the_module(of_the_module):
            of_the_module.client().list_applications()
            of_the_module.reset()
            assert False
        """
    )
    result = run(pytester)
    assert sections(result) == {"test_of_the_module": ["1. ListApplications() in us-east-1: 200 success"]}
    result.stdout.fnmatch_lines(["appintegrations: 3 calls, 3 attempts"])


def test_a_rerun_shows_its_own_calls_only(pytester):
    pytester.makepyfile(
        """
        runs = []

        def test_flaky(appint_client):
            runs.append(1)
            appint_client.list_applications(MaxResults=len(runs))
            assert len(runs) > 2
        """
    )
    result = run(pytester, "--reruns=1")
    result.assert_outcomes(failed=1)
    assert sections(result) == {"test_flaky": ["1. ListApplications(MaxResults=2) in us-east-1: 200 success", EMPTY]}
    result.stdout.fnmatch_lines(["appintegrations: 2 calls, 2 attempts"])


def test_a_repr_that_raises_hides_no_failure(pytester):
    pytester.makepyfile(
        """
        class Sly:
            def __repr__(self): raise RuntimeError("sly")
            def __eq__(self, other): return False
            __hash__ = None

        def test_it(appint_client, appint_stub):
            appint_client.list_applications(MaxResults=3)
            appint_stub.calls.assert_called("ListApplications", MaxResults=Sly())
        """
    )
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["E * AssertionError: Expected a call of ListApplications(MaxResults=<Sly instance at *>).",
         "E * MaxResults: expected <Sly instance at *>, got 3"]
    )  # fmt: skip


def test_of_very_many_calls_only_the_last_are_shown(appint_stub, appint_client):
    for number in range(1, 51):
        appint_client.list_applications(MaxResults=number)
    shown = report.section(appint_stub.calls, most=2).splitlines()
    assert shown[0] == "… 48 earlier calls"
    assert shown[2] == "50. ListApplications(MaxResults=50) in us-east-1: 200 success"
    assert report.section(appint_stub.calls, most=49).startswith("… 1 earlier call\n2. ")


def test_a_call_without_a_response_yet_is_shown_as_such():
    call = Call("ListApplications", "us-east-1", datetime.datetime.now(datetime.timezone.utc))
    assert report.section([call]) == "1. ListApplications() in us-east-1: not answered yet"


def test_an_unexpected_call_is_counted_and_shown(appint_stub):
    from pytest_appintegrations import UnexpectedCall

    with pytest.raises(UnexpectedCall):
        appint_stub._pipeline.respond(Request("Sing", "/", b"", "r", "c", None))
    assert report.section(appint_stub.calls) == "1. Sing() in r: UnexpectedCall"
    gathered = stats.facts(appint_stub.calls, 0.0)
    assert (gathered["calls"], gathered["seen"]) == (1, {})


@pytest.mark.parametrize(
    ("params", "shown"),
    [
        ({"ClientToken": "t", "Name": "n"}, {"Name": "n"}),
        ({"NextToken": "n"}, {"NextToken": "n"}),
        ({"tags": {"api_key": "x", "team": "y"}}, {"tags": {"api_key": "***", "team": "y"}}),
        ({"a": [{"ClientSecret": "x"}]}, {"a": [{"ClientSecret": "***"}]}),
        ({"o": {"tokens": ["x", "y"]}}, {"o": {"tokens": ["***", "***"]}}),
        ({"Credentials": {"user": "x", "of": [1]}}, {"Credentials": {"user": "***", "of": ["***"]}}),
        ({"AuthConfig": {"CredentialProviderIdentifier": "p"}}, {"AuthConfig": {"CredentialProviderIdentifier": "p"}}),
        ({"AccessUrl": "https://me:pw@host/?a=b"}, {"AccessUrl": "https://***@host/?a=b"}),
        ({"AccessUrl": "https://host/?token=t&a=b"}, {"AccessUrl": "https://host/?token=***&a=b"}),
        ({"AccessUrl": "https://host/?X-Amz-Signature=t"}, {"AccessUrl": "https://host/?X-Amz-Signature=***"}),
        ({"Description": "AKIAIOSFODNN7EXAMPLE is it"}, {"Description": "*** is it"}),
        ({"MaxResults": 3}, {"MaxResults": 3}),
    ],
)  # fmt: skip
def test_secrets_are_masked(params, shown):
    assert presentable(params) == shown


@pytest.mark.parametrize(
    ("args", "shown"), [((), True), (("-q",), True), (("-qq",), False), (("--no-summary",), False)], ids=str
)
def test_the_last_line_is_left_out_where_pytest_sums_nothing_up(pytester, args, shown):
    pytester.makepyfile(SUITE)
    text = run(pytester, *args).stdout.str()
    assert ("appintegrations: " in text) is shown


def test_durations_stay_real_where_the_stub_freezes_the_time(pytester):
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.appint(frozen_at="2020-01-01")
        def test_it(appint_stub, appint_client):
            appint_client.list_applications()
            assert appint_stub.clock.now().year == 2020
        """
    )
    text = run(pytester, "--durations=0", "-vv").stdout.str()
    seconds = [float(found) for found in re.findall(r"^([0-9.]+)s (?:setup|call|teardown)", text, re.MULTILINE)]
    assert seconds
    assert max(seconds) < 100


def test_an_unused_fault_is_not_reported_on_top_of_a_failed_subtest(pytester):
    pytest.importorskip("_pytest.subtests", reason="pytest has subtests since 9.0")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.appint_fault("ThrottlingException")
        def test_it(appint_stub, subtests):
            with subtests.test("one"):
                assert 1 == 2
        """
    )
    result = run(pytester)
    assert "assert 1 == 2" in result.stdout.str()
    assert "never triggered" not in result.stdout.str()


def test_a_failing_test_shows_calls_of_an_inner_stub_and_records_of_another_region_as_such(pytester):
    pytester.makepyfile(
        """
        import boto3
        from pytest_appintegrations import AppIntegrationsStub

        def test_it(appint_stub):
            appint_stub.in_region("eu-west-2").event_integrations.add(Name="orders")
            client = boto3.client("appintegrations")
            with AppIntegrationsStub():
                client.list_applications()
            client.get_event_integration(Name="orders")

        def test_served(appint_server):
            assert False
        """
    )
    shown = sections(run(pytester))
    assert shown["test_it"][:4] == [
        "1. ListApplications() in us-east-1, answered by another stub: 200 success",
        "2. GetEventIntegration(Name='orders') in us-east-1: 404 ResourceNotFoundException",
        "Call 2 went to us-east-1, but the event integration 'orders' is in eu-west-2.",
        "Create the client for that region, or seed the record with stub.in_region(…).",
    ]
    assert "appint_server.environ in its environment." in shown["test_served"]
