"""Git's protocol and objects as values. Expected bytes were written by git 2.39.5 unless spelled out."""

import zlib

import pytest

from bitdeps.core.bitbucket.asked import Asked
from bitdeps.core.git.advertisement import Advertisement, read_advertisement
from bitdeps.core.git.commit import tree_of
from bitdeps.core.git.config import as_variables, format_config, read_settings
from bitdeps.core.git.endpoint import absence, speaks_smart
from bitdeps.core.git.errors import GitAnswerError, NotServedError
from bitdeps.core.git.fetch import FetchAnswer
from bitdeps.core.git.login import basic, helper_answer
from bitdeps.core.git.pack import PackedObject, PackStart
from bitdeps.core.git.packets import Mark, Packets, mark, packet
from bitdeps.core.git.refs import read_ls_refs, read_ls_remote
from bitdeps.core.git.requests import advertisement_request, fetch_request, listing_request
from bitdeps.core.messages import Response
from bitdeps.core.names import RepoName
from bitdeps.core.oauth.credential import Credential, GitLogin, git_login
from bitdeps.core.oauth.secret import Secret
from bitdeps.errors import RateLimitedError, ServiceError

KIT = RepoName("acme", "kit")
COMMIT_ID = "6643536009232260b53da271130ce8d842892f77"
COMMIT = (
    b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
    b"author A <a@example.com> 1704067200 +0000\n"
    b"committer A <a@example.com> 1704067200 +0000\n\nempty\n"
)
OFFER = (
    b"001e# service=git-upload-pack\n0000000eversion 2\n0015agent=git/2.39.5\n0013ls-refs=unborn\n"
    b"0027fetch=shallow wait-for-done filter\n0012server-option\n0017object-format=sha1\n0010object-info\n0000"
)


def test_the_requests_are_what_git_expects() -> None:
    """The lengths in hex are those of the lines, with themselves."""
    asked = advertisement_request("https://bitbucket.org", KIT)
    assert (asked.method, asked.url) == (
        "GET",
        "https://bitbucket.org/acme/kit.git/info/refs?service=git-upload-pack",
    )
    assert (asked.endpoint, asked.headers) == ("git", {"git-protocol": "version=2"})
    fetch = fetch_request("https://bitbucket.org", KIT, COMMIT_ID, filters=True)
    assert fetch.url == "https://bitbucket.org/acme/kit.git/git-upload-pack"
    assert fetch.body == (
        b"0012command=fetch\n000fagent=deps\n0017object-format=sha1\n0001"
        b"0010no-progress\n000eofs-delta\n0032want 6643536009232260b53da271130ce8d842892f77\n"
        b"000ddeepen 1\n0012filter tree:0\n0009done\n0000"
    )
    assert b"filter" not in (fetch_request("https://x", KIT, COMMIT_ID, filters=False).body or b"")
    assert (listing_request("https://x", KIT, "refs/tags/").body or b"").endswith(
        b"00010009peel\n001aref-prefix refs/tags/\n0000"
    )


@pytest.mark.parametrize("commit", ["", "main", COMMIT_ID[:39], COMMIT_ID.upper(), f"{COMMIT_ID}\n"])
def test_only_a_commit_id_is_wanted(commit: str) -> None:
    with pytest.raises(ValueError, match="not a commit id"):
        fetch_request("https://x", KIT, commit, filters=True)


def test_an_advertisement() -> None:
    assert read_advertisement(OFFER) == Advertisement(filters=True, listing=True, object_format="sha1")
    assert read_advertisement(OFFER.replace(b"0027fetch=shallow wait-for-done filter\n", b"0012fetch=shallow\n")) == (
        Advertisement(filters=False, listing=True, object_format="sha1")
    )
    other = read_advertisement(OFFER.replace(b"0017object-format=sha1\n", b"0019object-format=sha256\n"))
    assert other is not None
    assert other.object_format == "sha256"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            b"001e# service=git-upload-pack\n0000003c6643536009232260b53da271130ce8d842892f77 HEAD\0multi_ack\n0000",
            id="version 0",
        ),
        pytest.param(b"001e# service=git-upload-pack\n0000", id="nothing"),
        pytest.param(b"000eversion 2\n0013ls-refs=unborn\n0000", id="no fetch"),
    ],
)
def test_what_is_no_version_2(body: bytes) -> None:
    assert read_advertisement(body) is None


@pytest.mark.parametrize("body", [b"", b"0000", OFFER[:40], b"<html>", b"0003", b"ffff"])
def test_what_is_no_advertisement(body: bytes) -> None:
    with pytest.raises(GitAnswerError):
        read_advertisement(body)


def test_packets_are_cut_wherever_the_pieces_end() -> None:
    stream = packet("one\n") + mark(Mark.DELIMITER) + packet("") + packet("two\n") + mark(Mark.FLUSH)
    expected = [b"one\n", Mark.DELIMITER, b"", b"two\n", Mark.FLUSH]
    for size in range(1, len(stream) + 1):
        packets = Packets()
        found = [one for at in range(0, len(stream), size) for one in packets.feed(stream[at : at + size])]
        assert (found, packets.rest) == (expected, b"")


def answer(data: bytes) -> bytes:
    """A whole answer to `fetch` as git gives it: shallow-info, then the pack in side bands, with progress between."""
    half = len(data) // 2
    parts = [b"\x01" + data[:half], b"\x02Counting objects\r", b"\x01" + data[half:]]
    bands = b"".join(b"%04x%b" % (len(part) + 4, part) for part in parts)
    return b"0011shallow-info\n0034shallow " + COMMIT_ID.encode() + b"0001000dpackfile\n" + bands + b"0000"


# `git pack-objects` of the commit alone.
PACK = b"PACK\0\0\0\2\0\0\0\1" + bytes([0x90 | len(COMMIT) & 15 | 0x80, len(COMMIT) >> 4]) + zlib.compress(COMMIT)


@pytest.mark.parametrize("size", [1, 2, 7, 64, 4096])
def test_the_first_object_of_an_answer(size: int) -> None:
    """It is there before the answer ends, and once more after `reset`."""
    whole = answer(PACK + b"trailer that nobody reads")
    reader = FetchAnswer(1000)
    for _ in range(2):
        reader.reset()
        taken = next(at + size for at in range(0, len(whole), size) if reader.feed(whole[at : at + size]))
        assert taken < len(whole) + size
        assert reader.first == PackedObject(kind="commit", body=COMMIT)
    assert tree_of(reader.first.body, COMMIT_ID) == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def test_more_than_enough_changes_nothing() -> None:
    """What comes behind the first object is not looked at."""
    whole = answer(PACK)
    reader = FetchAnswer(1000)
    assert reader.feed(whole)
    assert reader.feed(b"0006\x09?")
    assert reader.first.body == COMMIT


ASKED = Asked(repository=KIT, url="https://bitbucket.org/acme/kit.git/info/refs")


def test_which_answers_say_that_there_is_no_endpoint() -> None:
    """A success may still come from somebody else than git; a failure for the moment says nothing."""
    found = Response(status=404, headers={}, body=b"")
    assert absence(found, ASKED) == "`bitbucket.org` answers git with status 404 (no credential was sent)"
    credential = Credential(kind="oauth", secret=Secret("s3cret"), source="`X`")
    with_one = Asked(repository=KIT, url=ASKED.url, credential=credential)
    assert absence(found, with_one) == "`bitbucket.org` answers git with status 404 (the OAuth token of `X` was sent)"
    for status, kind in ((408, ServiceError), (429, RateLimitedError), (500, ServiceError), (302, ServiceError)):
        with pytest.raises(kind):
            absence(Response(status=status, headers={}, body=b""), ASKED)
    assert absence(Response(status=200, headers={}, body=b""), ASKED) is None
    smart = {"content-type": "application/x-git-upload-pack-advertisement; charset=x"}
    page = Response(status=200, headers={"content-type": "text/html"}, body=b"<html>Sign in</html>")
    with pytest.raises(ServiceError, match="web page"):
        speaks_smart(page, ASKED)
    assert speaks_smart(Response(status=200, headers=smart, body=b"0000"), ASKED)
    assert not speaks_smart(Response(status=200, headers={"content-type": "text/plain"}, body=b"sha\trefs"), ASKED)
    with pytest.raises(ServiceError, match="it is empty"):
        speaks_smart(Response(status=200, headers={}, body=b""), ASKED)


def test_what_a_server_says_no_with() -> None:
    for said in (b"0020ERR upload-pack: not our ref ", b"000dpackfile\n0022\x03upload-pack: not our ref \x1b[2J"):
        with pytest.raises(NotServedError, match=r"^upload-pack: not our ref"):
            FetchAnswer(1000).feed(said)
    with pytest.raises(GitAnswerError, match="the pack ends before its first object is whole"):
        _ = FetchAnswer(1000).first


def test_what_is_no_pack() -> None:
    with pytest.raises(GitAnswerError, match="something else than a pack came where a pack was due"):
        FetchAnswer(1000).feed(b"000dpackfile\n0006\x09?")
    for head in (b"KCAP\0\0\0\2\0\0\0\1", b"PACK\0\0\0\4\0\0\0\1", b"PACK\0\0\0\2\0\0\0\0"):
        with pytest.raises(GitAnswerError, match="what should be a pack of objects is none"):
            PackStart(1000).feed(head)
    with pytest.raises(GitAnswerError, match="the first object of the pack has no size"):
        PackStart(1000).feed(PACK[:12] + b"\x90" + b"\x80" * 20)
    with pytest.raises(GitAnswerError, match="the first object of the pack is damaged"):
        PackStart(1000).feed(PACK[:14] + b"no zlib")
    for size in (len(COMMIT) - 1, len(COMMIT) + 1):
        head = bytes([0x90 | size & 15 | 0x80, size >> 4])
        with pytest.raises(GitAnswerError, match="the first object of the pack has another size than it says"):
            PackStart(1000).feed(PACK[:12] + head + zlib.compress(COMMIT))


@pytest.mark.parametrize("kind", [0, 5, 6, 7])
def test_a_difference_to_another_object_is_not_served(kind: int) -> None:
    with pytest.raises(NotServedError, match="its first object is the difference to another one"):
        PackStart(1000).feed(b"PACK\0\0\0\2\0\0\0\1" + bytes([kind << 4 | 5]))


@pytest.mark.parametrize(("kind", "name"), [(1, "commit"), (2, "tree"), (3, "blob"), (4, "tag")])
def test_kinds_and_an_empty_object(kind: int, name: str) -> None:
    start = PackStart(1000)
    assert start.feed(b"PACK\0\0\0\3\0\0\0\1" + bytes([kind << 4]) + zlib.compress(b""))
    assert start.first == PackedObject(kind=name, body=b"")


def test_the_cap_is_the_size_of_the_object() -> None:
    assert PackStart(len(COMMIT)).feed(PACK)
    with pytest.raises(GitAnswerError, match=f"its first object is larger than {len(COMMIT) - 1} bytes"):
        PackStart(len(COMMIT) - 1).feed(PACK)


def test_a_commit_names_its_tree_only_where_it_is_that_commit() -> None:
    assert tree_of(COMMIT, COMMIT_ID) == "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    assert tree_of(COMMIT, "0" * 40) is None
    # `printf 'commit 4\0junk' | sha1sum`: an object of that name which is no commit.
    assert tree_of(b"junk", "aa8f6d33b71dd1c53dad83401248342aa8bb8851") is None


def test_lists_of_refs() -> None:
    """What `ls-refs` and `git ls-remote` say about the same repository is read as the same."""
    tag, head = "a" * 40, "b" * 40
    body = b"".join(
        packet(line)
        for line in (f"{head} refs/tags/v1\n", f"{tag} refs/tags/v2 peeled:{head}\n", f"{head} refs/tags/rel/ü#1\n")
    )
    expected = {"v1": head, "v2": head, "rel/ü#1": head}
    assert read_ls_refs(body + mark(Mark.FLUSH), "refs/tags/") == expected
    listed = (
        f"{head}\trefs/tags/v1\n{tag}\trefs/tags/v2\n{head}\trefs/tags/v2^{{}}\n{head}\trefs/tags/rel/ü#1\n"
        f"{head}\trefs/heads/main\n"
    )
    assert read_ls_remote(listed, "refs/tags/") == expected
    assert read_ls_remote("", "refs/tags/") == {}


@pytest.mark.parametrize("body", [b"", packet("x"), packet("junk\n") + b"0000", b"0001" + b"0000", b"0000" + b"00"])
def test_what_is_no_list_of_refs(body: bytes) -> None:
    with pytest.raises(GitAnswerError):
        read_ls_refs(body, "refs/tags/")
    with pytest.raises(GitAnswerError, match="the list of refs holds something else"):
        read_ls_remote("warning: something\n", "refs/")


def test_what_of_the_users_configuration_counts() -> None:
    """Ways to the server and to sign in; nothing that changes bytes, runs programs, or trusts everybody."""
    listed = (
        b"core.autocrlf\ntrue\0core.hookspath\n/x\0core.sshcommand\nssh -i key\0core.askpass\n/ask\0"
        b"credential.helper\nstore\0credential.https://bitbucket.org.helper\n!run\0http.proxy\nhttp://proxy:3128\0"
        b"http.https://bitbucket.org.sslcainfo\n/ca\0http.sslverify\nfalse\0url.ssh://mirror/.insteadof\nhttps://x/\0"
        b"url.x.pushinsteadof\ny\0filter.lfs.smudge\nlfs\0alias.fetch\n!false\0http.extraheader\nX: y\0http.emptyauth\0"
        b"remote.origin.url\nhttps://elsewhere\0include.path\nmore\0protocol.ext.allow\nalways\0"
    )
    reach = [
        ("core.sshcommand", "ssh -i key"),
        ("http.proxy", "http://proxy:3128"),
        ("http.https://bitbucket.org.sslcainfo", "/ca"),
        ("url.ssh://mirror/.insteadof", "https://x/"),
        ("http.emptyauth", "true"),
    ]
    assert read_settings(listed, sign_in=False) == reach
    assert set(read_settings(listed, sign_in=True)) - set(reach) == {
        ("core.askpass", "/ask"),
        ("credential.helper", "store"),
        ("credential.https://bitbucket.org.helper", "!run"),
        ("http.extraheader", "X: y"),
    }


def test_configuration_is_written_so_that_git_reads_it_back() -> None:
    written = format_config(
        [('url.a"b\\c/.insteadOf', 'x "y" \\z'), ("core.bare", "true"), ("http.extraHeader", "a\tb\nc")]
    )
    assert written == (
        '[url "a\\"b\\\\c/"]\n\tinsteadOf = "x \\"y\\" \\\\z"\n[core]\n\tbare = "true"\n'
        '[http]\n\textraHeader = "a\\tb\\nc"\n'
    )
    assert as_variables({"a.b": "c"}) == {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b", "GIT_CONFIG_VALUE_0": "c"}
    with pytest.raises(ValueError, match="not a key"):
        format_config([("nonsense", "x")])


@pytest.mark.parametrize(
    ("kind", "user"),
    [("oauth", "x-token-auth"), ("api-token", "x-bitbucket-api-token-auth"), ("access-token", "x-token-auth")],
)
def test_a_credential_as_git_writes_it(kind: str, user: str) -> None:
    """Base64 by coreutils: `printf 'x-token-auth:s3cret' | base64`."""
    login = git_login(Credential(kind=kind, secret=Secret("s3cret"), source="x", email="a@b"))  # type: ignore[arg-type]
    assert login.username == user
    if user == "x-token-auth":
        assert basic(login).reveal() == "Basic eC10b2tlbi1hdXRoOnMzY3JldA=="
    assert helper_answer(login).reveal() == f"username={user}\npassword=s3cret\n"
    assert "s3cret" not in repr(GitLogin(username=user, password=Secret("s3cret")))
