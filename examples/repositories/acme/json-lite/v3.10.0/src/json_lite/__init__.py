"""JSON that is the same wherever it is written."""

from json_lite.writer import dumps

__all__ = ["dumps"]
