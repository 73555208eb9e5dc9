"""Run functions and coroutine functions inside a context manager."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


def inside(context: AbstractContextManager[Any], function: Function) -> Function:
    """Wrap a function: the context is entered for each of its runs. `TypeError` for classes and generators."""
    if not callable(function) or inspect.isclass(function):
        raise TypeError(f"a stub decorates functions, not {function!r}; decorate the test methods of a class")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        # A call of it runs nothing yet; when its body runs, the context would have been left.
        raise TypeError(f"a stub can't decorate the generator {function!r}; enter the stub in it, by `with`")
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def run(*args: Any, **kwargs: Any) -> Any:
            with context:
                return await function(*args, **kwargs)

    else:

        @functools.wraps(function)
        def run(*args: Any, **kwargs: Any) -> Any:
            with context:
                return function(*args, **kwargs)

    return cast(Function, run)
