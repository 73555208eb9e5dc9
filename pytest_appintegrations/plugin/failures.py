"""Report every failure: calls that were refused, in any thread, and faults that were never triggered.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from typing import Any

import pytest
from _pytest.outcomes import Failed  # `pytest.fail.Exception`, as type checkers know it.

from pytest_appintegrations import errors, interception
from pytest_appintegrations.frames import package_of
from pytest_appintegrations.interception.run import current_run
from pytest_appintegrations.plugin import options, users_hooks

_PUBLIC = "pytest_appintegrations"  # Reports show the exceptions by the name that tests import.


class RealCallRefused(errors.RealCallRefused, Failed):
    """The form in which it is raised under pytest, which treats it like `pytest.fail()`."""

    __module__ = _PUBLIC

    def __reduce__(self) -> tuple[Any, ...]:
        return _as_in_this_process, (errors.RealCallRefused, self.args)


class UnexpectedCall(errors.UnexpectedCall, Failed):
    """The form in which it is raised under pytest, which treats it like `pytest.fail()`."""

    __module__ = _PUBLIC

    def __reduce__(self) -> tuple[Any, ...]:
        return _as_in_this_process, (errors.UnexpectedCall, self.args)


_KINDS: dict[type[BaseException], type[BaseException]] = {
    errors.RealCallRefused: RealCallRefused,
    errors.UnexpectedCall: UnexpectedCall,
}


def _as_in_this_process(kind: type[BaseException], args: tuple[Any, ...]) -> BaseException:
    """Return an exception of another process in the form in which this process raises it."""
    error: BaseException = current_run().as_failure(kind(*args))
    return error


def _as_failure(error: BaseException) -> BaseException:
    kind = _KINDS.get(type(error))
    return kind(str(error)) if kind else error  # Else it is one of pytest's own.


class FailureKeeper:
    """A plugin that fails a test for exceptions it did not handle, and the run for those that belong to no test."""

    def __init__(self) -> None:
        self.run = interception.Run(_as_failure, users_hooks.is_running, (Failed, pytest.skip.Exception))
        self._unhandled: list[BaseException] = []
        self._has_failed_subtest = False
        self._strays: dict[str, None] = {}  # Each once, in order: several workers of xdist may import the same module.

    @pytest.hookimpl(tryfirst=True)
    def pytest_configure(self) -> None:
        """Record that the initial conftests have been imported."""
        self.run.phase = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self) -> None:
        """Record that test modules are about to be imported."""
        self.run.phase = "collection"

    @pytest.hookimpl(tryfirst=True)
    def pytest_exception_interact(self, call: pytest.CallInfo[Any]) -> None:
        """Forget exceptions that are reported as collection errors; those of tests are handled below."""
        interception.forget(interception.chain(call.excinfo.value) if call.excinfo else [])

    def pytest_collection_finish(self) -> None:
        """Keep exceptions that were not handled while modules were imported."""
        self.run.phase = None
        self._keep_strays(interception.pop_all_unhandled())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Set the current test; afterwards, keep exceptions that belong to other tests."""
        self.run.set_test(item.nodeid)
        try:
            return (yield)
        finally:
            self._keep_strays(interception.pop_all_unhandled(str(item.path)))
            self.run.set_test(None)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Collect unhandled exceptions of a failed setup; those of a setup that passed may still reach the test."""
        self.run.phase = "setup"
        try:
            return (yield)
        except BaseException:
            self._collect(item)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Collect unhandled exceptions of the test, and fail it for faults that were never triggered."""
        self.run.phase = "call"
        self._has_failed_subtest = False
        try:
            result = yield
        finally:
            self._collect(item)
        stub = item.stash.get(options.STUB, None)
        if stub is not None and not (self._unhandled or self._has_failed_subtest):
            from pytest_appintegrations.stub import unused_faults

            if message := unused_faults(stub):
                pytest.fail(message, pytrace=False)
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record that a subtest failed: it is reported before the test ends."""
        self._has_failed_subtest |= report.failed

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Collect unhandled exceptions of the teardown."""
        self.run.phase = "teardown"
        try:
            return (yield)
        finally:
            self._collect(item)

    def _collect(self, item: pytest.Item) -> None:
        test = getattr(item, "obj", None)
        unhandled = interception.pop_unhandled(item.nodeid, str(item.path), test)
        self._unhandled += [raised.error for raised in unhandled]

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Fail the phase if it left unhandled exceptions, before other plugins (that of xfail) see the report."""
        report = yield
        end = call.excinfo.value if report.failed and call.excinfo is not None else None
        unhandled = sorted(self.pop_unhandled(end), key=_is_skip)
        if report.failed:
            unhandled = [error for error in unhandled if not _is_skip(error)]
        if end is not None and isinstance(end, tuple(_KINDS)):
            unhandled.insert(0, end)
        return _fail(item, call, report, unhandled) if unhandled else report

    def pop_unhandled(self, end: BaseException | None) -> list[BaseException]:
        """Return, once, the unhandled exceptions that are not shown with the exception that ended the phase."""
        shown = interception.chain(end) if end is not None else []
        interception.forget(shown)
        unhandled = [error for error in self._unhandled if not any(error is other for other in shown)]
        self._unhandled.clear()
        return unhandled

    def _keep_strays(self, strays: Iterable[interception.Raised]) -> None:
        self._strays.update(dict.fromkeys(map(_describe, strays)))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail the run for exceptions that belong to no test."""
        self._keep_strays(interception.pop_all_unhandled())
        self._strays.update(dict.fromkeys(f"{type(error).__name__}: {error}" for error in self._unhandled))
        if options.on_worker(session.config):
            vars(session.config)["workeroutput"][_STRAYS] = list(self._strays)
        elif self._strays and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add the exceptions that a worker of xdist kept."""
        self._strays.update(dict.fromkeys(getattr(node, "workeroutput", {}).get(_STRAYS, ())))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the exceptions that belong to no test."""
        if self._strays:
            terminalreporter.section("AppIntegrations calls refused outside of their tests", red=True, bold=True)
            for stray in self._strays:
                terminalreporter.write_line(stray)


def _is_skip(error: BaseException) -> bool:
    return isinstance(error, pytest.skip.Exception)


_STRAYS = "appintegrations_strays"


def _describe(raised: interception.Raised) -> str:
    origin = f"which was started in {raised.test}" if raised.test else "which was started outside of every test"
    return (
        f"{type(raised.error).__name__}: {raised.error}\n"
        f"    raised in the thread {raised.thread!r}, {origin}, while {raised.running or 'no test'} was running\n"
    )


def _fail(
    item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport, unhandled: list[BaseException]
) -> pytest.TestReport:
    """Return a report of the first exception; sections show how the phase ended otherwise, and further exceptions."""
    end = call.excinfo
    first, *others = unhandled
    call.excinfo = _info(item, first)
    failed = pytest.TestReport.from_item_and_call(item, call)
    if end is not None and end.value is not first:
        text = report.longreprtext if report.failed else end.exconly()
        failed.sections.append((f"How the {call.when} went on", text))
    for message, error in {str(error): error for error in others}.items():
        if message != str(first):
            failed.sections.append((_REFUSED_AS_WELL, str(item.repr_failure(_info(item, error)))))
    return failed


_REFUSED_AS_WELL = "AppIntegrations call refused as well"


def _info(item: pytest.Item, error: BaseException) -> pytest.ExceptionInfo[BaseException]:
    """Return an exception with the traceback that pytest shows: down to the line that made the call.

    `--full-trace` shows all of it. A call that another process made has no line here: the message is shown alone.
    """
    last, entry = None, error.__traceback__
    while entry is not None:
        if package_of(entry.tb_frame) not in _BELOW_THE_CALL:
            last = entry
        entry = entry.tb_next
    if not item.config.getoption("fulltrace", default=False):
        if last is None:
            vars(error)["pytrace"] = False
        else:
            last.tb_next = None
    return pytest.ExceptionInfo.from_exception(error)


_BELOW_THE_CALL = ("boto3", "botocore", "aiobotocore", "pytest_appintegrations")
