"""A marker that comes too late for the stub fails the test instead of being ignored."""

from __future__ import annotations

import textwrap

import pytest

LATE = "*@pytest.mark.appint_fault was added after the stub had read the markers: it has no effect."
NO_STUB = "*@pytest.mark.appint_fault was added by a fixture, after pytest had chosen the fixtures of the test: no stub is active."

CASES = {
    "in the test": (
        """
        def test_it(request, appint_stub):
            request.applymarker(FAULT)
        """,
        LATE,
    ),
    "in a fixture that comes after the stub": (
        """
        @pytest.fixture
        def throttled(request, appint_stub):
            request.applymarker(FAULT)
        def test_it(throttled): pass
        """,
        LATE,
    ),
    "in a fixture, without the stub": (
        """
        @pytest.fixture
        def throttled(request):
            request.applymarker(FAULT)
        def test_it(throttled): raise SystemExit("the test runs")
        """,
        NO_STUB,
    ),
    "in the test, without the stub": (
        """
        def test_it(request):
            request.applymarker(FAULT)
        """,
        NO_STUB,
    ),
}


def run(pytester, body, *args):
    pytester.makepyfile(
        f"import pytest\nFAULT = pytest.mark.appint_fault('ThrottlingException', optional=True)\n{textwrap.dedent(body)}"
    )
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", *args)


@pytest.mark.parametrize("case", CASES)
def test_a_marker_that_comes_too_late_fails_the_test(pytester, case):
    body, message = CASES[case]
    result = run(pytester, body)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


def test_a_marker_of_a_fixture_that_comes_before_the_stub_has_its_effect(pytester):
    run(pytester, """
        @pytest.fixture
        def throttled(request):
            request.applymarker(FAULT)
        def test_it(throttled, appint_stub):
            assert [handle.faults[0].error for handle in appint_stub.faults] == ["ThrottlingException"]
        """).assert_outcomes(passed=1)  # fmt: skip


def test_the_stub_takes_no_parameters(pytester):
    result = run(pytester, """
        @pytest.mark.parametrize("appint_stub", [{"region": "eu-west-2"}], indirect=True)
        def test_it(appint_stub): pass
        """)  # fmt: skip
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*The fixture appint_stub can't be parametrized."])


def test_a_marker_that_a_nearer_appint_real_overrules_is_not_late(pytester):
    run(pytester, """
        pytestmark = pytest.mark.appint(region="eu-west-2")

        @pytest.mark.appint_real
        def test_it(): pass
        """).assert_outcomes(passed=1)  # fmt: skip


def test_a_marker_on_an_item_without_fixtures_fails_it(pytester):
    pytester.makeconftest(
        """
        import pytest

        class OwnItem(pytest.Item):
            def runtest(self): pass

        class OwnFile(pytest.File):
            def collect(self):
                item = OwnItem.from_parent(self, name="step")
                item.add_marker(pytest.mark.appint_fault("ThrottlingException"))
                yield item

        def pytest_collect_file(parent, file_path):
            if file_path.suffix == ".own":
                return OwnFile.from_parent(parent, path=file_path)
        """
    )
    pytester.makefile(".own", steps="")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no stub is active.*"])
