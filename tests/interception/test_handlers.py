"""Every client is caught, nothing looks for credentials, nothing reaches AWS."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import uuid

import boto3
import botocore.session
import pytest
from botocore.config import Config
from botocore.loaders import Loader

from pytest_appintegrations import AppIntegrationsStub, Fault, RealCallRefused, UnexpectedCall
from pytest_appintegrations.interception import backoff, handlers

MADE_AT_IMPORT = boto3.client("appintegrations", region_name="us-east-1")


def in_thread(function):
    result = []
    thread = threading.Thread(target=lambda: result.append(function()))
    thread.start()
    thread.join()
    return result[0]


@pytest.mark.parametrize(
    "make",
    [
        lambda: MADE_AT_IMPORT,
        lambda: boto3.client("appintegrations"),
        lambda: boto3.Session().client("appintegrations"),
        lambda: boto3.Session(region_name="us-east-1").client("appintegrations"),
        lambda: botocore.session.get_session().create_client("appintegrations"),
        lambda: botocore.session.Session().create_client("appintegrations", "us-east-1"),
        lambda: in_thread(lambda: boto3.client("appintegrations")),
        lambda: boto3.client("appintegrations", config=Config(signature_version=botocore.UNSIGNED)),
        lambda: boto3.client("appintegrations", endpoint_url="https://localhost:1/base"),
        lambda: boto3.client("appintegrations", aws_access_key_id="AKIDREAL", aws_secret_access_key="secret"),
        lambda: boto3.Session("AKIDREAL", "secret").client("appintegrations"),
        lambda: boto3.client("appintegrations", config=Config(use_fips_endpoint=True)),
        lambda: boto3.client("appintegrations", config=Config(use_dualstack_endpoint=True)),
    ],
    ids=["import", "boto3", "session", "session-region", "botocore", "botocore-session", "thread", "unsigned",
         "endpoint", "explicit", "explicit-session", "fips", "dualstack"],
)  # fmt: skip
def test_every_client_is_caught(appint_stub, integration, make):
    client = make()
    for call in (lambda: client.get_data_integration(Identifier="orders"),) * 2:
        assert in_thread(call)["Id"] == call()["Id"] == integration["Id"]
    assert len(appint_stub.calls) == 4
    assert appint_stub.calls.last.region == "us-east-1"


def sent_by(client):
    """Return the request that a call of the client sends."""
    requests = []
    client.meta.events.register("before-send", lambda request, **_: requests.append(request))
    client.list_data_integrations()
    return requests[0]


@pytest.mark.parametrize("explicit", [{}, {"aws_access_key_id": "AKIDREAL", "aws_secret_access_key": "real"}])
def test_nothing_is_signed_with_real_credentials(appint_stub, monkeypatch, explicit):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real-token")
    headers = {
        name.lower(): str(value) for name, value in sent_by(boto3.client("appintegrations", **explicit)).headers.items()
    }
    assert "Credential=testing/" in headers["authorization"]
    assert not any("AKIDREAL" in value or "real-token" in value for value in headers.values())


def test_a_signed_url_is_signed_with_dummies_too(appint_stub, monkeypatch):
    client = boto3.client("appintegrations", aws_access_key_id="AKIDREAL", aws_secret_access_key="real")
    url = client.generate_presigned_url("list_data_integrations")
    assert "Credential=testing" in url
    client.list_data_integrations()
    assert len(appint_stub.calls) == 1


def test_nothing_looks_for_credentials(appint_stub, monkeypatch):
    looked = []
    monkeypatch.setattr(botocore.session.Session, "get_credentials", lambda self: looked.append(self))
    boto3.client("appintegrations").list_data_integrations()
    appint_stub.client().list_data_integrations()
    assert looked == []
    boto3.client("s3", region_name="us-east-1")
    assert len(looked) == 1


class TestBotocoresData:
    @staticmethod
    def loader_of(session):
        session.create_client("appintegrations").list_applications()
        return session.get_component("data_loader")

    def test_is_read_once_for_all_sessions(self, appint_stub):
        first, second = botocore.session.Session(), botocore.session.Session()
        assert first.get_component("data_loader") is not second.get_component("data_loader")
        assert self.loader_of(first) is self.loader_of(second) is self.loader_of(first)

    def test_is_read_again_from_other_folders(self, appint_stub, tmp_path):
        other = botocore.session.Session()
        other.set_config_variable("data_path", str(tmp_path))
        assert str(tmp_path) in self.loader_of(other).search_paths
        assert self.loader_of(botocore.session.Session()) is not self.loader_of(other)

    def test_follows_a_loader_whose_folders_were_changed(self, appint_stub, tmp_path):
        changed = self.loader_of(botocore.session.Session())
        changed.search_paths.append(str(tmp_path))
        after = self.loader_of(botocore.session.Session())
        assert str(tmp_path) not in after.search_paths
        assert self.loader_of(botocore.session.Session()) is after

    def test_of_the_users_own_loader_is_left_alone(self, appint_stub):
        class Own(Loader):
            pass

        session = botocore.session.Session()
        session.register_component("data_loader", own := Own())
        assert self.loader_of(session) is own

    def test_is_each_sessions_own_without_a_stub(self):
        sessions = [botocore.session.Session() for _ in range(2)]
        for session in sessions:
            session.create_client("appintegrations", "us-east-1")
        assert sessions[0].get_component("data_loader") is not sessions[1].get_component("data_loader")


def test_the_callers_region_is_kept(appint_stub, monkeypatch):
    assert boto3.client("appintegrations").meta.region_name == "us-east-1"
    assert boto3.client("appintegrations", "eu-west-2").meta.region_name == "eu-west-2"
    named = Config(region_name="eu-central-1")
    assert boto3.client("appintegrations", config=named).meta.region_name == "eu-central-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ca-central-1")
    assert boto3.client("appintegrations").meta.region_name == "ca-central-1"


def test_no_region_is_made_up_without_a_stub():
    with pytest.raises(botocore.exceptions.NoRegionError):
        boto3.client("appintegrations")


@pytest.mark.appint(region="eu-west-2")
def test_a_client_without_region_gets_the_stubs(appint_stub):
    appint_stub.data_integrations.add(Name="orders")
    assert boto3.client("appintegrations").get_data_integration(Identifier="orders")["Name"] == "orders"
    unsigned = Config(signature_version=botocore.UNSIGNED)
    elsewhere = boto3.client("appintegrations", endpoint_url="https://localhost:1", config=unsigned)
    assert elsewhere.get_data_integration(Identifier="orders")["Name"] == "orders"


@pytest.mark.slow
def test_sessions_older_than_the_plugin_are_caught():
    program = """
import botocore.session
session = botocore.session.Session()
client = session.create_client("appintegrations", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
from pytest_appintegrations import AppIntegrationsStub
for _ in range(2):
    with AppIntegrationsStub() as stub:
        client.list_data_integrations()
        session.create_client("appintegrations").list_data_integrations()
        assert len(stub.calls) == 2 and all(len(call.attempts) == 1 for call in stub.calls)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
    gc.collect()


def test_a_session_without_botocores_own_handlers_is_caught(appint_stub):
    bare = botocore.session.Session(include_builtin_handlers=False)
    for _ in range(2):
        bare.create_client("appintegrations").list_data_integrations()
    assert [len(call.attempts) for call in appint_stub.calls] == [1, 1]


def test_other_services_are_left_alone(appint_stub):
    with pytest.raises(botocore.exceptions.EndpointConnectionError):
        boto3.client(
            "s3", "us-east-1", endpoint_url="http://127.0.0.1:9", aws_access_key_id="a", aws_secret_access_key="b",
            config=Config(retries={"total_max_attempts": 1}),
        ).list_buckets()  # fmt: skip
    assert not appint_stub.calls


def test_a_real_call_is_refused_and_the_message_says_what_to_do():
    with pytest.raises(RealCallRefused) as caught:
        MADE_AT_IMPORT.list_data_integrations()
    message = str(caught.value)
    for part in ("ListDataIntegrations", "app-integrations.us-east-1.amazonaws.com", "appint_stub",
                 "@pytest.mark.appint_real", "appint_real_calls = allow"):  # fmt: skip
        assert part in message
    assert not issubclass(RealCallRefused, Exception)
    assert not issubclass(UnexpectedCall, Exception)


def test_a_stub_inside_a_stub_answers_until_it_ends(appint_stub, integration):
    outer, inner = MADE_AT_IMPORT, AppIntegrationsStub(region="us-east-1")
    with inner:
        assert outer.list_data_integrations()["DataIntegrations"] == []
        with AppIntegrationsStub() as innermost:
            outer.list_data_integrations()
        outer.list_data_integrations()
    assert len(outer.list_data_integrations()["DataIntegrations"]) == 1
    assert (len(innermost.calls), len(inner.calls), len(appint_stub.calls)) == (1, 2, 1)


def test_a_stub_that_ends_before_a_later_one_leaves_it_active(appint_stub):
    first, second = AppIntegrationsStub(), AppIntegrationsStub()
    first.start()
    second.start()
    first.stop()
    MADE_AT_IMPORT.list_data_integrations()
    second.stop()
    MADE_AT_IMPORT.list_data_integrations()
    assert (len(first.calls), len(second.calls), len(appint_stub.calls)) == (0, 1, 1)


def test_an_operation_that_the_installed_model_lacks_is_an_unexpected_call(appint_stub, tmp_path, monkeypatch):
    """A newer botocore may have one more operation; here a model of the user's own has it."""
    import json

    from botocore.loaders import Loader

    model = Loader().load_service_model("appintegrations", "service-2")
    model["operations"]["CreateFlow"] = {
        "name": "CreateFlow", "http": {"method": "POST", "requestUri": "/flows"}, "errors": [],
    }  # fmt: skip
    folder = tmp_path / "appintegrations" / "2099-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(model))
    rules = Loader().load_service_model("appintegrations", "endpoint-rule-set-1")
    (folder / "endpoint-rule-set-1.json").write_text(json.dumps(rules))
    monkeypatch.setenv("AWS_DATA_PATH", str(tmp_path))
    client = boto3.Session().client("appintegrations")
    with pytest.raises(UnexpectedCall, match=rf"^CreateFlow was called.*botocore {botocore.__version__}"):
        client.create_flow()
    assert [(call.operation, call.error, call.params) for call in appint_stub.calls] == [
        ("CreateFlow", "UnexpectedCall", {})
    ]
    with pytest.raises(ValueError, match="unknown operation 'CreateFlow'"):
        appint_stub.calls.to("CreateFlow")


def test_an_operation_that_the_backend_lacks_is_an_unexpected_call(appint_stub, appint_client, monkeypatch):
    from pytest_appintegrations.backend import operations

    monkeypatch.setattr(operations, "find", lambda name: None)
    with pytest.raises(UnexpectedCall, match="ListApplications was called, but this stub can't answer it"):
        appint_client.list_applications()
    appint_stub.inject(Fault("ThrottlingException", calls=1))
    with pytest.raises(appint_client.exceptions.ThrottlingException):
        appint_client.list_applications()
    assert [call.error for call in appint_stub.calls] == ["UnexpectedCall", "ThrottlingException"]


@pytest.mark.slow
def test_moto_answers_the_rest(appint_stub):
    moto = pytest.importorskip("moto")
    with moto.mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="exports")
        client = boto3.client("appintegrations")
        client.create_data_integration(Name="orders", KmsKey="k")
        assert [record["Name"] for record in client.list_data_integrations()["DataIntegrations"]] == ["orders"]
        assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["exports"]
    assert len(appint_stub.calls) == 2


@pytest.mark.slow
@pytest.mark.parametrize("first", ["moto", "pytest_appintegrations"])
def test_moto_in_either_import_order(first):
    pytest.importorskip("moto")
    imports = [
        "import moto",
        "from pytest_appintegrations import AppIntegrationsStub; AppIntegrationsStub().__enter__()",
    ]
    program = (
        "\n".join(imports if first == "moto" else imports[::-1])
        + """
import boto3
with moto.mock_aws():
    assert boto3.client("appintegrations").list_data_integrations()["DataIntegrations"] == []
    assert boto3.client("sqs", "us-east-1").list_queues()["ResponseMetadata"]["HTTPStatusCode"] == 200
"""
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_stubber_on_the_same_client_goes_first(appint_stub, appint_client):
    from botocore.stub import Stubber

    with Stubber(appint_client) as stubber:
        stubber.add_response("list_data_integrations", {"DataIntegrations": [{"Name": "stubbed"}]})
        assert appint_client.list_data_integrations()["DataIntegrations"] == [{"Name": "stubbed"}]
    assert appint_client.list_data_integrations()["DataIntegrations"] == []
    assert len(appint_stub.calls) == 1


class TestWhichAttemptsAreOneCall:
    @pytest.fixture
    def constant_ids(self, monkeypatch):
        """Patch the function by which botocore makes invocation ids, as test suites do for snapshots."""
        monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=1))

    def test_calls_are_told_apart_while_uuid4_is_patched(self, appint_stub, constant_ids):
        client = boto3.client("appintegrations")
        appint_stub.inject(
            Fault("AccessDeniedException", operation="ListApplications", calls=1),
            Fault("ThrottlingException", operation="ListDataIntegrations", attempts=1),
        )
        with pytest.raises(client.exceptions.AccessDeniedException):
            client.list_applications()
        client.list_applications(MaxResults=7)
        client.list_data_integrations()
        assert [(call.operation, len(call.attempts)) for call in appint_stub.calls] == [
            ("ListApplications", 1),
            ("ListApplications", 1),
            ("ListDataIntegrations", 2),
        ]
        appint_stub.calls.assert_called_once("ListApplications", MaxResults=7)
        assert appint_stub.calls[2].attempts[0].backoff == appint_stub.clock.slept[0]

    def test_calls_of_threads_are_told_apart_while_uuid4_is_patched(self, appint_stub, constant_ids):
        client = boto3.client("appintegrations")
        threads = [threading.Thread(target=client.list_applications) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [len(call.attempts) for call in appint_stub.calls] == [1] * 8

    def test_a_request_without_a_client_is_a_call_by_itself(self, appint_stub, appint_client):
        request = sent_by(appint_client)
        events = boto3.Session()._session.get_component("event_emitter")
        for _ in range(2):
            emitted = events.emit("before-send.appintegrations.ListDataIntegrations", request=request)
            assert [response.status_code for _, response in emitted if response] == [200]
        assert [len(call.attempts) for call in appint_stub.calls] == [1, 1, 1]
        assert {call.region for call in appint_stub.calls} == {"us-east-1"}

    @pytest.mark.parametrize("event", ["before-sign", "before-send", "needs-retry"])
    @pytest.mark.parametrize("appint_retry_mode", ["legacy", "standard", "adaptive"])
    def test_a_call_inside_a_call_is_one_of_its_own(self, appint_stub, appint_retry_mode, event):
        outer, inner = boto3.client("appintegrations"), boto3.client("appintegrations")
        outer.meta.events.register_first(f"{event}.appintegrations", lambda **_: inner.list_applications() and None)
        appint_stub.inject(
            Fault("ThrottlingException", operation="ListDataIntegrations", attempts=2),
            Fault("ThrottlingException", operation="ListApplications", attempts=1),
        )
        outer.list_data_integrations()
        [call] = appint_stub.calls.to("ListDataIntegrations")
        assert [attempt.error for attempt in call.attempts] == ["ThrottlingException", "ThrottlingException", None]
        assert [attempt.backoff is None for attempt in call.attempts] == [False, False, True]
        inner_calls = appint_stub.calls.to("ListApplications")
        assert [len(call.attempts) for call in inner_calls] == [2, 1, 1]
        noted = [attempt.backoff or 0 for call in appint_stub.calls for attempt in call.attempts]
        if appint_retry_mode != "adaptive":  # In that mode a first attempt may wait as well.
            assert sum(appint_stub.clock.slept) == pytest.approx(sum(noted))


def test_a_delay_of_a_call_that_began_before_the_handlers_were_registered_is_left_alone(appint_stub):
    events = boto3.Session()._session.get_component("event_emitter")
    events.emit("needs-retry.appintegrations.ListApplications", request_dict={"context": {}})
    assert backoff.skip_delay(1.5) is False
    assert appint_stub.clock.slept == ()


def test_a_call_that_was_interrupted_leaves_no_trace(appint_stub, appint_client):
    """The thread may go on to wait for another service, and that wait must be real."""

    def interrupt(**_):
        raise KeyboardInterrupt

    appint_stub.inject(Fault("ThrottlingException", optional=True))
    appint_client.meta.events.register("needs-retry", interrupt)
    with pytest.raises(KeyboardInterrupt):
        appint_client.list_data_integrations()
    assert handlers.current_call() is None


BOTOCORE_ANEW = """
import sys, time
import boto3, pytest
from pytest_appintegrations import Fault

@pytest.fixture
def anew(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] in ("boto3", "botocore")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail("really slept"))
    import boto3 as imported_anew
    assert imported_anew is not boto3
    return imported_anew

@pytest.mark.parametrize("appint_retry_mode", ["legacy", "standard", "adaptive"])
@pytest.mark.parametrize("error", ["ThrottlingException", "ReadTimeoutError"])
def test_it(appint_stub, anew, appint_retry_mode, error):
    appint_stub.inject(Fault(error, attempts=2))
    anew.client("appintegrations").list_applications()
    assert [attempt.error for attempt in appint_stub.calls.last.attempts] == [error, error, None]
    assert len(appint_stub.clock.slept) >= 2

def test_the_botocore_from_before(appint_stub):
    appint_stub.inject(Fault("ReadTimeoutError", attempts=1))
    boto3.client("appintegrations").list_applications()
    assert len(appint_stub.calls.last.attempts) == 2
"""


@pytest.mark.slow
def test_a_botocore_that_a_test_imports_anew_is_caught_and_waits_for_nothing(pytester):
    pytester.makepyfile(BOTOCORE_ANEW)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:randomly").assert_outcomes(passed=7)
