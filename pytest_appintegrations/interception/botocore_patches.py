"""Put the handlers into botocore and take them out again.

They are appended to botocore's built-in handlers, so every session made after that carries them; sessions and
clients that are older are found and given them.
"""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from pytest_appintegrations.interception import activation, run
from pytest_appintegrations.interception.backoff import Time, skipping_acquire, steady_current_time
from pytest_appintegrations.interception.child_environment import without_endpoints_set_here
from pytest_appintegrations.interception.handlers import HANDLERS, PRESENT, SERVICE

_loaders: dict[tuple[str, ...], Any] = {}


def patch_botocore(undo: ExitStack, *, older_sessions: bool) -> None:
    """Stand on botocore's events until `undo` is closed; done twice it is done once."""
    from botocore import session
    from botocore.handlers import BUILTIN_HANDLERS
    from botocore.retries.bucket import Clock, TokenBucket

    builtin: list[Any] = BUILTIN_HANDLERS
    if HANDLERS[0] in builtin:
        return
    # In place: others, such as moto, keep and change the very list.
    builtin.extend(HANDLERS)
    undo.callback(lambda: builtin.__setitem__(slice(None), [entry for entry in builtin if entry not in HANDLERS]))
    undo.enter_context(swapped(session.Session, "create_client", filling_in(session.Session.create_client)))
    own_provider = without_childrens_endpoints(session.ConfiguredEndpointProvider)
    undo.enter_context(swapped(session, "ConfiguredEndpointProvider", own_provider))
    undo.enter_context(swapped(TokenBucket, "acquire", skipping_acquire(TokenBucket.acquire)))
    undo.enter_context(swapped(Clock, "current_time", steady_current_time(Clock.current_time)))
    if older_sessions:
        _adopt_older_sessions()


def without_childrens_endpoints(provider: Any) -> Any:
    """Wrap `ConfiguredEndpointProvider`: clients of this process do not see an endpoint that is meant for children."""

    @functools.wraps(provider)
    def create(*args: Any, environ: Mapping[str, str] | None = None, **kwargs: Any) -> Any:
        visible = without_endpoints_set_here(os.environ if environ is None else environ)
        return provider(*args, environ=visible, **kwargs)

    return create


@contextmanager
def delays_skipped() -> Iterator[None]:
    """Have stubs skip the delays between attempts, until the end of the block."""
    import botocore.endpoint

    with swapped(botocore.endpoint, "time", Time()):
        yield


@contextmanager
def swapped(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Put a value in the place of another until the end of the block."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        if getattr(owner, name) is value:  # Else somebody put a thing of their own around ours.
            setattr(owner, name, before)


def _adopt_older_sessions() -> None:
    import gc

    from botocore.hooks import HierarchicalEmitter

    # Each session has one, and each client a copy of its session's. An `isinstance` would wake lazy objects.
    for emitter in [thing for thing in gc.get_objects() if issubclass(type(thing), HierarchicalEmitter)]:
        _adopt(emitter)


def _adopt(emitter: Any) -> None:
    said = emitter.emit(PRESENT)
    if inspect.iscoroutine(said):  # That of an emitter of aiobotocore, which waits for nothing here.
        try:
            said.send(None)
        except StopIteration as ended:
            said = ended.value
    if not said:
        for event, handler, *position in HANDLERS:
            register = emitter.register_last if position else emitter.register
            register(event, handler)


def filling_in(create_client: Any) -> Any:
    """Give AppIntegrations clients our handlers, and the credentials and the region that they would look for."""
    signature = inspect.signature(create_client)

    @functools.wraps(create_client)
    def filled_in(session: Any, *args: Any, **kwargs: Any) -> Any:
        call = signature.bind(session, *args, **kwargs)
        if call.arguments.get("service_name") == SERVICE:
            _adopt(session.get_component("event_emitter"))  # It may go without botocore's built-in handlers.
            _fill_in(session, call.arguments)
            return _noted(create_client(*call.args, **call.kwargs))
        return create_client(*call.args, **call.kwargs)

    return filled_in


def _noted(client: Any) -> Any:
    """Note that the client was made in a run; aiobotocore makes it later, in a coroutine."""
    if inspect.iscoroutine(client):
        return _noted_later(client)
    if activation.refuses_real_calls():
        run.note_client(client.meta.config)
    return client


async def _noted_later(client: Any) -> Any:
    return _noted(await client)


def _fill_in(session: Any, given: dict[str, Any]) -> None:
    if activation.nothing_leaves() and not _has_explicit_credentials(session, given):
        given["aws_access_key_id"] = given["aws_secret_access_key"] = "testing"
    active = activation.answering_now()
    if active is None:
        return
    _share_data(session)
    if not _has_region(session, given):
        given["region_name"] = active.stub.region
    if active.stub.retry_mode:
        _set_retry_mode(session, given, active.stub.retry_mode)


def _share_data(session: Any) -> None:
    """Have the sessions that would read botocore's data from the same folders read it once in a process.

    It is six sevenths of what the first client of a session costs. A loader of the user's own is left alone.
    """
    from botocore.loaders import Loader

    own = session.get_component("data_loader")
    if type(own) is not Loader:
        return
    folders = tuple(own.search_paths)
    shared = _loaders.get(folders)
    if shared is None or tuple(shared.search_paths) != folders:  # Somebody may have changed its list since.
        _loaders[folders] = own
    else:
        session.register_component("data_loader", shared)


def _set_retry_mode(session: Any, given: dict[str, Any], mode: str) -> None:
    from botocore.config import Config

    configs = [config for config in (session.get_default_client_config(), given.get("config")) if config is not None]
    retries = [config.retries or {} for config in configs]
    if not any("mode" in named for named in retries):
        own = Config(retries={**(retries[-1] if retries else {}), "mode": mode})
        given["config"] = configs[-1].merge(own) if given.get("config") is not None else own


def _has_explicit_credentials(session: Any, given: Mapping[str, Any]) -> bool:
    if given.get("aws_access_key_id") or given.get("aws_secret_access_key"):
        return True
    # What boto3.Session(aws_access_key_id=…) hands on. `get_credentials()` would go and look for some.
    return getattr(getattr(session, "_credentials", None), "method", None) == "explicit"


def _has_region(session: Any, given: Mapping[str, Any]) -> bool:
    configs = (given.get("config"), session.get_default_client_config())
    if given.get("region_name") or any(config.region_name for config in configs if config):
        return True
    return bool(session.get_config_variable("region"))
