"""A refused call is neither lost nor reported twice, whatever raised it: whole suites are run and their output checked."""

from __future__ import annotations

import textwrap

import pytest

CALL = """
import asyncio, threading, unittest
from concurrent.futures import ThreadPoolExecutor
import boto3, pytest
from pytest_appintegrations import RealCallRefused, UnexpectedCall

def call(operation="list_applications"):
    return getattr(boto3.client("appintegrations", region_name="us-east-1"), operation)()

def swallow():
    try:
        call()
    except:
        pass

def call_in_thread(operation="list_applications", name=None):
    thread = threading.Thread(target=call, args=(operation,), name=name)
    thread.start()
    thread.join()

async def call_async():
    return call()
"""
REFUSED = "pytest_appintegrations.RealCallRefused: ListApplications was about to be sent to app-integrations.us-east-1"


@pytest.fixture
def run(pytester):
    """Run a module in a pytest of its own, in process."""

    def run(body, *args, in_process=True):
        pytester.makepyfile(CALL + textwrap.dedent(body))
        start = pytester.runpytest_inprocess if in_process else pytester.runpytest_subprocess
        return start("-p", "no:cacheprovider", "-W", "ignore", "--color=no", *args)

    return run


def output(result):
    return result.stdout.str() + result.stderr.str()


def body(result):
    """Return the output before pytest's short summary, which repeats whole messages where `CI` is set."""
    return output(result).partition("short test summary info")[0]


def summary(result):
    """Return the lines of pytest's short summary."""
    return [line for line in result.stdout.lines if line.startswith(("FAILED ", "ERROR "))]


class TestCalledByTheTest:
    @pytest.mark.parametrize(
        "body",
        [
            "    try:\n        call()\n    except:\n        pass",
            "    try:\n        call()\n    finally:\n        return",
            "    swallow()",
            "    call_in_thread()",
            "    with ThreadPoolExecutor(1) as pool:\n        pool.submit(call)",
            "    asyncio.run(gather())",
            "    swallow()\n    pytest.skip('not today')",
            "    swallow()\n    pytest.xfail('not today')",
            "    call()",
            "    with pytest.raises(ValueError):\n        translate()",
            "    with pytest.raises(ValueError):\n        call()",
        ],
    )
    def test_fails_it_whatever_becomes_of_the_exception(self, run, body):
        helpers = (
            "async def gather():\n    await asyncio.gather(call_async(), return_exceptions=True)\n"
            "def translate():\n    try:\n        call()\n    except BaseException as error:\n        raise ValueError from error\n"
        )
        result = run(f"{helpers}def test_it():\n{body}\n")
        result.assert_outcomes(failed=1)
        assert output(result).count(f"E       {REFUSED}") == 1

    def test_does_not_fail_it_where_the_exception_was_expected(self, run):
        run(
            """
            def test_directly():
                with pytest.raises(RealCallRefused):
                    call()

            def test_through_a_pool():
                with ThreadPoolExecutor(1) as pool, pytest.raises(RealCallRefused):
                    pool.submit(call).result()

            def test_through_asyncio():
                with pytest.raises(RealCallRefused):
                    asyncio.run(call_async())

            def test_by_name():
                try:
                    call()
                except RealCallRefused as error:
                    assert "ListApplications" in str(error)

            def test_by_a_helper():
                assert "ListApplications" in str(caught_by(call))

            def caught_by(function):
                try:
                    function()
                except BaseException as error:
                    return error

            def test_as_a_failure_of_pytest():
                with pytest.raises(pytest.fail.Exception):
                    call()

            class TestCase(unittest.TestCase):
                def test_case(self):
                    with self.assertRaises(RealCallRefused):
                        call()
                    self.assertRaises(RealCallRefused, call)

            @pytest.fixture
            def future():
                with ThreadPoolExecutor(1) as pool:
                    yield pool.submit(call)

            def test_of_a_fixture(future):
                with pytest.raises(RealCallRefused):
                    future.result()

            def example():
                '''
                >>> call()
                Traceback (most recent call last):
                pytest_appintegrations.RealCallRefused: ...
                '''
            """,
            "--doctest-modules", "-o", "doctest_optionflags=ELLIPSIS",
        ).assert_outcomes(passed=9)  # fmt: skip

    def test_is_reported_once_where_it_came_out_of_the_test(self, run):
        result = run("def test_it():\n    with ThreadPoolExecutor(1) as pool:\n        pool.submit(call).result()\n")
        result.assert_outcomes(failed=1)
        assert output(result).count(f"E       {REFUSED}") == 1
        assert "refused as well" not in output(result)

    def test_is_shown_first_where_the_test_failed_for_another_reason_too(self, run):
        result = run("def test_it():\n    swallow()\n    assert False, 'of its own'\n")
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines([f"E       {REFUSED}*", "*How the call went on*", "*AssertionError: of its own*"])

    def test_has_a_traceback_down_to_the_line_that_made_the_call_unless_a_full_one_is_asked_for(self, run):
        assert "botocore" not in output(run("def test_it():\n    call()\n"))
        assert "botocore/endpoint.py" in output(run("def test_it():\n    call()\n", "--full-trace"))

    def test_is_reported_at_the_end_of_an_interrupted_run(self, run):
        result = run("def test_it():\n    swallow()\n    raise KeyboardInterrupt\n", in_process=False)
        assert result.ret == pytest.ExitCode.INTERRUPTED
        assert "RealCallRefused: ListApplications was about to be sent" in output(result)

    def test_is_not_repeated_where_the_tests_own_failure_shows_it(self, run):
        result = run(
            """
            def test_it():
                try:
                    call()
                except BaseException as error:
                    raise ValueError("of its own") from error
            """
        )
        result.assert_outcomes(failed=1)
        assert output(result).count(f"E       {REFUSED}") == 1
        assert "ValueError: of its own" in output(result)

    def test_is_shown_beside_refusals_with_another_message(self, run):
        result = run(
            """
            def test_it():
                for operation in ("list_applications", "list_data_integrations", "list_applications"):
                    call_in_thread(operation)
            """
        )
        result.assert_outcomes(failed=1)
        assert body(result).count("RealCallRefused: ListApplications was about to be sent") == 1
        assert body(result).count("RealCallRefused: ListDataIntegrations was about to be sent") == 1
        assert "AppIntegrations call refused as well" in output(result)

    def test_is_reported_instead_of_an_unused_fault(self, run):
        result = run("@pytest.mark.appint_fault('ThrottlingException', operation='GetApplication')\ndef test_it(appint_stub):\n    unexpected(appint_stub)\n"
                     "def unexpected(stub):\n"
                     "    stub.add_response('ListApplications', lambda params: {'Nope': 1})\n"
                     "    swallow()\n")  # fmt: skip
        result.assert_outcomes(failed=1)
        assert "UnexpectedCall" in output(result)
        assert "How the call went on" not in output(result)

    def test_fails_a_unittest_that_failed_skipped_or_passed_otherwise(self, run):
        result = run(
            """
            class TestCase(unittest.TestCase):
                def test_passes(self):
                    swallow()

                def test_fails(self):
                    swallow()
                    self.fail("of its own")

                def test_skips(self):
                    swallow()
                    self.skipTest("not today")

                def test_lets_it_out(self):
                    call()

            class TestSetUp(unittest.TestCase):
                def setUp(self):
                    self.addCleanup(print, "CLEANED", "UP")
                    call()

                def test_never(self): raise SystemExit

            class TestTearDown(unittest.TestCase):
                def tearDown(self):
                    self.addCleanup(print, "CLEANED", "UP")
                    call()

                def test_passes(self): pass
            """
        )
        result.assert_outcomes(failed=6)
        assert output(result).count(f"E       {REFUSED}") == 6
        assert output(result).count("\nCLEANED UP") == 2
        assert output(result).count("AssertionError: of its own") >= 1

    def test_is_an_expected_failure_under_xfail(self, run):
        run(
            """
            @pytest.mark.xfail
            def test_any(): swallow()

            @pytest.mark.xfail(raises=RealCallRefused)
            def test_named(): call()

            @pytest.mark.xfail(raises=ValueError)
            def test_another(): call()
            """
        ).assert_outcomes(xfailed=2, failed=1)

    @pytest.mark.slow
    def test_is_one_failure_of_hypothesis_with_the_example(self, run):
        pytest.importorskip("hypothesis")
        result = run(
            """
            from hypothesis import given, strategies, settings

            @settings(database=None)
            @given(strategies.integers())
            def test_lets_it_out(number):
                if number > 5:
                    call()

            @settings(database=None, max_examples=5)
            @given(strategies.integers())
            def test_expects_it(number):
                with pytest.raises(RealCallRefused):
                    call()
            """
        )
        result.assert_outcomes(failed=1, passed=1)
        assert "number=6" in output(result)
        assert "refused as well" not in output(result)

    def test_is_neither_kept_nor_reported_again_by_a_repeated_test(self, run):
        pytest.importorskip("pytest_rerunfailures")
        result = run(
            """
            runs = []

            def test_it():
                runs.append(1)
                if len(runs) == 1:
                    swallow()
            """,
            "--reruns", "1", in_process=False,
        )  # fmt: skip
        result.assert_outcomes(passed=1)
        assert "1 rerun" in output(result)

    def test_can_be_pickled_and_stays_what_a_run_raises(self, run):
        run(
            """
            import pickle

            def test_it(appint_stub):
                appint_stub.add_response("ListApplications", lambda params: {"Nope": 1})
                with pytest.raises(UnexpectedCall) as caught:
                    call()
                assert_pickles(caught.value, UnexpectedCall)
                appint_stub.stop()
                with pytest.raises(RealCallRefused) as caught:
                    call()
                assert_pickles(caught.value, RealCallRefused)

            def assert_pickles(error, expected):
                copy = pickle.loads(pickle.dumps(error))
                assert isinstance(copy, expected) and isinstance(copy, pytest.fail.Exception)
                assert str(copy) == str(error)
            """
        ).assert_outcomes(passed=1)


def test_a_mistake_in_a_response_function_fails_the_test_with_its_own_traceback(run):
    result = run(
        """
        def response(params):
            return params["Nme"]

        def test_it(appint_stub):
            appint_stub.add_response("ListApplications", response)
            swallow()
        """
    )
    result.assert_outcomes(failed=1)
    assert "UnexpectedCall" in output(result)
    assert '>       return params["Nme"]\n' in output(result)
    result.stdout.fnmatch_lines(["E*KeyError: 'Nme'", "*direct cause of the following*", "E*UnexpectedCall: *"])
