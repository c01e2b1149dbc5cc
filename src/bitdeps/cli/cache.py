"""`deps cache dir|size|clean`."""

import typer

from bitdeps.cli.options import command
from bitdeps.cli.session import Session
from bitdeps.ops.words import count

app = typer.Typer(help="Look at and empty the cache.", no_args_is_help=True)


def directory(session: Session) -> None:
    """Print where the cache is."""
    path = session.settings().cache_dir
    if session.flags.json:
        session.console.document({"dir": path})
    else:
        session.console.data(path)


def size(session: Session) -> None:
    """Print how much the cache holds."""
    from bitdeps.cache import Cache

    held = Cache(session.settings().cache_dir).size()
    if session.flags.json:
        session.console.document({"archives": held.archives, "bytes": held.bytes})
    else:
        session.console.data(f"{count(held.archives, 'archive')}, {held.bytes / 1024 / 1024:,.1f} MiB")


def clean(session: Session) -> None:
    """Empty the cache; what other processes use meanwhile is fetched again."""
    from bitdeps.cache import Cache

    cache = Cache(session.settings().cache_dir)
    held = cache.size()
    if not session.flags.dry_run:
        cache.clean()
    verb = "Would remove" if session.flags.dry_run else "Removed"
    if session.flags.json:
        session.console.document({"archives": held.archives, "bytes": held.bytes, "removed": not session.flags.dry_run})
    else:
        session.console.say(f"{verb} {count(held.archives, 'archive')}, {held.bytes / 1024 / 1024:,.1f} MiB")


command(app, "dir")(directory)
command(app, "size")(size)
command(app, "clean", dry_run=True)(clean)
