"""Install the handlers and other patches in botocore, and remove them.

The handlers are appended to the built-in handlers of botocore, so every new session has them. In sessions and clients
that exist already, they are registered one by one.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from pytest_appintegrations.interception import activation, client_origins, run
from pytest_appintegrations.interception.backoff import EndpointTime, skipping_acquire
from pytest_appintegrations.interception.child_environment import without_endpoints_set_here
from pytest_appintegrations.interception.client_origins import ClientOrigin
from pytest_appintegrations.interception.handlers import HANDLERS, PRESENT, SERVICE, enter_call, leave_call
from pytest_appintegrations.interception.refusal import preferring_responses
from pytest_appintegrations.interception.retry_state import keep_limiter_per_stub, keep_quota_per_stub

_loaders: dict[tuple[str, ...], Any] = {}


def patch_botocore(undo: ExitStack, *, older_sessions: bool) -> None:
    """Register the handlers and patch botocore until `undo` is closed. Idempotent."""
    from botocore import endpoint, session
    from botocore.client import BaseClient
    from botocore.handlers import BUILTIN_HANDLERS
    from botocore.retries.adaptive import ClientRateLimiter
    from botocore.retries.bucket import TokenBucket
    from botocore.retries.quota import RetryQuota

    builtin: list[Any] = BUILTIN_HANDLERS
    if HANDLERS[0] in builtin:
        return
    # In place: other libraries, such as moto, keep and change this list.
    builtin.extend(HANDLERS)
    undo.callback(lambda: builtin.__setitem__(slice(None), [entry for entry in builtin if entry not in HANDLERS]))
    undo.enter_context(swapped(session.Session, "create_client", completing_arguments(session.Session.create_client)))
    own_provider = without_childrens_endpoints(session.ConfiguredEndpointProvider)
    undo.enter_context(swapped(session, "ConfiguredEndpointProvider", own_provider))
    undo.enter_context(swapped(BaseClient, "_make_api_call", ending_call(BaseClient._make_api_call)))
    undo.enter_context(swapped(TokenBucket, "acquire", skipping_acquire(TokenBucket.acquire)))
    undo.enter_context(
        swapped(endpoint, "first_non_none_response", preferring_responses(endpoint.first_non_none_response))
    )
    keep_quota_per_stub(RetryQuota, undo)
    keep_limiter_per_stub(ClientRateLimiter, undo)
    if older_sessions:
        _register_in_existing_emitters()


def without_childrens_endpoints(provider: Any) -> Any:
    """Wrap `ConfiguredEndpointProvider`: clients of this process do not see an endpoint for child processes."""

    @functools.wraps(provider)
    def create(*args: Any, environ: Mapping[str, str] | None = None, **kwargs: Any) -> Any:
        visible = without_endpoints_set_here(os.environ if environ is None else environ)
        return provider(*args, environ=visible, **kwargs)

    return create


def ending_call(make_api_call: Any) -> Any:
    """Wrap a client's `_make_api_call`: when it ends, its thread is in no call, or in the outer call again."""

    @functools.wraps(make_api_call)
    def make_call(client: Any, *args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        outer = enter_call()
        try:
            return make_api_call(client, *args, **kwargs)
        finally:
            leave_call(outer)

    return make_call


def skip_delays(undo: ExitStack) -> None:
    """Let stubs skip the delays between attempts until `undo` is closed. Idempotent."""
    import botocore.endpoint

    if not isinstance(botocore.endpoint.time, EndpointTime):
        undo.enter_context(swapped(botocore.endpoint, "time", EndpointTime()))


@contextmanager
def swapped(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Replace an attribute until the end of the block."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if getattr(owner, name) is value:  # Unless another library has wrapped it in the meantime.
            setattr(owner, name, before)


def _register_in_existing_emitters() -> None:
    import gc

    from botocore.hooks import HierarchicalEmitter

    # Each session has one, and each client a copy of its session's. `isinstance` would load lazy objects.
    for emitter in [found for found in gc.get_objects() if issubclass(type(found), HierarchicalEmitter)]:
        _register_handlers(emitter)


def _register_handlers(emitter: Any) -> None:
    responses = emitter.emit(PRESENT)
    if inspect.iscoroutine(responses):  # An emitter of aiobotocore, which does not really wait here.
        try:
            responses.send(None)
        except StopIteration as ended:
            responses = ended.value
    if not responses:
        for event, handler, *position in HANDLERS:
            register = emitter.register_last if position else emitter.register
            register(event, handler)


def completing_arguments(create_client: Any) -> Any:
    """Wrap `create_client`: AppIntegrations clients get the handlers, and defaults for missing arguments."""
    signature = inspect.signature(create_client)

    @functools.wraps(create_client)
    def create_complete(session: Any, *args: Any, **kwargs: Any) -> Any:
        call = signature.bind(session, *args, **kwargs)
        if call.arguments.get("service_name") != SERVICE:
            return create_client(*call.args, **call.kwargs)
        _register_handlers(session.get_component("event_emitter"))  # It may lack botocore's built-in handlers.
        origin = ClientOrigin(
            names_retry_mode=_names_retry_mode(session, call.arguments),
            names_region=_names_region(session, call.arguments),
        )
        _complete(session, call.arguments, origin)
        return _remember(create_client(*call.args, **call.kwargs), origin)

    return create_complete


def _remember(client: Any, origin: ClientOrigin) -> Any:
    """Record how a client was created, and return it; aiobotocore creates it later, in a coroutine."""
    if inspect.iscoroutine(client):
        return _remember_later(client, origin)
    client_origins.remember(client.meta.config, origin)
    if activation.refuses_real_calls():
        run.note_client(client.meta.config)
    return client


async def _remember_later(client: Any, origin: ClientOrigin) -> Any:
    return _remember(await client, origin)


def _complete(session: Any, arguments: dict[str, Any], origin: ClientOrigin) -> None:
    if activation.nothing_leaves() and not _has_explicit_credentials(session, arguments):
        arguments["aws_access_key_id"] = arguments["aws_secret_access_key"] = "testing"
    active = activation.answering_now()
    if active is None:
        return
    _share_data(session)
    if not origin.names_region:
        arguments["region_name"] = active.responder.region
    if active.responder.retry_mode and not origin.names_retry_mode:
        arguments["config"] = _with_retry_mode(session, arguments, active.responder.retry_mode)


def _share_data(session: Any) -> None:
    """Share a loader between sessions that read botocore's data from the same folders.

    Loading takes six sevenths of the time of the first client of a session. A custom loader is left alone.
    """
    from botocore.loaders import Loader

    own = session.get_component("data_loader")
    if type(own) is not Loader:
        return
    folders = tuple(own.search_paths)
    shared = _loaders.get(folders)
    if shared is None or tuple(shared.search_paths) != folders:  # Its list may have been changed since.
        _loaders[folders] = own
    else:
        session.register_component("data_loader", shared)


def _with_retry_mode(session: Any, arguments: Mapping[str, Any], mode: str) -> Any:
    from botocore.config import Config

    configs = _configs(session, arguments)
    retries = (configs[-1].retries if configs else None) or {}
    config = Config(retries={**retries, "mode": mode})
    # botocore itself merges the session's default, the first of two.
    return configs[-1].merge(config) if arguments.get("config") is not None else config


def _has_explicit_credentials(session: Any, arguments: Mapping[str, Any]) -> bool:
    if arguments.get("aws_access_key_id") or arguments.get("aws_secret_access_key"):
        return True
    # Set by boto3.Session(aws_access_key_id=…). `get_credentials()` would search for credentials.
    return getattr(getattr(session, "_credentials", None), "method", None) == "explicit"


def _names_retry_mode(session: Any, arguments: Mapping[str, Any]) -> bool:
    return any("mode" in (config.retries or {}) for config in _configs(session, arguments))


def _names_region(session: Any, arguments: Mapping[str, Any]) -> bool:
    if arguments.get("region_name") or any(config.region_name for config in _configs(session, arguments)):
        return True
    return bool(session.get_config_variable("region"))


def _configs(session: Any, arguments: Mapping[str, Any]) -> list[Any]:
    """Return the default `Config` of the session and that of the call, if there are any."""
    configs = (session.get_default_client_config(), arguments.get("config"))
    return [config for config in configs if config is not None]
