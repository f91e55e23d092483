"""A model server that says what it is told to: for tests, benchmarks and work on dost itself."""

from dost_ext.models.fake.script import Script
from dost_ext.models.fake.server import FakeModel, RecordedRequest

__all__ = ["FakeModel", "RecordedRequest", "Script"]
