"""What is read from botocore's model."""

from __future__ import annotations

import datetime

import botocore
import pytest

from pytest_appintegrations.model import service

NOW = datetime.datetime.now(datetime.timezone.utc)


@pytest.mark.parametrize("name", ["CreateApplication", "create_application"])
def test_an_operation_is_resolved_in_either_style(name):
    assert service.resolve_operation(name) == "CreateApplication"


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("CreateAplication", ValueError, "unknown operation 'CreateAplication'; did you mean 'CreateApplication'?"),
        ("create_aplication", ValueError, "unknown operation 'create_aplication'; did you mean 'create_application'?"),
        (5, TypeError, "the name of an operation must be a string such as 'CreateApplication', not 5"),
    ],
)
def test_an_unknown_operation_is_refused_in_the_style_that_it_is_written_in(name, error, message):
    with pytest.raises(error) as caught:
        service.resolve_operation(name)
    assert str(caught.value) == message


def test_every_modelled_error_has_its_status_and_message():
    assert service.errors("CreateDataIntegrationAssociation") == {
        "AccessDeniedException": 403,
        "InternalServiceError": 500,
        "InvalidRequestException": 400,
        "ResourceNotFoundException": 404,
        "ResourceQuotaExceededException": 429,
        "ThrottlingException": 429,
    }
    assert all(service.error_text(code) for code in service.all_errors())
    assert (
        service.error_text("ResourceQuotaExceededException") == "The allowed quota for the resource has been exceeded."
    )


def test_errors_that_the_model_does_not_name_have_a_status_and_no_message():
    assert service.UNMODELLED_ERRORS == {
        "SerializationException": 400,
        "TooManyRequestsException": 429,
        "ValidationException": 400,
    }
    for code, status in service.UNMODELLED_ERRORS.items():
        assert code not in service.all_errors()
        assert service.statuses()[code] == status
        assert service.error_text(code) == ""


class TestKnownMembers:
    SHAPES = {  # noqa: RUF012
        "S": {
            "type": "structure",
            "members": {"L": {"shape": "L"}, "M": {"shape": "M"}, "At": {"shape": "T"}, "Next": {"shape": "S"}},
        },
        "L": {"type": "list", "member": {"shape": "V"}},
        "M": {"type": "map", "key": {"shape": "K"}, "value": {"shape": "V"}},
        "V": {"type": "structure", "members": {"Name": {"shape": "K"}, "At": {"shape": "T"}}},
        "K": {"type": "string"},
        "T": {"type": "timestamp"},
    }

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ({"Unknown": 1, "Next": {"Unknown": 1, "At": NOW}}, {"Next": {"At": NOW}}),
            ({"L": [{"Name": "a", "Nme": "b"}, {}]}, {"L": [{"Name": "a"}, {}]}),
            ({"M": {"k": {"Name": "a", "Nme": "b"}}}, {"M": {"k": {"Name": "a"}}}),
            ({"At": None, "L": None, "Next": {"At": None}}, {"Next": {}}),
            ({"L": {"Unknown": 1}, "M": [1], "Next": "x"}, {"L": {"Unknown": 1}, "M": [1], "Next": "x"}),
        ],
        ids=["structures", "lists", "maps", "nothing", "wrong types"],
    )
    def test_are_copied_and_others_left_out_at_every_depth(self, shape_of, value, expected):
        copied = service.known_members(shape_of("S", self.SHAPES), value)
        assert copied == expected
        assert copied is not value

    def test_without_a_shape_there_are_none(self):
        assert service.known_members(None, {"Unknown": 1}) == {}


@pytest.mark.parametrize("name", ["us-east-1", "eu-isoe-west-1", "cn-north-1", "us-east-99"])
def test_a_region_of_any_partition_is_accepted(name):
    service.check_region(name)


@pytest.mark.parametrize(("name", "nearest"), [("us-east1", "us-east-1"), ("eu_west_2", "eu-west-2")])
def test_a_malformed_region_is_refused_with_the_nearest_one(name, nearest):
    with pytest.raises(ValueError, match=f"^unknown region '{name}'; did you mean '{nearest}'"):
        service.check_region(name)


def test_the_version_is_that_of_botocore():
    assert service.version() == f"botocore {botocore.__version__}"
