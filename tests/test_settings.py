"""The settings of a stub, and the quotas."""

from __future__ import annotations

import datetime
from dataclasses import fields
from pathlib import Path

import pytest

from pytest_appintegrations import AppIntegrationsStub, Quotas
from pytest_appintegrations.settings import Settings

RIGHT = {
    "region": ["us-east-1", "cn-north-1", "us-gov-west-1"],
    "account_id": ["000000000000"],
    "retry_mode": [None, "legacy", "standard", "adaptive"],
    "backoff": ["virtual", "real"],
    "require_faults_used": [True, False],
    "quotas": [None, {}, {"applications": 0, "data_integrations": None}],
    "page_size": [1, 50],
    "execution_seconds": [None, 0, 1.5],
    "frozen_at": [None, "2024-01-01", datetime.date(2024, 1, 1), datetime.datetime(2024, 1, 1)],
    "strict_associations": [True, False],
    "validate": [True, False],
    "seed_file": [None, "seed.json", Path("seed.json")],
}
WRONG = [
    ("region", "x", ValueError, "setting 'region' must be a region such as 'eu-west-2', not 'x'"),
    ("region", "us-east1", ValueError, "unknown region 'us-east1'; did you mean 'us-east-1'?"),
    ("region", "use-east-1", ValueError, "unknown region 'use-east-1'; did you mean 'us-east-1'?"),
    ("region", None, TypeError, "setting 'region' must be a region such as 'eu-west-2', not None"),
    ("account_id", 123456789012, TypeError, "setting 'account_id' must be 12 digits in quotes, not 123456789012"),
    ("account_id", "12", ValueError, "setting 'account_id' must be 12 digits in quotes, not '12'"),
    ("retry_mode", "legasy", ValueError, "unknown value 'legasy'; did you mean 'legacy'?"),
    ("backoff", "reel", ValueError, "unknown value 'reel'; did you mean 'real'? (values: virtual, real)"),
    ("require_faults_used", 1, TypeError, "setting 'require_faults_used' must be True or False, not 1"),
    ("quotas", {"applicatoins": 1}, ValueError, "unknown quota 'applicatoins'; did you mean 'applications'?"),
    ("quotas", {"applications": True}, ValueError, "quota 'applications' must be a whole number from 0"),
    ("quotas", 5, TypeError, "setting 'quotas' must be a mapping of quotas or None, not 5"),
    ("page_size", 51, ValueError, "setting 'page_size' must be at most 50, not 51"),
    ("page_size", 0, ValueError, "setting 'page_size' must be 1 or more, not 0"),
    ("page_size", None, TypeError, "setting 'page_size' must be a whole number, not None"),
    ("page_size", True, TypeError, "setting 'page_size' must be a whole number, not True"),
    ("execution_seconds", True, TypeError, "setting 'execution_seconds' must be a number or None, not True"),
    ("execution_seconds", -1, ValueError, "setting 'execution_seconds' must be 0 or more, not -1"),
    ("execution_seconds", float("nan"), ValueError, "setting 'execution_seconds' must be 0 or more, not nan"),
    ("frozen_at", 5, TypeError, "setting 'frozen_at' must be a date, a datetime or a text in ISO format, not 5"),
    ("frozen_at", "1 Mai", ValueError, "setting 'frozen_at' must be a date, a datetime or a text in ISO format"),
    ("strict_associations", None, TypeError, "setting 'strict_associations' must be True or False, not None"),
    ("validate", "no", TypeError, "setting 'validate' must be True or False, not 'no'"),
    ("seed_file", 5, TypeError, "setting 'seed_file' must be the path of a file or None, not 5"),
]


def test_each_setting_has_rows():
    names = {field.name for field in fields(Settings)}
    assert names == RIGHT.keys() == {name for name, *_ in WRONG}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in RIGHT.items() for value in values])
def test_a_right_value_is_taken(name, value):
    assert getattr(AppIntegrationsStub(**{name: value}).settings, name) == value


@pytest.mark.parametrize(("name", "value", "error", "message"), WRONG)
def test_a_wrong_value_is_an_error_that_says_what_is_expected(name, value, error, message):
    with pytest.raises(error) as caught:
        AppIntegrationsStub(**{name: value})
    assert message in str(caught.value)


def test_an_unknown_setting_is_an_error_with_the_nearest():
    message = r"AppIntegrationsStub\(\) got an unexpected keyword argument 'regoin'; did you mean 'region'\?"
    with pytest.raises(TypeError, match=message):
        AppIntegrationsStub(regoin="x")


class TestQuotas:
    def test_are_the_published_ones(self, appint_stub):
        assert appint_stub.quotas == Quotas(20, 10, 10, 10, 50)

    def test_are_changed_by_the_setting_name_by_name(self):
        changed = AppIntegrationsStub(quotas={"applications": 2, "event_integrations": None}).quotas
        assert changed == Quotas(20, 10, None, 10, 2)

    def test_are_all_lifted_by_none(self):
        assert AppIntegrationsStub(quotas=None).quotas == Quotas(None, None, None, None, None)

    def test_can_be_read_and_set(self, appint_stub, appint_client, error_of):
        appint_stub.quotas.data_integrations = 0
        code, *_ = error_of(appint_client.create_data_integration, Name="n", KmsKey="k")
        assert code == "ResourceQuotaExceededException"
        assert appint_stub.quotas.data_integrations == 0

    def test_refuse_an_unknown_name_and_a_wrong_value(self, appint_stub):
        with pytest.raises(AttributeError, match="unknown quota 'data_integration'; did you mean 'data_integrations'"):
            appint_stub.quotas.data_integration = 5
        with pytest.raises(AttributeError, match="aplications"):
            _ = appint_stub.quotas.aplications
        with pytest.raises(ValueError, match="quota 'applications' must be a whole number from 0, or None to lift it"):
            appint_stub.quotas.applications = "many"
