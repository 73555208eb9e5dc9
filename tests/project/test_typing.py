"""What type checkers report for a user's module; its stores and calls are tested beside theirs."""

from __future__ import annotations

import pytest

from tests.support.type_checkers import check, each_checker

RIGHT = """
import datetime
from pathlib import Path
from botocore.config import Config
from pytest_appintegrations import (
    Attempt, Call, CallLog, Clock, Fault, Injection, Quotas, RealCallRefused, Store, StubServer, UnexpectedCall,
    __version__,
)
every_setting = AppIntegrationsStub(
    region="eu-west-2", account_id="111111111111", retry_mode="adaptive", backoff="real", require_faults_used=False,
    quotas={"data_integrations": 1, "applications": None}, page_size=10, execution_seconds=1.5,
    frozen_at=datetime.date(2024, 1, 1), strict_associations=True, validate=False, seed_file=Path("seed.json"),
)
AppIntegrationsStub(retry_mode=None, quotas=None, execution_seconds=None, frozen_at="2024-01-01", seed_file="seed.json")
BUSY = Fault("ThrottlingException", attempts=2)
Fault.sequence("ThrottlingException", None, operation="ListApplications", after_calls=1, optional=True)
Fault.latency(1.5, operation="ListApplications", attempts=2)
hits: int = stub.inject(BUSY, Fault("AccessDeniedException", calls=1)).hits
with stub.inject(BUSY) as injection:
    exhausted: bool = injection.exhausted
stub.quotas.data_integrations = None
status: int | None = stub.calls.last.attempts[0].status
slept: tuple[float, ...] = stub.clock.slept
now: datetime.datetime = stub.clock.now()
version: str = __version__
client = stub.client(config=Config(read_timeout=5), region_name="eu-west-2")
client.list_applications(MaxResults=5)

@stub
def decorated(number: int) -> str:
    return str(number)

text: str = decorated(5)
with stub as entered:
    region: str = entered.region
"""
WRONG = {
    "unknown name of the package": "from pytest_appintegrations import Fualt",
    "unknown setting": 'AppIntegrationsStub(regoin="us-east-1")',
    "setting by position": 'AppIntegrationsStub("us-east-1")',
    "unknown choice of backoff": 'AppIntegrationsStub(backoff="virtaul")',
    "unknown retry mode": 'AppIntegrationsStub(retry_mode="legasy")',
    "type of a setting": 'AppIntegrationsStub(page_size="10")',
    "unknown argument of a fault": 'Fault("ThrottlingException", attemps=2)',
    "unknown argument of a latency": "Fault.latency(1, attemps=2)",
    "unknown argument of a sequence": 'Fault.sequence("ThrottlingException", optoinal=True)',
    "unknown member to add": 'stub.data_integrations.add(Nme="orders")',
    "unknown member of a record": 'print(stub.data_integrations["id"]["Nmae"])',
    "no fault to inject": 'stub.inject("ThrottlingException")',
    "unknown quota": "stub.quotas.data_integration = 5",
    "unknown attribute of the stub": "stub.aplications",
    "unknown attribute of an attempt": "print(stub.calls.last.attempts[0].code)",
    "argument of what is decorated": 'decorated("5")',
}


@pytest.mark.slow
@each_checker
def test_right_code_passes_and_each_mistake_is_an_error(tmp_path, checker):
    check(tmp_path, checker, RIGHT, WRONG.values())


# The members that the test needs, of the class that both distributions give under this name.
CLIENT = """
class AppIntegrationsServiceClient:
    def list_applications(self, *, MaxResults: int = ...) -> dict[str, str]: ...
"""


@pytest.mark.slow
@each_checker
@pytest.mark.parametrize("package", ["types_boto3_appintegrations", "mypy_boto3_appintegrations"])
def test_a_client_is_typed_where_the_types_of_boto3s_clients_are_installed(tmp_path, checker, package):
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.pyi").write_text(CLIENT)
    right = f"""
from {package} import AppIntegrationsServiceClient
from pytest_appintegrations.plugin import appint_client
client = stub.client()
client.list_applications(MaxResults=5)
def application(client: AppIntegrationsServiceClient) -> str: return client.list_applications()["Name"]
application(stub.client())
"""
    wrong = ["client.list_aplications()", 'stub.client().list_applications(MaxResults="5")']
    check(tmp_path, checker, right, wrong)
