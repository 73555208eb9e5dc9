"""Look up the operations, shapes and errors of AppIntegrations in botocore's model."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import botocore
from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import ServiceModel

from pytest_appintegrations.suggestions import hides_mistakes, unknown

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape, StructureShape

__tracebackhide__ = hides_mistakes

SERVICE = "appintegrations"

#: Errors that the service is known to return, although its model does not name them, with their HTTP statuses.
UNMODELLED_ERRORS: Mapping[str, int] = {
    "SerializationException": 400,
    "TooManyRequestsException": 429,
    "ValidationException": 400,
}


@functools.cache
def model() -> ServiceModel:
    """Load the newest API version that the installed botocore ships, once per process."""
    loader = Loader()
    # `load_service_model` would search the folders of all services first, which takes seven times as long.
    name = f"{SERVICE}/{loader.determine_latest_version(SERVICE, 'service-2')}/service-2"
    return ServiceModel(loader.load_data(name), SERVICE)


def version() -> str:
    """Return the name and version of the library that the model comes from."""
    return f"botocore {botocore.__version__}"


def check_region(name: str) -> None:
    """Raise `ValueError` for a name that does not look like a region of any AWS partition."""
    partitions = _partitions()
    if not any(re.match(partition["regionRegex"], name) for partition in partitions):
        regions = [region for partition in partitions for region in partition["regions"] if "global" not in region]
        raise ValueError(unknown("region", name, regions))


def check_page_size(size: int) -> None:
    """Raise `ValueError` for a size above the maximum of a page."""
    most = shape("MaxResults").metadata["max"]
    if size > most:
        raise ValueError(f"setting 'page_size' must be at most {most}, not {size}")


@functools.cache
def _partitions() -> Any:
    return Loader().load_data("partitions")["partitions"]


@functools.cache
def operations() -> Mapping[str, str]:
    """Map each operation to its method of the client, such as `CreateApplication` to `create_application`."""
    return {name: xform_name(name) for name in sorted(model().operation_names)}


@functools.cache
def operation(name: str) -> OperationModel:
    """Return the model of an operation by its name in the API."""
    return model().operation_model(name)


def resolve_operation(name: str) -> str:
    """Return `CreateApplication` for that or `create_application`; raise `ValueError` for an unknown operation."""
    if not isinstance(name, str):
        raise TypeError(f"the name of an operation must be a string such as 'CreateApplication', not {name!r}")
    if name in operations():
        return name
    for operation_name, method in operations().items():
        if method == name:
            return operation_name
    # Suggest a name in the same style.
    raise ValueError(unknown("operation", name, operations().values() if name.islower() else operations()))


@functools.cache
def errors(name: str) -> Mapping[str, int]:
    """Map each error that the model gives the operation to its HTTP status."""
    return {shape.error_code: _status(shape) for shape in operation(name).error_shapes}


@functools.cache
def all_errors() -> Mapping[str, int]:
    """Map each error that the model gives any operation to its HTTP status."""
    return {code: status for name in operations() for code, status in errors(name).items()}


@functools.cache
def statuses() -> Mapping[str, int]:
    """Map each error that the service is known to return, modelled or not, to its HTTP status."""
    return {**UNMODELLED_ERRORS, **all_errors()}


def error_text(code: str) -> str:
    """Return the documentation of an error in the model; empty if the model does not have the error."""
    for shape in model().error_shapes:
        if shape.error_code == code:
            return html.unescape(re.sub(r"<[^>]+>", "", shape.documentation)).strip()
    return ""


def shape(name: str) -> Shape:
    """Return the shape of that name."""
    return model().shape_for(name)


def members(structure: Shape | None) -> Mapping[str, Shape]:
    """Map the members of a structure to their shapes; an operation without input or output has no members."""
    return structure.members if structure is not None else {}


def input_members(name: str) -> Mapping[str, Shape]:
    """Map the operation's parameters to their shapes."""
    return members(operation(name).input_shape)


def known_members(shape: Shape | None, value: Any) -> Any:
    """Return a copy without members that are None or that the shape does not have.

    A value that is not of its shape's type is kept as it is. Without a shape there are no members.
    """
    if shape is None:
        return {}
    if shape.type_name == "structure" and isinstance(value, dict):
        return {
            name: known_members(member, value[name])
            for name, member in shape.members.items()
            if value.get(name) is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [known_members(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: known_members(shape.value, item) for key, item in value.items()}
    return value


def _status(shape: StructureShape) -> int:
    return int(shape.metadata.get("error", {}).get("httpStatusCode", 400))
