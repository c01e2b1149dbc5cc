"""The options that every command takes, in front of its name or behind it."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer

from bitdeps import __version__
from bitdeps.cli.session import Session
from bitdeps.config.flags import COLORS, VARIABLES

PANEL = "Options of every command"


def _option(name: str, *declarations: str, text: str, **more: Any) -> Any:  # noqa: ANN401  # typer's own type
    return typer.Option(*declarations, help=f"{text} ({VARIABLES[name]})", rich_help_panel=PANEL, **more)


def _color(value: str | None) -> str | None:
    if value is not None and value not in COLORS:
        message = f"`{value}` is none of `auto`, `always`, `never`"
        raise typer.BadParameter(message)
    return value


SHARED: dict[str, Any] = {
    "directory": Annotated[
        str | None,
        _option("directory", "-C", "--directory", metavar="DIR", text="Run as if started in this directory."),
    ],
    "quiet": Annotated[bool | None, _option("quiet", "-q", "--quiet", text="Print errors, warnings and data alone.")],
    "verbose": Annotated[
        int | None,
        _option("verbose", "-v", "--verbose", count=True, text="Say more; -vv prints a traceback on failure."),
    ],
    "color": Annotated[
        str | None,
        _option("color", "--color", metavar="WHEN", callback=_color, text="auto, always or never."),
    ],
    "no_progress": Annotated[bool | None, _option("no_progress", "--no-progress", text="Draw no progress.")],
    "json": Annotated[bool | None, _option("json", "--json", text="Print one JSON document to stdout.")],
    "offline": Annotated[bool | None, _option("offline", "--offline", text="Use no network, the cache alone.")],
    "cache_dir": Annotated[
        str | None,
        _option("cache_dir", "--cache-dir", metavar="DIR", text="Keep the cache here."),
    ],
}


class ClosedPipe(Exception):  # noqa: N818 - a signal to our own runner, since typer makes exit code 1 of the system's
    """Who reads the output went away."""


DRY_RUN: Any = Annotated[
    bool | None, _option("dry_run", "--dry-run", text="Show what would change; write nothing but the cache.")
]


def _parameters(*, dry_run: bool) -> list[inspect.Parameter]:
    offered = {**SHARED, "dry_run": DRY_RUN} if dry_run else SHARED
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
        for name, annotation in offered.items()
    ]


def command(
    app: typer.Typer, name: str, *, panel: str | None = None, dry_run: bool = False
) -> Callable[[Callable[..., int | None]], None]:
    """Register a function of `(session, ...)` as a command that takes the shared options too."""

    def register(function: Callable[..., int | None]) -> None:
        app.command(name, rich_help_panel=panel)(_runner(function, dry_run=dry_run))

    return register


def group(app: typer.Typer, name: str, function: Callable[..., int | None], *, panel: str | None = None) -> typer.Typer:
    """Register a command as `command` does, with `--dry-run`, that has commands of its own too; returns their app."""
    inner = typer.Typer()
    inner.callback(invoke_without_command=True)(_runner(function, dry_run=True))
    app.add_typer(inner, name=name, rich_help_panel=panel)
    return inner


def _runner(function: Callable[..., int | None], *, dry_run: bool) -> Callable[..., None]:
    shared = _parameters(dry_run=dry_run)
    signature = inspect.signature(function, eval_str=True)
    own = list(signature.parameters.values())[1:]
    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    keyword_own = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]

    @functools.wraps(function)
    def run(*, context: typer.Context, **values: Any) -> None:  # noqa: ANN401  # typer passes what it parsed
        given = {parameter.name: values.pop(parameter.name) for parameter in shared}
        context.obj = {**(context.obj or {}), **_given(given)}
        if context.invoked_subcommand is not None:
            return
        try:
            session = Session.start(context.obj)
            code = function(session, **values)
            session.console.flush()
        except BrokenPipeError as error:
            raise ClosedPipe from error
        raise typer.Exit(code or 0)

    _sign(run, [context, *keyword_own, *shared])
    return run


def callback(app: typer.Typer) -> None:
    """Let the shared options stand in front of the command as well."""
    shared = _parameters(dry_run=False)

    def main(*, context: typer.Context, version: bool = False, **values: Any) -> None:  # noqa: ANN401, ARG001
        """Vendor source code from Bitbucket Cloud, byte for byte."""
        context.obj = {**(context.obj or {}), **_given(values)}

    show = Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)]
    version = inspect.Parameter("version", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=show)
    context = inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    _sign(main, [context, version, *shared])
    app.callback()(main)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer's signature
    if wanted:
        typer.echo(f"deps {__version__}")
        raise typer.Exit


def _given(values: dict[str, Any]) -> dict[str, Any]:
    # A counter that was not given is 0, a switch that was not given is None.
    return {name: value for name, value in values.items() if value is not None and value != 0}


def _sign(function: Callable[..., None], parameters: list[inspect.Parameter]) -> None:
    # typer reads both the signature and the annotations.
    function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
