"""What the stub costs over HTTP, beside moto's threaded server with another service."""

from __future__ import annotations

import logging
import statistics
from concurrent.futures import ThreadPoolExecutor

import botocore.session
import pytest
from moto.server import ThreadedMotoServer

from pytest_appintegrations import AppIntegrationsStub
from pytest_appintegrations.interception.handlers import HANDLERS
from tests.benchmarks.conftest import timed

CALLS = 50
APPLICATION = "11111111-2222-4333-a444-555555555555"


def new_client(service, url):
    client = botocore.session.Session().create_client(
        service, region_name="us-east-1", endpoint_url=url, aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    if service == "appintegrations":
        for event, handler, *_ in HANDLERS:
            client.meta.events.unregister(event, handler)  # Or it would be answered in process.
    return client


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # Not to count the line that pytest would capture.
    client = new_client("appconfig", f"http://{host}:{port}")
    identifier = client.create_application(Name="orders")["Id"]
    yield lambda: client.get_application(ApplicationId=identifier)
    server.stop()


@pytest.fixture(scope="module")
def server():
    stub = AppIntegrationsStub()
    stub.applications.add(Id=APPLICATION)
    with stub.serve() as server:
        yield server


def getting(server):
    client = new_client("appintegrations", server.url)
    return lambda: client.get_application(Arn=APPLICATION)


def repeated(call):
    def repeatedly():
        for _ in range(CALLS):
            call()

    return repeatedly


def test_a_call(bench, server, moto):
    ratio = bench.ratio(repeated(getting(server)), repeated(moto), rounds=30)
    bench.note("a call over appint_server : one to moto's threaded server", ratio, bar=0.4)


def test_eight_clients_at_once(bench, server):
    clients = [repeated(getting(server)) for _ in range(8)]

    def at_once():
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda calls: calls(), clients))

    def one_after_the_other():
        for client in clients:
            client()

    ratio = bench.ratio(at_once, one_after_the_other, rounds=10)
    bench.note("8 clients at once over appint_server : one after the other, the same number of calls", ratio)


def test_up_and_down(bench):
    seconds = []

    def up_and_down():
        def serve():
            with stub.serve():
                pass

        stub = AppIntegrationsStub()
        seconds.append(timed(serve))

    for _ in range(2 if bench.short else 50):
        up_and_down()
    bench.once(up_and_down)
    bench.note("appint_server up and down", 1000 * statistics.median(seconds), bar=20, unit=" ms")
