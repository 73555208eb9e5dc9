"""`python -m pytest_appintegrations` as a process: it serves until a signal, and reports in one line why it cannot."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys

import pytest

from pytest_appintegrations import AppIntegrationsStub
from tests.support.http import ask, send_bytes

pytestmark = pytest.mark.slow

COMMAND = (sys.executable, "-m", "pytest_appintegrations")
NEW = {"Name": "orders", "KmsKey": "k"}


class Served:
    """The process, its URL and the environment that it prints."""

    def __init__(self, process):
        self.process = process
        self.lines = []
        self.url = re.search(r"http://127\.0\.0\.1:\d+", self.next_line())[0]
        self.environ = {}
        while "AWS_DEFAULT_REGION" not in self.environ:
            [command, assignment] = shlex.split(self.next_line())
            assert command == "export"
            name, _, self.environ[name] = assignment.partition("=")

    def next_line(self):
        return self.process.stdout.readline().rstrip("\n")

    def stop(self, number):
        """Send a signal; return the exit status and the output that was not read yet."""
        self.process.send_signal(number)
        output, errors = self.process.communicate(timeout=60)
        return self.process.returncode, output, errors


@contextlib.contextmanager
def started(*options):
    process = subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield Served(process)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def served():
    with started("--port", "0") as served:
        yield served


def refused(*options):
    """Run a command that can't serve; return what it prints after the usage."""
    child = subprocess.run([*COMMAND, *options], capture_output=True, text=True, timeout=60)
    assert (child.returncode, child.stdout) == (2, "")
    assert "Traceback" not in child.stderr
    return child.stderr.partition("error: ")[2].splitlines()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_ends_without_a_traceback(served, number):
    assert ask(served, "POST", "/dataIntegrations", NEW)[0] == 200
    port = int(served.url.rpartition(":")[2])
    assert served.stop(number) == (0, "CreateDataIntegration in us-east-1: 200\n", "")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=10)


def test_an_open_connection_does_not_keep_it_running(served):
    with socket.create_connection(("127.0.0.1", int(served.url.rpartition(":")[2])), timeout=10) as connection:
        connection.sendall(b"POST /applications HTTP/1.1\r\n")
        status, _, errors = served.stop(signal.SIGTERM)
    assert (status, errors) == (0, "")


def test_it_prints_a_line_for_each_request(served):
    ask(served, "GET", "/applications", region="eu-west-2")
    ask(served, "GET", "/dataIntegrations/nobody")
    send_bytes(served, b"GET /\x7fnothing%20 HTTP/1.1\r\nHost: localhost\r\n\r\n")
    ask(served, "GET", "/applications", headers={"Host": "evil.example"})
    send_bytes(served, b"\x1b[2J\r\n\r\n")
    assert [served.next_line() for _ in range(5)] == [
        "ListApplications in eu-west-2: 200",
        "GetDataIntegration in us-east-1: 404 ResourceNotFoundException",
        r"GET /\x7fnothing%20 in us-east-1: 404 UnknownOperationException",
        "ListApplications in us-east-1: 421 MisdirectedRequest",
        "a request that can't be read: 400 BadRequest",
    ]


def test_a_client_with_the_environment_that_it_prints_is_answered(served):
    program = "import boto3; print(boto3.client('appintegrations').create_data_integration(Name='orders', KmsKey='k')['Name'])"
    child = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, env={**os.environ, **served.environ}
    )
    assert child.stdout == "orders\n", child.stderr
    assert served.next_line() == "CreateDataIntegration in us-east-1: 200"


def test_it_goes_on_when_nobody_reads_what_it_prints(served):
    served.process.stdout.close()
    for _ in range(3):
        assert ask(served, "GET", "/applications")[0] == 200
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(60) == 0
    assert served.process.stderr.read() == ""
    served.process.stdout = None


@pytest.fixture
def seed_file(tmp_path):
    stub = AppIntegrationsStub()
    stub.data_integrations.add(Name="orders")
    file = tmp_path / "records.json"
    file.write_text(json.dumps(stub.dump()))
    return file


def test_it_begins_with_the_records_of_a_seed_file(seed_file):
    with started("--port", "0", "--seed-file", str(seed_file)) as served:
        assert ask(served, "GET", "/dataIntegrations/orders")[2]["Name"] == "orders"


def test_every_mistake_in_a_seed_file_is_reported(seed_file):
    data = json.loads(seed_file.read_text())
    [record] = data["regions"]["us-east-1"]["data_integrations"]
    data["regions"]["us-east-1"]["data_integrations"] = [{**record, "Name": 1}, {**record, "Nam": "x"}]
    seed_file.write_text(json.dumps(data))
    first, *reasons = refused("--seed-file", str(seed_file))
    assert first == f"argument --seed-file: nothing of {seed_file} was loaded:"
    assert len(reasons) >= 2


def test_a_port_in_use_is_reported():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        [line] = refused("--port", str(port))
    assert line.startswith(f"argument --port: can't listen on {port}: Address already in use")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--prot", "1"), "unrecognized arguments: --prot 1"),
        (("--seed", "x"), "unrecognized arguments: --seed x"),
        (("--port", "65536"), "argument --port: invalid port '65536': it must be a number from 0 to 65535"),
        (("--port", "٣"), "argument --port: invalid port '٣': it must be a number from 0 to 65535"),
        (
            ("--seed-file", "missing.json"),
            "argument --seed-file: missing.json can't be read: No such file or directory",
        ),
    ],
)
def test_a_wrong_option_is_reported_in_one_line(options, message):
    assert refused(*options) == [message]


def test_help_names_the_options_and_the_default_port():
    child = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, timeout=60, check=True)
    assert "--seed-file FILE.json" in child.stdout
    assert "default: 4587" in child.stdout


def test_importing_it_serves_nothing():
    before = signal.getsignal(signal.SIGTERM)
    importlib.import_module("pytest_appintegrations.__main__")
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.fixture
def _signals():
    """Restore the signal handlers that the command replaces."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_signals")
def test_an_invalid_port_is_a_usage_error(capsys):
    from pytest_appintegrations.__main__ import main

    with pytest.raises(SystemExit) as exit:
        main(["--port", "many"])
    assert exit.value.code == 2
    assert "invalid port 'many'" in capsys.readouterr().err
