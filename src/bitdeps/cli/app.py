"""The full program: every command, and one place where failures become exit codes."""

import re

import typer

from bitdeps.cli import (
    add,
    auth,
    cache,
    diff,
    doctor,
    export,
    importing,
    init,
    install,
    licenses,
    lock,
    mirror,
    outdated,
    remove,
    tree,
    update,
    verify,
    why,
)
from bitdeps.cli.failure import fail, unexpected
from bitdeps.cli.options import ClosedPipe, callback
from bitdeps.errors import DepsError, UsageError

INTERRUPTED = 130

app = typer.Typer(
    name="deps",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="A project begins with `deps init`; `deps install` makes vendor/ equal deps.lock.",
)
callback(app)
for module in (init, add, remove, lock, update, outdated, tree, why, diff, install, verify, licenses, doctor):
    module.register(app)
app.add_typer(export.app, name="export", rich_help_panel="Other tools")
app.add_typer(importing.app, name="import", rich_help_panel="Other tools")
app.add_typer(cache.app, name="cache", rich_help_panel="The cache and credentials")
app.add_typer(mirror.app, name="mirror", rich_help_panel="The cache and credentials")
app.add_typer(auth.app, name="auth", rich_help_panel="The cache and credentials")


def run(words: list[str]) -> int:
    """Run a command line; print a failure as one error with its hint, and return the exit code."""
    try:
        code = app(args=words, prog_name="deps", standalone_mode=False)
    except typer.TyperException as error:
        # Without a command typer has printed the help already, and has nothing more to say.
        return fail(usage(error), words) if error.format_message() else UsageError.exit_code
    except typer.Abort:
        raise KeyboardInterrupt from None  # the end of input at a question
    except DepsError as error:
        return fail(error, words)
    except ClosedPipe as closed:
        raise BrokenPipeError from closed
    except Exception as error:  # noqa: BLE001 - the last boundary: nobody sees a traceback who did not ask
        return fail(unexpected(error), words)
    if code == INTERRUPTED:
        # typer makes an exit code of a Ctrl-C; who pressed it is told once, in one place.
        raise KeyboardInterrupt
    return code if isinstance(code, int) else 0


def usage(error: typer.TyperException) -> UsageError:
    """Turn typer's complaint about a command line into ours."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "deps"
    return UsageError(_message(error.format_message()), hint=f"see `{path} --help`")


def _message(text: str) -> str:
    """Rewrite the words of typer in the manner of all other errors."""
    text = re.sub(r"(?<![\w`'-])(-{1,2}[a-z][a-z-]*)", r"`\1`", text.replace("'", "`").rstrip("."))
    text = re.sub(
        r"^No such option: (\S+) \(Possible options: (.*)\)$", r"no such option \1; did you mean one of \2?", text
    )
    text = re.sub(r"^No such (\w+):? (`[^`]*`)\. Did you mean (.*)\?$", r"no such \1 \2; did you mean \3?", text)
    return text[:1].lower() + text[1:]
