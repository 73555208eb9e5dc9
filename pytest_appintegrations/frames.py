"""Find out to which package the code of a frame belongs.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

from types import FrameType


def package_of(frame: FrameType) -> str:
    """Return the top-level package of a frame's module; code that was executed by `exec` need not have one."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]
