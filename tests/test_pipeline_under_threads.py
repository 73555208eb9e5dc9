"""Many threads at once: nothing is lost, counted twice, or half done."""

from __future__ import annotations

import contextlib
import random
import re
import sys
import threading
from collections import Counter

import boto3
import pytest

from pytest_appintegrations import AppIntegrationsStub, Fault
from pytest_appintegrations.backend.resources import RESOURCE_TYPES
from pytest_appintegrations.interception import activation
from pytest_appintegrations.reporting import stats
from pytest_appintegrations.reporting import text as report
from pytest_appintegrations.stub import unused_faults
from tests.support.payloads import NEW_APPLICATION, NEW_EVENT_INTEGRATION, UUID

THREADS = 8
ON_DEMAND = {"ExecutionMode": "ON_DEMAND"}


@pytest.fixture(autouse=True)
def _often_switched():
    """Let Python switch threads as often as possible."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def together(*functions):
    """Run functions at once, a thread each; return what they returned, or raise what one of them raised."""
    start, returned, raised = threading.Barrier(len(functions)), [None] * len(functions), []

    def run(number, function):
        start.wait(60)
        try:
            returned[number] = function()
        except BaseException as problem:
            raised.append(problem)

    threads = [threading.Thread(target=run, args=numbered, daemon=True) for numbered in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    if raised:
        raise raised[0]
    return returned


def repeated(times, function):
    return lambda: [function() for _ in range(times)]


def until(done, function):
    """Return a function that calls another repeatedly."""

    def again():
        while not done.is_set():
            function()

    return again


def while_others(watch, *functions):
    """Run functions at once, and another one repeatedly until they have ended."""
    done = threading.Event()

    def finishing():
        try:
            together(*functions)
        finally:
            done.set()

    together(finishing, until(done, watch))


def code_of(function, **params):
    """Call, and return the error's code; None for a success."""
    from botocore.exceptions import ClientError

    try:
        function(**params)
    except ClientError as problem:
        return problem.response["Error"]["Code"]
    return None


def check_calls(stub):
    """Check that every call is whole: its attempts in order, each with its own id, the last of them its outcome."""
    request_ids = [attempt.request_id for call in stub.calls for attempt in call.attempts]
    assert len(set(request_ids)) == len(request_ids)
    for call in stub.calls:
        assert list(call.attempts) == sorted(call.attempts, key=lambda attempt: attempt.request_id)
        assert (call.error is None) == (call.response is not None)
        assert call.error == call.attempts[-1].error
        assert all(attempt.error and attempt.backoff is not None for attempt in call.attempts[:-1])
        assert call.attempts[-1].backoff is None
    assert [call.started_at for call in stub.calls] == sorted(call.started_at for call in stub.calls)


@pytest.mark.appint(quotas={"data_integrations": 10, "data_integration_associations": 10, "applications": 10})
@pytest.mark.parametrize("shared", [True, False], ids=["one client", "own clients"])
def test_no_quota_is_overrun(appint_stub, appint_client, shared):
    parent = appint_stub.data_integrations.add(Name="orders")["Id"]
    clients = [appint_client if shared else appint_stub.client() for _ in range(THREADS)]

    def create(client, number):
        return [
            (
                code_of(client.create_data_integration, Name=f"{number}-{step}", KmsKey="k"),
                code_of(client.create_data_integration_association, DataIntegrationIdentifier=parent),
                code_of(client.create_application, **{**NEW_APPLICATION, "Namespace": f"{number}-{step}"}),
            )
            for step in range(10)
        ]

    created = together(
        *(lambda client=client, number=number: create(client, number) for number, client in enumerate(clients))
    )
    answers = [codes for of_thread in created for codes in of_thread]
    # The seeded one counts too.
    for codes, free in zip(zip(*answers, strict=True), (9, 10, 10), strict=True):
        assert Counter(codes) == {None: free, "ResourceQuotaExceededException": 80 - free}
    for store in ("data_integrations", "data_integration_associations", "applications"):
        assert len(getattr(appint_stub, store)) == 10
    assert len(appint_stub.calls) == 240
    check_calls(appint_stub)


@pytest.mark.appint(quotas=None)
def test_every_record_and_id_is_its_own(appint_stub, appint_client):
    parent = appint_stub.data_integrations.add(Name="orders")["Id"]

    def create(number):
        ids = []
        for step in range(20):
            answer = appint_client.create_data_integration_association(
                DataIntegrationIdentifier=parent, ClientId=f"{number}-{step}", ExecutionConfiguration=ON_DEMAND
            )
            ids.append(answer["DataIntegrationAssociationId"])
            appint_stub.event_integrations.add()
        return ids

    ids = [
        key for keys in together(*(lambda number=number: create(number) for number in range(THREADS))) for key in keys
    ]
    assert len(set(ids)) == THREADS * 20
    records = dict(appint_stub.data_integration_associations)
    assert set(records) == set(ids)
    assert len({record["ClientId"] for record in records.values()}) == len(ids)
    assert len(appint_stub.event_integrations) == THREADS * 20


def test_the_same_token_makes_one_record(appint_stub, appint_client):
    appint_stub.data_integrations.add(Name="orders")

    def create():
        return [
            (
                appint_client.create_data_integration_association(DataIntegrationIdentifier="orders", ClientToken=token)["DataIntegrationAssociationId"],
                appint_client.create_application(**NEW_APPLICATION | {"Namespace": token}, ClientToken=token)["Id"],
            )
            for token in ("t1", "t2", "t3")
        ]  # fmt: skip

    answers = together(*[create] * THREADS)
    assert answers == [answers[0]] * THREADS
    assert len(appint_stub.data_integration_associations) == len(appint_stub.applications) == 3


@pytest.mark.parametrize("appint_retry_mode", ["legacy", "standard", "adaptive"])
def test_a_fault_is_applied_as_often_as_it_says(appint_stub, appint_retry_mode):
    handle = appint_stub.inject(Fault("ThrottlingException", attempts=100))
    clients = [appint_stub.client() for _ in range(THREADS)]
    codes = together(*(repeated(30, lambda client=client: code_of(client.list_applications)) for client in clients))
    errors = [attempt.error for call in appint_stub.calls for attempt in call.attempts]
    assert (handle.hits, handle.exhausted, errors.count("ThrottlingException")) == (100, True, 100)
    assert [attempt.fault for call in appint_stub.calls for attempt in call.attempts].count(None) == len(errors) - 100
    assert Counter(code for of_thread in codes for code in of_thread) == Counter(
        call.error for call in appint_stub.calls
    )
    check_calls(appint_stub)
    backoffs = [attempt.backoff for call in appint_stub.calls for attempt in call.attempts if attempt.backoff]
    assert len(backoffs) <= len(appint_stub.clock.slept)
    if appint_retry_mode != "adaptive":  # In that mode a first attempt may wait as well.
        assert sum(backoffs) == pytest.approx(sum(appint_stub.clock.slept))


@pytest.mark.parametrize(("rule", "denied"), [({"calls": 10}, 10), ({"attempts": 1, "after_calls": 20}, 1)], ids=str)
def test_calls_and_after_calls_are_counted_exactly(appint_stub, appint_client, rule, denied):
    handle = appint_stub.inject(Fault("AccessDeniedException", **rule))
    codes = together(*[repeated(10, lambda: code_of(appint_client.list_applications))] * THREADS)
    assert Counter(code for of_thread in codes for code in of_thread)["AccessDeniedException"] == handle.hits == denied


def test_an_injection_is_active_within_its_block_alone(appint_stub):
    """Each thread injects a fault for a name of its own and removes it, while the others do the same."""
    always = appint_stub.inject(Fault("AccessDeniedException", operation="GetApplication"))

    def inject(number):
        client, name = appint_stub.client(), f"thread-{number}"
        denied = Fault(
            "AccessDeniedException", operation="GetEventIntegration", when=lambda params: params["Name"] == name
        )
        for _ in range(10):
            with appint_stub.inject(denied) as handle:
                assert code_of(client.get_event_integration, Name=name) == "AccessDeniedException"
                assert (
                    code_of(client.get_application, Arn=f"{number}".zfill(8) + "-0000-4000-a000-000000000000")
                    == "AccessDeniedException"
                )
            assert handle.hits == 1
            assert code_of(client.get_event_integration, Name=name) == "ResourceNotFoundException"

    together(*(lambda number=number: inject(number) for number in range(THREADS)))
    assert [handle.faults for handle in appint_stub.faults] == [always.faults]
    assert always.hits == THREADS * 10
    assert unused_faults(appint_stub) == ""


def test_what_a_test_reads_is_whole_while_others_call(appint_stub, appint_client):
    """Stores, calls, faults and the report are read while they change."""

    def work(number):
        name = f"n{number}"
        throttled = Fault("ThrottlingException", operation="CreateEventIntegration", attempts=1, when={"Name": name})
        for _ in range(15):
            with appint_stub.inject(throttled):
                appint_client.create_event_integration(**{**NEW_EVENT_INTEGRATION, "Name": name})
            arn = appint_client.get_event_integration(Name=name)["EventIntegrationArn"]
            appint_client.tag_resource(resourceArn=arn, tags={"a": "1"})
            appint_client.delete_event_integration(Name=name)

    def look():
        for kind in RESOURCE_TYPES:
            view = getattr(appint_stub, kind.store)
            assert all(record[kind.id_member] == key for key, record in view.items())
            assert len(view.values()) <= THREADS
            assert repr(view).startswith(f"<{kind.store} in us-east-1: ")
        for call in appint_stub.calls:
            assert call.started_at <= appint_stub.clock.now()
            assert call.error in (None, "ThrottlingException")
            assert repr(call).startswith(f"<Call {call.operation}(")
        report.section(appint_stub.calls)
        assert stats.facts(appint_stub.calls, 0)["calls"] <= len(appint_stub.calls)
        assert all(handle.hits <= 1 for handle in appint_stub.faults)
        assert unused_faults(appint_stub).count("was never triggered") <= THREADS

    while_others(look, *(lambda number=number: work(number) for number in range(THREADS)))
    assert not appint_stub.event_integrations
    assert not appint_stub.faults
    assert Counter(call.operation for call in appint_stub.calls) == Counter(
        dict.fromkeys(
            ("CreateEventIntegration", "GetEventIntegration", "TagResource", "DeleteEventIntegration"), THREADS * 15
        )
    )
    assert {call.error for call in appint_stub.calls} <= {None, "ThrottlingException"}
    check_calls(appint_stub)


@pytest.mark.appint(page_size=3)
def test_pages_hold_what_was_there_throughout(appint_stub, appint_client):
    for number in range(10):
        appint_stub.applications.add(Namespace=f"old-{number}")
    old = list(appint_stub.applications)

    def work(number):
        for _ in range(10):
            key = appint_client.create_application(**{**NEW_APPLICATION, "Namespace": f"new-{number}"})["Id"]
            appint_client.update_application(Arn=key, Description="new")
            appint_client.delete_application(Arn=key)

    def look():
        pages = appint_client.get_paginator("list_applications").paginate()
        ids = [application["Id"] for page in pages for application in page["Applications"]]
        assert ids[:10] == old
        assert len(set(ids)) == len(ids)

    while_others(look, *(lambda number=number: work(number) for number in range(THREADS)))
    assert list(appint_stub.applications) == old


@pytest.mark.parametrize("nested", [True, False], ids=["inner first", "outer first"])
def test_a_stub_of_a_thread_answers_everybody_until_it_ends(nested):
    """It answers all threads while it is active, whichever of the two stubs ends first."""
    entered, leave, left = threading.Event(), threading.Event(), threading.Event()
    inner, client = AppIntegrationsStub(), AppIntegrationsStub().client()

    def in_thread():
        with inner:
            entered.set()
            leave.wait(60)
        left.set()

    with contextlib.ExitStack() as stack:
        outer = stack.enter_context(AppIntegrationsStub())
        client.list_applications()
        thread = threading.Thread(target=in_thread, daemon=True)
        thread.start()
        assert entered.wait(60)
        client.list_applications()
        if not nested:
            stack.close()
            client.list_applications()
        leave.set()
        assert left.wait(60)
        if nested:
            client.list_applications()
    thread.join(60)
    assert (len(outer.calls), len(inner.calls)) == ((2, 1) if nested else (1, 2))
    assert activation.answering_now() is None


def test_stubs_started_and_stopped_in_threads_leave_botocore_as_it_was():
    """No stub is lost and none stays; delays are skipped while there is one, and botocore is left as it was."""
    import time

    import botocore.endpoint
    from botocore.handlers import BUILTIN_HANDLERS

    handlers = list(BUILTIN_HANDLERS)
    begun = []

    def come_and_go():
        for _ in range(60):
            with AppIntegrationsStub() as stub:
                begun.append(stub)
                assert any(active.owner is stub for active in activation._stubs)
                assert botocore.endpoint.time is not time

    together(*[come_and_go] * THREADS)
    assert len(begun) == THREADS * 60
    assert activation._stubs == ()
    assert botocore.endpoint.time is time
    assert handlers == BUILTIN_HANDLERS


def test_clients_of_many_sessions_are_each_answered_once(appint_stub):
    """With a session in each thread, made at once: each has the handlers, once."""
    made = together(*[lambda: boto3.Session().client("appintegrations")] * THREADS)
    together(*(repeated(3, client.list_applications) for client in made))
    assert len(appint_stub.calls) == THREADS * 3
    check_calls(appint_stub)


class Worker:
    """The records of one thread, and what it expects of them: other threads must not change them."""

    def __init__(self, stub, number, client):
        self._stub, self._client, self._number = stub, client, number
        self._random = random.Random(number)
        self._integrations, self._associations, self._tags = {}, {}, {}
        self.calls = 0

    def run(self, count):
        steps = [
            self._create,
            self._associate,
            self._rename,
            self._get,
            self._delete,
            self._tag,
            self._list,
            self._fail,
        ]
        for step in self._random.choices(steps, k=count):
            if step == self._create or self._integrations:
                step()

    def check(self):
        arns = {record["Arn"]: key for key, record in self._stub.data_integrations.items() if key in self._integrations}
        records = [self._stub.data_integrations[key] for key in self._integrations]
        assert {record["Id"]: record["Name"] for record in records} == self._integrations
        assert {record["Arn"]: record.get("Tags", {}) for record in records} == self._tags
        associations = {key: self._stub.data_integration_associations[key] for key in self._associations}
        assert {key: arns[record["DataIntegrationArn"]] for key, record in associations.items()} == self._associations
        return len(records), len(associations)

    def _call(self, method, **params):
        self.calls += 1
        return getattr(self._client, method)(**params)

    def _any(self):
        return self._random.choice(list(self._integrations))

    def _name(self):
        return f"{self._number}-{self.calls}"

    def _create(self):
        answer = self._call("create_data_integration", Name=self._name(), KmsKey="k")
        assert re.fullmatch(UUID, answer["Id"])
        self._integrations[answer["Id"]], self._tags[answer["Arn"]] = answer["Name"], {}

    def _associate(self):
        key = self._any()
        answer = self._call("create_data_integration_association", DataIntegrationIdentifier=key, ClientId="c")
        self._associations[answer["DataIntegrationAssociationId"]] = key

    def _rename(self):
        key = self._any()
        self._integrations[key] = f"renamed-{self._name()}"
        self._call("update_data_integration", Identifier=key, Name=self._integrations[key])

    def _get(self):
        key = self._any()
        assert self._call("get_data_integration", Identifier=self._integrations[key])["Id"] == key

    def _delete(self):
        key = self._any()
        if key not in self._associations.values():
            del self._integrations[key], self._tags[self._stub.data_integrations[key]["Arn"]]
            self._call("delete_data_integration", DataIntegrationIdentifier=key)

    def _tag(self):
        arn = self._random.choice(list(self._tags))
        self._tags[arn][self._random.choice("abc")] = f"{self.calls}"
        self._call("tag_resource", resourceArn=arn, tags=self._tags[arn])
        assert self._call("list_tags_for_resource", resourceArn=arn)["tags"] == self._tags[arn]

    def _list(self):
        key, found, more = self._any(), [], {}
        while more is not None:
            page = self._call("list_data_integration_associations", DataIntegrationIdentifier=key, **more)
            found += [item["DataIntegrationAssociationArn"] for item in page["DataIntegrationAssociations"]]
            more = {"NextToken": page["NextToken"]} if "NextToken" in page else None
        own = [association for association, parent in self._associations.items() if parent == key]
        assert [arn.rpartition("/")[2] for arn in found] == own

    def _fail(self):
        key = self._any()
        fault = Fault("InternalServiceError", operation="GetDataIntegration", when={"Identifier": key})
        with self._stub.inject(fault) as handle:
            assert code_of(self._call, method="get_data_integration", Identifier=key) == "InternalServiceError"
        assert handle.hits >= 1


@pytest.mark.appint(quotas=None, page_size=2)
def test_what_one_thread_does_changes_nothing_of_the_others(appint_stub, appint_client):
    """With a random sequence in each thread, half of them with a client of their own."""
    workers = [
        Worker(appint_stub, number, appint_client if number % 2 else appint_stub.client()) for number in range(THREADS)
    ]
    together(*(lambda worker=worker: worker.run(60) for worker in workers))
    made = [worker.check() for worker in workers]
    assert len(appint_stub.data_integrations) == sum(integrations for integrations, _ in made)
    assert len(appint_stub.data_integration_associations) == sum(associations for _, associations in made)
    assert len(appint_stub.calls) == sum(worker.calls for worker in workers)
    check_calls(appint_stub)
