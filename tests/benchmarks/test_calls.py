"""What a call costs, and whether it costs the same as the store grows."""

from __future__ import annotations

import itertools
import threading
import tracemalloc

import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ClientError

from pytest_appintegrations import AppIntegrationsStub, Fault
from tests.support.payloads import FULL_ASSOCIATION

PARENT = "11111111-2222-4333-a444-555555555555"
FEW, MANY = "eu-west-1", "eu-west-2"
MODES = ("legacy", "standard", "adaptive")
UNLIMITED = pytest.mark.appint(quotas={"data_integration_associations": None})


class Canned:
    """A handler that answers every create of an association alike, while it is on."""

    on = True
    headers = {"content-type": "application/json", "x-amzn-RequestId": PARENT}  # noqa: RUF012

    def __call__(self, request, **_):
        return AWSResponse(request.url, 200, self.headers, self) if self.on else None

    def stream(self):
        yield (
            b'{"DataIntegrationAssociationId":"11111111-2222-4333-a444-555555555555","DataIntegrationArn":'
            b'"arn:aws:app-integrations:us-east-1:123456789012:data-integration/11111111-2222-4333-a444-555555555555"}'
        )


def new_client(region="us-east-1", **config):
    return botocore.session.Session().create_client(
        "appintegrations",
        region_name=region,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(**config),
    )


def times(number, function):
    """Return a function that calls another so many times."""

    def repeatedly():
        for _ in range(number):
            function()

    return repeatedly


def creating(client, parent, *, varied=False):
    """Return a function that creates with every parameter: the same each time, or with texts never used before."""
    # Without a token, as most users call: botocore makes one each time.
    payload = {name: value for name, value in FULL_ASSOCIATION.items() if name != "ClientToken"}
    payloads = itertools.cycle([numbered(payload, f"{number:03}") for number in range(500)] if varied else [payload])
    return lambda: client.create_data_integration_association(DataIntegrationIdentifier=parent, **next(payloads))


def numbered(value, number):
    """Return nested values with each text replaced by one of equal length that ends in a number; enums are kept."""
    if isinstance(value, dict):
        return {key: numbered(item, number) for key, item in value.items()}
    if isinstance(value, list):
        return [numbered(item, number) for item in value]
    return value if value == "ON_DEMAND" else f"{value[:-3]}{number}"


def fill(stub, region, number):
    stores = stub.in_region(region)
    parent = stores.data_integrations.add(Name="orders")
    for _ in range(number):
        stores.data_integration_associations.add(DataIntegrationArn=parent["Arn"], DestinationURI="s3://bucket/key")
    return parent["Id"]


@pytest.mark.appint_real  # The canned response is used while no stub is active.
@pytest.mark.parametrize("texts", ["alike", "varied"])
def test_full_payload(bench, texts):
    client, canned = new_client(), Canned()
    stub = AppIntegrationsStub(quotas={"data_integration_associations": None})
    client.meta.events.register("before-send.appintegrations", canned)
    create = creating(client, PARENT, varied=texts == "varied")

    def the_canned_answers():
        stub.stop()
        canned.on = True
        create()

    def the_stub_answers():
        stub.start()
        stub.data_integrations.add(Name="orders", Id=PARENT)
        canned.on = False
        create()

    fifty = times(50, create)
    ratio = bench.ratio(fifty, fifty, before=the_stub_answers, before_base=the_canned_answers, rounds=100)
    stub.stop()
    assert len(stub.calls) == 51
    own, bar = ("", 0.25) if texts == "alike" else (", each with texts of its own", None)
    bench.note(f"a full create_data_integration_association adds, over a canned answer{own}", ratio - 1, bar=bar)


@UNLIMITED
def test_create_among_many(bench, appint_stub):
    small, large = (50, 100) if bench.short else (100, 10_000)
    few, many = (
        creating(new_client(region), fill(appint_stub, region, number))
        for region, number in ((FEW, small), (MANY, large))
    )
    ratio = bench.ratio(times(20, many), times(20, few), rounds=40)
    bench.note(f"creating the {large:,}th association : the {small}th", ratio, bar=1.5)


@pytest.mark.appint(page_size=10)
def test_last_page(bench, appint_stub):
    parent = fill(appint_stub, FEW, 10_000)
    client = new_client(FEW)
    tokens = [None]
    while True:
        page = client.list_data_integration_associations(
            DataIntegrationIdentifier=parent, **({"NextToken": tokens[-1]} if tokens[-1] else {})
        )
        if "NextToken" not in page:
            break
        tokens.append(page["NextToken"])
    assert len(tokens) == 1_000
    first, last = (
        lambda page=page: client.list_data_integration_associations(DataIntegrationIdentifier=parent, **page)
        for page in ({}, {"NextToken": tokens[-1]})
    )
    ratio = bench.ratio(times(10, last), times(10, first), rounds=40)
    bench.note("reading the last of 1,000 pages : the first", ratio, bar=1.5)


@pytest.mark.parametrize("mode", MODES)
def test_throttled_to_exhaustion(bench, appint_stub, mode):
    # A client each: in standard and adaptive mode one client's quota of retries would soon be used up.
    clients = [new_client(retries={"mode": mode}) for _ in range(22)]
    plain = new_client(retries={"mode": mode})

    def throttled():
        with appint_stub.inject(Fault("ThrottlingException")), pytest.raises(ClientError):
            clients.pop().list_applications()

    ratio = bench.ratio(throttled, plain.list_applications, rounds=20)
    attempts = max(len(call.attempts) for call in appint_stub.calls)
    bench.note(f"{mode} mode: a call throttled in all of {attempts} attempts : one that is not", ratio)


@pytest.mark.appint_real  # What it is measured against is the same without a stub.
def test_a_session_of_the_codes_own(bench):
    def own_session():
        new_client()

    stub = AppIntegrationsStub()
    ratio = bench.ratio(own_session, own_session, before=stub.start, before_base=stub.stop, rounds=20)
    stub.stop()
    bench.note("the first client of a session that the code makes itself : the same without a stub", ratio, bar=1)


@UNLIMITED
def test_memory_of_a_recorded_call(bench, appint_stub):
    parent = appint_stub.data_integrations.add(Name="orders")["Id"]
    client = new_client()
    number = 10 if bench.short else 2_000

    def measure(function):
        times(10, function)()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        times(number, function)()
        try:
            return (tracemalloc.get_traced_memory()[0] - before) / number
        finally:
            tracemalloc.stop()

    def both():
        return measure(creating(client, parent)), measure(lambda: client.get_data_integration(Identifier=parent))

    create, get = bench.once(both)
    bench.note("memory of a full create_data_integration_association and its record", create, unit=" B")
    bench.note("memory of a get_data_integration", get, unit=" B")


@UNLIMITED
@pytest.mark.parametrize("answer", ["the stub's", "canned"])
def test_threads(bench, appint_stub, answer):
    """The canned answer shows what threads cost botocore itself, which shares Python's one lock among them."""
    parent = appint_stub.data_integrations.add(Name="orders")["Id"]
    clients = [new_client() for _ in range(8)]
    for client in clients if answer == "canned" else ():
        client.meta.events.register_first("before-send.appintegrations", Canned())
    calls = [creating(client, parent) for client in clients]

    def eight():
        threads = [threading.Thread(target=times(25, call)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    ratio = bench.ratio(times(200, calls[0]), eight, rounds=20)
    bar = None if answer == "canned" else 1
    bench.note(f"calls a second of 8 threads : of one, {answer} answer", ratio, bar=bar, at_least=True)
