"""The environment variables with which a child process calls the server instead of AWS."""

from __future__ import annotations

from collections.abc import Mapping

from pytest_appintegrations.interception.child_environment import ENDPOINT

_IGNORED = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
_CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")


def child_environment(url: str, region: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables to add to `environ`: the endpoint, and dummy credentials and a region if it has none."""
    added = {ENDPOINT: url}
    if not any(environ.get(name) for name in _CREDENTIALS):
        added |= {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    # Some SDKs read one of them, some the other.
    named = next((environ[name] for name in _REGIONS if environ.get(name)), region)
    added |= {name: named for name in _REGIONS if not environ.get(name)}
    if environ.get(_IGNORED, "").lower() == "true":
        added[_IGNORED] = "false"  # Otherwise the endpoint would be ignored.
    for proxy, bypass in (("HTTP_PROXY", "NO_PROXY"), ("http_proxy", "no_proxy")):
        if environ.get(proxy):
            added[bypass] = ",".join(filter(None, (environ.get(bypass), "127.0.0.1")))
    return added
