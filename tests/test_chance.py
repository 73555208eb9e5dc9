"""What a test draws is the same in every run, whatever ran before it."""

from __future__ import annotations

import pytest

from pytest_appintegrations import AppIntegrationsStub, chance
from tests.support.payloads import KMS_KEY


def test_ids_are_the_same_in_every_run_of_a_test(monkeypatch):
    def ids_of_a_run():
        with AppIntegrationsStub() as stub:
            client = stub.client()
            created = client.create_data_integration(Name="orders", KmsKey=KMS_KEY)["Id"]
            client.list_applications()
            return created, *(call.attempts[0].request_id for call in stub.calls)

    first = ids_of_a_run()
    assert len(set(first)) == 3
    assert ids_of_a_run() == first
    monkeypatch.setenv("PYTEST_CURRENT_TEST", "tests/test_other.py::test_other (call)")
    assert not set(ids_of_a_run()) & set(first)


DRAWS = """
    import boto3, pytest
    from pytest_appintegrations import AppIntegrationsStub, Fault

    SOMETIMES = Fault("InvalidRequestException", operation="ListApplications", probability=0.5, optional=True)

    def draw(request):
        client = boto3.client("appintegrations", region_name="us-east-1")
        created = client.create_data_integration(Name=request.node.callspec.params["name"].partition("@")[0], KmsKey="k")["Id"]
        outcomes = ""
        for _ in range(20):
            try:
                client.list_applications()
                outcomes += "."
            except client.exceptions.InvalidRequestException:
                outcomes += "F"
        with open("drawn.txt", "a") as file:
            file.write(f"{request.node.originalname}{request.node.callspec.params} {created} {outcomes}\\n")

    @pytest.fixture(scope=SCOPE)
    def shared():
        with AppIntegrationsStub() as stub, stub.inject(SOMETIMES):
            stub.data_integrations.add(Name="seeded")
            yield stub
"""
OF_A_FIXTURE = """
    @pytest.mark.parametrize("name", ["green", "blue", "red"])
    @pytest.mark.xdist_group("db")
    def test_it(shared, request, name):
        draw(request)
"""
DECORATED = """
    STUB = AppIntegrationsStub()

    @pytest.mark.parametrize("name", ["green", "blue", "red"])
    @STUB
    def test_it(request, name):
        STUB.inject(SOMETIMES)
        draw(request)
"""
OF_THE_PLUGIN = """
    @pytest.mark.appint_fault(SOMETIMES)
    @pytest.mark.parametrize("name", ["green@x", "blue@x", "red@x"])
    @pytest.mark.xdist_group("db")
    def test_it(appint_stub, request, name):
        appint_stub.data_integrations.add()
        draw(request)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scope", "tests"),
    [
        ("function", OF_A_FIXTURE),
        ("module", OF_A_FIXTURE),
        ("session", OF_A_FIXTURE),
        ("function", DECORATED),
        ("function", OF_THE_PLUGIN),
    ],
    ids=["function", "module", "session", "decorated", "appint_stub"],
)
def test_a_test_draws_the_same_whatever_ran_before_it(pytester, scope, tests):
    pytester.makepyfile(DRAWS.replace("SCOPE", repr(scope)) + tests)
    drawn = []
    for options in ([], ["-k", "blue"], ["-n", "2", "--dist", "loadgroup"]):
        pytester.runpytest_subprocess("-p", "no:cacheprovider", *options)
        lines = (pytester.path / "drawn.txt").read_text().splitlines()
        drawn.append({line.partition("} ")[0]: line.partition("} ")[2] for line in lines})
        (pytester.path / "drawn.txt").unlink()
    everything, alone, grouped = drawn
    assert len(set(everything.values())) == len(everything) == 3
    assert alone.items() <= everything.items()
    assert len(alone) == 1
    assert grouped == everything
    assert all({".", "F"} <= set(line.split()[-1]) for line in everything.values())


@pytest.mark.parametrize(
    ("node_id", "expected"),
    [
        ("tests/test_it.py::test_ids@db", "tests/test_it.py::test_ids"),
        ("tests/test_it.py::test_ids", "tests/test_it.py::test_ids"),
        ("tests/test_it.py::test_mail[a@b.example]", "tests/test_it.py::test_mail[a@b.example]"),
        ("tests/test_it.py::test_mail[a@b.example]@db", "tests/test_it.py::test_mail[a@b.example]"),
        ("tests@home/test_it.py::test_ids", "tests@home/test_it.py::test_ids"),
        ("", ""),
    ],
)
def test_the_group_of_xdist_is_no_part_of_a_tests_id(node_id, expected):
    assert chance.without_group(node_id) == expected
