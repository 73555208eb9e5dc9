"""Which operation a request names."""

from __future__ import annotations

import re

import pytest

from pytest_appintegrations.model import service
from pytest_appintegrations.server.routing import operation_of


@pytest.mark.parametrize("operation", service.operations())
def test_each_operation_of_the_model_is_found_by_its_method_and_path(operation):
    http = service.operation(operation).http
    path = re.sub(r"\{[^}]+\}", "arn%3Aaws%3Ax%2Fy", http["requestUri"].partition("?")[0])
    assert operation_of(http["method"], path) == operation


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", ""),
        ("GET", "/applications/a/b"),
        ("GET", "/applications/"),
        ("GET", "/x/applications"),
        ("PUT", "/applications"),
        ("OPTIONS", "/applications"),
        ("GET", "/dataIntegrations/a/associations/b/c"),
    ],
)
def test_an_unknown_path_is_no_operation(method, path):
    assert operation_of(method, path) is None
