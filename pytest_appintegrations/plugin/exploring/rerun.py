"""Run a test again without side effects on the run: no report, no count, no warning, no hook of the user."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from _pytest.junitxml import xml_key
from _pytest.runner import runtestprotocol

from pytest_appintegrations.recording import run_activity

# Plugins that implement these would record the run.
_SILENCED = ("pytest_runtest_logreport", "pytest_warning_recorded", "pytest_exception_interact")


class Rerun:
    """The exceptions that ended the phases of a run."""

    def __init__(self) -> None:
        self.errors: dict[str, list[BaseException]] = {"setup": [], "call": [], "teardown": []}
        """The exceptions of each phase, including those of subtests."""
        self.unhandled: list[BaseException] = []
        """Exceptions that ended other threads, for which pytest only issues warnings."""


class Rerunner:
    """A plugin that runs tests again; it takes over the protocol of the test that it runs."""

    def __init__(self) -> None:
        self._rerun: Rerun | None = None

    @property
    def running(self) -> bool:
        """Whether a test is being run again."""
        return self._rerun is not None

    def run(self, item: pytest.Function, activity: run_activity.RunActivity, mark: pytest.Mark | None) -> Rerun:
        """Run a test with an additional marker, with new function-scoped fixtures and the same ones of wider scopes."""
        rerun = self._rerun = Rerun()
        try:
            with ExitStack() as stack:
                stack.enter_context(_silence(item.config))
                stack.enter_context(_restored(item))
                stack.enter_context(_noting_threads(rerun.unhandled))
                stack.enter_context(_marked(item, mark))
                stack.enter_context(run_activity.listening(activity))
                item.ihook.pytest_runtest_protocol(item=item, nextitem=item.parent)
        finally:
            self._rerun = None
        return rerun

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Function) -> bool | None:
        """Run the phases of the test that is run again, inside of the wrappers of this hook (timeouts, warnings)."""
        if self._rerun is None:
            return None
        _discard_instance(item)
        try:
            # The parent has the same collectors as the next item would have.
            runtestprotocol(item, log=False, nextitem=item.parent)  # type: ignore[arg-type]
        except pytest.exit.Exception as problem:
            self._rerun.errors["call"].append(problem)
            item.session._setupstate.teardown_exact(item.parent)  # type: ignore[arg-type]
            item._initrequest()
        return True

    def pytest_runtest_makereport(self, call: pytest.CallInfo[None], item: pytest.Item) -> pytest.TestReport | None:
        """Record how a phase ended, and return a report without a traceback, which nobody would read."""
        if self._rerun is None:
            return None
        end = call.excinfo.value if call.excinfo is not None else None
        keeper: Any = item.config.pluginmanager.get_plugin("appintegrations-failures")
        errors = [*([end] if end is not None else []), *keeper.pop_unhandled(end)]
        self._rerun.errors[call.when] += errors
        outcome = "skipped" if isinstance(end, pytest.skip.Exception) else "failed" if errors else "passed"
        return pytest.TestReport(
            item.nodeid, item.location, {}, outcome, None, call.when, (), call.duration, call.start, call.stop  # type: ignore[arg-type]
        )  # fmt: skip


@contextmanager
def _silence(config: pytest.Config) -> Iterator[None]:
    """Disable the implementations of hooks that would record a run: of reports, all but those of pytest and ours."""
    with ExitStack() as stack:
        for name in (*_SILENCED, "pytest_runtest_makereport"):
            implementations = getattr(config.hook, name)._hookimpls
            kept = [one for one in implementations if _is_kept(name, one.function.__module__)]
            stack.callback(_replace, implementations, implementations[:])
            _replace(implementations, kept)
        stack.callback(setattr, config.option, "setupshow", config.option.setupshow)
        config.option.setupshow = False
        for handler in _handlers_of_logs(config):
            handler.addFilter(_drop)
            stack.callback(handler.removeFilter, _drop)
        yield


def _is_kept(hook: str, module: str) -> bool:
    return module == __name__ or (hook not in _SILENCED and module.startswith("_pytest."))


def _replace(values: list[Any], others: list[Any]) -> None:
    values[:] = others


def _handlers_of_logs(config: pytest.Config) -> Iterator[Any]:
    plugin = config.pluginmanager.get_plugin("logging-plugin")
    for name in ("log_cli_handler", "log_file_handler"):
        if handler := getattr(plugin, name, None):
            yield handler


def _drop(_: object) -> bool:
    return False


@contextmanager
def _restored(item: pytest.Function) -> Generator[None]:
    """Restore the item and pytest's JUnit report at the end of the block."""
    with ExitStack() as stack:
        for values in (item.user_properties, item._report_sections):
            stack.callback(_replace, values, values[:])
        xml = item.config.stash.get(xml_key, None)
        if xml is not None:
            del item.config.stash[xml_key]
            stack.callback(item.config.stash.__setitem__, xml_key, xml)
            stack.callback(_replace, xml.global_properties, xml.global_properties[:])
        yield
    vars(item).pop("_excinfo", None)  # Left behind by several errors of a TestCase.


@contextmanager
def _noting_threads(unhandled: list[BaseException]) -> Iterator[None]:
    """Record exceptions that end other threads, if pytest (8.4 and newer) leaves the hook for them in place."""
    previous = threading.excepthook

    def note(args: threading.ExceptHookArgs) -> None:
        unhandled.extend([args.exc_value] if args.exc_value is not None else [])
        previous(args)

    threading.excepthook = note
    try:
        yield
    finally:
        threading.excepthook = previous


@contextmanager
def _marked(item: pytest.Function, mark: pytest.Mark | None) -> Iterator[None]:
    """Mark the item as its author would."""
    marks = list(item.own_markers)
    item.own_markers[:0] = [mark] if mark is not None else []
    try:
        yield
    finally:
        item.own_markers[:] = marks


def _discard_instance(item: pytest.Function) -> None:
    """Let pytest create a new instance of the test's class, as it does for each test."""
    vars(item).pop("_instance", None)
    item._obj = None
