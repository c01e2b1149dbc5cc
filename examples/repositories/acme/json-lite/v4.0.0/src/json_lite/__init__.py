"""JSON that is the same wherever it is written."""

from json_lite.layout import pretty
from json_lite.reader import JsonError
from json_lite.reader import loads as read
from json_lite.writer import dumps as write

__all__ = ["JsonError", "pretty", "read", "write"]
