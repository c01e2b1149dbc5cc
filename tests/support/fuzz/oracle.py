"""What must be true of each result: a refusal by a known rule, or the exact tree and nothing beside it."""

import hashlib
import io
import os
import re
import shutil
import tarfile
import zlib
from pathlib import Path
from time import process_time

from bitdeps.archive import Archive, Survey, open_archive
from bitdeps.config.settings import ArchiveLimits
from bitdeps.core.member_paths import check_members
from bitdeps.errors import ArchiveRefusedError
from support.fuzz.mutations import with_checksum
from support.fuzz.seeds import split

ACCEPTED = "accepted"
MOST_SECONDS = 5.0
"""Of CPU time."""
SMALL = ArchiveLimits(
    entries=12, depth=6, path=150, part=110, pax_header=1024, unpacked=60_000, ratio=30, ratio_floor=40_000
)
ADR = Path(__file__).resolve().parents[3] / "docs/adr/0003-own-archive-reader.md"

Tree = dict[str, tuple[str, bytes]]


class UnexpectedError(AssertionError):
    """Something that must be true is not."""


def all_rules() -> set[str]:
    """Return the rules that the reader's documentation names."""
    text = ADR.read_text(encoding="utf-8").partition("**Rules on structure**")[2]
    cells = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    return {rule for cell in cells for rule in re.findall(r"`([a-z-]+)`", cell)}


def judge(data: bytes, limits: ArchiveLimits, folder: Path) -> str:
    """Read, judge and place an archive; return the rule that refused it, or `accepted`.

    Raises:
        UnexpectedError: where the reader took too long, or what it accepted is not what is there.
        Exception: whatever else the reader lets out.

    """
    path, root = folder / "fuzz.tar.gz", folder / "root"
    shutil.rmtree(root, ignore_errors=True)
    path.write_bytes(data)
    started = process_time()
    try:
        expected = hashlib.sha256(data).hexdigest() if len(data) % 2 else None
        with open_archive(str(path), limits=limits, expected_sha256=expected) as archive:
            survey = archive.survey
            compare_with_tarfile(zlib.decompress(data, 31), survey)
            if data[-5] % 2:
                inflate_again(archive)
            check_members([entry.path for entry in survey.entries], survey.links, limits=limits, windows=True)
            root.mkdir()
            archive.extract(str(root))
    except ArchiveRefusedError as error:
        result = error.rule
        expect(not root.exists(), "refused, and something was written")
    else:
        result = ACCEPTED
        compare_with_disk(on_disk(root), survey)
        shutil.rmtree(root)
    expect(process_time() - started < MOST_SECONDS, "it took too long")
    expect([file.name for file in folder.iterdir()] == [path.name], "something is beside the root")
    return result


def inflate_again(archive: Archive) -> None:
    """Forget the tar, as if it were too large to be held, and read each file once."""
    archive._source._chunks = None
    for entry in archive.survey.entries:
        if entry.path in archive.survey.offsets:
            body = archive.read(entry.path)
            expect(hashlib.sha256(body).hexdigest() == entry.sha256, f"`{entry.path}` was read differently")


def expect(condition: object, what: str) -> None:
    if not condition:
        raise UnexpectedError(what)


def compare_with_tarfile(data: bytes, survey: Survey) -> None:
    """What `tarfile` reads must be what we read; it is only believed, never followed.

    It ends without a word at a header with an owner or a time that is no number, which we ignore: so these are made
    numbers first. Where an extended header has a size, that cannot be done, and what it reads may be less.
    """
    has_size = b" size=" in data
    try:
        with tarfile.open(
            fileobj=io.BytesIO(data if has_size else with_numbers(data)), encoding="utf-8", errors="surrogateescape"
        ) as tar:
            theirs = {member.name.partition("/")[2]: _by_tarfile(tar, member) for member in tar if not member.isdir()}
    except tarfile.ReadError:
        expect(has_size, "tarfile cannot read it")
        return
    ours = {entry.path: (entry.mode, entry.sha256) for entry in survey.entries}
    if has_size:
        ours = {path: facts for path, facts in ours.items() if path in theirs}
    expect(theirs == ours, f"tarfile reads {theirs}, and we read {ours}")


def with_numbers(data: bytes) -> bytes:
    """Make owner, time and device of every header zero, and take owner's names out of extended headers."""
    seed = split("", data)
    blank = b"0000000\0"
    return (
        b"".join(
            with_checksum(
                piece.header[:108]
                + blank * 2
                + piece.header[124:136]
                + b"00000000000\0"
                + piece.header[148:265]
                + bytes(64)
                + blank * 2
                + piece.header[345:]
            )
            + piece.body
            for piece in seed.pieces
        )
        + seed.end
    )


def _by_tarfile(tar: tarfile.TarFile, member: tarfile.TarInfo) -> tuple[str, str]:
    if member.issym():
        return "120000", hashlib.sha256(member.linkname.encode("utf-8", "surrogateescape")).hexdigest()
    file = tar.extractfile(member)
    body = file.read() if file is not None else b""
    return ("100755" if member.mode & 0o100 else "100644"), hashlib.sha256(body).hexdigest()


def on_disk(root: Path) -> Tree:
    """Read a directory back: mode as git has it, and bytes or target, of each file and link."""
    found: Tree = {}
    for folder, folders, names in os.walk(root):
        for name in [*names, *folders]:
            path = Path(folder, name)
            key = path.relative_to(root).as_posix()
            if path.is_symlink():
                found[key] = ("120000", os.readlink(os.fsencode(path)))  # noqa: PTH115 - Path would tidy the target
            elif path.is_file():
                found[key] = ("100755" if path.stat().st_mode & 0o100 else "100644", path.read_bytes())
    return found


def compare_with_disk(found: Tree, survey: Survey) -> None:
    """What was written must be what was surveyed: all of it, and nothing else."""
    ours = {entry.path: (entry.mode, entry.sha256) for entry in survey.entries}
    theirs = {path: (mode, hashlib.sha256(body).hexdigest()) for path, (mode, body) in found.items()}
    expect(theirs == ours, f"on disk is {theirs}, and surveyed was {ours}")
