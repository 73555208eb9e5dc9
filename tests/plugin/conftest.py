from __future__ import annotations

import textwrap

import pytest

CALL = """
    import boto3, pytest, threading
    from pytest_appintegrations import *

    def call(operation="list_data_integrations", **params):
        return getattr(boto3.client("appintegrations", region_name="us-east-1"), operation)(**params)
"""


@pytest.fixture
def run(pytester):
    """Run a module in a pytest of its own, in process."""

    def run(body, *args, ini=""):
        pytester.makepyfile(textwrap.dedent(CALL) + textwrap.dedent(body))
        pytester.makeini(f"[pytest]\n{ini}\n")
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "default", *args)

    return run
