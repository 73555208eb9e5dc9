from __future__ import annotations

import pytest

from examples.find_application import find_application, register_application

URL = "https://desk.example.com"


def test_an_absent_application_is_created_and_tagged(appint_stub, appint_client):
    arn = register_application(appint_client, "agent/desk", URL, {"team": "care"})
    [application] = appint_stub.applications.values()
    assert application["Arn"] == arn
    assert application["ApplicationSourceConfig"] == {"ExternalUrlConfig": {"AccessUrl": URL}}
    assert application["Tags"] == {"team": "care"}


def test_a_present_application_keeps_its_other_tags(appint_stub, appint_client):
    present = appint_stub.applications.add(Namespace="agent/desk", Tags={"stage": "live", "team": "sales"})
    assert register_application(appint_client, "agent/desk", URL, {"team": "care"}) == present["Arn"]
    appint_stub.calls.assert_not_called("CreateApplication")
    assert appint_stub.applications[present["Id"]]["Tags"] == {"stage": "live", "team": "care"}


@pytest.mark.appint(page_size=2)
def test_an_application_on_the_last_page_is_found(appint_stub, appint_client):
    for _ in range(4):
        appint_stub.applications.add()
    last = appint_stub.applications.add(Namespace="agent/desk")
    assert find_application(appint_client, "agent/desk")["Arn"] == last["Arn"]
    assert len(appint_stub.calls.to("ListApplications")) == 3


def find_on_the_first_page(client, namespace):
    """Look as it is often written: right in every test with few applications, wrong in an account with many."""
    applications = client.list_applications()["Applications"]
    return next((each for each in applications if each["Namespace"] == namespace), None)


@pytest.mark.appint(page_size=2)
def test_small_pages_show_who_reads_only_the_first(appint_stub, appint_client, monkeypatch):
    for _ in range(2):
        appint_stub.applications.add()
    appint_stub.applications.add(Namespace="agent/desk")
    assert find_on_the_first_page(appint_client, "agent/desk") is None

    # What comes of it: the program creates what is there, and is refused.
    monkeypatch.setattr("examples.find_application.find_application", find_on_the_first_page)
    with pytest.raises(appint_client.exceptions.InvalidRequestException, match="Namespace already in use"):
        register_application(appint_client, "agent/desk", URL, {})


@pytest.mark.appint_fault("ThrottlingException", operation="TagResource", attempts=2)
def test_throttled_tagging_is_retried(appint_stub, appint_client):
    arn = register_application(appint_client, "agent/desk", URL, {"team": "care"})
    assert len(appint_stub.calls.last.attempts) == 3
    assert appint_stub.applications[arn]["Tags"] == {"team": "care"}
