"""What names have in common that some file system takes for one."""

from typing import Final

# As `next_hfs_char` of git's utf8.c: HFS+ ignores these in names.
_IGNORED_BY_HFS: Final = dict.fromkeys(
    [*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF],
)


def fold(name: str) -> str:
    """Return the same text for all names that are one under case, NFC, or what HFS+ ignores."""
    if name.isascii():
        return name.lower()
    from unicodedata import normalize

    plain = normalize("NFD", name.translate(_IGNORED_BY_HFS))
    # upper() before casefold() joins the dotless i with i; nothing that casefold() joins is parted.
    return normalize("NFC", normalize("NFD", plain.upper().casefold()))
