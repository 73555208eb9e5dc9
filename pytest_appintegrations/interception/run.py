"""The test runs in progress: which test each has reached, and which test started each thread.

Every run imports this: its classes are of the plain kind, which is made in a tenth of the time of the others.
PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack
from contextvars import ContextVar
from threading import Thread
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from pytest_appintegrations.errors import UnexpectedCall

#: The test that a context was created in: tasks inherit it from their creator, even in the thread of an event loop.
_test_of_context: ContextVar[str | None] = ContextVar("appintegrations_test", default=None)


class Raised:
    """An exception of the plugin, with where it was raised."""

    def __init__(self, error: BaseException, test: str | None, running: str | None) -> None:
        self.error = error
        self.process = os.getpid()
        self.thread = threading.current_thread().name
        self.test = test
        """The test that it was raised for: the one that started the thread or task."""
        self.running = running
        """The test that was running."""


class Run:
    """A test run: the current test, and the exceptions that were raised and not reported yet."""

    def __init__(
        self,
        as_failure: Callable[[BaseException], BaseException],
        is_in_hook_of_user: Callable[[], bool] = lambda: False,
        outcomes: tuple[type[BaseException], ...] = (),
    ) -> None:
        self.as_failure = as_failure
        """Converts an exception to one that the test framework treats as a failed test."""
        self._is_in_hook_of_user = is_in_hook_of_user
        """Returns whether the framework is calling the user's code, where no phase says so."""
        self.remembered: tuple[type[BaseException], ...] = (UnexpectedCall, *outcomes)
        """The exceptions that are not lost when a call of the code under test raises them: also those by which the
        framework lets a test end itself."""
        self.test: str | None = None
        self.phase: str | None = "collection"
        """`collection`, `setup`, `call` or `teardown`; None while no code of the user is running."""
        self.raised: list[Raised] = []
        self.process = os.getpid()
        self._thread = threading.current_thread()
        self._tests: WeakKeyDictionary[Thread, str | None] = WeakKeyDictionary()

    def set_test(self, test: str | None) -> None:
        """Set the current test, None between tests."""
        self.test = test
        self.phase = None
        _test_of_context.set(test)

    def responsible_test(self) -> str | None:
        """Return the test that the current thread works for; None if no test started it."""
        thread = threading.current_thread()
        if thread is self._thread:
            return self.test
        return _test_of_context.get() or self._tests.get(thread)

    def note_start(self, thread: Thread) -> None:
        """Record which test starts a thread; only threads of the user, and those started by them, are recorded."""
        starter = threading.current_thread()
        is_of_user = self.phase is not None or starter in self._tests
        if is_of_user or (starter is self._thread and self._is_in_hook_of_user()):
            self._tests[thread] = self.responsible_test()

    def threads(self) -> list[Thread]:
        """Return the threads that were started in the run and have not ended."""
        return [thread for thread in threading.enumerate() if thread in self._tests]


#: The run of exceptions outside of test runs, where a stub is used without a test framework.
OUTSIDE = Run(lambda error: error)
_runs: tuple[Run, ...] = (OUTSIDE,)  # Replaced, never changed: other threads read it.
_threads_left: WeakSet[Thread] = WeakSet()
_clients: WeakSet[Any] = WeakSet()


def current_run() -> Run:
    """Return the innermost run in progress, `OUTSIDE` if there is none."""
    return _runs[-1]


def work_for_running_test() -> None:
    """Let the current thread work for the test that is running, whichever test started it."""
    _test_of_context.set(current_run().test)


def begin(run: Run) -> None:
    """Begin a run."""
    global _runs
    _runs = (*_runs, run)


def end(run: Run) -> None:
    """End a run; the one before it continues."""
    global _runs
    _runs = tuple(other for other in _runs if other is not run)


def remember_threads(run: Run) -> None:
    """Remember the threads that a run leaves behind."""
    _threads_left.update(run.threads())


def note_client(config: object) -> None:
    """Record that the client with this configuration was created in a run."""
    _clients.add(config)


def belongs_to_ended_run(config: object) -> bool:
    """Return whether a run has left behind the current thread, or the client with this configuration."""
    return threading.current_thread() in _threads_left or (config is not None and config in _clients)


def threads_left() -> list[Thread]:
    """Return the threads that runs have left behind and that have not ended."""
    return [thread for thread in threading.enumerate() if thread in _threads_left]


def note_starts(undo: ExitStack) -> None:
    """Record which test starts each thread, until `undo` is closed. Idempotent."""
    start = Thread.start
    if hasattr(start, "notes_tests"):
        return

    @functools.wraps(start)
    def start_and_note(thread: Thread) -> None:
        current_run().note_start(thread)
        if threading.current_thread() in _threads_left:
            _threads_left.add(thread)
        start(thread)

    def restore() -> None:
        if Thread.start is start_and_note:  # Unless another library has wrapped it in the meantime.
            Thread.start = start  # type: ignore[method-assign]

    vars(start_and_note)["notes_tests"] = True
    Thread.start = start_and_note  # type: ignore[assignment, method-assign]
    undo.callback(restore)
