"""Report unknown names with the nearest known one, and check arguments.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

_BY_NAME = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

#: The `__tracebackhide__` of a module: pytest shows a mistake at the line that made it, without the module's frames.
hides_mistakes = operator.methodcaller("errisinstance", (KeyError, TypeError, ValueError))
__tracebackhide__ = hides_mistakes


class SuggestsAttributes:
    """A mixin for what a test holds: an unknown attribute is reported with the nearest one."""

    __slots__ = ()

    if not TYPE_CHECKING:  # A type checker that saw this would accept any name.

        def __getattr__(self, name: str) -> Any:
            __tracebackhide__ = True
            # Without the owner: Python would add a suggestion of its own.
            raise AttributeError(_unknown_attribute(self, name), name=name)


def _unknown_attribute(owner: object, name: str) -> str:
    public_class = next(cls for cls in type(owner).__mro__ if not cls.__name__.startswith("_"))
    message = f"{public_class.__name__!r} object has no attribute {name!r}"
    if name.startswith("_"):
        return message
    return f"{message}; {_hint(name, [known for known in dir(owner) if not known.startswith('_')])}"


def check_whole(name: str, value: object, least: int) -> None:
    """Raise `TypeError` or `ValueError` for a value other than None or a whole number from `least`."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    if value < least:
        raise ValueError(f"{name} must be {least} or more, not {value!r}")


def unknown(what: str, word: str, known: Iterable[str], *, of: str = "") -> str:
    """Return the message about an unknown `word`, with the nearest known one, or with all if none is near."""
    owner = f" of {of}" if of else ""
    return f"unknown {what} {word!r}{owner}; {_hint(word, list(known))}"


def check_keywords(
    function: str, keywords: Iterable[str], known: Iterable[str], synonyms: Mapping[str, str] | None = None
) -> None:
    """Raise `TypeError` for a keyword that `function` does not accept, with the nearest one that it does.

    `synonyms` maps words that other tools use to the known ones.
    """
    names = list(known)
    for word in keywords:
        if word not in names:
            meant = (synonyms or {}).get(word)
            hint = f"did you mean {meant!r}?" if meant in names else _hint(word, names)
            raise TypeError(f"{function}() got an unexpected keyword argument {word!r}; {hint}")


def suggest_keywords(function: Function, synonyms: Mapping[str, str] | None = None) -> Function:
    """Wrap a function so that an unknown keyword raises a `TypeError` with the nearest known one."""
    parameters = inspect.signature(function).parameters.values()
    known = [
        parameter.name
        for parameter in parameters
        if parameter.kind in _BY_NAME and parameter.name not in ("self", "cls")
    ]
    name = function.__qualname__.removesuffix(".__init__")

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        check_keywords(name, kwargs, known, synonyms)
        return function(*args, **kwargs)

    return cast(Function, checked)


def unknown_value(value: object, allowed: Iterable[str]) -> str:
    """Return the message about a value that is not allowed, with the nearest allowed one and all of them."""
    values = list(allowed)
    message = unknown("value", str(value), values)
    return f"{message} (values: {', '.join(values)})" if message.endswith("?") else message


def _hint(word: str, names: list[str]) -> str:
    import difflib  # Imported only to report a mistake.

    by_folded = {_folded(name): name for name in reversed(names)}
    near = difflib.get_close_matches(_folded(word), by_folded, n=1, cutoff=0.6)
    return f"did you mean {by_folded[near[0]]!r}?" if near else f"known: {', '.join(names) or 'none'}"


def _folded(name: str) -> str:
    # Without the endings that make all names of exceptions look similar.
    return name.replace("_", "").lower().removesuffix("exception").removesuffix("error")
