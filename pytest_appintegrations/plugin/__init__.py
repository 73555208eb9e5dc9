"""What pytest calls: the hooks and fixtures.

What every run imports, here and below, stays small and has no assertions: PYTEST_DONT_REWRITE keeps pytest from
rewriting it, which would happen in each run where no bytecode may be written.
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
    """Register the options of the ini file."""
    options.add_to(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Register the handlers with botocore before any conftest creates a client."""
    _guard(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers and check the ini."""
    for line in _marker_lines(config):
        config.addinivalue_line("markers", line)
    options.check_names(config)
    config.stash[options.SETTINGS_GIVEN] = settings = options.settings(config)
    if settings and not options.on_worker(config):
        from pytest_appintegrations.plugin import setting_checks

        setting_checks.check_ini(config, settings)
    _guard(config)  # Where the plugin came too late for the other hook, named by a conftest.
    reports = options.reports(config)
    if reports.coverage and not (config.option.collectonly or options.on_worker(config)):
        from pytest_appintegrations.plugin.coverage import CoverageReporter

        # Before the other: what comes later is shown earlier.
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
    """Explain a module that can't be collected because of a marker whose argument is a class."""
    if report.failed:
        from pytest_appintegrations.plugin import marked_classes

        if mistake := marked_classes.pop_mistake():
            report.longrepr = mistake


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Check what is marked, and give the marked tests the stub that they did not ask for."""
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
    """Check what is marked, where the collection can't: a usage error there would be one inside xdist."""
    if options.on_worker(item.config) and _marked(item):
        from pytest_appintegrations.plugin import markers

        if mistakes := markers.mistakes([item]):
            pytest.fail(mistakes, pytrace=False)


def _marked(item: pytest.Item) -> bool:
    return any(mark.name.startswith(options.APPINT) for mark in item.iter_markers())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that has a marker which came too late."""
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
    """Allow the real calls of a test that is marked `appint_real`."""
    if item.get_closest_marker(options.REAL) is None:
        return (yield)
    from pytest_appintegrations.plugin import real_marker

    if not real_marker.allows_real_calls(item):
        return (yield)
    with interception.guarding(allow_real=True):
        return (yield)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each error of an operation; of several operations, where the marker stands several times."""
    if metafunc.definition.get_closest_marker(options.EACH_FAULT) is None:
        return
    from pytest_appintegrations.plugin import markers, real_marker

    if real_marker.allows_real_calls(metafunc.definition):
        return
    # A mistake in the marker is reported with those in the others, once all tests are collected.
    if not markers.mistakes([metafunc.definition]):
        if "appint_fault" not in metafunc.fixturenames:
            metafunc.fixturenames.append("appint_fault")
        faults = markers.each_faults(metafunc.definition)
        metafunc.parametrize("appint_fault", list(faults.values()), ids=list(faults))


@pytest.fixture
def appint_fault(request: pytest.FixtureRequest) -> Fault:
    """Return the active fault of a test that the marker `appint_each_fault` runs once for each error."""
    if request.node.get_closest_marker(options.EACH_FAULT) is None:
        reason = "appint_fault is the fault that @pytest.mark.appint_each_fault(operation) runs a test with"
    else:
        reason = (
            "@pytest.mark.appint_each_fault can't run this test once for each error: pytest does so for functions and "
            "methods of plain classes, not for those of unittest.TestCase, and not for a marker inside pytest.param "
            "or added while tests run. Move it, or inject one Fault after the other in the test."
        )
    pytest.fail(reason, pytrace=False)


@pytest.fixture
def appint_retry_mode(request: pytest.FixtureRequest) -> str | None:
    """Return the retry mode of AppIntegrations clients, None for each client's own.

    Parametrize it to run a test in several modes.
    """
    from pytest_appintegrations.plugin import markers

    return markers.settings(request.node).get("retry_mode")


@pytest.fixture
def appint_stub(request: pytest.FixtureRequest, appint_retry_mode: str | None) -> Iterator[AppIntegrationsStub]:
    """Return the active stub, which answers Amazon AppIntegrations in process; a fresh one for each test."""
    from pytest_appintegrations.plugin import late_markers, markers, real_marker
    from pytest_appintegrations.stub import AppIntegrationsStub

    if hasattr(request, "param"):
        pytest.fail(
            "appint_stub takes no parameters: give the settings by @pytest.mark.appint(…), for one case of a "
            "parametrized test by pytest.param(…, marks=pytest.mark.appint(…))",
            pytrace=False,
        )
    if real_marker.allows_real_calls(request.node):
        pytest.fail("@pytest.mark.appint_real lets the test talk to AWS, and it asks for appint_stub", pytrace=False)
    settings = {**markers.settings(request.node), "retry_mode": appint_retry_mode}
    mistake = None
    try:
        stub = AppIntegrationsStub(**settings)
    except ValueError as error:  # The rest of the settings is checked already.
        mistake = str(error)
    if mistake:  # Not where it is caught, or pytest would show both.
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
    """Return a botocore client of the stub, which ignores the environment and the profiles of the machine."""
    return appint_stub.client()


@pytest.fixture
def appint_server(appint_stub: AppIntegrationsStub) -> Iterator[StubServer]:
    """Serve the stub over HTTP until the test ends, and lead the child processes of the test to it.

    `url` is the server's; `environ`, which `os.environ` has until the test ends, is what a child needs.
    """
    with appint_stub.serve() as server, interception.children_served(server.environ):
        yield server
