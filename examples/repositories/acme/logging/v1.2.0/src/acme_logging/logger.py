"""A logger writes records to a stream."""

from typing import TextIO

from json_lite import dumps

LEVELS = ("debug", "info", "warning", "error")


class Logger:
    """Writes one line for each record of its level or above."""

    def __init__(self, stream: TextIO, level: str = "info", **fields: object) -> None:
        self._stream = stream
        self._level = LEVELS.index(level)
        self._fields = fields

    def log(self, level: str, event: str, **fields: object) -> None:
        """Write a record."""
        if LEVELS.index(level) >= self._level:
            record = {**self._fields, **fields, "level": level, "event": event}
            self._stream.write(dumps(record) + "\n")
