"""Programs with and without bugs in their error paths, the tests that a good author wrote, and what exploring finds."""

from __future__ import annotations

from typing import NamedTuple

DENIED, TIMEOUT = "AccessDeniedException", "ReadTimeoutError"
DUPLICATE, NOT_FOUND = "DuplicateResourceException", "ResourceNotFoundException"

_IMPORTS = """
import asyncio, threading
from concurrent.futures import ThreadPoolExecutor
import boto3
from botocore.exceptions import BotoCoreError, ClientError

class ExportFailed(Exception):
    pass

def aws():
    return boto3.client("appintegrations")

def associate(**more):
    return aws().create_data_integration_association(
        DataIntegrationIdentifier="orders", DestinationURI="s3://bucket/exports", **more)
"""

_TEST = """
import pytest
import {name}

pytestmark = pytest.mark.appint_explore(errors=[{errors}])

@pytest.fixture(autouse=True)
def orders(appint_stub):
    return appint_stub.data_integrations.add(Name="orders")
"""


class Program(NamedTuple):
    """A program, its test, and the outcome of each fault in its one call, or of those that matter."""

    code: str
    test: str
    outcomes: dict[str, str]
    """By the error, with `+` where the response is lost once, `++` where it is always."""
    exception: str | None = None
    """Of the run with the first of the errors."""
    line: str | None = None
    """What stands at the place of that exception."""


RETURNS = "assert {name}.export()"

PROGRAMS = {
    "lets_errors_out": Program(
        "def export():\n    return associate()", RETURNS,
        {DENIED: "raised", TIMEOUT: "raised", f"{TIMEOUT}+": "recovered", f"{TIMEOUT}++": "raised"},
        line="return aws().create",
    ),
    "raises_it_again": Program(
        "def export():\n    try:\n        return associate()\n    except Exception as error:\n        raise error",
        RETURNS, {DENIED: "raised", TIMEOUT: "raised"},
    ),
    "raises_the_first_of_a_group": Program(
        """
def export():
    errors = []
    try:
        associate()
    except Exception as error:
        errors.append(error)
    if errors:
        raise Group("exports failed", errors)
    return True

class Group(Exception):
    def __init__(self, message, exceptions):
        super().__init__(message)
        self.exceptions = tuple(exceptions)
""",
        RETURNS, {DENIED: "raised"},
    ),
    "raises_from_a_pool": Program(
        "def export():\n    with ThreadPoolExecutor(1) as pool:\n        return pool.submit(associate).result()",
        RETURNS, {DENIED: "raised"}, line="return aws().create",
    ),
    "raises_from_gather": Program(
        """
def export():
    async def one():
        return associate()
    async def every():
        return await asyncio.gather(one(), asyncio.sleep(0))
    return asyncio.run(every())
""",
        RETURNS, {DENIED: "raised"},
    ),
    "translates_without_a_cause": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n"
        "        raise ExportFailed('not exported')",
        RETURNS, {DENIED: "translated", TIMEOUT: "raised"},
        exception="ExportFailed: not exported", line="raise ExportFailed",
    ),
    "translates_from_none": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n"
        "        raise ExportFailed('not exported') from None",
        RETURNS, {DENIED: "translated"},
    ),
    "raises_a_value_error_on_purpose": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n"
        "        raise ValueError('this role may not export')",
        RETURNS, {DENIED: "translated"},
    ),
    "lets_a_later_error_out": Program(
        """
def export():
    try:
        associate()
    except ClientError:
        aws().get_data_integration(Identifier="backup")
    return True
""",
        RETURNS, {DENIED: "translated"}, exception="ResourceNotFoundException: An error occurred", line="aws().get",
    ),
    "exits": Program(
        "import sys\ndef export():\n    try:\n        return associate()\n    except ClientError:\n        sys.exit(3)",
        RETURNS, {DENIED: "translated"}, exception="SystemExit: 3",
    ),
    "returns_a_status": Program(
        "def export():\n    try:\n        associate()\n    except ClientError:\n        return {'Status': 'FAILED'}\n"
        "    return {'Status': 'OK'}",
        "assert {name}.export()['Status'] == 'OK'", {DENIED: "noticed", TIMEOUT: "raised"},
        exception="AssertionError: assert 'FAILED' == 'OK'", line="assert",
    ),
    "returns_less": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n        return {}",
        "assert {name}.export()['DataIntegrationAssociationId']", {DENIED: "noticed"},
        exception="KeyError: 'DataIntegrationAssociationId'", line="assert",
    ),
    "returns_less_to_a_helper": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n        return {}",
        "assert identifier({name}.export())\n\ndef identifier(response):\n"
        "    return response['DataIntegrationAssociationId']",
        {DENIED: "noticed"}, line="return response",
    ),
    "fails_an_assertion_of_the_stub": Program(
        "def export():\n    try:\n        associate()\n    except ClientError:\n        pass\n    return True",
        "{name}.export()\n    assert len(appint_stub.data_integration_associations) == 1", {DENIED: "noticed"},
    ),
    "skips": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n        return None",
        "if {name}.export() is None:\n        pytest.skip('not today')", {DENIED: "noticed"},
    ),
    "crashes_in_a_handler": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError as error:\n"
        "        return {'Status': error.response['Detail']}",
        RETURNS, {DENIED: "crashed", TIMEOUT: "raised"},
        exception="KeyError: 'Detail'", line="return {'Status'",
    ),
    "crashes_after_a_handler": Program(
        "def export():\n    try:\n        response = associate()\n    except ClientError:\n        response = None\n"
        "    return response['DataIntegrationAssociationId']",
        RETURNS, {DENIED: "crashed"}, exception="TypeError: 'NoneType' object is not subscriptable",
    ),
    "crashes_in_a_library": Program(
        "import json\ndef export():\n    try:\n        return associate()\n    except ClientError as error:\n"
        "        return json.loads(str(error))",
        RETURNS, {DENIED: "crashed"}, line="return json.loads",
    ),
    "crashes_with_an_unbound_name": Program(
        "def export():\n    try:\n        found = associate()\n    except ClientError:\n        pass\n    return found",
        RETURNS, {DENIED: "crashed"}, line="return found",
    ),
    "crashes_in_a_pool": Program(
        "def export():\n    with ThreadPoolExecutor(1) as pool:\n        return pool.submit(work).result()\n"
        "def work():\n    try:\n        return associate()\n    except ClientError as error:\n"
        "        return error.response['Detail']",
        RETURNS, {DENIED: "crashed"}, line="return error.response",
    ),
    "crashes_in_gather": Program(
        """
def export():
    async def one():
        try:
            return associate()
        except ClientError as error:
            return error.detail
    async def every():
        return await asyncio.gather(one(), asyncio.sleep(0))
    return asyncio.run(every())
""",
        RETURNS, {DENIED: "crashed"}, line="return error.detail",
    ),
    "crashes_in_a_group": Program(
        """
def export():
    try:
        return associate()
    except ClientError as error:
        try:
            error.response["Detail"]
        except KeyError as crash:
            raise Group(crash)

class Group(Exception):
    def __init__(self, *exceptions):
        self.exceptions = exceptions
""",
        RETURNS, {DENIED: "crashed"}, exception="KeyError: 'Detail'",
    ),
    "asserts": Program(
        "def export():\n    try:\n        response = associate()\n    except ClientError:\n        response = {}\n"
        "    assert 'DataIntegrationAssociationId' in response\n    return response",
        RETURNS, {DENIED: "crashed"}, line="assert 'Data",
    ),
    "raises_an_assertion_error_on_purpose": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n"
        "        raise AssertionError('can not be')",
        RETURNS, {DENIED: "translated"},
    ),
    "passes_nothing_on": Program(
        "def export():\n    try:\n        found = associate()\n    except ClientError:\n        found = {}\n"
        "    return aws().get_data_integration(Identifier=found.get('DataIntegrationArn'))",
        RETURNS, {DENIED: "crashed"}, exception="ParamValidationError: Parameter validation failed:",
    ),
    "swallows": Program(
        "def export():\n    try:\n        associate()\n    except (ClientError, BotoCoreError):\n        pass\n"
        "    return True",
        RETURNS, {DENIED: "lost", TIMEOUT: "lost", f"{TIMEOUT}+": "recovered", f"{TIMEOUT}++": "recovered"},
    ),
    "swallows_a_removal": Program(
        "def export():\n    try:\n        aws().delete_data_integration(DataIntegrationIdentifier='orders')\n"
        "    except ClientError:\n        pass\n    return True",
        RETURNS, {DENIED: "lost"},
    ),
    "swallows_a_change": Program(
        "def export():\n    try:\n        aws().update_data_integration(Identifier='orders', Description='daily')\n"
        "    except ClientError:\n        pass\n    return True",
        RETURNS, {DENIED: "lost"},
    ),
    "swallows_in_a_thread": Program(
        "def export():\n    thread = threading.Thread(target=work)\n    thread.start()\n    thread.join()\n"
        "    return True\ndef work():\n    try:\n        associate()\n    except ClientError:\n        pass",
        RETURNS, {DENIED: "lost"},
    ),
    "swallows_of_a_read": Program(
        "def export():\n    try:\n        aws().list_data_integrations()\n    except ClientError:\n        pass\n"
        "    return True",
        RETURNS, {DENIED: "recovered"},
    ),
    "takes_what_is_gone_for_removed": Program(
        "def export():\n    client = aws()\n    try:\n        client.delete_data_integration(DataIntegrationIdentifier='orders')\n"
        "    except client.exceptions.ResourceNotFoundException:\n        pass\n    return True",
        RETURNS, {NOT_FOUND: "recovered", DENIED: "raised"},
    ),
    "takes_what_is_there_for_made": Program(
        "def export():\n    client = aws()\n    try:\n        client.create_data_integration(Name='a', KmsKey='alias/a')\n"
        "    except client.exceptions.DuplicateResourceException:\n        pass\n    return True",
        RETURNS, {DUPLICATE: "recovered", DENIED: "raised"},
    ),
    "takes_every_error_for_what_is_there": Program(
        "def export():\n    try:\n        aws().create_data_integration(Name='a', KmsKey='alias/a')\n"
        "    except ClientError:\n        pass\n    return True",
        RETURNS, {DUPLICATE: "lost", DENIED: "lost"},
    ),
    "tries_again_without_a_token": Program(
        "def export():\n    for _ in range(2):\n        try:\n            return associate()\n"
        "        except BotoCoreError:\n            pass\n    raise ExportFailed",
        RETURNS, {TIMEOUT: "recovered", f"{TIMEOUT}+": "recovered", f"{TIMEOUT}++": "duplicated"},
    ),
    "tries_again_and_the_test_counts": Program(
        "def export():\n    for _ in range(2):\n        try:\n            return associate()\n"
        "        except BotoCoreError:\n            pass",
        "{name}.export()\n    assert len(appint_stub.calls) == 1", {f"{TIMEOUT}++": "duplicated", TIMEOUT: "noticed"},
    ),
    "tries_again_with_a_token": Program(
        "def export():\n    for _ in range(2):\n        try:\n            return associate(ClientToken='daily')\n"
        "        except BotoCoreError:\n            pass\n    raise ExportFailed",
        RETURNS, {TIMEOUT: "recovered", f"{TIMEOUT}++": "recovered"},
    ),
    "reports_its_failure_as_a_record": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n"
        "        aws().create_data_integration(Name='failed', KmsKey='alias/exports')\n        raise",
        RETURNS, {DENIED: "raised"},
    ),
    "goes_on_for_long": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n"
        "        for _ in range(200): aws().list_data_integrations()\n        raise",
        RETURNS, {DENIED: "endless"},
    ),
    "swallows_even_that": Program(
        "def export():\n    try:\n        return associate()\n    except ClientError:\n        pass\n"
        "    for _ in range(200):\n        try:\n            aws().list_data_integrations()\n"
        "        except BaseException:\n            pass",
        RETURNS, {DENIED: "endless"},
    ),
}  # fmt: skip


def files() -> dict[str, str]:
    """Return the files of all programs and their tests, by name."""
    written = {}
    for name, program in PROGRAMS.items():
        written[f"{name}.py"] = _IMPORTS + program.code
        body = program.test.replace("{name}", name)
        errors = ", ".join(repr(error.rstrip("+")) for error in (DENIED, *program.outcomes))
        written[f"test_{name}.py"] = (
            f"{_TEST.format(name=name, errors=errors)}\ndef test_exports(appint_stub):\n    {body}\n"
        )
    return written
