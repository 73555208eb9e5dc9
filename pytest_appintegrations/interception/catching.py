"""Find out from the traceback and the source whether a test that expects an exception caught it, or a program.

The outermost frame of a traceback is the one that caught the exception. There, `pytest.raises`, `assertRaises` and an
`except` that names the exception expect it, in any code. A bare `except:`, an `except BaseException:` and a
`return` in `finally` do not: they catch everything. `except BaseException as error:` expects it only in the file
of the test or a conftest, because tests inspect what they catch, and only if it raises nothing else.
"""

from __future__ import annotations

import ast
import functools
import inspect
import linecache
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from types import CodeType, FrameType, TracebackType
from typing import Any

from pytest_appintegrations.frames import package_of

_NAMED = re.compile(r"\b(RealCallRefused|UnexpectedCall)\b")
_RAISES = ("raises", "assertRaises", "assertRaisesRegex")
#: Modules that catch for a test: `pytest.raises(error, function)`.
_MODULES = ("_pytest.python_api", "_pytest.raises")
#: Libraries that catch for a test: doctests show the traceback, and hypothesis raises again what it caught.
_LIBRARIES = ("doctest", "hypothesis")
#: Libraries that catch for those who look at a future or a task, or at the group that the exception becomes part of.
_CARRIERS = ("concurrent", "asyncio", "anyio", "trio", "outcome")
_LOOKS_AT_CARRIED = re.compile(r"except\s*\*|RaisesGroup|(?<!log|ger|ing)\.exception\(|return_exceptions")
#: Python 3.11 raises a SystemError if two threads parse at the same time.
_PARSING = threading.Lock()
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_TRIES = (ast.Try, getattr(ast, "TryStar", ast.Try))


def is_expected(error: BaseException, test_file: str | None, test: Any = None) -> bool:
    """Return whether a test expected an exception that was caught; `test_file` and `test` are None outside of tests."""
    traceback = error.__traceback__
    if traceback is None:  # The `assertRaises` of unittest removes it.
        return True
    frame = traceback.tb_frame
    library = package_of(frame)
    if library in _LIBRARIES or frame.f_globals.get("__name__") in _MODULES:
        return True
    statements = reversed(list(_enclosing_statements(frame.f_code, traceback.tb_lineno)))
    verdicts = (_verdict(statement, error, traceback, test_file) for statement in statements)
    verdict = next((verdict for verdict in verdicts if verdict is not None), None)
    if verdict is None or library in _CARRIERS:
        return _expects_carried(test)
    return verdict


def _expects_carried(test: Any) -> bool:
    """Return whether a test names the exceptions and inspects groups or futures, which no traceback shows."""
    source = _source(test)
    return _NAMED.search(source) is not None and _LOOKS_AT_CARRIED.search(source) is not None


def _source(function: Any) -> str:
    try:
        return inspect.getsource(function)
    except (OSError, TypeError):  # It has none.
        return ""


def _verdict(
    statement: ast.With | ast.AsyncWith | ast.Try, error: BaseException, traceback: TracebackType, test_file: str | None
) -> bool | None:
    """Return whether the statement expects the exception; None if it does not catch it."""
    if isinstance(statement, (ast.With, ast.AsyncWith)):
        frame = traceback.tb_frame
        return any(_manager_expects(expression, error, frame) for expression in _managers(statement)) or None
    frame, line = traceback.tb_frame, traceback.tb_lineno
    if _is_within(statement.body, line) and (handler := _handler_of(statement, error, frame)):
        return _handler_expects(handler, frame, test_file)
    return False if not _is_within(statement.finalbody, line) and _leaves(statement.finalbody) else None


def _managers(statement: ast.With | ast.AsyncWith) -> Iterator[ast.expr]:
    """Yield the context managers of a statement, and those that its block enters into an `ExitStack`."""
    for item in statement.items:
        yield item.context_expr
    for node in ast.walk(statement):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith((".enter_context", ".enter_async_context")):
            yield from node.args


def _manager_expects(expression: ast.expr, error: BaseException, frame: FrameType) -> bool:
    """Return whether a context manager, such as `pytest.raises`, expects or names the exception."""
    if _NAMED.search(ast.unparse(expression)):
        return True
    if isinstance(expression, ast.Call):
        if ast.unparse(expression.func).rpartition(".")[2] in _RAISES:
            return bool(expression.args) and isinstance(error, _evaluated(expression.args[0], frame))
        return _exit_names(_evaluated(expression.func, frame))
    # A context manager created earlier: that of pytest (by version) or unittest.
    manager = _evaluated(expression, frame)
    expected = (getattr(manager, name, ()) for name in ("expected_exceptions", "expected_exception", "expected"))
    return any(isinstance(error, classes) for classes in expected) or _exit_names(type(manager))


def _exit_names(manager_class: Any) -> bool:
    """Return whether the method that ends a class's `with` blocks names the exceptions."""
    methods = (getattr(manager_class, name, None) for name in ("__exit__", "__aexit__"))
    return any(_NAMED.search(_source(method)) for method in methods)


def _enclosing_statements(code: CodeType, line: int) -> Iterator[Any]:
    """Yield the `with` and `try` statements of a function that contain a line, the outermost first."""
    for node in _body_of(code):
        yield from _enclosing(node, line)


def _enclosing(node: ast.AST, line: int) -> Iterator[ast.AST]:
    if isinstance(node, _FUNCTIONS) or not _is_within([node], line):
        return
    if isinstance(node, (ast.With, ast.AsyncWith, *_TRIES)):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _enclosing(child, line)


def _is_within(nodes: Sequence[Any], line: int) -> bool:
    """Return whether a line belongs to one of these nodes; a node without lines has those of its parent."""
    return bool(nodes) and getattr(nodes[0], "lineno", line) <= line <= getattr(nodes[-1], "end_lineno", line)


@functools.lru_cache(maxsize=256)
def _body_of(code: CodeType) -> list[ast.stmt]:
    """Return the statements of the function or module that a code object was compiled from."""
    try:
        with _PARSING:
            tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except SyntaxError:
        return []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _first_line(node) == code.co_firstlineno:
            return node.body
    return tree.body if code.co_name == "<module>" else []


def _first_line(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return min(node.lineno for node in (function, *function.decorator_list))


def _leaves(final: list[ast.stmt]) -> bool:
    """Return whether the block of a `finally` discards the exception."""
    return any(isinstance(node, (ast.Return, ast.Break, ast.Continue)) for part in final for node in ast.walk(part))


def _handler_of(statement: ast.Try, error: BaseException, frame: FrameType) -> ast.ExceptHandler | None:
    """Return the handler that caught the exception and did not reraise it; None if there is none."""
    for handler in statement.handlers:
        if isinstance(error, _classes(handler, frame)):
            raises_again = any(node.exc is None for node in _raises(handler))
            return None if raises_again and not _names(handler, frame) else handler
    return None


def _classes(handler: ast.ExceptHandler, frame: FrameType) -> Any:
    """Return the classes that a handler catches."""
    return BaseException if handler.type is None else _evaluated(handler.type, frame)


def _evaluated(expression: ast.expr, frame: FrameType) -> Any:
    """Return the value of an expression in a frame, `()` if it can't be evaluated any more."""
    try:
        return eval(ast.unparse(expression), frame.f_globals, frame.f_locals)
    except Exception:  # The name may have been deleted.
        return ()


def _handler_expects(handler: ast.ExceptHandler, frame: FrameType, test_file: str | None) -> bool:
    """Return whether a handler names the class that it caught, or uses the exception in a test."""
    if _names(handler, frame):
        return True
    file = frame.f_code.co_filename
    is_tests = file == test_file or PurePath(file).name == "conftest.py"
    return handler.name is not None and is_tests and not _raises(handler)


def _names(handler: ast.ExceptHandler, frame: FrameType) -> bool:
    """Return whether a handler catches less than `BaseException`, or names the exceptions in its block."""
    classes = _classes(handler, frame)
    if BaseException not in (classes if isinstance(classes, tuple) else (classes,)):
        return True
    return handler.name is not None and _NAMED.search(ast.unparse(handler)) is not None


def _raises(handler: ast.ExceptHandler) -> list[ast.Raise]:
    return [node for node in ast.walk(handler) if isinstance(node, ast.Raise)]
