"""A refused call that a test expects does not fail it, in whatever form the test expects it."""

from __future__ import annotations

import sys

import pytest

from tests.plugin.test_failures import output, run  # noqa: F401

NEEDS_GROUPS = pytest.mark.skipif(sys.version_info < (3, 11), reason="groups are new in Python 3.11")
NEEDS_RAISES_GROUP = pytest.mark.skipif(not hasattr(pytest, "RaisesGroup"), reason="RaisesGroup is new in pytest 8.4")

EXPECTED = {
    "ExitStack": """
        def test_it():
            with contextlib.ExitStack() as stack:
                stack.enter_context(pytest.raises(RealCallRefused))
                call()
        """,
    "AsyncExitStack": """
        def test_it():
            async def main():
                async with contextlib.AsyncExitStack() as stack:
                    stack.enter_context(pytest.raises(RealCallRefused))
                    await call_async()
            asyncio.run(main())
        """,
    "class": """
        class Refused:
            def __enter__(self): ...
            def __exit__(self, kind, error, traceback):
                return issubclass(kind, RealCallRefused)

        def test_it():
            with Refused():
                call()

        def test_made_before():
            refused = Refused()
            with refused:
                call()
        """,
    "asynchronous class": """
        class Refused:
            async def __aenter__(self): ...
            async def __aexit__(self, kind, error, traceback):
                return issubclass(kind, RealCallRefused)

        def test_it():
            async def main():
                async with Refused():
                    await call_async()
            asyncio.run(main())
        """,
    "helper": """
        import helpers

        def test_it():
            assert "ListApplications" in str(helpers.refused(call))
        """,
    "future": """
        def test_it():
            with ThreadPoolExecutor() as pool:
                assert isinstance(pool.submit(call).exception(), RealCallRefused)
        """,
    "task": """
        def test_it():
            async def main():
                task = asyncio.create_task(call_async())
                await asyncio.wait([task])
                assert isinstance(task.exception(), RealCallRefused)
            asyncio.run(main())
        """,
    "gather": """
        def test_it():
            async def main():
                [refused] = await asyncio.gather(call_async(), return_exceptions=True)
                assert isinstance(refused, RealCallRefused)
            asyncio.run(main())
        """,
    "method": """
        class TestAll(unittest.TestCase):
            def test_it(self):
                with ThreadPoolExecutor() as pool:
                    self.assertIsInstance(pool.submit(call).exception(), RealCallRefused)
        """,
    "hypothesis": """
        import hypothesis
        from hypothesis import strategies

        @hypothesis.given(strategies.integers())
        def works(number):
            if number > 100:
                call()

        @pytest.mark.filterwarnings("ignore")
        def test_it():
            with pytest.raises(RealCallRefused):
                works()

        @hypothesis.given(strategies.integers())
        @hypothesis.settings(max_examples=5)
        def test_each(number):
            with pytest.raises(RealCallRefused):
                call()
        """,
}
GROUPS = {
    "except*": """
        def test_it():
            async def main():
                async with asyncio.TaskGroup() as group:
                    group.create_task(call_async())
            try:
                asyncio.run(main())
            except* RealCallRefused as caught:
                [refused] = caught.exceptions
        """,
    "RaisesGroup": """
        def test_it():
            async def main():
                async with asyncio.TaskGroup() as group:
                    group.create_task(call_async())
            with pytest.RaisesGroup(RealCallRefused):
                asyncio.run(main())
        """,
}
LOST = {
    "thread of a test that names it": """
        def test_it():
            with pytest.raises(RealCallRefused):
                call()
            call_in_thread()
        """,
    "future of a test that does not name it": """
        def test_it():
            with ThreadPoolExecutor() as pool:
                assert pool.submit(call).exception()
        """,
    "class that ends everything": """
        class Anything:
            def __enter__(self): ...
            def __exit__(self, *exc):
                return True

        def test_it():
            with Anything():
                call()
        """,
    "ExitStack of another": """
        def test_it():
            with contextlib.ExitStack() as stack:
                stack.enter_context(contextlib.suppress(BaseException))
                call()
        """,
    "hypothesis": """
        import hypothesis
        from hypothesis import strategies

        @hypothesis.given(strategies.integers())
        def test_it(number):
            call()
        """,
}
HELPERS = """
from pytest_appintegrations import RealCallRefused

def refused(call):
    try:
        call()
    except BaseException as error:
        if not isinstance(error, RealCallRefused):
            raise
        return error
"""


@pytest.mark.parametrize("name", EXPECTED)
def test_what_a_test_expects_does_not_fail_it(run, pytester, monkeypatch, name):  # noqa: F811
    pytester.makepyfile(helpers=HELPERS)
    monkeypatch.syspath_prepend(pytester.path)
    result = run("import contextlib\n" + EXPECTED[name].replace("\n        ", "\n"))
    assert result.ret == 0, output(result)


@NEEDS_GROUPS
@pytest.mark.parametrize("name", ["except*", pytest.param("RaisesGroup", marks=NEEDS_RAISES_GROUP)])
def test_what_a_test_expects_in_a_group_does_not_fail_it(run, name):  # noqa: F811
    result = run(GROUPS[name])
    assert result.ret == 0, output(result)


@pytest.mark.parametrize("name", LOST)
def test_what_a_test_does_not_expect_fails_it(run, name):  # noqa: F811
    run("import contextlib\n" + LOST[name].replace("\n        ", "\n")).assert_outcomes(failed=1)


DOCTEST = '''
"""
>>> import boto3
>>> client = boto3.client("appintegrations", region_name="us-east-1")
>>> client.list_applications(){wanted}
"""
'''


@pytest.mark.parametrize(
    ("wanted", "outcome"),
    [
        (
            "  # doctest: +IGNORE_EXCEPTION_DETAIL\nTraceback (most recent call last):\n    ...\nRealCallRefused: ...",
            {"passed": 1},
        ),
        ("", {"failed": 1}),
    ],
    ids=["expected", "unexpected"],
)
def test_a_doctest_may_show_a_refused_call(pytester, wanted, outcome):
    pytester.makepyfile(module=DOCTEST.format(wanted=wanted))
    result = pytester.runpytest_inprocess("--doctest-modules", "module.py", "-p", "no:cacheprovider", "-W", "ignore")
    result.assert_outcomes(**outcome)


class TestEndedByAResponseFunction:
    """`pytest.fail` and `pytest.skip` in a function of the test are not lost where nobody sees them."""

    @pytest.mark.parametrize("call", ["call_in_thread()", "swallow()", "call()"])
    @pytest.mark.parametrize(
        ("end", "outcome"),
        [("fail", {"failed": 1}), ("skip", {"skipped": 1}), ("xfail", {"xfailed": 1})],
        ids=["fail", "skip", "xfail"],
    )
    def test_the_test_ends_so(self, run, call, end, outcome):  # noqa: F811
        result = run(
            f"""
            def test_it(appint_stub):
                appint_stub.add_response("ListApplications", lambda params: pytest.{end}("not this"))
                {call}
            """,
            "-rsx",
        )
        result.assert_outcomes(**outcome)
        assert "not this" in output(result)

    def test_a_skip_does_not_hide_a_failure(self, run):  # noqa: F811
        run(
            """
            def skips(params):
                pytest.skip("not today")

            def test_fails(appint_stub):
                appint_stub.add_response("ListApplications", skips)
                call_in_thread()
                assert False

            def test_is_refused(appint_stub):
                appint_stub.add_response("ListApplications", skips)
                appint_stub.add_response("ListEventIntegrations", lambda params: 1)
                call_in_thread()
                call_in_thread("list_event_integrations")
            """
        ).assert_outcomes(failed=2)

    def test_one_that_is_expected_is_no_failure(self, run):  # noqa: F811
        run(
            """
            def test_it(appint_stub):
                appint_stub.add_response("ListApplications", lambda params: pytest.fail("not this"))
                with pytest.raises(pytest.fail.Exception, match="not this"):
                    call()
            """
        ).assert_outcomes(passed=1)


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="the operating system has no fork")
class TestInAForkedChild:
    """The run can't see what a child raises: the child shows it and ends with an exit status."""

    def run_child(self, run, body):  # noqa: F811
        result = run(
            f"""
            import multiprocessing

            def work():
                {body}

            def test_it():
                child = multiprocessing.get_context("fork").Process(target=work)
                child.start()
                child.join()
                print("exit code", child.exitcode)
                assert False
            """,
            in_process=False,
        )
        return output(result)

    @pytest.mark.parametrize("body", ["call()", "swallow()", "call_in_thread()"])
    @pytest.mark.slow
    def test_one_that_nobody_handles_is_shown_and_fails_the_child(self, run, body):  # noqa: F811
        shown = self.run_child(run, body)
        assert "exit code 1" in shown
        assert "RealCallRefused: ListApplications was about to be sent" in shown

    @pytest.mark.slow
    def test_one_that_is_expected_does_not(self, run):  # noqa: F811
        shown = self.run_child(run, "pytest.raises(RealCallRefused, call)")
        assert "exit code 0" in shown
        assert "RealCallRefused: ListApplications" not in shown

    @pytest.mark.slow
    def test_one_that_the_run_raised_before_is_the_runs(self, run):  # noqa: F811
        shown = run(
            """
            import multiprocessing

            def test_it():
                swallow()
                child = multiprocessing.get_context("fork").Process(target=swallow)
                child.start()
                child.join()
                other = multiprocessing.get_context("fork").Process(target=int)
                other.start()
                other.join()
                print("exit codes", child.exitcode, other.exitcode)
            """,
            in_process=False,
        )
        shown.assert_outcomes(failed=1)
        assert "exit codes 1 0" in output(shown)
