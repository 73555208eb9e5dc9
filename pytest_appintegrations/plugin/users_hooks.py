"""Tell the user's own hooks from those of installed plugins.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys

_INSTALLED = ("site-packages", "dist-packages")


def is_running() -> bool:
    """Return whether the innermost hook that pytest is calling is that of a conftest, or of a plugin in the project.

    Threads that other plugins start are none of the user's, and some never end, such as that of pytest-rerunfailures.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_back.f_globals.get("__name__", "").partition(".")[0] != "pluggy":
        frame = frame.f_back
    file = frame.f_code.co_filename
    return file.endswith("conftest.py") or not any(folder in file for folder in _INSTALLED)
