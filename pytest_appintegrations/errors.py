"""The errors of the simulated service and network, and the exceptions for calls that are not answered.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations


class ServiceError(Exception):
    """An error response of the service."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class TransportFailure(Exception):
    """A network error instead of a response, with the name of botocore's exception for it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class UnexpectedCall(BaseException):
    """An AppIntegrations request reached an active stub that can't answer it.

    Like pytest's own failures it is not an `Exception`, so the code under test neither retries nor accidentally
    catches it.
    """


class RealCallRefused(BaseException):
    """An AppIntegrations request was about to be sent to AWS while real calls are refused.

    Like pytest's own failures it is not an `Exception`, so the code under test neither retries nor accidentally
    catches it.
    """
