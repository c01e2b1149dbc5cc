"""The content digest d1 and git's tree id, against values from git and sha256sum."""

import hashlib

import pytest

from bitdeps.core.digest import EXECUTABLE, FILE, LINK, Entry, Mode, blob_hash, content_digest, object_id, tree_id

EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

# `git ls-files -s`, `sha256sum`, in an order that is neither git's nor the alphabet's.
ROWS: tuple[tuple[Mode, str, str, str], ...] = (
    (
        LINK,
        "c400aeeb3b29c0731e09b50b36f196cc82f4a821",
        "1ae5a06827de2980a7b01b4c13ae7be75f0965cfab27e5cc6fedd0450c5857ed",
        "d/link",
    ),
    (
        FILE,
        "7ed6ff82de6bcc2a78243fc9c54d3ef5ac14da69",
        "f0b5c2c2211c8d67ed15e75e656c7862d086e9245420892a7de62cd9ec582a06",
        "a0",
    ),
    (
        FILE,
        "d00491fd7e5bb6fa28c517a0bb32b8b506539d4d",
        "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865",
        "a/x",
    ),
    (
        FILE,
        "be761e039de7c85a579bc09515401c5ee742c8de",
        "599c7c0c70071ddf9568a4b07213a61a06ddb301f494a3477c69aaf04c1ad1cd",
        "gr\u00fcn/\u00df.txt",
    ),
    (
        FILE,
        "0cfbf08886fca9a91cb753ec8734c84fcbe52c9f",
        "53c234e5e8472b6ac51c1ae1cab3fe06fad053beb8ebfd8977b010655bfdd3c3",
        "a-b/x",
    ),
    (
        EXECUTABLE,
        "f5bdd214e01603ecd6c83be9f66d88579c588ec6",
        "b5004f26a852b0d60ec1237432c1a33c2307ff2458c374d9d99749d045c7feb9",
        "d/e/f/run.sh",
    ),
    (
        FILE,
        "00750edc07d6415dcc07ae0351e9397b0222b7ba",
        "1121cfccd5913f0a63fec40a6ffd44ea64f9dc135c66634ba001d10bcf4302a2",
        "a.b/x",
    ),
    (
        FILE,
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "empty",
    ),
)
ENTRIES = [Entry(path=path, mode=mode, sha256=sha256, blob=blob) for mode, blob, sha256, path in ROWS]


def test_tree_id_is_gits() -> None:
    """`git write-tree` gave this; directories `a`, `a-b` and `a.b` beside `a0` are what sorts in a trap."""
    assert tree_id(ENTRIES) == "3e5ac03cd98a6b5837f58b4d0c2dd2a466680ca4"


def test_content_digest_is_the_hash_of_the_lines() -> None:
    """`sha256sum` gave this for the lines that DESIGN section 3 describes."""
    assert content_digest(ENTRIES) == "d1:3867fc928a0de0d7005ce7ade724aeb4af9393059db0f2665aab6dab5a5278dd"


def test_order_of_entries_does_not_count() -> None:
    """Digests are of a set."""
    assert content_digest(reversed(ENTRIES)) == content_digest(ENTRIES)
    assert tree_id(reversed(ENTRIES)) == tree_id(ENTRIES)


def test_nothing_is_the_empty_tree() -> None:
    """`git mktree </dev/null` and `printf '' | sha256sum` gave these."""
    assert tree_id([]) == EMPTY_TREE
    assert content_digest([]) == "d1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("field", ["path", "mode", "sha256"])
def test_content_digest_covers_each_field(field: str) -> None:
    """Another name, mode or hash is another digest."""
    one = {"path": "a", "mode": FILE, "sha256": "0" * 64}
    other = {**one, field: {"path": "b", "mode": EXECUTABLE, "sha256": "1" * 64}[field]}
    assert content_digest([Entry(**one)]) != content_digest([Entry(**other)])  # type: ignore[arg-type]


def test_names_that_are_no_utf8_keep_their_bytes() -> None:
    """`git mktree` gave this id for the name `caf` and the byte E9, and the lines are made of raw bytes too."""
    sha256 = hashlib.sha256(b"").hexdigest()
    name = b"caf\xe9".decode("utf-8", "surrogateescape")
    entry = Entry(path=name, mode=FILE, sha256=sha256, blob="e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")
    line = b"100644 " + sha256.encode() + b" caf\xe9\n"
    assert content_digest([entry]) == "d1:" + hashlib.sha256(line).hexdigest()
    assert tree_id([entry]) == "987facb3e8e8fd1bff45222b836903e9d2503045"


def test_sorted_by_bytes_not_by_characters() -> None:
    """UTF-8 bytes decide: EF BC A1 comes before F0 9F 98 80, and the byte FF after both."""
    names = ["\U0001f600", "\uff21", "\udcff"]
    lines = b"".join(b"100644 - " + name + b"\n" for name in (b"\xef\xbc\xa1", b"\xf0\x9f\x98\x80", b"\xff"))
    entries = [Entry(path=name, mode=FILE, sha256="-") for name in names]
    assert content_digest(entries) == "d1:" + hashlib.sha256(lines).hexdigest()


def test_very_deep_trees_need_no_recursion() -> None:
    """A tree of 20,000 levels has an id, by git's own definition of tree objects."""
    depth, blob = 20_000, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    expected = b"100644 f\0" + bytes.fromhex(blob)
    for _ in range(depth):
        body = hashlib.sha1(b"tree %d\0%b" % (len(expected), expected)).digest()
        expected = b"40000 d\0" + body
    entry = Entry(path="d/" * depth + "f", mode=FILE, sha256="", blob=blob)
    assert tree_id([entry]) == hashlib.sha1(b"tree %d\0%b" % (len(expected), expected)).hexdigest()


def test_object_id_is_gits() -> None:
    """`git hash-object` gave these."""
    assert object_id("blob", b"") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    assert object_id("blob", b"1\n") == "d00491fd7e5bb6fa28c517a0bb32b8b506539d4d"


def test_blob_hash_takes_pieces() -> None:
    """A stream of known size gets the id of the whole."""
    stream = blob_hash(2)
    stream.update(b"1")
    stream.update(b"\n")
    assert stream.hexdigest() == "d00491fd7e5bb6fa28c517a0bb32b8b506539d4d"
