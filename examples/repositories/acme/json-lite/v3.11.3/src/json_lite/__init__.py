"""JSON that is the same wherever it is written."""

from json_lite.reader import JsonError, loads
from json_lite.writer import dumps

__all__ = ["JsonError", "dumps", "loads"]
