"""Find classes that `@pytest.mark.appint_fault(cls)` has marked instead of a test.

If the only argument of a marker is a class, pytest decorates that class and returns it. Python then calls the class
with the test, which fails with a misleading message.
"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_appintegrations.plugin.options import FAULT
from pytest_appintegrations.rules.fault import Fault


def pop_mistake() -> str | None:
    """Return the message about classes that were marked, and remove the marks; None if there are none."""
    lines = []
    classes: set[type] = {Fault, *_subclasses(BaseException)}
    for cls in classes:
        if any(mark.name == FAULT for mark in vars(cls).get("pytestmark", ())):
            delattr(cls, "pytestmark")
            name = "ThrottlingException" if cls is Fault else cls.__name__
            lines.append(
                f"@pytest.mark.{FAULT}({cls.__name__}): the error of a fault must be a string, not a class.\n"
                f"Write @pytest.mark.{FAULT}({name!r})."
            )
    return "\n".join(sorted(lines)) or None


def _subclasses(cls: type[BaseException]) -> Iterator[type[BaseException]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)
