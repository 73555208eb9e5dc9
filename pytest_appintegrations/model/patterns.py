"""The model's regular expressions, as the service reads them."""

from __future__ import annotations

import functools
import re

_ADJACENT_CLASSES = re.compile(r"\\.|(\[(?:\\.|[^\]\\])+\])\+(?=(\[(?:\\.|[^\]\\])+\])\+)", re.DOTALL)
"""Two repeated character classes in a row, as in `[ab]+[abc]+`; or an escaped character, which is left as it is.

Python tries each way to divide a text between them: with four in a row, as in the pattern of DestinationURI, it would
take hours to refuse a text of 1,000 characters. `[ab][abc]+` matches the same texts, and each in one way only.
"""
_CLASS_MEMBER = re.compile(r"\\.|[^\\]-[^\\]|.", re.DOTALL)


@functools.cache
def compiled(pattern: str) -> re.Pattern[str] | None:
    r"""Return a pattern for `match` that takes a text as a whole, or None for one that Python can't read.

    `\w`, `\d` and `\s` are ASCII.
    """
    try:
        return re.compile(rf"^(?:{_ADJACENT_CLASSES.sub(_without_first_repetition, pattern)})\Z", re.ASCII)
    except re.error:
        return None


def _without_first_repetition(classes: re.Match[str]) -> str:
    first, second = (set(_CLASS_MEMBER.findall(group[1:-1])) for group in classes.groups(default=""))
    return classes[1] if first and first <= second and "^" not in second else classes[0]
