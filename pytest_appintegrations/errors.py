"""The errors of the simulated service and network, and the exceptions by which the package refuses a call.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations


class ServiceError(Exception):
    """An error with which the service responds to a request."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class TransportFailure(Exception):
    """A failure of the network in place of a response, with the name of botocore's exception for it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class UnexpectedCall(BaseException):
    """An AppIntegrations request reached an active stub that has no answer to it.

    No ``Exception``, just as pytest's own failures: the code under test neither retries it nor catches it by accident.
    """


class RealCallRefused(BaseException):
    """An AppIntegrations request was about to leave for AWS, where real calls are refused.

    No ``Exception``, just as pytest's own failures: the code under test neither retries it nor catches it by accident.
    """
