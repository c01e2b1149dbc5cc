"""Lists of refs: the answer to `ls-refs` of protocol version 2, and what `git ls-remote` prints."""

import re
from collections.abc import Iterable, Iterator

from bitdeps.core.git.errors import GitAnswerError, OtherHashError
from bitdeps.core.git.packets import Mark, Packets, line_of

_LINE = re.compile(r"(?P<object>[0-9a-f]{40}) (?P<name>refs/[^ ]+)(?P<rest>(?: [^ ]+)*)", re.ASCII)
_PEELED = re.compile(r" peeled:(?P<commit>[0-9a-f]{40})(?: |$)", re.ASCII)
_LISTED = re.compile(r"(?P<object>[0-9a-f]{40})\t(?P<name>refs/.+)", re.ASCII)
_LONGER = re.compile(r"[0-9a-f]{64}[ \t]", re.ASCII)
_PEELED_NAME = "^{}"


def read_ls_refs(body: bytes, prefix: str) -> dict[str, str]:
    """Return the commit of each ref below `prefix`, by the rest of its name.

    Raises:
        GitAnswerError: where the body is no list of refs.

    """
    packets = Packets()
    found = packets.feed(body)
    if packets.rest or not found or found[-1] is not Mark.FLUSH:
        raise GitAnswerError("the list of refs ends too early")
    refs: dict[str, str] = {}
    for one in found[:-1]:
        line = "" if isinstance(one, Mark) else line_of(one)
        match = _LINE.fullmatch(line)
        if match is None:
            raise _something_else(line)
        peeled = _PEELED.search(match["rest"])
        refs[match["name"]] = peeled["commit"] if peeled else match["object"]
    return _below(refs.items(), prefix)


def read_ls_remote(output: str, prefix: str) -> dict[str, str]:
    """Return the same from the output of `git ls-remote`, where a line of its own tells what a tag names.

    Raises:
        GitAnswerError: where a line is no ref.

    """
    return _below(_listed(output.splitlines()), prefix)


def _listed(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        match = _LISTED.fullmatch(line)
        if match is None:
            raise _something_else(line)
        # The peeled line comes after the tag's own, and replaces it.
        yield match["name"].removesuffix(_PEELED_NAME), match["object"]


def _something_else(line: str) -> GitAnswerError:
    kind = OtherHashError if _LONGER.match(line) else GitAnswerError
    return kind("the list of refs holds something else")


def _below(refs: Iterable[tuple[str, str]], prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): commit for name, commit in refs if name.startswith(prefix)}
