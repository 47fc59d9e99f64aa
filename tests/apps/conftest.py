"""Sessions are tested on the same local Spark as the stream app."""

from tests.streamapp.conftest import spark

__all__ = ["spark"]
