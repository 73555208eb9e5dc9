"""Settings that are checked against more than their form, in runs of their own: seed files and regions."""

from __future__ import annotations

import json

import pytest

from pytest_appintegrations.plugin import setting_checks

INTEGRATION = {"Name": "orders", "KmsKey": "k"}
RIGHT = {"version": 1, "regions": {"us-east-1": {"data_integrations": [INTEGRATION]}}}
WRONG = {
    "version": 1,
    "regions": {"us-east-1": {"data_integrations": [{"Nme": "orders"}, {**INTEGRATION, "KmsKey": 5}]}},
}
REASONS = (
    "data_integrations[[]0[]]: unknown member 'Nme' of a DataIntegration; did you mean 'Name'[?]",
    "data_integrations[[]0[]]: Name is missing",
    "data_integrations[[]1[]]: Value '5' at 'KmsKey' failed",
)
MARKED = """
    import pytest

    @pytest.mark.appint(seed_file="seeds/records.json")
    def test_marked(appint_stub):
        assert [record["Name"] for record in appint_stub.data_integrations.values()] == ["orders"]

    @pytest.mark.appint(seed_file=None)
    def test_none(appint_stub):
        assert not appint_stub.data_integrations
"""
PLAIN = """
    def test_first(appint_stub):
        assert appint_stub.data_integrations.remove("orders")

    def test_second(appint_stub):
        assert "orders" in appint_stub.data_integrations
"""
INI = "appint_seed_file = seeds/records.json"


in_one_process_and_in_workers = pytest.mark.parametrize(
    "workers", [(), pytest.param(("-n", "2"), marks=pytest.mark.slow)], ids=["one process", "workers"]
)


@pytest.fixture
def run(pytester):
    """Run tests in a pytest of its own, in process, in a folder below the rootdir that has a seed file."""

    def run(tests, records, *args, ini=""):
        pytester.mkdir("seeds").joinpath("records.json").write_text(json.dumps(records))
        pytester.makeini(f"[pytest]\n{ini}\n")
        pytester.makepyfile(tests)
        pytester.mkdir("below")
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "default", *args)

    return run


def test_a_marker_loads_a_file_relative_to_the_rootdir(run, pytester, monkeypatch):
    run(MARKED, RIGHT).assert_outcomes(passed=2)
    monkeypatch.chdir(pytester.path / "below")
    pytester.runpytest_inprocess("-p", "no:cacheprovider", str(pytester.path)).assert_outcomes(passed=2)


@in_one_process_and_in_workers
def test_the_ini_loads_a_file_anew_for_each_test(run, workers):
    run(PLAIN, RIGHT, *workers, ini=INI).assert_outcomes(passed=2)


def test_a_marker_overrides_the_file_of_the_ini(run):
    run(MARKED, RIGHT, ini=INI).assert_outcomes(passed=2)


@in_one_process_and_in_workers
def test_a_wrong_file_in_the_ini_is_a_usage_error_with_every_reason(run, workers):
    result = run(PLAIN, WRONG, *workers, ini=INI)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: appint_seed_file in the ini: nothing of */seeds/records.json was loaded:"])
    result.stderr.fnmatch_lines([f"  regions.us-east-1.{reason}*" for reason in REASONS])


def test_a_wrong_file_in_a_marker_is_a_usage_error_with_every_reason(run):
    result = run(MARKED, WRONG)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *::test_marked: @pytest.mark.appint: nothing of */records.json was loaded:"])
    result.stderr.fnmatch_lines([f"  regions.us-east-1.{reason}*" for reason in REASONS])


@pytest.mark.slow
def test_a_wrong_file_in_a_marker_fails_the_test_in_a_worker(run):
    result = run(MARKED, WRONG, "-n", "2")
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([f"  regions.us-east-1.{reason}*" for reason in REASONS])


def test_a_file_of_another_account_is_refused(run):
    arn = "arn:aws:app-integrations:us-east-1:123456789012:data-integration/11111111-2222-4333-8444-555555555555"
    records = {"version": 1, "regions": {"us-east-1": {"data_integrations": [{**INTEGRATION, "Arn": arn}]}}}
    tests = """
    import pytest

    @pytest.mark.appint(account_id="111122223333")
    def test_other_account(appint_stub):
        pass
    """
    result = run(tests, records, ini=INI)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*Arn is in account 123456789012, but the stub's setting account_id is 111122223333"])


def test_each_file_is_checked_once_for_all_tests(run, monkeypatch):
    checked = []
    check = setting_checks._check
    monkeypatch.setattr(setting_checks, "_check", lambda settings: checked.append(settings) or check(settings))
    tests = """
    import pytest

    pytestmark = pytest.mark.appint(seed_file="seeds/records.json")

    @pytest.mark.parametrize("number", range(5))
    def test_many(number):
        pass
    """
    run(tests, RIGHT).assert_outcomes(passed=5)
    assert len(checked) == 1


def test_a_region_in_the_ini_that_no_partition_has_is_a_usage_error_with_the_nearest(run):
    result = run(PLAIN, RIGHT, ini="appint_region = us-east1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: appint_region in the ini: unknown region 'us-east1'; did you mean 'us-east-1'[?]"]
    )


def test_a_region_in_the_ini_is_the_stubs(run):
    tests = """
    def test_region(appint_stub):
        assert appint_stub.region == "eu-west-2"
    """
    run(tests, RIGHT, ini="appint_region = eu-west-2").assert_outcomes(passed=1)
