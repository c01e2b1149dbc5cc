"""A logger writes records to a stream."""

from typing import TextIO

from json_lite import dumps


class Logger:
    """Writes one line for each record."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def log(self, event: str, **fields: object) -> None:
        """Write a record."""
        self._stream.write(dumps({"event": event, **fields}) + "\n")
