"""The person at the terminal: questions and answers, and the browser."""

import sys

from bitdeps.cli.console import Console


class Terminal:
    """Asks on stderr and reads from the terminal; secrets are not shown while they are typed."""

    def __init__(self, console: Console) -> None:
        """Speak through the console of the run."""
        self._console = console

    @property
    def present(self) -> bool:
        """Tell whether somebody can be asked."""
        return sys.stdin.isatty() and sys.stderr.isatty()

    def say(self, text: str) -> None:
        """Show a line, even with `-q`: the link is the purpose of the command."""
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()

    def ask(self, question: str) -> str:
        """Ask for a text."""
        sys.stderr.write(f"{self._console.paint(question, 'bold')}: ")
        sys.stderr.flush()
        return sys.stdin.readline()

    def ask_secret(self, question: str) -> str:
        """Ask for a text without echo."""
        from getpass import getpass

        return getpass(f"{self._console.paint(question, 'bold')}: ", stream=sys.stderr)

    def open(self, url: str) -> None:
        """Open a page in the user's browser, which must not hold us up and gets none of our secrets."""
        import threading
        import webbrowser

        from bitdeps.config.environment import drop_secrets

        drop_secrets()
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
