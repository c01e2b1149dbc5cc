"""Every field of a lock, edited in every way that still parses: stopped, or shown harmless.

Each edited lock is installed with `--locked`, with `--frozen`, and with `--frozen --offline` where the cache holds
every honest archive; then `lock --check` looks at it. The table has the four exit codes and words of the first. What
must hold of all of them is in `test_an_edit_is_stopped_or_harmless`.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bitdeps.core.lockfile.keys import PACKAGE
from support.lock_edits import (
    ASSETS,
    ENGINE,
    EVIL,
    FIXTURES,
    JSON,
    KIT,
    Edit,
    World,
    adds,
    attempt,
    both,
    drops,
    make_world,
    moves,
    puts,
    takes,
)
from support.sandbox import Sandbox, Server

ZEROS = "0" * 64
NOWHERE = "1" * 40
HASHES = ("tree", "content", "archive-sha256", "archive-size")
WHOLE = ("commit", *HASHES)
STALE = "`deps.lock` does not match `deps.toml`: "
ELSE = "holds something else than `deps.lock` names"
OWN = "its own `deps.toml` does not require what `deps.lock` says: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An edit, and the exit codes of the four commands."""

    field: str
    edit: Edit
    codes: tuple[int, int, int, int]
    words: str = ""
    whole: bool = False
    """A whole entry was rewritten: inside the trust boundary, as SECURITY.md says."""


def row(field: str, edit: Edit, codes: tuple[int, int, int, int], words: str = "", *, whole: bool = False) -> Row:
    return Row(field=field, edit=edit, codes=codes, words=words, whole=whole)


STOPPED = (2, 2, 2, 2)
HARMLESS = (0, 0, 0, 0)
ROWS = {
    "nothing": row("", lambda *_: None, HARMLESS),
    # The key of the table: which repository.
    "another repository": row("identity", moves(KIT, EVIL), (1, 1, 0, 1), STALE),
    "another repository, whole": row(
        "identity", both(moves(KIT, EVIL), takes(EVIL, "evil", *WHOLE, "uuid")), (1, 0, 1, 1), STALE, whole=True
    ),
    "no repository": row("identity", moves(KIT, "edits/nothing"), (1, 4, 0, 1), STALE),
    "another workspace": row("identity", moves(KIT, "mallory/kit"), (1, 4, 3, 1), STALE),
    "another subdir": row(
        "identity", both(moves(ENGINE, "edits/engine//b"), puts("edits/engine//b", "subdir", "b")), (1, 1, 1, 1), STALE
    ),
    "another name": row("name", puts(KIT, "name", "kit2"), (1, 0, 0, 1), STALE),
    "a taken name": row("name", puts(KIT, "name", "json-lite"), STOPPED, "is also the name of"),
    # Where it goes.
    "elsewhere in vendor": row("path", puts(KIT, "path", "vendor/kit2"), (1, 0, 0, 1), STALE),
    "elsewhere in the project": row("path", puts(KIT, "path", "src"), (1, 3, 3, 1), STALE),
    "out of the project": row("path", puts(KIT, "path", "../outside"), STOPPED, "`.` or `..`"),
    "out and back": row("path", puts(KIT, "path", "vendor/../../outside"), STOPPED, "`.` or `..`"),
    "absolute": row("path", puts(KIT, "path", "/outside"), STOPPED, "must be a relative path"),
    "the project itself": row("path", puts(KIT, "path", "."), STOPPED, "`.` or `..`"),
    "hooks": row("path", puts(KIT, "path", ".git/hooks"), STOPPED, "must not lead into `.git`"),
    "state": row("path", puts(KIT, "path", ".deps/state"), STOPPED, "must not lead into `.deps`"),
    "the manifest": row("path", puts(KIT, "path", "deps.toml"), STOPPED, "must not lead into `deps.toml`"),
    "all of vendor": row("path", puts(KIT, "path", "vendor"), STOPPED, "overlaps"),
    "on another": row("path", puts(KIT, "path", "vendor/json-lite"), STOPPED, "overlaps"),
    "in another": row("path", puts(KIT, "path", "vendor/json-lite/x"), STOPPED, "overlaps"),
    "on another by case": row("path", puts(KIT, "path", "vendor/JSON-LITE"), STOPPED, "overlaps"),
    "a link on the way": row("path", puts(KIT, "path", "way/kit"), (1, 1, 1, 1), STALE),
    "a device": row("path", puts(KIT, "path", "vendor/con"), STOPPED, "which Windows cannot store"),
    # Which version.
    "another uuid": row("uuid", takes(KIT, JSON, "uuid"), (0, 0, 0, 3)),
    "no uuid": row("uuid", drops(KIT, "uuid"), (0, 0, 0, 1)),
    "another tag": row(
        "tag", both(puts(KIT, "tag", "v2"), puts(KIT, "version", "2")), STOPPED, "expected `v1`: what is requested"
    ),
    "no tag": row("tag", drops(KIT, "tag", "version"), STOPPED, "expected `v1`: what is requested"),
    "a branch for a tag": row(
        "tag", both(drops(KIT, "tag", "version"), puts(KIT, "branch", "main")), STOPPED, "expected none: what is"
    ),
    "a tag that is not there": row("tag", both(puts(JSON, "tag", "v1.9"), puts(JSON, "version", "1.9")), (0, 0, 0, 1)),
    "another branch": row("branch", puts(ASSETS, "branch", "side"), STOPPED, "expected `main`: what is"),
    "no branch": row("branch", drops(ASSETS, "branch"), STOPPED, "expected `main`: what is"),
    "another version": row("version", puts(JSON, "version", "1.1"), STOPPED, "expected `1.0`: what is"),
    "no version": row("version", drops(JSON, "version"), STOPPED, "expected `1.0`: what is"),
    # What it is.
    "the commit of v2": row("commit", takes(KIT, "newer", "commit"), (3, 3, 1, 3), ELSE),
    "a commit of no tag": row("commit", takes(KIT, "impostor", "commit"), (3, 3, 1, 3), ELSE),
    "another's commit": row("commit", takes(KIT, JSON, "commit"), (1, 1, 1, 3), "has no archive of this commit"),
    "no commit": row("commit", puts(KIT, "commit", NOWHERE), (1, 1, 1, 3), "has no archive of this commit"),
    "another's tree": row("tree", takes(KIT, JSON, "tree"), HARMLESS),
    "no tree": row("tree", puts(KIT, "tree", NOWHERE), HARMLESS),
    "exported": row("proof", puts(KIT, "proof", "export"), HARMLESS),
    "unproved": row("proof", puts(KIT, "proof", "none"), HARMLESS),
    "proof not asked": row("proof", drops(KIT, "proof"), HARMLESS),
    "another's content": row("content", takes(ASSETS, JSON, "content"), (3, 3, 3, 0), ELSE),
    "content of v2": row("content", takes(KIT, "newer", "content"), (3, 3, 3, 0), ELSE),
    "no content": row("content", puts(ENGINE, "content", f"d1:{ZEROS}"), (3, 3, 3, 0), ELSE),
    "another's content, by it alone": row(
        "content",
        both(takes(ASSETS, JSON, "content", "tree"), drops(ASSETS, "archive-sha256", "archive-size")),
        (3, 3, 1, 0),
        ELSE,
    ),
    "all hashes of another": row("content", takes(ASSETS, JSON, *HASHES), (3, 3, 1, 0), ELSE),
    "another's archive": row("archive-sha256", takes(KIT, JSON, "archive-sha256", "archive-size"), (0, 0, 3, 0)),
    "no archive": row("archive-sha256", puts(KIT, "archive-sha256", ZEROS), HARMLESS),
    "archive not named": row("archive-sha256", drops(KIT, "archive-sha256", "archive-size"), HARMLESS),
    "archive of 1 byte": row("archive-size", puts(KIT, "archive-size", 1), (3, 3, 3, 0), "`archive-size`"),
    "huge archive": row("archive-size", puts(KIT, "archive-size", 10**15), (3, 3, 3, 0), "`archive-size`"),
    # What of it is placed.
    "another part": row("subdir", puts(ENGINE, "subdir", "b"), STOPPED, "must be the package's own"),
    "another selection": row("selection", puts(ENGINE, "selection", f"s1:{ZEROS}"), (1, 1, 1, 1), STALE),
    "no selection": row("selection", drops(ENGINE, "selection", "placed"), STOPPED, "goes with `selection`"),
    "a selection": row(
        "selection",
        both(puts(KIT, "selection", f"s1:{ZEROS}"), puts(KIT, "placed", f"d1:{ZEROS}")),
        (1, 1, 1, 1),
        STALE,
    ),
    "another placed": row("placed", puts(ENGINE, "placed", f"d1:{ZEROS}"), (3, 3, 3, 0), "content differs from"),
    "another's placed": row(
        "placed", lambda p, _: p[ENGINE].update(placed=p[JSON]["content"]), (3, 3, 3, 0), "differs"
    ),
    # Who needs it.
    "no group": row("groups", drops(FIXTURES, "groups"), STOPPED, "expected `test`"),
    "one group more": row("groups", puts(KIT, "groups", ["test"]), STOPPED, "expected none"),
    "another group": row(
        "groups",
        both(puts(FIXTURES, "groups", ["other"]), puts(FIXTURES, "requested", ["project.other: tag v7"])),
        (1, 0, 0, 1),
        STALE,
    ),
    "out of its group": row(
        "groups",
        both(drops(FIXTURES, "groups"), puts(FIXTURES, "requested", ["project: tag v7"])),
        (1, 0, 0, 1),
        STALE,
    ),
    "an edge less": row("requires", drops(KIT, "requires"), STOPPED, "whose `requires` does not name"),
    "an edge less, on both sides": row(
        "requires",
        both(drops(KIT, "requires"), puts(JSON, "requested", ["project: version >=1"])),
        (3, 3, 3, 0),
        f"{OWN}only its manifest has",
    ),
    "an edge more": row("requires", puts(KIT, "requires", [ASSETS, JSON]), STOPPED, "whose `requested` does not name"),
    "an edge more, on both sides": row(
        "requires",
        both(
            puts(KIT, "requires", [ASSETS, JSON]),
            puts(ASSETS, "requested", ["edits/kit: branch main", "project: branch main"]),
        ),
        (3, 3, 3, 0),
        f"{OWN}only the lock has",
    ),
    "another requirement of the project": row(
        "requested", puts(KIT, "requested", ["project: tag v2"]), STOPPED, "expected `v2`: what is requested"
    ),
    "a weaker requirement of a package": row(
        "requested", puts(JSON, "requested", ["edits/kit: version >=0", "project: version >=1"]), (3, 3, 3, 0), OWN
    ),
    "an override": row(
        "requested", puts(KIT, "requested", ["override: tag v1", "project: tag v1"]), (1, 0, 0, 1), STALE
    ),
    "nobody asks": row("requested", drops(KIT, "requested"), STOPPED, "`requested` is missing"),
    # Packages as a whole.
    "a package less": row("package", lambda p, _: p.pop(ASSETS), (1, 0, 0, 1), STALE),
    "a package more": row("package", adds(requested=["project: tag v1"]), (1, 3, 1, 1), STALE),
    "a package more, for another": row(
        "package",
        both(adds(requested=["edits/kit: tag v1"]), puts(KIT, "requires", [EVIL, JSON])),
        (3, 3, 1, 0),
        OWN,
    ),
    # A whole entry rewritten: what only `lock --check` finds.
    "v2 under the name of v1": row("whole", takes(KIT, "newer", *WHOLE), (0, 0, 1, 3), whole=True),
    "a commit of no tag, whole": row("whole", takes(KIT, "impostor", *WHOLE), (0, 0, 1, 3), whole=True),
    "another repository's commit, whole": row(
        "whole", takes(KIT, "evil", *WHOLE), (1, 1, 1, 3), "has no archive of this commit", whole=True
    ),
}


@pytest.fixture(scope="module")
def world(sandbox_server: Server, tmp_path_factory: pytest.TempPathFactory) -> World:
    sandbox_server.control("POST", "reset")
    return make_world(Sandbox(server=sandbox_server, workspace="edits"), tmp_path_factory.mktemp("edits"))


def prepare(root: Path) -> None:
    """Make what an attacker would like to be written to: a directory outside, a link to it, files of the project."""
    outside = root.parent / "outside"
    outside.mkdir(exist_ok=True)
    (outside / "kept").write_text("kept\n")
    (root / "way").symlink_to("../outside")
    (root / "src").mkdir()
    (root / "src" / "kit.c").write_text("the project's own\n")


def test_every_field_has_a_row() -> None:
    """No key of a package is left out, and the identity, which is the key of the table, is one of them."""
    assert {key.name for key in PACKAGE} | {"identity", "package", "whole", ""} == {
        each.field for each in ROWS.values()
    }


@pytest.mark.parametrize("name", ROWS)
def test_an_edit_is_stopped_or_harmless(name: str, world: World, tmp_path: Path) -> None:
    """What is in vendor afterwards are bytes that the honest lock names, and nothing was written elsewhere."""
    expected = ROWS[name]
    made = attempt(world, expected.edit, tmp_path, prepare=prepare)
    assert (made.locked[0], made.frozen[0], made.offline[0], made.check[0]) == expected.codes, made
    assert expected.words in made.locked[1]
    honest = {file.partition("/")[2]: facts for file, facts in world.honest.items()}
    for way, (code, _), placed in zip(
        ("locked", "frozen", "offline"), (made.locked, made.frozen, made.offline), made.placed, strict=True
    ):
        if code == 0 and not expected.whole:
            assert {file.partition("/")[2]: facts for file, facts in placed.items()}.items() <= honest.items()
            assert way != "locked" or placed == world.honest
        elif code != 0:
            assert placed.items() <= world.honest.items()
        root = tmp_path / way
        assert {path.name for path in root.iterdir()} <= {
            ".deps",
            "cache",
            "deps.lock",
            "deps.toml",
            "src",
            "vendor",
            "way",
        }
        assert [path.name for path in (root / "src").iterdir()] == ["kit.c"]
    assert (tmp_path / "locked" / "src" / "kit.c").read_text() == "the project's own\n"
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["kept"]
