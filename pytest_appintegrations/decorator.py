"""Decorate functions and coroutine functions to run inside of a context manager."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])


def inside(context: AbstractContextManager[Any], function: Function) -> Function:
    """Wrap a function so that each call enters the context; raise `TypeError` for a class or a generator."""
    if not callable(function) or inspect.isclass(function):
        raise TypeError(f"a stub can decorate functions only, not {function!r}; decorate the test methods of a class")
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        # The context would be left before the body of the generator runs.
        raise TypeError(
            f"a stub can't decorate the generator {function!r}; use the stub inside of it, in a `with` statement"
        )
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
