"""Create botocore clients that ignore the machine's configuration."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

from pytest_appintegrations.model.service import SERVICE
from pytest_appintegrations.suggestions import check_keywords, hides_mistakes

if TYPE_CHECKING:
    from typing import TypeAlias

    import mypy_boto3_appintegrations
    import types_boto3_appintegrations

    # The one that the user has installed; for type checkers, a missing one is Any.
    Client: TypeAlias = (
        types_boto3_appintegrations.AppIntegrationsServiceClient
        | mypy_boto3_appintegrations.AppIntegrationsServiceClient
    )

__tracebackhide__ = hides_mistakes
_CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


def create_client(keywords: dict[str, Any], *, region: str, retry_mode: str | None) -> Client:
    """Create a client with keywords of botocore's `create_client`; `region` applies if they do not name a region.

    `retry_mode` applies unless the keyword `config` names a mode; None keeps botocore's default.
    """
    check_keywords("client", keywords, _client_keywords(), {"region": "region_name"})
    keywords = {**_CREDENTIALS, **keywords}
    config = keywords.pop("config", None)
    if config is not None and not isinstance(config, Config):
        raise TypeError(f"config must be a botocore.config.Config, such as Config(read_timeout=5), not {config!r}")
    region = keywords.pop("region_name", None) or (config.region_name if config else None) or region
    if retry_mode is not None:
        config = config or Config()
        config = config.merge(Config(retries={"mode": retry_mode, **(config.retries or {})}))
    client: Client = _session().create_client(SERVICE, region_name=region, config=config, **keywords)
    return client


@functools.cache
def _client_keywords() -> tuple[str, ...]:
    parameters = inspect.signature(botocore.session.Session.create_client).parameters
    return tuple(name for name in parameters if name not in ("self", "service_name"))


@functools.cache
def _session() -> botocore.session.Session:
    """Return a session that reads neither environment variables nor profiles."""
    variables = {
        name: (None, None, default, conversion)
        for name, (_, _, default, conversion) in botocore.session.Session.SESSION_VARIABLES.items()
    }
    for name, value in (
        ("config_file", None),
        ("credentials_file", None),
        ("ignore_configured_endpoint_urls", True),
    ):
        variables[name] = (None, None, value, None)
    return botocore.session.Session(session_vars=variables)
