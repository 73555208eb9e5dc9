"""Where an exception came from, and whether somebody raised it on purpose."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from pytest_appintegrations.exploration.origins import Territory, leaves

PROGRAM = """
import json

def crash(response=None):
    return response["Id"]

def crash_in_json():
    return json.loads("no JSON")

def refuse():
    raise KeyError("refused")

def assert_it():
    assert [] == [1]

def in_comprehension():
    return [crash() for _ in range(1)]

def back(function):
    return function()

def learn(territory):
    import sys
    territory.learn(sys._getframe())
"""
TESTS = """
import program

def test():
    return {call}

def helper():
    return {{}}["Id"]

def single():
    program.back(note)
    return {{}}["Id"]

def note():
    import sys
    territory.learn(sys._getframe())
"""


def load(path, name, code, **names):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
    spec = importlib.util.spec_from_file_location(name, path)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    vars(module).update(names)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def origin(tmp_path, monkeypatch):
    """Return where the exception of a test that makes this call comes from."""
    monkeypatch.setitem(sys.modules, "program", None)
    monkeypatch.setitem(sys.modules, "test_program", None)

    def of(call, program="program.py", learns=None):
        load(tmp_path / program, "program", PROGRAM)
        tests = load(tmp_path / "test_program.py", "test_program", TESTS.format(call=call))
        territory = tests.territory = Territory(test=tests.test.__code__, root=tmp_path)
        if learns:
            eval(learns, vars(tests))
        with pytest.raises(Exception) as caught:  # noqa: PT011
            tests.test()
        return territory.origin(caught.value)

    return of


@pytest.mark.parametrize(
    ("call", "at", "in_code", "raised"),
    [
        ("program.crash()", "program.py:5", True, False),
        ("program.in_comprehension()", "program.py:5", True, False),
        ("program.crash_in_json()", "program.py:8", True, False),
        ("program.refuse()", "program.py:11", True, True),
        ("program.assert_it()", "program.py:14", True, True),
        ("{}['Id']", "test_program.py:5", False, False),
        ("[{}['Id'] for _ in range(1)]", "test_program.py:5", False, False),
        ("program.json.loads('no JSON')", "test_program.py:5", False, False),
        ("helper()", "test_program.py:8", False, False),
        ("program.back(helper)", "test_program.py:8", False, False),
    ],
)
def test_it_is_the_last_line_of_the_code_under_test_or_of_the_test(origin, call, at, in_code, raised):
    found = origin(call)
    assert (found.at, found.in_code, found.raised) == (at, in_code, raised)


def test_a_function_in_the_test_file_that_makes_calls_itself_is_under_test(origin):
    found = origin("single()")
    assert (found.at, found.in_code) == ("test_program.py:12", True)


def test_the_functions_on_the_way_to_a_call_are_learned_up_to_the_test(origin, tmp_path):
    load(tmp_path / "program.py", "program", PROGRAM)
    tests = load(tmp_path / "test_program.py", "test_program", TESTS.format(call="single()"))
    tests.territory = Territory(test=tests.test.__code__, root=tmp_path)
    with pytest.raises(KeyError):
        tests.test()
    assert tests.territory.called_from == {tests.single.__code__, tests.note.__code__}
    tests.territory.learn(None)


def test_an_installed_package_is_under_test_where_it_makes_calls(origin):
    installed = "lib/site-packages/program.py"
    assert origin("program.crash()", installed).at == "test_program.py:5"
    found = origin("program.crash()", installed, learns="program.learn(territory)")
    assert (found.at, found.in_code) == ("program.py:5", True)


def test_what_a_library_raised_has_no_place(tmp_path):
    territory = Territory(test=(lambda: None).__code__, root=tmp_path)
    assert territory.origin(KeyError("never raised")).at is None


def test_a_warning_counts_as_what_caused_it_and_a_group_as_its_members():
    cause = KeyError("cause")
    warning = UserWarning("a thread has ended")
    warning.__cause__ = cause
    assert list(leaves(warning)) == [cause]

    class Group(Exception):
        exceptions = (ValueError(), warning)

    assert list(leaves(Group())) == [Group.exceptions[0], cause]
    plain = UserWarning("plain")
    assert list(leaves(plain)) == [plain]
