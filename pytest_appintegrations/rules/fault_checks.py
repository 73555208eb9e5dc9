"""Check the arguments of a fault; each check raises `TypeError` or `ValueError`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping

from pytest_appintegrations.model import service
from pytest_appintegrations.rules.matching import When, check_when_kind, check_when_parameters
from pytest_appintegrations.suggestions import check_whole, hides_mistakes, unknown

__tracebackhide__ = hides_mistakes

#: Network errors, by the names of botocore's exceptions for them.
TRANSPORT_ERRORS = (
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "EndpointConnectionError",
    "ConnectionClosedError",
)
# botocore cuts off other characters in the header that carries the code.
_CODE = re.compile(r"[\w.-]+", re.ASCII)


def check_error(error: object, status: object) -> None:
    """Check the name of the error, and its status if it has one."""
    if not isinstance(error, str):
        is_exception = isinstance(error, type) and issubclass(error, BaseException)
        example = getattr(error, "__name__", "") if is_exception else "ThrottlingException"
        raise TypeError(f"the error of a fault must be a string such as {example!r}, not {error!r}")
    if status is not None:
        if not _CODE.fullmatch(error):
            raise ValueError(f"an error code may contain letters, digits, '.', '_' and '-' only, not {error!r}")
        check_whole("status", status, 400)
        if int(str(status)) > 599:
            raise ValueError(f"status must be an HTTP error, 400 to 599, not {status!r}")
        return
    known = [*service.statuses(), *TRANSPORT_ERRORS]
    if error not in known:
        raise ValueError(
            f"{unknown('error', error, known)}\nAny other error code needs an HTTP status, such as status=400."
        )


def check_modelled(operation: str, errors: Iterable[str]) -> None:
    """Check that the model names the errors for this operation, unless it does not name them at all."""
    modelled = service.errors(operation)
    for error in errors:
        if error in service.all_errors() and error not in modelled:
            names = ", ".join(sorted(modelled))
            raise ValueError(f"{operation} does not return {error}; its modelled errors are: {names}")


def check_limits(attempts: object, calls: object, after_calls: object, probability: object) -> None:
    """Check the arguments that limit how often a fault is applied."""
    check_whole("attempts", attempts, 1)
    check_whole("calls", calls, 1)
    if after_calls is None:
        raise TypeError("after_calls must be a whole number, not None")
    check_whole("after_calls", after_calls, 0)
    if attempts is not None and calls is not None:
        raise ValueError("a fault takes attempts=N or calls=N, not both")
    check_number("probability", probability, 0, 1)


def check_response(error: str, *, message: object, status: object, retry_after: object) -> None:
    """Check the arguments that override parts of an error response, which a network error does not have."""
    for name, value in (("status", status), ("message", message), ("retry_after", retry_after)):
        if error in TRANSPORT_ERRORS and value is not None:
            raise ValueError(f"{error} is a network error, which has no {name}")
    if retry_after is not None:
        check_number("retry_after", retry_after, 0)
    if message is not None and not isinstance(message, str):
        raise TypeError(f"message must be a string, not {message!r}")


def check_flags(**flags: object) -> None:
    """Check that each argument is True or False."""
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise TypeError(f"{name} must be True or False, not {value!r}")


def check_when(when: When | None, operations: list[str], error: str) -> None:
    """Check that one of the operations has all parameters of `when`."""
    check_when_kind(when)
    if not isinstance(when, Mapping):
        return
    named = [name for name in operations if when.keys() <= service.input_members(name).keys()]
    if len(operations) > 1 and not named:
        known = sorted({parameter for name in operations for parameter in service.input_members(name)})
        for parameter in when:
            if parameter not in known:
                raise ValueError(f"when: {unknown('parameter', str(parameter), known)}")
        raise ValueError(f"when: no operation that returns {error} has all of {', '.join(when)}")
    check_when_parameters(when, (named or operations)[0])


def check_number(name: str, value: object, least: float, most: float = math.inf) -> None:
    """Check that a value is a finite number within the bounds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, not {value!r}")
    if not (least <= value <= most and value != math.inf):
        upto = f" to {most}" if math.isfinite(most) else " or more"
        raise ValueError(f"{name} must be {least}{upto}, not {value!r}")
