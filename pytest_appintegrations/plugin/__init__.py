"""The hooks and fixtures that pytest calls.

Whatever every run imports, here and in other modules, stays small and contains no assertions: PYTEST_DONT_REWRITE
keeps pytest from rewriting it, which would cost time in each run that can't write bytecode.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from pytest_appintegrations import interception
from pytest_appintegrations.plugin import options
from pytest_appintegrations.plugin.failures import FailureKeeper
from pytest_appintegrations.plugin.reporter import Reporter

if TYPE_CHECKING:
    from pytest_appintegrations.clients import Client
    from pytest_appintegrations.rules.fault import Fault
    from pytest_appintegrations.server.http_server import StubServer
    from pytest_appintegrations.stub import AppIntegrationsStub

_guarded = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the options of the ini file and of the command line."""
    options.add_to(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Register the handlers with botocore before any conftest creates a client."""
    _guard(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers, check the options, and register the plugins that they require."""
    for line in _marker_lines(config):
        config.addinivalue_line("markers", line)
    options.check_names(config)
    config.stash[options.SETTINGS_GIVEN] = settings = options.settings(config)
    if settings and not options.on_worker(config):
        from pytest_appintegrations.plugin import setting_checks

        setting_checks.check_ini(config, settings)
    _guard(config)  # A conftest may have loaded the plugin, too late for the hook above.
    reports = options.reports(config)
    if reports.coverage and not (config.option.collectonly or options.on_worker(config)):
        from pytest_appintegrations.plugin.coverage import CoverageReporter

        # Before the other: the summary of a plugin registered later is shown earlier.
        config.pluginmanager.register(CoverageReporter(reports), "appintegrations-coverage")
    config.pluginmanager.register(Reporter(config, reports), "appintegrations-reporter")
    if exploration := options.exploration(config):
        from pytest_appintegrations.plugin.explorer import Explorer

        config.pluginmanager.register(Explorer(config, exploration), "appintegrations-explorer")


def _marker_lines(config: pytest.Config) -> list[str]:
    if not config.getoption("markers", default=False):
        return [f"{name}: {text}" for name, text in options.MARKERS.items()]
    from pytest_appintegrations.plugin import marker_help

    return marker_help.lines()


def _guard(config: pytest.Config) -> None:
    if _guarded in config.stash:
        return
    config.stash[_guarded] = True
    keeper = FailureKeeper()
    stack = ExitStack()
    stack.enter_context(interception.running(keeper.run, allow_real=options.real_calls_allowed(config)))
    config.add_cleanup(stack.close)
    config.pluginmanager.register(keeper, "appintegrations-failures")


@pytest.hookimpl(tryfirst=True)
def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Explain why a module can't be collected whose marker has a class as its argument."""
    if report.failed:
        from pytest_appintegrations.plugin import marked_classes

        if mistake := marked_classes.pop_mistake():
            report.longrepr = mistake


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Check the markers, and add the stub to marked tests that do not request it."""
    marked = list(filter(_marked, items))
    if not marked:
        return
    from pytest_appintegrations.plugin import markers, real_marker

    if not options.on_worker(marked[0].config) and (mistakes := markers.mistakes(marked)):
        raise pytest.UsageError(mistakes)
    for item in filter(real_marker.activates_stub, marked):
        markers.bring_fixture(item, "appint_stub")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Check the markers in a worker of pytest-xdist, where a usage error at collection would be an internal error."""
    if options.on_worker(item.config) and _marked(item):
        from pytest_appintegrations.plugin import markers

        if mistakes := markers.mistakes([item]):
            pytest.fail(mistakes, pytrace=False)


def _marked(item: pytest.Item) -> bool:
    return any(mark.name.startswith(options.APPINT) for mark in item.iter_markers())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that has a marker which was added too late."""
    if _marked(item):
        _check_late_markers(item)
    result = yield
    if _marked(item):
        _check_late_markers(item)
    return result


def _check_late_markers(item: pytest.Item) -> None:
    from pytest_appintegrations.plugin import late_markers

    late_markers.check(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """Allow real calls in a test that is marked `appint_real`."""
    if item.get_closest_marker(options.REAL) is None:
        return (yield)
    from pytest_appintegrations.plugin import real_marker

    if not real_marker.allows_real_calls(item):
        return (yield)
    with interception.guarding(allow_real=True, forbid_stubs=True):
        return (yield)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each error of the operations that its markers `appint_each_fault` name."""
    if metafunc.definition.get_closest_marker(options.EACH_FAULT) is None:
        return
    from pytest_appintegrations.plugin import markers, real_marker

    if real_marker.allows_real_calls(metafunc.definition):
        return
    # A mistake in the marker is reported with all others, when the tests have been collected.
    if not markers.mistakes([metafunc.definition]):
        if "appint_fault" not in metafunc.fixturenames:
            metafunc.fixturenames.append("appint_fault")
        faults = markers.each_faults(metafunc.definition)
        metafunc.parametrize("appint_fault", list(faults.values()), ids=list(faults))


@pytest.fixture
def appint_fault(request: pytest.FixtureRequest) -> Fault:
    """Return the fault that the marker `appint_each_fault` injects into this run of the test."""
    if request.node.get_closest_marker(options.EACH_FAULT) is None:
        reason = (
            "appint_fault returns the fault of a test that is marked appint_each_fault, and this test is not.\n"
            "Mark it @pytest.mark.appint_each_fault(operation). To inject one fault, use @pytest.mark.appint_fault."
        )
    else:
        reason = (
            "@pytest.mark.appint_each_fault can't run this test once for each error.\n"
            "pytest parametrizes functions and methods of plain classes only: not methods of unittest.TestCase, and "
            "not by a marker that stands inside pytest.param or that was added while tests ran.\n"
            "Move the marker, or inject one Fault after the other in the test."
        )
    pytest.fail(reason, pytrace=False)


@pytest.fixture
def appint_retry_mode(request: pytest.FixtureRequest) -> str | None:
    """Return the retry mode of AppIntegrations clients that the test creates; None keeps each client's own.

    It is that of the setting `retry_mode`. Parametrize this fixture to run a test in several modes.
    """
    from pytest_appintegrations.plugin import markers

    return markers.settings(request.node).get("retry_mode")


@pytest.fixture
def appint_stub(request: pytest.FixtureRequest, appint_retry_mode: str | None) -> Iterator[AppIntegrationsStub]:
    """Return an active stub, new for each test, that answers the AppIntegrations calls of this process."""
    from pytest_appintegrations.plugin import late_markers, markers, real_marker
    from pytest_appintegrations.stub import AppIntegrationsStub

    if hasattr(request, "param"):
        pytest.fail(
            "The fixture appint_stub can't be parametrized.\nPass settings by @pytest.mark.appint(…), and those of one "
            "case of a parametrized test by pytest.param(…, marks=pytest.mark.appint(…)).",
            pytrace=False,
        )
    if real_marker.allows_real_calls(request.node):
        pytest.fail(
            "@pytest.mark.appint_real lets the calls of this test reach AWS, but the test requests the fixture "
            "appint_stub.\nRemove the marker, or do without the fixture.",
            pytrace=False,
        )
    settings = {**markers.settings(request.node), "retry_mode": appint_retry_mode}
    mistake = None
    try:
        stub = AppIntegrationsStub(**settings)
    except ValueError as error:  # The other settings have been checked.
        mistake = str(error)
    if mistake:  # Not inside of `except`, or pytest would show both exceptions.
        pytest.fail(f"fixture appint_retry_mode: {mistake}", pytrace=False)
    stub.inject(*markers.faults(request.node))
    if "appint_fault" in request.fixturenames or request.node.get_closest_marker(options.EACH_FAULT):
        stub.inject(request.getfixturevalue("appint_fault"))
    request.node.stash[options.STUB] = stub
    late_markers.note_read(request.node)
    stub.start(request.node.nodeid)
    try:
        yield stub
    finally:
        stub.stop()
        del request.node.stash[options.STUB]  # The item lives as long as the session.


@pytest.fixture
def appint_client(appint_stub: AppIntegrationsStub) -> Client:
    """Return a new botocore client of the stub that ignores AWS environment variables and profiles."""
    return appint_stub.client()


@pytest.fixture
def appint_server(appint_stub: AppIntegrationsStub) -> Iterator[StubServer]:
    """Serve the stub over HTTP while the test runs, and direct child processes of the test to it.

    `url` is its address. `environ` has the variables that a child needs; they are in `os.environ` until the test ends.
    """
    with appint_stub.serve() as server, interception.children_served(server.environ):
        yield server
