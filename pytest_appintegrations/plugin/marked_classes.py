"""Find classes that `@pytest.mark.appint_fault(cls)` has marked in place of a test.

pytest takes the only argument of a marker, where it is a class, for what is decorated; the class is then called with
the test, and fails in words of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_appintegrations.plugin.options import FAULT
from pytest_appintegrations.rules.fault import Fault


def pop_mistake() -> str | None:
    """Return the message about the classes that were marked, and remove their marks; None where there are none."""
    lines = []
    classes: set[type] = {Fault, *_subclasses(BaseException)}
    for cls in classes:
        if any(mark.name == FAULT for mark in vars(cls).get("pytestmark", ())):
            delattr(cls, "pytestmark")
            name = "ThrottlingException" if cls is Fault else cls.__name__
            lines.append(
                f"@pytest.mark.{FAULT}({cls.__name__}): a fault's error is named by a string, not by a class.\n"
                f"Write @pytest.mark.{FAULT}({name!r})."
            )
    return "\n".join(sorted(lines)) or None


def _subclasses(cls: type[BaseException]) -> Iterator[type[BaseException]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
