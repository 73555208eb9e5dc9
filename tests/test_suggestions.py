"""A misspelt attribute or keyword names the nearest right one, and pytest shows the line that has the mistake."""

from __future__ import annotations

import copy
import pickle
import traceback

import pytest
from botocore.config import Config

from pytest_appintegrations import AppIntegrationsStub, Fault

MISSPELT = [
    ("stub.data_integration", "'AppIntegrationsStub' object has no attribute 'data_integration'; did you mean 'data_integrations'?"),
    ("stub.event_integration_asociations", "did you mean 'event_integration_associations'?"),
    ("stub.call", "did you mean 'calls'?"),
    ("stub.add_respons", "did you mean 'add_response'?"),
    ("stub.calls.assert_called_onec", "'CallLog' object has no attribute 'assert_called_onec'; did you mean 'assert_called_once'?"),
    ("stub.calls.assert_called_once_with", "did you mean 'assert_called_once'?"),
    ("stub.calls.last.param", "'Call' object has no attribute 'param'; did you mean 'params'?"),
    ("stub.calls.last.attempts[0].back_off", "'Attempt' object has no attribute 'back_off'; did you mean 'backoff'?"),
    ("stub.quotas.data_integration", "'Quotas' object has no attribute 'data_integration'; did you mean 'data_integrations'?"),
    ("stub.data_integrations.ad", "'DataIntegrationStore' object has no attribute 'ad'; did you mean 'add'?"),
    ("stub.in_region('eu-west-2').aplications", "'RegionStores' object has no attribute 'aplications'; did you mean 'applications'?"),
    ("stub.clock.advanced", "'Clock' object has no attribute 'advanced'; did you mean 'advance'?"),
    ("stub.inject(fault).hit", "'Injection' object has no attribute 'hit'; did you mean 'hits'?"),
    ("stub.add_response('GetApplication', {}).hit", "'CannedResponse' object has no attribute 'hit'; did you mean 'hits'?"),
    ("fault.attempt", "'Fault' object has no attribute 'attempt'; did you mean 'attempts'?"),
    ("Fault.latency(3).second", "'Fault' object has no attribute 'second'; did you mean 'seconds'?"),
]  # fmt: skip


@pytest.fixture
def names(appint_stub, appint_client):
    """Return what the expressions of the tests name."""
    appint_client.list_applications()
    return {"stub": appint_stub, "fault": Fault("ThrottlingException", optional=True), "Fault": Fault}


@pytest.mark.parametrize(("expression", "message"), MISSPELT)
def test_a_misspelt_attribute_names_the_nearest_one(names, expression, message):
    with pytest.raises(AttributeError) as caught:
        eval(expression, names)
    assert str(caught.value).endswith(message)
    assert not hasattr(eval(expression.rpartition(".")[0], names), expression.rpartition(".")[2])


def test_an_attribute_that_is_like_no_other_lists_all(appint_stub):
    with pytest.raises(AttributeError, match=r"'Quotas' object has no attribute 'xyzzy'; known: .*data_integrations"):
        appint_stub.quotas.xyzzy  # noqa: B018


def test_python_adds_no_suggestion_of_its_own(appint_stub):
    with pytest.raises(AttributeError) as caught:
        appint_stub.data_integration  # noqa: B018
    [line] = traceback.format_exception_only(caught.type, caught.value)
    assert line.count("id you mean") == 1


def test_what_python_asks_objects_for_gets_no_suggestion(appint_stub):
    with pytest.raises(AttributeError, match=r"'AppIntegrationsStub' object has no attribute '__wrapped__'$"):
        appint_stub.__wrapped__  # noqa: B018


@pytest.mark.parametrize("attribute", ["quotas", "calls"])
def test_what_a_stub_hands_out_can_be_copied(names, attribute):
    value = getattr(names["stub"], attribute)
    assert [*map(repr, copy.copy(value))] == [*map(repr, value)] if attribute == "calls" else copy.copy(value) == value


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_fault_an_attempt_and_quotas_survive_copying_and_pickling(names, duplicate):
    for value in (names["fault"], Fault.latency(3), names["stub"].calls.last.attempts[0], names["stub"].quotas):
        assert duplicate(value) == value


def test_a_call_can_be_copied(names):
    call = names["stub"].calls.last
    assert repr(copy.copy(call)) == repr(call)


@pytest.mark.parametrize(
    ("keyword", "meant"),
    [
        ("region", "region_name"),
        ("regoin", "region_name"),
        ("regoin_name", "region_name"),
        ("endpoint", "endpoint_url"),
        ("conf", "config"),
    ],
)
def test_a_misspelt_keyword_of_client_names_the_nearest_one(keyword, meant):
    with pytest.raises(TypeError) as caught:
        AppIntegrationsStub().client(**{keyword: "eu-west-2"})
    assert str(caught.value) == f"client() got an unexpected keyword argument {keyword!r}; did you mean {meant!r}?"


def test_client_takes_all_keywords_of_create_client():
    client = AppIntegrationsStub().client(region_name="eu-west-2", verify=False, config=Config(read_timeout=5))
    assert (client.meta.region_name, client.meta.config.read_timeout) == ("eu-west-2", 5)


MISTAKES = {
    "an unknown member": "appint_stub.data_integrations.add(Nmae='orders')",
    "an invalid member": "appint_stub.data_integrations.add(Name='')",
    "a taken name": "[appint_stub.data_integrations.add(Name='orders') for _ in range(2)]",
    "no such record": "appint_stub.data_integrations['orders']",
    "no fault": "appint_stub.inject('ThrottlingException')",
    "an unknown error": "appint_stub.inject(Fault('TrottlingException'))",
    "an error of another operation": "Fault('ThrottlingException', operation='ListTags')",
    "an unknown keyword of a fault": "Fault('ThrottlingException', times=2)",
    "an unknown attribute": "appint_stub.data_integration",
    "an unknown operation": "appint_stub.calls.assert_called('GetAplication')",
    "an unknown parameter": "appint_stub.calls.assert_called('GetApplication', Nmae='orders')",
    "a response of another shape": "appint_stub.add_response('GetApplication', {'Nmae': 'orders'})",
    "an unknown keyword of client": "appint_stub.client(region='eu-west-2')",
    "an unknown region": "appint_stub.in_region('nowhere')",
    "a wrong time": "appint_stub.clock.advance(-1)",
    "a wrong file": "appint_stub.load('nowhere.json')",
}


def test_pytest_shows_a_mistake_at_the_line_that_made_it(pytester):
    tests = [f"def test_{number}(appint_stub):\n    {line}\n" for number, line in enumerate(MISTAKES.values())]
    pytester.makepyfile("from pytest_appintegrations import Fault\n\n" + "\n".join(tests))
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider", "--tb=short")
    result.assert_outcomes(failed=len(MISTAKES))
    assert "pytest_appintegrations/" not in result.stdout.str().replace("\\", "/")
