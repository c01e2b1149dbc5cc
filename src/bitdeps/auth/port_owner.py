"""Which process listens on a port, where the system tells (Linux)."""

from pathlib import Path

_LISTENING = "0A"
_STATE, _INODE = 3, 9


def owner_of(port: int) -> str | None:
    """Return `PROGRAM, process NUMBER`; None where it cannot be found out."""
    inodes = {inode for name in ("tcp", "tcp6") for inode in _listeners(Path("/proc/net") / name, port)}
    if not inodes:
        return None
    links = {f"socket:[{inode}]" for inode in inodes}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(link.readlink()) in links for link in (process / "fd").iterdir()):
                return f"{(process / 'comm').read_text('utf-8').strip()}, process {process.name}"
        except OSError:
            continue
    return None


def _listeners(table: Path, port: int) -> list[str]:
    try:
        rows = [line.split() for line in table.read_text("ascii").splitlines()[1:]]
    except OSError:
        return []
    return [row[_INODE] for row in rows if row[_STATE] == _LISTENING and row[1].endswith(f":{port:04X}")]
