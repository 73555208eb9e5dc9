"""Messages about unknown names, with the nearest known one; checks of arguments.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from collections.abc import Iterable


def check_whole(name: str, value: object, least: int) -> None:
    """Refuse what is neither None nor a whole number from `least` on."""
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be a whole number, not {value!r}")
    if value < least:
        raise ValueError(f"{name} must be {least} or more, not {value!r}")


def unknown(what: str, word: str, known: Iterable[str]) -> str:
    """Word the complaint about an unknown `word`: the nearest known one, or all where none is near."""
    import difflib  # Not before there is something to raise_and_remember about.

    names = list(known)
    by_folded = {_folded(name): name for name in reversed(names)}
    near = difflib.get_close_matches(_folded(word), by_folded, n=1, cutoff=0.6)
    if near:
        return f"unknown {what} {word!r}; did you mean {by_folded[near[0]]!r}?"
    return f"unknown {what} {word!r}; known: {', '.join(names) or 'none'}"


def unknown_value(value: object, allowed: Iterable[str]) -> str:
    """Word the complaint about a value of a choice: the nearest one, and all of them, once."""
    values = list(allowed)
    told = unknown("value", str(value), values)
    return f"{told} (values: {', '.join(values)})" if told.endswith("?") else told


def _folded(name: str) -> str:
    # Without the endings that make every exception's name look like every other.
    return name.replace("_", "").lower().removesuffix("exception").removesuffix("error")
