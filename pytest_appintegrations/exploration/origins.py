"""Find out where an exception came from: the test itself, the code under test, or a library that either called."""

from __future__ import annotations

import dis
import linecache
import os
import re
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import NamedTuple

from pytest_appintegrations.frames import package_of

_STDLIB = os.path.join(sysconfig.get_paths()["stdlib"], "")
_INSTALLED = re.compile(r".*[/\\](?:site|dist)-packages[/\\]")
#: The packages between a call and the code that made it.
_SDK = frozenset({"aiobotocore", "boto3", "botocore", "pytest_appintegrations", "s3transfer"})
_RAISE = dis.opmap["RAISE_VARARGS"]


class Step(NamedTuple):
    """One entry of a traceback."""

    frame: FrameType
    line: int
    instruction: int

    @property
    def code(self) -> CodeType:
        """The code of the function."""
        return self.frame.f_code

    @property
    def is_raise(self) -> bool:
        """Whether the exception was raised here, by a `raise` statement or a failed `assert`."""
        return self.code.co_code[self.instruction] == _RAISE


class Origin(NamedTuple):
    """The place where an exception came out."""

    at: str | None
    """The file, relative to the root, and the line; None if the traceback has neither test nor code under test."""
    in_code: bool
    """Whether it came out of the code under test rather than the test itself."""
    raised: bool
    """Whether the code under test raised it by a `raise` or `assert` statement."""
    line: str


@dataclass
class Territory:
    """Which code belongs to a test, and which is the code under test, as far as its calls have shown."""

    test: CodeType
    """The test function."""
    root: Path
    called_from: set[CodeType] = field(default_factory=set)
    """Functions in test files that made calls themselves, and the functions that called those."""
    packages: set[str] = field(default_factory=set)
    """Installed packages that made calls."""

    def __post_init__(self) -> None:
        self._test_codes = frozenset(_with_nested(self.test))

    def learn(self, frame: FrameType | None) -> None:
        """Learn from the frames of a call which code is the code under test."""
        callers = [caller for caller in self._callers(frame) if self._is_anybodys(caller)]
        if callers and self._is_of_tests(callers[0]):
            self.called_from.update(caller.f_code for caller in callers if self._is_of_tests(caller))
        elif callers and _INSTALLED.match(callers[0].f_code.co_filename):
            self.packages.add(package_of(callers[0]))

    def origin(self, error: BaseException) -> Origin:
        """Return the place where an exception came out."""
        steps = list(_steps(error))
        begun = max((index for index, step in enumerate(steps) if self._is_test(step.frame)), default=0)
        known = [step for step in steps[begun:] if self._is_of_tests(step.frame) or self._is_under_test(step.frame)]
        if not known:
            return Origin(None, False, False, "")
        last = known[-1]
        in_code = self._is_under_test(last.frame)
        return Origin(self._place(last), in_code, last is steps[-1] and last.is_raise, _source(last))

    def _callers(self, frame: FrameType | None) -> Iterator[FrameType]:
        while frame is not None and not self._is_test(frame):
            yield frame
            frame = frame.f_back

    def _is_test(self, frame: FrameType) -> bool:
        return frame.f_code in self._test_codes

    def _is_under_test(self, frame: FrameType) -> bool:
        if self._is_of_tests(frame):
            return frame.f_code in self.called_from
        if _INSTALLED.match(frame.f_code.co_filename):
            return package_of(frame) in self.packages
        return self._is_anybodys(frame)

    def _is_of_tests(self, frame: FrameType) -> bool:
        name = frame.f_code.co_filename
        # pytest puts this name into every module whose assertions it rewrites: tests, conftests, plugins.
        rewritten = "@pytest_ar" in frame.f_globals and not _INSTALLED.match(name) and package_of(frame) not in _SDK
        return rewritten or name == self.test.co_filename

    def _is_anybodys(self, frame: FrameType) -> bool:
        """Return whether the code belongs neither to Python nor to the SDK and its stub."""
        name = frame.f_code.co_filename
        standard = name.startswith(("<", _STDLIB)) and not _INSTALLED.match(name)
        return not standard and package_of(frame) not in _SDK

    def _place(self, step: Step) -> str:
        name = step.code.co_filename
        if installed := _INSTALLED.match(name):
            return f"{Path(name[installed.end() :]).as_posix()}:{step.line}"
        return f"{Path(os.path.relpath(name, self.root)).as_posix()}:{step.line}"


def leaves(error: BaseException) -> Iterable[BaseException]:
    """Return the exceptions to judge: the members of a group, and the cause of a warning about another thread."""
    members = getattr(error, "exceptions", None)
    if isinstance(members, tuple) and members:
        return [leaf for member in members for leaf in leaves(member)]
    if isinstance(error, Warning) and error.__cause__ is not None:
        return leaves(error.__cause__)
    return [error]


def _with_nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _with_nested(constant)


def _steps(error: BaseException) -> Iterator[Step]:
    entry = error.__traceback__
    while entry is not None:
        yield Step(entry.tb_frame, entry.tb_lineno, entry.tb_lasti)
        entry = entry.tb_next


def _source(step: Step) -> str:
    return linecache.getline(step.code.co_filename, step.line).strip()
