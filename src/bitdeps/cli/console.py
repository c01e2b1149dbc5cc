"""What reaches the terminal: data on stdout, everything else on stderr.

Plain writes and eight ANSI codes, so that the path with nothing to do loads no terminal library.
"""

import sys
from typing import TYPE_CHECKING, TextIO

from bitdeps.cli.hints import default_hint
from bitdeps.config.flags import Flags
from bitdeps.errors import DepsError
from bitdeps.ops.report import Change

if TYPE_CHECKING:
    from bitdeps.cli.progress import Display, Log
    from bitdeps.core.activity import Activity

CODES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}
SIGN_COLORS = {"+": "green", "~": "yellow", "-": "red"}


class Console:
    """Writes for one run, by its flags."""

    def __init__(self, *, flags: Flags, stdout: TextIO, stderr: TextIO) -> None:
        """Decide on colour once."""
        self.flags = flags
        self._stdout = stdout
        self._stderr = stderr
        self._color = flags.color == "always" or (flags.color == "auto" and stderr.isatty())
        self._display: Display | Log | None = None

    def paint(self, text: str, *styles: str) -> str:
        """Colour a text for stderr, where colour is wanted."""
        if not self._color or not styles:
            return text
        return f"\x1b[{';'.join(CODES[style] for style in styles)}m{text}\x1b[0m"

    @property
    def shows_progress(self) -> bool:
        """Tell whether somebody wants to know what a run is busy with."""
        return not (self.flags.quiet or self.flags.no_progress or self.flags.json)

    def display(self, activity: "Activity") -> "Display | Log":
        """Begin to show an activity: in place on a terminal, else in lines now and then."""
        from bitdeps.cli.progress import Display, Log, terminal_size

        stream = self._stderr
        self._display = (
            Display(activity, stream, paint=self.paint, size=lambda: terminal_size(stream))
            if stream.isatty()
            else Log(activity, self.say)
        )
        return self._display

    def end_display(self) -> None:
        """Take away what is drawn, and draw no more."""
        display, self._display = self._display, None
        if display is not None:
            display.erase()

    def data(self, text: str) -> None:
        """Write a result to stdout."""
        self._stdout.write(text if text.endswith("\n") or not text else text + "\n")

    def document(self, value: object) -> None:
        """Write the one JSON document of `--json` to stdout."""
        import json

        self._stdout.write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")

    def say(self, text: str) -> None:
        """Write a line to stderr, unless `-q`."""
        if not self.flags.quiet:
            self._write(text + "\n")

    def detail(self, text: str) -> None:
        """Write a line to stderr with `-v`."""
        if self.flags.verbose and not self.flags.quiet:
            self._write(self.paint(text, "dim") + "\n")

    def note(self, text: str) -> None:
        """Write a calm remark to stderr, unless `-q`."""
        self.say(f"{self.paint('note:', 'cyan')} {text}")

    def warn(self, text: str, hint: str | None = None) -> None:
        """Write a warning to stderr, even with `-q`."""
        self._write(f"{self.paint('warning:', 'yellow', 'bold')} {text}\n")
        if hint is not None:
            self._write(f"{self.paint('hint:', 'cyan')} {hint}\n")

    def change(self, change: Change) -> None:
        """Write `+ name v1`, `~ name v1 -> v2` or `- name`."""
        sign = self.paint(change.sign, SIGN_COLORS[change.sign], "bold")
        self.say(f"{sign} {change.text}")

    def error(self, error: DepsError) -> None:
        """Write `error: what: why`, an empty line and the hint; with `--json`, a document."""
        hint = error.hint or default_hint(error)
        if self.flags.json:
            fields = {"code": error.code, "message": str(error), "hint": hint}
            self.document({"error": fields})
            return
        self._write(f"{self.paint('error:', 'red', 'bold')} {error}\n")
        if error.excerpt:
            self._write("".join(f"{self._quoted(line)}\n" for line in error.excerpt.split("\n")))
        self._write(f"\n{self.paint('hint:', 'cyan')} {hint}\n")

    def _quoted(self, line: str) -> str:
        """Colour a line of an excerpt: its number dim, its carets red."""
        number, bar, text = line.partition("|")
        return self.paint(number + bar, "dim") + (self.paint(text, "red") if text.strip(" ^") == "" else text)

    def _write(self, text: str) -> None:
        """Write to stderr, where what is drawn gives way."""
        if self._display is not None:
            self._display.erase()
        self._stderr.write(text)

    def flush(self) -> None:
        """Hand everything to the system, so that a closed pipe is noticed here."""
        self._stdout.flush()
        self._stderr.flush()


def standard(flags: Flags) -> Console:
    """Make the console of the process."""
    return Console(flags=flags, stdout=sys.stdout, stderr=sys.stderr)
