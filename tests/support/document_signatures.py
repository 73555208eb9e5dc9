"""Signatures as the reference writes them, compared with those that the code has."""

from __future__ import annotations

import ast
import importlib
import inspect
from typing import Any

from tests.support.documents import Block

#: A parameter: its kind, its name, its annotation and its default, both as text, `None` where there is none.
Parameter = tuple[str, str, "str | None", "str | None"]


def check_signature(block: Block, name: str) -> None:
    """Compare a block `NAME(parameters) -> result` with the object of that name in `pytest_appintegrations`.

    An annotation that the block leaves out is not compared.
    """
    text = block.text.strip()
    assert text.startswith(name), f"{block}: the block does not begin with {name}"
    rest = text[len(name) :]
    written, real = _function(rest if rest.startswith("(") else f"(){rest}"), _function(_signature(name))
    expected = _parameters(real)
    if (inspect.isfunction(_found(name)) and "." in name) or not rest.startswith("("):
        expected = expected[1:]  # self
    found = _parameters(written)
    shortened = [_shorten(one, other) for one, other in zip(expected, found, strict=False)] + expected[len(found) :]
    assert found == shortened, (
        f"{block}: the parameters of {name} are others.\nThe code has: {expected}\nThe block has: {found}"
    )
    if written.returns is not None:
        assert _annotation(written.returns) == _annotation(real.returns), (
            f"{block}: {name} returns {_annotation(real.returns)}, not {_annotation(written.returns)}"
        )


def _shorten(real: Parameter, written: Parameter) -> Parameter:
    """Leave out the annotation where the block has none."""
    return real if written[2] is not None else (*real[:2], None, real[3])


def _found(name: str) -> Any:
    found: Any = importlib.import_module("pytest_appintegrations")
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _signature(name: str) -> str:
    found = _found(name)
    signature = str(inspect.signature(found.fget if isinstance(found, property) else found))
    return signature.replace("mappingproxy({})", "{}")


def _function(signature: str) -> ast.FunctionDef:
    [function] = ast.parse(f"def f{signature}: ...").body
    assert isinstance(function, ast.FunctionDef)
    return function


def _parameters(function: ast.FunctionDef) -> list[Parameter]:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    rows = [("positional", argument, default) for argument, default in zip(positional, defaults, strict=True)]
    if arguments.vararg:
        rows.append(("*", arguments.vararg, None))
    rows.extend(
        ("keyword", argument, default)
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    )
    if arguments.kwarg:
        rows.append(("**", arguments.kwarg, None))
    return [
        (kind, argument.arg, _annotation(argument.annotation), ast.unparse(default) if default else None)
        for kind, argument, default in rows
    ]


def _annotation(node: ast.expr | None) -> str | None:
    """Return an annotation as text; `from __future__ import annotations` has made those of the code strings."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        node = ast.parse(node.value, mode="eval").body
    return ast.unparse(node) if node is not None else None
