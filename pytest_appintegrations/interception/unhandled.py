"""Keep exceptions of the plugin that may be lost: in threads, in tasks, or under a bare `except:`.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import NoReturn

from pytest_appintegrations.interception.run import OUTSIDE, Raised, current_run

_LOCK = threading.Lock()


def raise_and_remember(error: BaseException) -> NoReturn:
    """Raise an exception of the plugin, and keep it until it was handled or reported."""
    __tracebackhide__ = True
    run = current_run()
    # A call that a response function of the test makes may have raised it.
    if any(raised.error is error for raised in run.raised):
        raise error
    failure = run.as_failure(error)
    try:
        if failure is error:
            raise error
        raise failure from error.__cause__
    except BaseException:  # Only now, because other threads rely on its traceback.
        with _LOCK:
            run.raised.append(Raised(failure, run.responsible_test(), run.test))
        if os.getpid() != run.process:
            _report_at_end_of_child()
        raise


def remember(error: BaseException) -> None:
    """Keep an exception that no caller would see, such as that of a server, so that it fails the test."""
    try:
        raise_and_remember(error)
    except BaseException:  # A handler without a name does not count as expecting it.
        return


def _report_at_end_of_child() -> None:
    """Let multiprocessing, when it ends this forked process, report what was not handled: the run can't see it."""
    from multiprocessing import util

    util.Finalize(None, _fail_child, exitpriority=0)


def _fail_child() -> None:
    if unhandled := _pop(lambda raised: raised.process == os.getpid(), None):
        import traceback

        for raised in unhandled:
            traceback.print_exception(type(raised.error), raised.error, raised.error.__traceback__)
        raise SystemExit(1)


def pop_unhandled(test: str | None, test_file: str | None = None, function: object = None) -> list[Raised]:
    """Return, once, the exceptions that were raised for a test, a function, and not expected by it."""
    return _pop(lambda raised: raised.test == test, test_file, function)


def pop_all_unhandled(test_file: str | None = None) -> list[Raised]:
    """Return, once, the exceptions that were raised for any test and not expected by it."""
    return _pop(lambda raised: True, test_file)


def _pop(is_meant: Callable[[Raised], bool], test_file: str | None, function: object = None) -> list[Raised]:
    run = current_run()
    with _LOCK:
        popped = [raised for raised in run.raised if is_meant(raised)]
        run.raised[:] = [raised for raised in run.raised if not is_meant(raised)]
    if not popped:
        return []
    from pytest_appintegrations.interception.catching import is_expected

    return [raised for raised in popped if not is_expected(raised.error, test_file, function)]


def forget(errors: list[BaseException]) -> None:
    """Forget exceptions that are reported already."""
    run = current_run()
    with _LOCK:
        run.raised[:] = [raised for raised in run.raised if not any(raised.error is error for error in errors)]


def chain(error: BaseException) -> list[BaseException]:
    """Return an exception with those that are shown with it: causes, contexts, members of groups."""
    found: list[BaseException] = []
    unseen = [error]
    while unseen:
        error = unseen.pop()
        if not any(error is other for other in found):
            found.append(error)
            unseen += _next_in_chain(error)
    return found


def _next_in_chain(error: BaseException) -> Iterator[BaseException]:
    if error.__cause__ is not None:
        yield error.__cause__
    elif error.__context__ is not None and not error.__suppress_context__:
        yield error.__context__
    yield from getattr(error, "exceptions", ())  # The members of a group.


def forget_unhandled() -> None:
    """Forget the exceptions outside of every run, which belong to stubs that have ended."""
    with _LOCK:
        OUTSIDE.raised.clear()


def raise_unhandled() -> None:
    """Raise, once, the first unhandled exception outside of every run, with the messages of all."""
    if current_run() is OUTSIDE and (unhandled := pop_all_unhandled()):
        first = unhandled[0].error
        first.args = ("\n".join(str(raised.error) for raised in unhandled),)
        raise first
