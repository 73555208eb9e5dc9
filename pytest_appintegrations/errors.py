"""The error that the service answers, as an exception, and the package's own complaints.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations


class ServiceError(Exception):
    """An error that the service answers a request with: its code and its message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class TransportFailure(Exception):
    """A failure of the network in place of an answer, by the name of botocore's exception for it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class UnexpectedCall(BaseException):
    """An AppIntegrations request reached an active stub that has no answer to it.

    Not an ``Exception``, as pytest's own failures: the code under test neither retries nor swallows it.
    """


class RealCallRefused(BaseException):
    """An AppIntegrations request was about to leave for AWS in a test that did not allow it.

    Not an ``Exception``, as pytest's own failures: the code under test neither retries nor swallows it.
    """
