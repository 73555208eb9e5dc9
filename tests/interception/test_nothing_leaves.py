"""Whatever credentials a machine has: no connection is attempted, no process is run, and no secret is shown."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

KEY, SECRET, TOKEN = "AKIAREALREALREAL1234", "RealSecretRealSecretRealSecretRealSecret", "RealSessionToken"
KEYS = f"aws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n"
NOWHERE = "http://127.0.0.1:9"

# Where the machine has credentials: environment variables, the configuration file, the file of credentials.
SOURCES = {
    "environment": (
        {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_SESSION_TOKEN": TOKEN},
        "[profile work]\nregion = eu-west-2\n",
        "",
    ),
    "profile": ({}, "[profile work]\nregion = eu-west-2\n", f"[default]\n{KEYS}[work]\n{KEYS}"),
    "process": ({}, "[default]\ncredential_process = touch ran\n[profile work]\ncredential_process = touch ran\n", ""),
    "role": (
        {},
        "[profile work]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\n",
        f"[keys]\n{KEYS}",
    ),
    "sso": (
        {},
        "[profile work]\nsso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\n"
        "sso_account_id = 123456789012\nsso_role_name = r\n",
        "",
    ),
    "web identity": (
        {"AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/r", "AWS_WEB_IDENTITY_TOKEN_FILE": "token"},
        "[profile work]\n",
        "",
    ),
    "container": ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{NOWHERE}/credentials"}, "[profile work]\n", ""),
    "instance": ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": f"{NOWHERE}/"}, "[profile work]\n", ""),
}

CONFTEST = """
import json, sys

TRIED = []

def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        TRIED.append((event, repr(arguments)))

sys.addaudithook(watch)

def pytest_unconfigure():
    with open("tried.json", "w") as file:
        json.dump(TRIED, file)
"""

SUITE = """
import logging
import boto3, botocore.session, pytest
from botocore.exceptions import ClientError

AT_IMPORT = boto3.client("appintegrations", region_name="us-east-1")
logging.getLogger("botocore").setLevel(logging.INFO)

MAKERS = {
    "at import": lambda: AT_IMPORT,
    "client": lambda: boto3.client("appintegrations"),
    "session": lambda: boto3.Session().client("appintegrations"),
    "profile": lambda: boto3.Session(profile_name="work").client("appintegrations"),
    "botocore": lambda: botocore.session.get_session().create_client("appintegrations"),
    "explicit": lambda: boto3.client("appintegrations", aws_access_key_id=KEY, aws_secret_access_key=SECRET,
                                     aws_session_token=TOKEN),
    "explicit session": lambda: boto3.Session(KEY, SECRET, TOKEN).client("appintegrations"),
}

@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.appint_fault("ThrottlingException", attempts=1)
@pytest.mark.appint_fault("ConnectTimeoutError", attempts=1)
def test_shows_all(appint_stub, maker):
    client = MAKERS[maker]()
    client.create_data_integration(Name="orders", KmsKey="k")
    with pytest.raises(ClientError):
        client.get_data_integration(Identifier="nobody")
    print(list(appint_stub.calls), appint_stub.calls.last.attempts, appint_stub.data_integrations, appint_stub.faults)
    appint_stub.calls.assert_called("GetApplication")

@pytest.mark.parametrize("maker", MAKERS)
def test_refused(maker):
    MAKERS[maker]().list_applications() if maker == "at import" else boto3.client(
        "appintegrations", region_name="us-east-1").list_applications()
"""


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.slow
def test_no_connection_is_attempted_and_no_secret_is_shown(tmp_path, source):
    variables, config, credentials = SOURCES[source]
    for name, text in (
        ("config", config), ("credentials", credentials), ("token", TOKEN), ("pytest.ini", "[pytest]\n"),
        ("conftest.py", CONFTEST),
        ("test_suite.py", f"KEY, SECRET, TOKEN = {KEY!r}, {SECRET!r}, {TOKEN!r}\n{SUITE}"),
    ):  # fmt: skip
        (tmp_path / name).write_text(text)
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_"))}
    machine = {"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "-vv", "--color=no", "--tb=short",
         "--appint-report=all", "--appint-coverage=errors.json", "--appint-coverage=errors.html", "--junit-xml=all.xml"],
        cwd=tmp_path, env={**plain, **machine, **variables}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "14 failed" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("RealCallRefused: ListApplications was about to be sent to") >= 7
    assert done.stdout.count("GetApplication was not called; 2 calls were made:") >= 7
    assert json.loads((tmp_path / "tried.json").read_text()) == []
    assert not (tmp_path / "ran").exists()
    output = done.stdout + done.stderr + "".join((tmp_path / name).read_text() for name in
                                               ("errors.json", "errors.html", "all.xml"))  # fmt: skip
    assert [secret for secret in (KEY, SECRET, TOKEN) if secret in output] == []
