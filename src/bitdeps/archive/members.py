"""The members of a tar in order, each with its extended header applied.

Rules on structure, which hold for every archive whatever is placed of it:

- Headers: ustar with a right checksum; octal numbers; files, directories, symbolic links and pax
  headers alone. A file's name does not end with `/`, a link has a target and nothing else has one,
  and only a file has a size. Padding is zeros; two blocks of zeros end the tar, and zeros follow.
- Pax: the global header once and first, with the commit alone; an extended header is at once
  followed by its member, and its size is the only one given, or the same as the other.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from bitdeps.archive.blocks import BLOCK, Blocks
from bitdeps.archive.header import Header, parse_header
from bitdeps.archive.limits import Limits
from bitdeps.archive.pax import NO_OVERRIDES, Overrides, parse_global, parse_overrides
from bitdeps.core.member_paths import refusal

_ZEROS: Final = bytes(BLOCK)
_KINDS: Final = {
    b"1": "a hard link",
    b"3": "a character device",
    b"4": "a block device",
    b"6": "a FIFO",
    b"7": "a contiguous file",
    b"D": "a GNU directory dump",
    b"K": "a GNU long link target",
    b"L": "a GNU long name",
    b"M": "a continued file",
    b"S": "a sparse file",
    b"V": "a volume label",
}


class Member(NamedTuple):
    """A file, directory or symbolic link; names keep bytes that are no UTF-8 as `surrogateescape` does."""

    name: str
    kind: bytes
    """`0` a file, `5` a directory, `2` a symbolic link."""
    size: int
    target: str
    executable: bool


class Members:
    """Iterates once over a tar; the body of a file must be read before the next member is asked for."""

    def __init__(self, blocks: Blocks, limits: Limits) -> None:
        self.commit: str | None = None
        """The commit that the global header claims: the server's word, no proof."""
        self._blocks = blocks
        self._limits = limits

    def __iter__(self) -> Iterator[Member]:
        """Yield each member, and check the end of the tar.

        Raises:
            ArchiveRefusedError: where a rule is broken.

        """
        blocks = self._blocks
        overrides = NO_OVERRIDES
        first = True
        while (block := blocks.take(BLOCK)) != _ZEROS:
            header = parse_header(block)
            if header.kind == b"x" and overrides is NO_OVERRIDES:
                overrides = parse_overrides(self._pax_body(header))
            elif header.kind == b"g" and first:
                self.commit = parse_global(self._pax_body(header))
            elif header.kind in (b"x", b"g"):
                raise refusal("pax-order", "an extended header stands where `git archive` writes none")
            else:
                yield _member(header, overrides)
                self._pass_padding()
                overrides = NO_OVERRIDES
            first = False
        self._check_end(dangling=overrides is not NO_OVERRIDES)

    def _pax_body(self, header: Header) -> bytes:
        if header.size > self._limits.pax_header:
            raise refusal("pax-size", f"an extended header is larger than {self._limits.pax_header} bytes")
        body = self._blocks.take(header.size)
        self._pass_padding()
        return body

    def _pass_padding(self) -> None:
        rest = -self._blocks.position % BLOCK
        if rest and self._blocks.take(rest) != _ZEROS[:rest]:
            raise refusal("padding", "something is hidden between two members")

    def _check_end(self, *, dangling: bool) -> None:
        if dangling:
            raise refusal("pax-order", "an extended header has no member")
        if self._blocks.take(BLOCK) != _ZEROS or not self._blocks.drain():
            raise refusal("end", "the tar does not end with blocks of zeros alone")


def _member(header: Header, overrides: Overrides) -> Member:
    name = _text(header.name if overrides.path is None else overrides.path)
    if header.kind not in (b"0", b"2", b"5"):
        raise refusal("type", f"is {_KINDS.get(header.kind, 'of an unknown type')}", name or "?")
    target = _text(header.target if overrides.target is None else overrides.target)
    size = header.size
    if overrides.size is not None and overrides.size != size:
        if size:
            raise refusal("size", "has two sizes", name)
        size = overrides.size
    if size and header.kind != b"0":
        raise refusal("size", "has a size and is no file", name)
    if (header.kind == b"2") != bool(target):
        raise refusal("link-target", "is a link without a target, or has a target and is no link", name)
    return Member(name, header.kind, size, target, header.executable)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
