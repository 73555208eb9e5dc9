"""Compile the regular expressions of the model as the service interprets them."""

from __future__ import annotations

import functools
import re

_ADJACENT_CLASSES = re.compile(r"\\.|(\[(?:\\.|[^\]\\])+\])\+(?=(\[(?:\\.|[^\]\\])+\])\+)", re.DOTALL)
"""Two adjacent repeated character classes, such as `[ab]+[abc]+`; or an escaped character, which is kept as it is.

Python tries each way to divide a text between them: with four in a row, as in the pattern of DestinationURI, it would
take hours to reject a text of 1,000 characters. `[ab][abc]+` matches the same texts, each in one way only.
"""
_CLASS_MEMBER = re.compile(r"\\.|[^\\]-[^\\]|.", re.DOTALL)


@functools.cache
def compiled(pattern: str) -> re.Pattern[str] | None:
    r"""Return a pattern whose `match` compares a whole text; None if Python can't compile it.

    `\w`, `\d` and `\s` match ASCII characters only.
    """
    try:
        return re.compile(rf"^(?:{_ADJACENT_CLASSES.sub(_without_first_repetition, pattern)})\Z", re.ASCII)
    except re.error:
        return None


def _without_first_repetition(classes: re.Match[str]) -> str:
    first, second = (set(_CLASS_MEMBER.findall(group[1:-1])) for group in classes.groups(default=""))
    return classes[1] if first and first <= second and "^" not in second else classes[0]
