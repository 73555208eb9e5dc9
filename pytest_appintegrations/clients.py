"""Botocore clients for tests: apart from the machine's own configuration, and used again where no test can tell."""

from __future__ import annotations

import functools
from collections import defaultdict
from typing import Any, ClassVar, NamedTuple

import botocore.session
from botocore.config import Config

from pytest_appintegrations.model.service import SERVICE

_Key = tuple[str, str]


class _Lent(NamedTuple):
    """A client and what it was when it was new."""

    key: _Key
    client: Any
    attributes: dict[str, Any]
    handlers: object
    last_failure: object

    def unchanged(self) -> bool:
        """Say whether nothing was set on the client and no handler registered."""
        return vars(self.client) == self.attributes and _handlers(self.client) is self.handlers


class Clients:
    """The clients of one stub, to be given back when it ends."""

    # A client that nothing was changed on is as good as new, and its making costs more than the test around it.
    _spare: ClassVar[dict[_Key, list[Any]]] = defaultdict(list)
    _last_failure: ClassVar[object] = None

    def __init__(self) -> None:
        self.retry_mode = "standard"
        self._lent: list[_Lent] = []

    def new(self, region: str, given: dict[str, Any]) -> Any:
        """Give a client that nobody else has."""
        own = given.pop("config", None)
        if own is not None and not isinstance(own, Config):
            raise TypeError(f"config= takes a botocore.config.Config, such as Config(read_timeout=5), not {own!r}")
        region = given.pop("region_name", None) or (own.region_name if own else None) or region
        if given or own:
            return self._create(region, own, given)
        key = (region, self.retry_mode)
        try:
            client = self._spare[key].pop()
        except IndexError:
            client = self._create(region, None, {})
        self._lent.append(_Lent(key, client, dict(vars(client)), _handlers(client), self._last_failure))
        return client

    @classmethod
    def note_failure(cls) -> None:
        """Note that an attempt failed, of whichever client and stub: its retry may have cost the client's quota."""
        cls._last_failure = object()  # Not a number: threads that count at once may count to the same.

    def give_back(self) -> None:
        """Keep for others the clients that are as they were: none was in use while an attempt failed."""
        lent, self._lent = self._lent, []
        # Adaptive mode measures the rate of all calls.
        if self.retry_mode != "adaptive":
            for entry in lent:
                if entry.last_failure is self._last_failure and entry.unchanged():
                    self._spare[entry.key].append(entry.client)

    def _create(self, region: str, own: Config | None, given: dict[str, Any]) -> Any:
        retries = {"mode": self.retry_mode, **((own.retries if own else None) or {})}
        config = Config(retries=retries) if own is None else own.merge(Config(retries=retries))
        given = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", **given}
        client = _session().create_client(SERVICE, region_name=region, config=config, **given)
        # Asked for now: it is kept on the client, and to ask for it is no change.
        _ = client.exceptions
        return client


@functools.cache
def _session() -> botocore.session.Session:
    """Make a session that no environment variable and no profile of the machine reaches."""
    apart = {
        name: (None, None, default, conversion)
        for name, (_, _, default, conversion) in botocore.session.Session.SESSION_VARIABLES.items()
    }
    for name, value in (
        ("config_file", None),
        ("credentials_file", None),
        ("ignore_configured_endpoint_urls", True),
    ):
        apart[name] = (None, None, value, None)
    return botocore.session.Session(session_vars=apart)


def _handlers(client: Any) -> object:
    # An emitter begins a new cache whenever a handler is registered or taken away. Where there is none to be
    # seen, no client is as it was.
    return getattr(getattr(client.meta.events, "_emitter", None), "_lookup_cache", object())
