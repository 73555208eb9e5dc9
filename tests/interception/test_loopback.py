from __future__ import annotations

import pytest

from pytest_appintegrations.interception.loopback import is_loopback


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:4566/x", True),
        ("http://127.9.8.7", True),
        ("https://[::1]:4566", True),
        ("http://localhost", True),
        ("http://LOCALHOST:1", True),
        ("http://app.localhost:1", True),
        ("https://app-integrations.us-east-1.amazonaws.com", False),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://localhost@example.com", False),
        ("http://example.com/localhost?127.0.0.1", False),
        ("http://128.0.0.1", False),
        ("http://[::2]", False),
        ("http://0.0.0.0:4566", True),
        ("http://[::]:4566", True),
        ("https://localhost.localstack.cloud:4566", True),
        ("https://appintegrations.us-east-1.localhost.localstack.cloud:4566", True),
        ("https://localstack.cloud", False),
        ("https://notlocalhost", False),
        ("nothing", False),
        ("http://[::1", False),
    ],
)
def test_only_the_host_decides_whether_a_url_is_loopback(url, expected):
    assert is_loopback(url) is expected
