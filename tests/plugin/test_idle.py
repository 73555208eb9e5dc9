"""Installed but unused, the plugin has no noticeable cost."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("botocore", "jsonschema", "freezegun", "boto3", "aiobotocore")


def test_an_idle_run_imports_nothing_heavy(pytester):
    pytester.makepyfile(
        f"""
        import sys

        def test_nothing():
            assert "pytest_appintegrations.plugin" in sys.modules
            assert [name for name in {HEAVY!r} if name in sys.modules] == []
            ours = {{name.removeprefix("pytest_appintegrations") for name in sys.modules if "pytest_appint" in name}}
            assert ours == {{"", ".errors", ".suggestions", ".frames", *PLUGIN, *INTERCEPTION, *RECORDING}}

        PLUGIN = [".plugin", *(f".plugin.{{name}}" for name in ("failures", "options", "reporter", "users_hooks"))]
        INTERCEPTION = [
            ".interception", *(f".interception.{{name}}" for name in ("activation", "child_environment", "install", "run", "unhandled"))]
        RECORDING = [".recording", ".recording.run_activity"]
        """
    )
    pytester.runpytest_subprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)


@pytest.mark.slow
def test_a_run_with_one_stubbed_call_loads_only_what_it_needs(pytester):
    pytester.makepyfile("def test_call(appint_client): appint_client.list_applications()")
    pytester.makeconftest(
        """
        import sys

        def pytest_unconfigure():
            names = {"jsonschema", "freezegun", "http.server", "pytest_appintegrations.reporting.coverage",
                     "pytest_appintegrations.plugin.coverage", "pytest_appintegrations.exploration"}
            print("LOADED", sorted(names & sys.modules.keys()))
        """
    )
    result = pytester.runpytest_subprocess("-s", "-p", "no:hypothesispytest", "-p", "no:time_machine")
    result.stdout.fnmatch_lines(["appintegrations: 1 call, 1 attempt", "LOADED []"])


def test_the_package_loads_its_public_names_when_they_are_asked_for():
    program = (
        "import sys, pytest_appintegrations as package\n"
        f"assert not [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert sorted(dir(package)) == sorted(package.__all__)\n"
        "for name in {*package.__all__} - {'__version__'}: assert getattr(package, name).__name__ == name\n"
        "try: package.Stub\n"
        "except AttributeError as problem: assert str(problem) == \"module 'pytest_appintegrations' has no attribute 'Stub'\"\n"
        "else: raise SystemExit('no error')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_botocore_that_is_not_installed_is_left_to_pythons_own_import():
    from pytest_appintegrations.interception.install import _BotocoreFinder

    assert _BotocoreFinder().find_spec("botocore.session", []) is None
    assert _BotocoreFinder().find_spec("botocore.endpoint", []) is None


def test_importing_botocore_leaves_its_loader_as_it_was():
    program = (
        "import sys\n"
        "from pytest_appintegrations import interception\n"
        "interception.install()\n"
        "import botocore.session, botocore.handlers\n"
        "assert type(botocore.session.__loader__) is type(botocore.session.__spec__.loader) is type(botocore.__loader__)\n"
        "from pytest_appintegrations.interception.handlers import HANDLERS\n"
        "assert set(HANDLERS) <= set(botocore.handlers.BUILTIN_HANDLERS)\n"
        "assert 'botocore_patches.py' in botocore.session.Session.create_client.__code__.co_filename\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.slow
def test_nothing_stays_behind_after_a_run(pytester):
    pytester.makepyfile(test_one="def test_nothing(): pass")
    pytester.makepyfile(
        program="""
        import sys, time
        import pytest

        finders = list(sys.meta_path)
        assert pytest.main(["-q", "test_one.py"]) == 0
        assert [finder for finder in sys.meta_path if "appintegrations" in type(finder).__module__] == []

        import botocore.endpoint, botocore.handlers, botocore.session
        before = list(botocore.handlers.BUILTIN_HANDLERS), botocore.session.Session.create_client

        from pytest_appintegrations import interception
        interception.install()
        interception.install()
        assert len(botocore.handlers.BUILTIN_HANDLERS) > len(before[0])
        session = botocore.session.Session()
        interception.uninstall()
        assert (list(botocore.handlers.BUILTIN_HANDLERS), botocore.session.Session.create_client) == before
        assert botocore.endpoint.time is time

        from pytest_appintegrations import AppIntegrationsStub
        with AppIntegrationsStub() as stub:
            session.create_client("appintegrations").list_data_integrations()
            assert len(stub.calls.last.attempts) == 1

        def of_somebody_else(*args, **kwargs): pass
        botocore.session.Session.create_client = of_somebody_else
        interception.uninstall()
        assert botocore.session.Session.create_client is of_somebody_else
        """
    )
    assert pytester.runpython("program.py").ret == 0
