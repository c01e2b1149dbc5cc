"""A mounted file system that holds neither executable bits nor symbolic links, where this machine lets us mount one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_SIZE = 64 * 1024 * 1024  # bytes
_KINDS = (
    ("mkfs.vfat", ("mount", "-t", "vfat", "-o", "utf8")),
    ("mkfs.exfat", ("mount.exfat-fuse",)),
)
"""How it is made, and how it is mounted: by the kernel, and by FUSE (Debian: dosfstools; exfatprogs, exfat-fuse)."""


@contextmanager
def lesser(folder: Path) -> Iterator[Path]:
    """Give the root of such a file system for a block; skip the test, with the reasons, where none can be mounted."""
    place = folder / "lesser"
    place.mkdir()
    refusals: list[str] = []
    for make, mount in _KINDS:
        image = folder / make
        with image.open("wb") as file:
            file.truncate(_SIZE)
        device = _attached(make, image, refusals)
        if device is None:
            continue
        try:
            if _run((*mount, device, str(place)), refusals) is None:
                continue
            try:
                yield place
            finally:
                subprocess.run(["umount", str(place)], check=True)
        finally:
            subprocess.run(["losetup", "--detach", device], check=True)
        return
    pytest.skip(f"NOT CHECKED on a file system without executable bits and links: {'; '.join(refusals)}")


def _attached(make: str, image: Path, refusals: list[str]) -> str | None:
    if _run((make, str(image)), refusals) is None:
        return None
    device = _run(("losetup", "--find", "--show", str(image)), refusals)
    return None if device is None else device.strip()


def _run(command: tuple[str, ...], refusals: list[str]) -> str | None:
    program = shutil.which(command[0], path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if program is None:
        refusals.append(f"no `{command[0]}` here")
        return None
    done = subprocess.run([program, *command[1:]], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        refusals.append(f"`{command[0]}`: {(done.stderr or done.stdout).strip().partition(chr(10))[0]}")
        return None
    return done.stdout
