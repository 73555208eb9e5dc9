"""Wait until botocore is imported, and refuse real calls; an idle run imports nothing else.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import TYPE_CHECKING

from pytest_appintegrations.interception import activation, run, unhandled
from pytest_appintegrations.interception.child_environment import children_allowed, children_refused

if TYPE_CHECKING:
    from pytest_appintegrations.interception.messages import Responder

_AIOBOTOCORE = "aiobotocore.session"
_AWAITED = ("botocore.session", _AIOBOTOCORE)
_OWN = f"{__name__.partition('.')[0]}."

_undo = ExitStack()
_undo_delays = ExitStack()


def install() -> None:
    """Patch botocore and aiobotocore, now or when they are imported. Idempotent."""
    if not any(isinstance(finder, _BotocoreFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _BotocoreFinder())
    for name in _AWAITED:
        if name in sys.modules:
            _patch(name, older_sessions=True)


def uninstall() -> None:
    """Restore botocore and aiobotocore; sessions created in the meantime keep handlers that do nothing."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _BotocoreFinder)]
    _undo.close()


@contextmanager
def guarding(*, allow_real: bool, forbid_stubs: bool = False) -> Iterator[None]:
    """Refuse or allow real calls until the end of the block."""
    guard = activation.Guard(allow_real=allow_real, forbid_stubs=forbid_stubs)
    with activation.LOCK:
        install()
        activation.guard(guard)
    try:
        with children_allowed() if allow_real else children_refused():
            yield
    finally:
        with activation.LOCK:
            activation.unguard(guard)


@contextmanager
def running(current: run.Run, *, allow_real: bool) -> Iterator[None]:
    """Run tests until the end of the block, and refuse or allow their real calls.

    Everything is restored after the last run, or when the last thread that it left behind has ended. Until then, calls
    of such threads, and of clients that were created in the run, are still refused.
    """
    run.begin(current)
    try:
        with guarding(allow_real=allow_real):
            run.note_starts(_undo)
            try:
                yield
            finally:
                if not allow_real:
                    run.remember_threads(current)
    finally:
        run.end(current)
        _uninstall_when_idle()


def _uninstall_when_idle() -> None:
    with activation.LOCK:
        if not activation.is_idle():
            return
        if threads := run.threads_left():
            threading.Thread(target=_uninstall_after, args=(threads,), daemon=True).start()
        else:
            uninstall()


def _uninstall_after(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join()
    _uninstall_when_idle()


@contextmanager
def answering(responder: Responder, *, owner: object) -> Iterator[None]:
    """Let a stub respond until the end of the block, when the one before it responds again; keep its owner alive."""
    from pytest_appintegrations.interception.botocore_patches import skip_delays

    active = activation.Active(responder, owner)
    with activation.LOCK:
        if activation.is_idle():
            unhandled.forget_unhandled()
        install()
        skip_delays(_undo_delays)
        activation.activate(active)
    try:
        yield
    finally:
        with activation.LOCK:
            activation.deactivate(active)
            if activation.answering_now() is None:
                _undo_delays.close()


class _BotocoreFinder(importlib.abc.MetaPathFinder):
    """Waits until botocore is imported: importing it would cost every idle run 60 to 110 ms.

    It stays after that: pytest's own pytester forgets the modules that a run imported. It finds the plugin's own
    modules past pytest's rewriting of assertions, of which they have none to show: a third of what loading them costs.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.startswith(_OWN):
            return importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if fullname not in _AWAITED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader:
            spec.loader = _PatchingLoader(spec, spec.loader)
        return spec


class _PatchingLoader(importlib.abc.Loader):
    def __init__(self, spec: importlib.machinery.ModuleSpec, loader: importlib.abc.Loader) -> None:
        self._spec = spec
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._spec.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        _patch(self._spec.name, older_sessions=False)


def _patch(name: str, *, older_sessions: bool) -> None:
    if name == _AIOBOTOCORE:
        from pytest_appintegrations.interception.aiobotocore_patches import patch_aiobotocore

        patch_aiobotocore(_undo)  # Its older sessions are botocore's as well.
    else:
        from pytest_appintegrations.interception.botocore_patches import patch_botocore, skip_delays

        patch_botocore(_undo, older_sessions=older_sessions)
        if activation.answering_now():  # A test imports botocore anew.
            skip_delays(_undo_delays)
