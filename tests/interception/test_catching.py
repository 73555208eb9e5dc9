"""An exception that has been caught was expected by a test, or swallowed by a program."""
# ruff: noqa: E722, PT012, PT017, PT027, RUF061, SIM105

from __future__ import annotations

import asyncio
import contextlib
import sys
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pytest_appintegrations import RealCallRefused, UnexpectedCall
from pytest_appintegrations.interception.catching import is_expected

ERROR = RealCallRefused("refused")
KINDS = (RealCallRefused, UnexpectedCall)


def call():
    raise ERROR


async def call_async():
    call()


def raises_and_matches():
    with pytest.raises(RealCallRefused):
        call()


def raises_with_a_function():
    pytest.raises(RealCallRefused, call)


def raises_among_other_contexts():
    with ThreadPoolExecutor(1) as pool, pytest.raises(BaseException, match="refused"):
        pool.submit(call).result()


def raises_through_asyncio():
    with pytest.raises(RealCallRefused):
        asyncio.run(call_async())


def raises_inside_a_handler_of_everything():
    try:
        with pytest.raises(RealCallRefused):
            call()
    except:
        pass


@contextlib.contextmanager
def refused():
    with pytest.raises(RealCallRefused):
        yield


def raises_in_a_context_manager_of_its_own():
    with refused():
        call()


def asserts_raises():
    with unittest.TestCase().assertRaises(RealCallRefused):
        call()


def asserts_raises_with_a_function():
    unittest.TestCase().assertRaises(RealCallRefused, call)


def names_it():
    try:
        call()
    except RealCallRefused:
        pass


def names_it_among_others():
    try:
        call()
    except ValueError:
        pass
    except (KeyError, UnexpectedCall, RealCallRefused):
        pass


def names_it_by_another_name():
    try:
        call()
    except KINDS:
        pass


def suppresses_it_by_name():
    with contextlib.suppress(RealCallRefused):
        call()


def names_it_in_a_match():
    match ERROR:
        case RealCallRefused():
            try:
                call()
            except RealCallRefused:
                pass


def names_it_outside_of_a_handler_that_raises_again():
    try:
        try:
            call()
        except:
            raise
    except RealCallRefused:
        pass


def raises_outside_of_a_finally():
    with pytest.raises(RealCallRefused):
        try:
            call()
        finally:
            len("")


def named_in_a_nested_function():
    def inner():
        try:
            call()
        except RealCallRefused:
            pass

    inner()


class Refused:
    def __enter__(self): ...

    def __exit__(self, kind, *_):
        return issubclass(kind, RealCallRefused)


def ends_in_a_class_that_names_it():
    with Refused():
        call()


def ends_in_a_class_that_names_it_made_before():
    refused_later = Refused()
    with refused_later:
        call()


def enters_raises_into_a_stack():
    with contextlib.ExitStack() as stack:
        stack.enter_context(pytest.raises(RealCallRefused))
        call()


def looks_for_it_by_name():
    try:
        call()
    except BaseException as error:
        if not isinstance(error, RealCallRefused):
            raise


def decorated(function):
    return function


@decorated
@decorated
def names_it_under_decorators():
    try:
        call()
    except RealCallRefused:
        pass


def binds_it():
    try:
        call()
    except BaseException as error:
        assert error is ERROR


def translates_it():
    with contextlib.suppress(ValueError):
        translate()


def translate():
    try:
        call()
    except BaseException as error:
        raise ValueError from error


def bare():
    try:
        call()
    except:
        pass


def of_everything():
    try:
        call()
    except BaseException:
        pass


def returns_in_finally():
    try:
        call()
    finally:
        return  # noqa: B012


def breaks_in_finally():
    for _ in range(1):
        try:
            call()
        finally:
            break  # noqa: B012


def returns_in_finally_after_a_handler_of_another():
    try:
        call()
    except ValueError:
        pass
    finally:
        return  # noqa: B012


def of_everything_although_a_later_one_names_it():
    try:
        call()
    except:
        with contextlib.suppress(RealCallRefused):
            pass


def bare_around_a_function_whose_own_handlers_are_elsewhere():
    try:
        raises_another_error_first()
    except:
        pass


def raises_another_error_first():
    try:
        len("")
    except RealCallRefused:
        pass
    call()


def suppresses_everything():
    with contextlib.suppress(BaseException):
        call()


def enters_another_into_a_stack():
    with contextlib.ExitStack() as stack:
        stack.enter_context(contextlib.suppress(BaseException))
        call()


def in_a_thread():
    thread = threading.Thread(target=call)
    thread.start()
    thread.join()


def in_a_pool_without_looking():
    with ThreadPoolExecutor(1) as pool:
        pool.submit(call)


def gathered_without_looking():
    async def main():
        await asyncio.gather(call_async(), return_exceptions=True)

    asyncio.run(main())


def in_source_that_is_nowhere():
    exec("try:\n    call()\nexcept RealCallRefused:\n    pass\n", dict(globals()))


def in_source_that_is_no_python():
    readme = str(Path(__file__).parents[2] / "README.rst")
    exec(compile("try:\n    call()\nexcept RealCallRefused:\n    pass\n", readme, "exec"), dict(globals()))


def named_by_a_name_that_is_gone():
    gone = RealCallRefused
    try:
        call()
    except gone:
        del gone


EXPECTED = [raises_and_matches, raises_with_a_function, raises_among_other_contexts, raises_through_asyncio,
            raises_inside_a_handler_of_everything, raises_in_a_context_manager_of_its_own, asserts_raises,
            asserts_raises_with_a_function, names_it, names_it_among_others, names_it_by_another_name,
            suppresses_it_by_name, names_it_in_a_match, names_it_outside_of_a_handler_that_raises_again,
            raises_outside_of_a_finally, ends_in_a_class_that_names_it, ends_in_a_class_that_names_it_made_before,
            enters_raises_into_a_stack, looks_for_it_by_name, named_in_a_nested_function, names_it_under_decorators]  # fmt: skip
SWALLOWED = [translates_it, bare, of_everything, returns_in_finally, breaks_in_finally, returns_in_finally_after_a_handler_of_another,
             of_everything_although_a_later_one_names_it, bare_around_a_function_whose_own_handlers_are_elsewhere,
             suppresses_everything, enters_another_into_a_stack, in_a_thread, in_a_pool_without_looking, gathered_without_looking,
             in_source_that_is_nowhere, in_source_that_is_no_python, named_by_a_name_that_is_gone]  # fmt: skip


def caught_by(function):
    ERROR.__traceback__ = None
    function()
    return ERROR


@pytest.mark.parametrize("function", EXPECTED, ids=lambda function: function.__name__)
@pytest.mark.parametrize("test_file", [__file__, "another.py"])
def test_code_that_names_the_exception_expects_it_in_any_file(function, test_file):
    assert is_expected(caught_by(function), test_file)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning", "ignore::SyntaxWarning")
@pytest.mark.parametrize("function", SWALLOWED, ids=lambda function: function.__name__)
@pytest.mark.parametrize("test_file", [__file__, "another.py"])
def test_code_that_catches_everything_swallows_it_in_any_file(function, test_file):
    assert not is_expected(caught_by(function), test_file)


@pytest.mark.parametrize(
    ("test_file", "expected"), [(__file__, True), (None, False), ("another.py", False)], ids=["test", "none", "another"]
)
def test_a_handler_that_binds_any_exception_expects_it_only_in_the_tests_file(test_file, expected):
    assert is_expected(caught_by(binds_it), test_file) is expected


def test_a_handler_that_binds_any_exception_expects_it_in_a_conftest(tmp_path):
    source = "def catch(call):\n    try:\n        call()\n    except BaseException as error:\n        return error\n"
    (tmp_path / "conftest.py").write_text(source)
    names = {}
    exec(compile(source, str(tmp_path / "conftest.py"), "exec"), names)
    assert is_expected(caught_by(lambda: names["catch"](call)), "another.py")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`except*` is new in Python 3.11")
def test_an_except_of_groups_that_names_it_expects_it(tmp_path):
    source = "def catch(call):\n    try:\n        call()\n    except* RealCallRefused:\n        pass\n"
    (tmp_path / "groups.py").write_text(source)
    names = {"RealCallRefused": RealCallRefused}
    exec(compile(source, str(tmp_path / "groups.py"), "exec"), names)
    assert is_expected(caught_by(lambda: names["catch"](call)), "another.py")


class TestTheExpectedClassDecides:
    """A `with` that expects something else lets the exception pass, to whatever catches it further out."""

    def swallowed(self, manager):
        try:
            with manager:
                raise UnexpectedCall("x")
        except:
            return sys.exc_info()[1]

    @pytest.mark.parametrize("manager", [pytest.raises(KeyError), contextlib.nullcontext()], ids=["raises", "another"])
    def test_another_class_does_not_expect_it(self, manager):
        assert not is_expected(self.swallowed(manager), __file__)

    def test_a_context_manager_that_was_made_earlier_expects_it(self):
        error = UnexpectedCall("x")
        manager = pytest.raises(UnexpectedCall)
        with manager:
            raise error
        assert is_expected(error, __file__)

    def test_a_handler_that_names_it_and_may_raise_again_expects_it(self):
        error = UnexpectedCall("x")
        try:
            raise error
        except UnexpectedCall as caught:
            if "y" in str(caught):
                raise
        assert is_expected(error, __file__)


def test_a_file_that_cannot_be_parsed_expects_nothing(tmp_path):
    file = tmp_path / "changed.py"
    file.write_text("def while(:\n")
    namespace = {}
    source = "def swallow(call):\n    try:\n        call()\n    except KeyError:\n        pass\n"
    exec(compile(source, str(file), "exec"), namespace)
    error = UnexpectedCall("x")

    def call():
        raise error

    with contextlib.suppress(BaseException):
        namespace["swallow"](call)
    error.__traceback__ = error.__traceback__.tb_next
    assert not is_expected(error, None)


def test_a_test_that_looks_at_futures_and_names_the_exception_expects_it():
    def looks():
        with ThreadPoolExecutor(1) as pool:
            assert isinstance(pool.submit(call).exception(), RealCallRefused)

    def only_names():
        with ThreadPoolExecutor(1) as pool:
            pool.submit(call)
        assert RealCallRefused

    def only_logs(logger):
        logger.exception("a call was refused", exc_info=RealCallRefused)

    assert is_expected(caught_by(looks), __file__, looks)
    assert not is_expected(caught_by(looks), __file__, only_logs)
    assert not is_expected(caught_by(only_names), __file__, only_names)
    assert not is_expected(caught_by(looks), __file__, only_names)
