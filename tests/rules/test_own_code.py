"""The test's own code in its rules (functions, values with an `__eq__` of their own): when it runs, and what it may do."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_appintegrations import AppIntegrationsStub, Fault, UnexpectedCall
from pytest_appintegrations.rules.injection import FaultInjector


def throttle_when(stub, when):
    return stub.inject(Fault("AccessDeniedException", operation="ListApplications", when=when, optional=True))


def respond_when(stub, when):
    return stub.add_response("ListApplications", {}, when=when)


def respond_by(stub, function):
    return stub.add_response("ListApplications", lambda params: function(params) or {"Applications": []})


def throttle_equal(stub, function):
    return throttle_when(stub, {"MaxResults": Comparing(function)})


def respond_equal(stub, function):
    return respond_when(stub, {"MaxResults": Comparing(function)})


class Comparing:
    """A value that asks a function whether another equals it, as those of dirty-equals do."""

    __hash__ = None

    def __init__(self, function):
        self._function = function

    def __eq__(self, other):
        return bool(self._function({"MaxResults": other}))


PLACES = pytest.mark.parametrize("add", [throttle_when, respond_when, respond_by, throttle_equal, respond_equal])
CONDITIONS = pytest.mark.parametrize("add", [throttle_when, respond_when, throttle_equal, respond_equal])


@PLACES
def test_two_calls_overlap_in_it(appint_stub, appint_client, add):
    both = threading.Barrier(2, timeout=10)
    add(appint_stub, lambda params: both.wait() < 0)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: appint_client.list_applications(MaxResults=5), range(2)))
    assert [call.error for call in appint_stub.calls] == [None, None]


@PLACES
@pytest.mark.parametrize("threaded", [False, True], ids=["same thread", "another thread"])
def test_it_may_call_the_service(appint_stub, appint_client, add, threaded):
    def call(params):
        if threaded:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(appint_client.list_data_integrations).result(timeout=10)
        else:
            appint_client.list_data_integrations()

    add(appint_stub, call)
    appint_client.list_applications(MaxResults=5)
    assert [call.operation for call in appint_stub.calls] == ["ListApplications", "ListDataIntegrations"]
    assert [len(call.attempts) for call in appint_stub.calls] == [1, 1]


@PLACES
def test_the_test_may_use_the_stub_while_it_waits(appint_stub, appint_client, add):
    entered, go_on = threading.Event(), threading.Event()

    def wait(params):
        entered.set()
        go_on.wait(10)

    add(appint_stub, wait)
    worker = threading.Thread(target=appint_client.list_applications, kwargs={"MaxResults": 5})
    worker.start()
    assert entered.wait(10)
    appint_stub.data_integrations.add(Name="orders")
    with appint_stub.inject(Fault("ThrottlingException", optional=True)):
        assert appint_stub.calls.last.attempts == ()
    appint_client.list_data_integrations()
    assert worker.is_alive()
    go_on.set()
    worker.join()


@pytest.mark.parametrize("own_error", [AssertionError("x"), KeyError("x"), ZeroDivisionError(), ClientError({}, "x")])
@PLACES
@pytest.mark.in_process
def test_a_mistake_in_it_cannot_be_swallowed(appint_stub, appint_client, add, own_error):
    def fail(params):
        raise own_error

    def program():
        try:
            appint_client.list_applications(MaxResults=5)
        except Exception:
            pytest.fail("swallowed")

    add(appint_stub, fail)
    with pytest.raises(UnexpectedCall) as caught:
        program()
    assert caught.value.__cause__ is own_error
    first, second, _ = str(caught.value).splitlines()
    assert first.endswith(f" raised {own_error!r} at test_own_code.py:{fail.__code__.co_firstlineno + 1}.")
    assert second == "It was called for ListApplications with the parameters {'MaxResults': 5}."


@pytest.mark.in_process
def test_a_call_is_made_to_fail_by_a_fault_and_not_by_a_response_function(appint_stub, appint_client):
    def deny(params):
        raise ClientError({"Error": {"Code": "AccessDeniedException"}}, "ListApplications")

    appint_stub.add_response("ListApplications", deny)
    with pytest.raises(
        UnexpectedCall, match=r"A response function must return a response\. To make a call fail, inject a Fault\.$"
    ):
        appint_client.list_applications()


@pytest.mark.in_process
def test_a_refusal_of_a_call_inside_it_is_raised_as_it_is(appint_stub, appint_client):
    appint_stub.add_response("ListDataIntegrations", lambda params: 1 / 0)
    appint_stub.add_response("ListApplications", lambda params: appint_client.list_data_integrations())
    with pytest.raises(UnexpectedCall, match="was called for ListDataIntegrations") as caught:
        appint_client.list_applications()
    assert "called for ListApplications" not in str(caught.value)
    assert [call.error is None for call in appint_stub.calls] == [False, False]


class TestWhenIsAskedOnlyWhereTheFaultCouldBeTriggered:
    @pytest.fixture
    def asked(self):
        return []

    @pytest.fixture
    def when(self, asked):
        return lambda params: asked.append(params.get("MaxResults")) or True

    def test_not_once_it_is_exhausted(self, appint_stub, appint_client, when, asked):
        appint_stub.inject(Fault("AccessDeniedException", when=when, calls=1))
        for number in (1, 2):
            with pytest.raises(ClientError) if number == 1 else AppIntegrationsStub().inject():
                appint_client.list_applications(MaxResults=number)
        assert asked == [1]

    def test_not_about_other_operations(self, appint_stub, appint_client, when, asked):
        appint_stub.inject(Fault("AccessDeniedException", operation="GetApplication", when=when, optional=True))
        appint_client.list_applications()
        assert asked == []

    @pytest.mark.appint(require_faults_used=False)
    def test_not_behind_a_fault_that_ends_the_attempt(self, appint_stub, appint_client, when, asked):
        first, second = Fault("AccessDeniedException"), Fault("InvalidRequestException", when=when)
        appint_stub.inject(first, second)
        with pytest.raises(appint_client.exceptions.AccessDeniedException):
            appint_client.list_applications()
        assert asked == []
        assert (
            f"1 call got {first!r} instead, which was injected earlier" in appint_stub._pipeline.faults.unused_message()
        )

    def test_not_about_the_retries_of_a_call_that_was_let_through(self, appint_stub, appint_client, when, asked):
        appint_stub.inject(
            Fault("AccessDeniedException", when=when, after_calls=1, optional=True),
            Fault("ThrottlingException", attempts=1),
        )
        appint_client.list_applications(MaxResults=1)
        assert len(appint_stub.calls.last.attempts) == 2
        assert asked == [1]


class TestUnderThreads:
    """Counting is exact although all threads are in the test's own code at once."""

    THREADS = 6

    def call_at_once(self, client, function):
        def call(_):
            try:
                function(client)
            except ClientError as error:
                return error.response["Error"]["Code"]
            return None

        with ThreadPoolExecutor(self.THREADS) as pool:
            return Counter(pool.map(call, range(self.THREADS)))

    def all_at_once(self):
        barrier = threading.Barrier(self.THREADS, timeout=10)
        return lambda params: barrier.wait() >= 0

    @pytest.mark.parametrize(
        ("rule", "denied"), [({"attempts": 2}, 2), ({"calls": 2}, 2), ({"calls": 3, "after_calls": 2}, 3)], ids=str
    )
    def test_a_fault_is_applied_as_often_as_it_says(self, appint_stub, appint_client, rule, denied):
        fault = Fault("AccessDeniedException", operation="ListApplications", when=self.all_at_once(), **rule)
        handle = appint_stub.inject(fault)
        codes = self.call_at_once(appint_client, lambda client: client.list_applications())
        assert codes == {"AccessDeniedException": denied, None: self.THREADS - denied}
        assert (handle.hits, handle.exhausted) == (denied, True)

    def test_a_response_is_returned_to_as_many_calls_as_it_says(self, appint_stub, appint_client):
        handle = appint_stub.add_response("GetApplication", {"Name": "mine"}, when=self.all_at_once(), calls=2)
        nobody = "00000000-0000-0000-0000-000000000000"
        codes = self.call_at_once(appint_client, lambda client: client.get_application(Arn=nobody))
        assert codes == {None: 2, "ResourceNotFoundException": self.THREADS - 2}
        assert handle.hits == 2

    @pytest.mark.parametrize("add", [throttle_when, respond_when])
    def test_what_is_removed_meanwhile_is_not_applied(self, appint_stub, appint_client, add):
        entered, go_on = threading.Event(), threading.Event()

        def wait(params):
            entered.set()
            return go_on.wait(10)

        appint_stub.applications.add()
        with ThreadPoolExecutor(1) as pool:
            with add(appint_stub, wait) as handle:
                listed = pool.submit(appint_client.list_applications)
                assert entered.wait(10)
            go_on.set()
            assert len(listed.result(timeout=10)["Applications"]) == 1
        assert handle.hits == 0

    @given(
        limit=st.sampled_from(["attempts", "calls", None]),
        number=st.integers(1, 5),
        after=st.integers(0, 4),
        attempts_of_calls=st.lists(st.integers(1, 4), min_size=2, max_size=6),
    )
    @settings(max_examples=30, deadline=None)
    def test_any_rule_is_counted_exactly(self, limit, number, after, attempts_of_calls):
        """Each call is a thread with so many attempts; whatever their order, the totals are the rule's."""
        injector = FaultInjector(threading.RLock())
        rule = {limit: number} if limit else {}
        handle = injector.inject([Fault("ThrottlingException", after_calls=after, when=lambda params: True, **rule)])
        begin = threading.Barrier(len(attempts_of_calls), timeout=10)

        def run(call):
            begin.wait()
            attempts = range(attempts_of_calls[call])
            return [injector.effect_on(str(call), "ListApplications", {}).error is not None for _ in attempts]

        with ThreadPoolExecutor(len(attempts_of_calls)) as pool:
            outcomes = list(pool.map(run, range(len(attempts_of_calls))))
        hit = [outcome for outcome in outcomes if any(outcome)]
        let_through = len(outcomes) - len(hit)
        assert handle.hits == sum(map(sum, outcomes))
        if limit is None:
            assert let_through == min(after, len(outcomes))
            assert all(map(all, hit))
        elif limit == "calls":
            assert len(hit) == max(0, min(number, len(outcomes) - after))
            assert all(map(all, hit))
        else:
            assert handle.hits <= number
            assert handle.exhausted is (handle.hits == number)
            assert let_through >= min(after, len(outcomes))
