"""Which stub responds."""

from __future__ import annotations

import gc

import boto3

from pytest_appintegrations import AppIntegrationsStub
from pytest_appintegrations.interception import activation


def test_a_stub_without_references_keeps_responding():
    AppIntegrationsStub().start()
    gc.collect()
    boto3.client("appintegrations").list_applications()
    activation.answering_now().owner.stop()
