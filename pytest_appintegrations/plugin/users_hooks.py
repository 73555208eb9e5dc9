"""Distinguish hooks of the user from those of installed plugins.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys

from pytest_appintegrations.frames import package_of

_INSTALLED = ("site-packages", "dist-packages")


def is_running() -> bool:
    """Return whether the innermost hook that pytest is calling belongs to a conftest, or to a plugin in the project.

    Threads of other plugins do not belong to the user, and some, such as that of pytest-rerunfailures, never end.
    """
    frame = sys._getframe(1)
    while frame.f_back is not None and package_of(frame.f_back) != "pluggy":
        frame = frame.f_back
    file = frame.f_code.co_filename
    return file.endswith("conftest.py") or not any(folder in file for folder in _INSTALLED)
