"""A call that is refused while fixtures are set up or torn down is an error of theirs, as after `pytest.fail()`."""

from __future__ import annotations

import pytest

from tests.plugin.test_failures import body, output, run  # noqa: F401

FAILURES = {"a refused call": "call()", "pytest.fail": "pytest.fail('ListApplications was about to be sent')"}
SCOPES = ("function", "class", "module", "package", "session")


@pytest.mark.parametrize("failure", FAILURES)
def test_in_a_set_up_each_test_that_takes_the_fixture_is_an_error_with_the_message(run, failure):  # noqa: F811
    fixtures = "".join(
        f"@pytest.fixture(scope={scope!r})\ndef {scope}_wide():\n    {FAILURES[failure]}\n" for scope in SCOPES
    )
    tests = "".join(
        f"def test_{scope}_{number}({scope}_wide): raise SystemExit\n" for scope in SCOPES for number in (1, 2)
    )
    result = run(f"{fixtures}{tests}def test_other(): pass\n")
    result.assert_outcomes(errors=10, passed=1)
    assert output(result).count("ListApplications was about to be sent") >= 10
    assert "AppIntegrations calls refused outside" not in output(result)


@pytest.mark.parametrize("failure", FAILURES)
def test_in_a_teardown_the_other_teardowns_run_and_the_test_is_an_error(run, pytester, failure):  # noqa: F811
    fixtures = "".join(
        f"""
@pytest.fixture(scope={scope!r})
def {scope}_below():
    yield
    note({scope!r})

@pytest.fixture(scope={scope!r})
def {scope}_wide({scope}_below, request):
    request.addfinalizer(lambda: note("finalizer"))
    yield
    {FAILURES[failure]}

@pytest.fixture(scope={scope!r})
def {scope}_finalizer({scope}_below, request):
    def fail():
        {FAILURES[failure]}
    request.addfinalizer(fail)
"""
        for scope in SCOPES
    )
    tests = "".join(
        f"class Test{kind}{scope}:\n    def test_it(self, {scope}_{kind}, monkeypatch): pass\n"
        for scope in SCOPES for kind in ("wide", "finalizer")
    )  # fmt: skip
    result = run(f"def note(name):\n    print(name, file=open('down', 'a'))\n{fixtures}{tests}")
    # Fixtures of the module, the package and the session are torn down together, after the last test.
    result.assert_outcomes(passed=10, errors=5)
    assert output(result).count("ListApplications was about to be sent") >= 10
    down = (pytester.path / "down").read_text().split()
    assert sorted(down) == sorted(
        ["finalizer"] * 5 + ["function"] * 2 + ["class"] * 2 + ["module", "package", "session"]
    )


def test_in_a_teardown_the_environment_is_restored_and_the_stub_ends(run):  # noqa: F811
    run(
        """
        import os

        @pytest.fixture
        def cleans_up(monkeypatch, appint_stub):
            monkeypatch.setenv("LEAKED", "yes")
            appint_stub.add_response("ListApplications", lambda params: {"Nope": 1})
            yield
            call()

        def test_one(cleans_up): pass

        def test_two():
            assert "LEAKED" not in os.environ
            with pytest.raises(RealCallRefused):
                call()
        """
    ).assert_outcomes(passed=2, errors=1)


def test_in_the_set_up_and_teardown_of_modules_classes_and_unittests(run):  # noqa: F811
    result = run(
        """
        def teardown_module():
            call("list_event_integrations")

        class TestPlain:
            def setup_method(self): call()
            def test_never(self): raise SystemExit

        class TestPlainClass:
            @classmethod
            def setup_class(cls): call()
            def test_never_1(self): raise SystemExit
            def test_never_2(self): raise SystemExit

        class TestCase(unittest.TestCase):
            @classmethod
            def setUpClass(cls): call()
            def test_never_1(self): raise SystemExit
            def test_never_2(self): raise SystemExit

        class TestTornDown(unittest.TestCase):
            @classmethod
            def tearDownClass(cls): call()
            def test_passes(self): pass
        """
    )
    result.assert_outcomes(errors=6, passed=1)
    assert output(result).count("ListEventIntegrations was about to be sent") >= 1


@pytest.mark.parametrize(
    ("fixture", "outcomes"),
    [
        ("swallow()\n    yield", {"failed": 1}),
        ("swallow()\n    pytest.skip('not today')", {"errors": 1}),
        ("swallow()\n    raise OSError('no disk')", {"errors": 1}),
        ("yield\n    swallow()", {"passed": 1, "errors": 1}),
        ("yield\n    call_in_thread()\n    raise OSError('close failed')", {"passed": 1, "errors": 1}),
    ],
)
def test_swallowed_in_a_fixture_it_fails_the_test_and_not_the_next(run, fixture, outcomes):  # noqa: F811
    result = run(
        f"@pytest.fixture\ndef fixture():\n    {fixture}\n\ndef test_it(fixture): pass\ndef test_innocent(): pass\n"
    )
    expected = {"passed": 0, "errors": 0, "failed": 0, **outcomes}
    expected["passed"] += 1
    result.assert_outcomes(**expected)
    assert body(result).count("RealCallRefused: ListApplications was about to be sent") == 1


def test_the_message_for_a_fixture_says_what_helps_there(run):  # noqa: F811
    result = run(
        "@pytest.fixture(scope='session')\ndef warmed_up():\n    call()\ndef test_it(warmed_up, appint_stub): pass\n"
    )
    result.assert_outcomes(errors=1)
    for part in ("by a fixture, while no stub was active.", "To stub it: let this fixture request appint_stub",
                  "with AppIntegrationsStub() as stub:", "To allow it: mark the test with @pytest.mark.appint_real"):  # fmt: skip
        assert part in output(result)
    assert "@pytest.mark.appint()" not in output(result)
