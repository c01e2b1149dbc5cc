"""Records what the processes that tests start say, whoever starts them and however their output is read.

While it is installed, `subprocess.Popen` is a class that keeps a copy of every byte that comes through a pipe to the
tests, and lets what a test throws away (`DEVNULL`) go to a file instead. pytest itself captures what is inherited.
Programs that `deps` starts inside of a test's own process are not the tests': what they say is `deps`' affair.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, Self

from support.canaries import is_marked

_SHOWING = ({"auth", "token"}, {"auth", "git-credential"})
"""The two commands whose answer on stdout is a secret."""
_LEFT_OUT = ("bitdeps.sandbox", "support.command_lines")
"""The local Bitbucket, which shows what it hands out, and the watch over command lines."""


@dataclass(slots=True, kw_only=True)
class Said:
    """What one process said on one of its streams; `command` in one line."""

    command: str
    stream: str
    source: IO[Any] | None = None
    """Where more may come from: a pipe, or the file that what is thrown away goes to."""
    thrown_away: bool = False
    pieces: list[bytes] = field(default_factory=list)

    def take(self, piece: Any) -> None:  # noqa: ANN401 (text, bytes, None, or lines of them)
        """Keep what a test read."""
        if isinstance(piece, (str, bytes)):
            self.pieces.append(piece.encode("utf-8", "surrogateescape") if isinstance(piece, str) else piece)
        elif isinstance(piece, list):
            for each in piece:
                self.take(each)

    def rest(self) -> None:
        """Read what no test has read so far."""
        if self.source is None or self.source.closed:
            return
        if self.thrown_away:
            self.source.seek(0)
            self.pieces.append(self.source.read())
            self.source.close()
            return
        with suppress(BlockingIOError):
            os.set_blocking(self.source.fileno(), False)  # a process of its own may hold the other end
            while piece := os.read(self.source.fileno(), 1 << 16):
                self.pieces.append(piece)


class _Stream:
    """A pipe, with a copy of what is read from it."""

    def __init__(self, stream: IO[Any], said: Said) -> None:
        self._stream = stream
        self._said = said

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (whatever the stream has)
        value = getattr(self._stream, name)
        return self._recorded(value) if name.startswith("read") and callable(value) else value

    def __iter__(self) -> Iterator[Any]:
        for line in self._stream:
            self._said.take(line)
            yield line

    def __next__(self) -> Any:  # noqa: ANN401 (text or bytes)
        line = next(self._stream)
        self._said.take(line)
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it; what was never read is looked at all the same."""
        if not self._stream.closed:
            self._said.rest()
        self._stream.close()

    def _recorded(self, read: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(*arguments: Any, **more: Any) -> Any:  # noqa: ANN401 (as the stream's own)
            piece = read(*arguments, **more)
            self._said.take(piece)
            return piece

        return recorded


class ChildOutput:
    """What all processes of the tests said since the last question."""

    def __init__(self) -> None:
        self._said: list[tuple[subprocess.Popen[Any], Said]] = []
        self._popen = subprocess.Popen

    def install(self) -> None:
        """Record from now on."""
        subprocess.Popen = _recording(self._popen, self._said)  # type: ignore[misc]

    def uninstall(self) -> None:
        """Record no more."""
        subprocess.Popen = self._popen  # type: ignore[misc]

    def marked(self) -> list[str]:
        """Give the command lines of the processes that said a secret; those that still run are asked again later."""
        found, waiting = [], []
        for process, said in self._said:
            ended = process.poll() is not None
            if ended:
                said.rest()
            if is_marked(b"".join(said.pieces)):
                found.append(f"{said.stream} of {said.command}")
            elif not ended:
                waiting.append((process, said))
        self._said[:] = waiting
        return found


def _recording(popen: type[subprocess.Popen[Any]], heard: list[tuple[subprocess.Popen[Any], Said]]) -> type[Any]:
    class Recording(popen):  # type: ignore[misc,valid-type]
        def __init__(self, args: Any, *more: Any, **options: Any) -> None:  # noqa: ANN401 (as Popen's)
            words = [args] if isinstance(args, (str, bytes, os.PathLike)) else list(args)
            line = " ".join(os.fsdecode(word) for word in words)
            wanted = not _is_ours(sys._getframe(1)) and not any(one in line for one in _LEFT_OUT)
            names = [] if not wanted else [name for name in ("stdout", "stderr") if not _shows(words, name)]
            lost = [name for name in names if options.get(name) == subprocess.DEVNULL]
            thrown = {name: tempfile.TemporaryFile() for name in lost}  # noqa: SIM115 (closed in `Said.rest`)
            super().__init__(args, *more, **{**options, **thrown})
            self._said = {name: Said(command=line, stream=name, source=getattr(self, name)) for name in names}
            for name, said in self._said.items():
                if name in thrown:
                    said.source, said.thrown_away = thrown[name], True
                elif said.source is not None:
                    setattr(self, name, _Stream(said.source, said))
            heard.extend((self, said) for said in self._said.values())

        def communicate(self, *arguments: Any, **more: Any) -> Any:  # noqa: ANN401 (as Popen's)
            given = super().communicate(*arguments, **more)
            for name, text in zip(("stdout", "stderr"), given, strict=True):
                if name in self._said:
                    self._said[name].take(text)
            return given

    return Recording


def _is_ours(frame: Any) -> bool:  # noqa: ANN401 (a frame)
    """Tell whether the program itself starts a process, in a test that runs it inside of its own."""
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in ("subprocess", "asyncio"):
        frame = frame.f_back
    return frame is not None and frame.f_globals.get("__name__", "").startswith("bitdeps.")


def _shows(words: list[Any], stream: str) -> bool:
    return stream == "stdout" and any(shown <= set(words) for shown in _SHOWING)
