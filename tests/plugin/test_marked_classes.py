"""A class as the only argument of a marker: pytest believes that the class is what is marked."""

from __future__ import annotations

import pytest

import pytest_appintegrations.plugin.marked_classes  # noqa: F401  Or each run in this process has a Fault of its own.


@pytest.mark.parametrize(
    ("cls", "name", "right"),
    [
        ("botocore.exceptions.ReadTimeoutError", "ReadTimeoutError", "ReadTimeoutError"),
        ("botocore.exceptions.ClientError", "ClientError", "ClientError"),
        ("pytest_appintegrations.Fault", "Fault", "ThrottlingException"),
    ],
)
def test_a_class_in_place_of_an_errors_name_is_explained(pytester, cls, name, right):
    test = pytester.makepyfile(f"""
        import botocore.exceptions, pytest, pytest_appintegrations

        @pytest.mark.appint_fault({cls})
        def test_never(appint_stub): raise SystemExit
    """)
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            f"@pytest.mark.appint_fault({name}): the error of a fault must be a string, not a class.",
            f"Write @pytest.mark.appint_fault({right!r}).",
        ]
    )
    test.write_text("1 / 0")
    result = pytester.runpytest("-p", "no:cacheprovider")
    result.assert_outcomes(errors=1)
    result.stdout.no_fnmatch_line("*must be a string*")


def test_a_class_beside_other_arguments_is_a_usage_error(pytester):
    pytester.makepyfile("""
        import botocore.exceptions, pytest

        @pytest.mark.appint_fault(botocore.exceptions.ReadTimeoutError, attempts=1)
        def test_never(appint_stub): raise SystemExit
    """)
    result = pytester.runpytest("-p", "no:cacheprovider")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "the error of a fault must be a string such as 'ReadTimeoutError', not <class" in result.stderr.str()
