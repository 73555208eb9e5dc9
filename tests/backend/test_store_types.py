"""What type checkers report for a user's module that seeds and reads the stores."""

from __future__ import annotations

import pytest

from tests.support.type_checkers import check, each_checker

RIGHT = """
integration = stub.data_integrations.add(Name="orders", Tags={"stage": "test"})
name: str = stub.data_integrations[integration["Id"]]["Name"]
association = stub.data_integration_associations.add(
    DataIntegrationArn=integration["Arn"],
    ExecutionConfiguration={"ExecutionMode": "ON_DEMAND", "OnDemandConfiguration": {"StartTime": "1"}},
)
status: str | None = association.get("LastExecutionStatus", {}).get("ExecutionStatus")
bus: str = stub.event_integrations.remove("crm")["EventBridgeBus"]
stub.event_integration_associations.add(EventIntegrationName="crm", ClientId="connect")
year: int = stub.in_region("eu-west-2").applications.add(Namespace="desk")["CreatedTime"].year
names: list[str] = [application["Name"] for application in stub.applications.values()]
arn: str = stub.application_associations.add(ApplicationArn="arn")["ApplicationArn"]
stub.load(stub.dump())
stub.load("records.json")
"""
WRONG = {
    "unknown member to add": 'stub.data_integrations.add(Nme="orders")',
    "type of a member to add": "stub.event_integrations.add(Name=5)",
    "member of another record to add": 'stub.applications.add(KmsKey="k")',
    "unknown member in another region": 'stub.in_region("eu-west-2").applications.add(Nmespace="desk")',
    "unknown member in a structure": 'stub.event_integrations.add(EventFilter={"Sauce": "x"})',
    "unknown member of a record": 'print(stub.data_integrations["id"]["Nmae"])',
    "type of a member of a record": 'number: int = stub.applications["id"]["Name"]',
    "no file": "stub.load(5)",
}


@pytest.mark.slow
@each_checker
def test_right_members_pass_and_each_wrong_one_is_an_error(tmp_path, checker):
    check(tmp_path, checker, RIGHT, WRONG.values())
