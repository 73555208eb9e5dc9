"""What the tests of the model share."""

from __future__ import annotations

import pytest


@pytest.fixture
def shape_of():
    """Return a function that makes a shape as botocore does, from shapes by their names."""
    from botocore.model import ShapeResolver

    return lambda name, shapes: ShapeResolver(shapes).get_shape_by_name(name)
