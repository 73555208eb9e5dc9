"""Exceptions that the plugin raised where nobody may look: in other threads than the test's, and in tasks.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from asyncio import Task
_LOCK = threading.Lock()
_lost: list[tuple[BaseException, Task[Any] | None]] = []


def raise_and_remember(complaint: BaseException, thread: int) -> NoReturn:
    """Raise a complaint; in another thread than the test's, or in a task, where nobody may look, it is kept as well."""
    __tracebackhide__ = True
    if threading.get_ident() != thread:
        _lose(complaint, None)
    elif task := _current_task():
        _lose(complaint, task)
    raise complaint


def remember(problem: BaseException) -> None:
    """Keep an exception that was raised where nobody may look, for the test to fail by."""
    _lose(problem, None)


def _lose(complaint: BaseException, task: Task[Any] | None) -> None:
    with _LOCK:
        _lost.append((complaint, task))


def _current_task() -> Task[Any] | None:
    asyncio = sys.modules.get("asyncio")  # Where nobody has imported it, there is no task.
    try:
        return asyncio.current_task() if asyncio else None
    except RuntimeError:  # No event loop runs.
        return None


def pop_unhandled() -> list[BaseException]:
    """Give, once, the complaints that were raised in other threads than the test's, or that ended a task.

    The test itself runs in a task, which has not ended so where the test expected the complaint.
    """
    with _LOCK:
        kept, _lost[:] = list(_lost), []
    return [complaint for complaint, task in kept if task is None or _ended_by(complaint, task)]


def forget_unhandled() -> None:
    """Forget the complaints that were lost before: whoever began then has ended."""
    with _LOCK:
        _lost.clear()


def _ended_by(complaint: BaseException, task: Task[Any]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is complaint


def raise_unhandled() -> None:
    """Raise, once, the complaints that were lost: the first, with the words of all."""
    if lost := pop_unhandled():
        lost[0].args = ("\n".join(map(str, lost)),)
        raise lost[0]
