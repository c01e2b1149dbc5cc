"""A cache that many machines share: it saves every request, and whatever it does, the install is right."""

import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from support.hostile_server import free_port
from support.program import Program
from support.repos import Repo
from support.sandbox import Sandbox
from support.shared_cache import BUCKET, archives, expect_right, s3_server, web_server

HEAD = '[project]\nworkspace = "acme"\n\n[dependencies]\n'


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, str]]:
    with s3_server() as variables:
        yield variables


def test_a_pushed_mirror_holds_what_the_lock_names_and_nothing_is_written_twice(deps: Program, share: Path) -> None:
    found = archives(share)
    assert found.keys() == {package["archive-sha256"] for package in deps.lock.values()}
    assert all(sha256(path.read_bytes()).hexdigest() == name for name, path in found.items())
    before = {path: path.stat().st_mtime_ns for path in share.rglob("*")}
    ran = deps("mirror", "push", share.as_uri())
    assert ran.stderr == f"Pushed 0 archives; 3 already there, 0 missing in `{share.as_uri()}`\n"
    assert {path: path.stat().st_mtime_ns for path in share.rglob("*")} == before


def test_an_install_from_a_share_asks_bitbucket_nothing(
    deps: Program,
    three: dict[str, Repo],
    share: Path,
    another_machine: Callable[[], None],
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    another_machine()
    ran = deps("install", "--locked", DEPS_REMOTE_CACHE=share.as_uri())
    assert ran.text == "Installed 3 in TIME\n+ one v1\n+ three v1\n+ two v1\n"
    assert sandbox.requests() == []
    expect_right(deps, three, tmp_path / "git")


def test_an_install_from_an_object_store_asks_bitbucket_nothing(
    deps: Program,
    three: dict[str, Repo],
    s3: dict[str, str],
    another_machine: Callable[[], None],
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    address = f"s3://{BUCKET}/whole"
    deps.extra.update(s3)
    assert deps("mirror", "status", address, code=1).stdout == "- one\n- three\n- two\n"
    assert deps("mirror", "push", address).stderr == (f"Pushed 3 archives; 0 already there, 0 missing in `{address}`\n")
    assert deps("mirror", "status", address).stderr == f"3 already there, 0 missing in `{address}`\n"
    another_machine()
    (deps.home / ".config" / "deps").mkdir(parents=True, exist_ok=True)
    (deps.home / ".config" / "deps" / "config.toml").write_text(f'[cache]\nremote = "{address}"\n')
    assert deps("install", "--locked").text == "Installed 3 in TIME\n+ one v1\n+ three v1\n+ two v1\n"
    assert sandbox.requests() == []
    expect_right(deps, three, tmp_path / "git")
    another_machine()
    assert deps("mirror", "pull").stderr == f"Pulled 3 archives; 0 already there, 0 missing in `{address}`\n"
    assert sandbox.requests() == []
    deps("install", "--offline")
    expect_right(deps, three, tmp_path / "git")


def test_an_object_store_that_refuses_or_has_no_bucket_leads_to_a_right_install_with_one_warning(
    deps: Program, three: dict[str, Repo], s3: dict[str, str], another_machine: Callable[[], None], tmp_path: Path
) -> None:
    for variables in ({**s3, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}"}, {**s3, "AWS_ALLOW_HTTP": "0"}):
        another_machine()
        deps.extra.update(variables)
        ran = deps("install", "--locked", DEPS_REMOTE_CACHE=f"s3://{BUCKET}/down")
        assert ran.stderr.count("warning: ") == 1
        assert f"warning: the shared cache `s3://{BUCKET}/down` is of no use here: Generic S3 error" in ran.stderr
        assert "not-a-real-one" not in ran.stderr
        expect_right(deps, three, tmp_path / "git")


def test_an_object_is_never_written_over(deps: Program, three: dict[str, Repo], s3: dict[str, str]) -> None:
    """Whoever may write once to the store cannot be overruled, so a push says that something is wrong there."""
    import boto3

    deps.extra.update(s3)
    client = boto3.client(
        "s3",
        endpoint_url=s3["AWS_ENDPOINT_URL"],
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    digest = deps.lock[three["one"].full_name]["archive-sha256"]
    key = f"squatted/v1/archives/{digest[:2]}/{digest}.tar.gz"
    client.put_object(Bucket=BUCKET, Key=key, Body=b"first")
    ran = deps("mirror", "push", f"s3://{BUCKET}/squatted", code=1)
    assert ran.stdout == "! one (kept there in a wrong size: delete it there, then push again)\n"
    assert client.get_object(Bucket=BUCKET, Key=key)["Body"].read() == b"first"


def test_an_install_from_a_static_web_server_asks_bitbucket_nothing(
    deps: Program,
    three: dict[str, Repo],
    share: Path,
    another_machine: Callable[[], None],
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    another_machine()
    with web_server(share) as url:
        assert deps("mirror", "status", url).stderr == f"3 already there, 0 missing in `{url}`\n"
        ran = deps("install", "--locked", DEPS_REMOTE_CACHE=url)
        assert ran.text == "Installed 3 in TIME\n+ one v1\n+ three v1\n+ two v1\n"
        assert sandbox.requests() == []
        assert deps("mirror", "push", url, code=0).stderr.startswith("Pushed 0 archives; 3 already there")
        next(iter(archives(share).values())).unlink()
        shutil.rmtree(share / "v1" / "content")
        assert "a web address is read-only" in deps("mirror", "push", url, code=1).stderr
    expect_right(deps, three, tmp_path / "git")


def test_a_share_that_lies_is_found_out_for_that_archive_alone(
    deps: Program,
    three: dict[str, Repo],
    share: Path,
    another_machine: Callable[[], None],
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    digest = deps.lock[three["two"].full_name]["archive-sha256"]
    path = archives(share)[digest]
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    another_machine()
    ran = deps("install", "--locked", DEPS_REMOTE_CACHE=share.as_uri())
    assert f"warning: the shared cache `{share.as_uri()}` is of no use here: `two`: " in ran.stderr
    assert {entry.path.split("/")[2] for entry in sandbox.requests("/acme/")} == {"two"}
    expect_right(deps, three, tmp_path / "git")


def test_an_index_that_lies_raises_no_alarm(
    deps: Program, three: dict[str, Repo], share: Path, another_machine: Callable[[], None], tmp_path: Path
) -> None:
    """The index leads from a content to an archive; one that leads to another archive is the share's fault."""
    found = archives(share)
    one, two = (deps.lock[three[name].full_name]["archive-sha256"] for name in ("one", "two"))
    found[two].unlink()
    for path in share.glob("v1/content/*/*"):
        path.write_text(one)
    another_machine()
    ran = deps("install", "--locked", DEPS_REMOTE_CACHE=share.as_uri())
    assert ran.stderr.count("warning: ") == 1
    expect_right(deps, three, tmp_path / "git")


def test_an_archive_that_was_compressed_anew_is_found_by_its_content(
    deps: Program,
    three: dict[str, Repo],
    share: Path,
    another_machine: Callable[[], None],
    sandbox: Sandbox,
    tmp_path: Path,
) -> None:
    import gzip

    old = deps.lock[three["two"].full_name]["archive-sha256"]
    tar = gzip.decompress(archives(share)[old].read_bytes())
    again = gzip.compress(tar, 1, mtime=7)
    new = sha256(again).hexdigest()
    assert new != old
    archives(share)[old].unlink()
    target = share / "v1" / "archives" / new[:2] / f"{new}.tar.gz"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(again)
    for path in share.glob("v1/content/*/*"):
        if path.read_text() == old:
            path.write_text(new)
    another_machine()
    deps("install", "--locked", DEPS_REMOTE_CACHE=share.as_uri())
    assert sandbox.requests() == []
    expect_right(deps, three, tmp_path / "git")


def test_a_disk_that_is_not_mounted_is_no_empty_mirror(
    deps: Program, three: dict[str, Repo], another_machine: Callable[[], None], tmp_path: Path
) -> None:
    address = (tmp_path / "absent").as_uri()
    another_machine()
    ran = deps("install", "--locked", DEPS_REMOTE_CACHE=address)
    assert f"warning: the shared cache `{address}` is of no use here: No such file or directory\n" in ran.stderr
    expect_right(deps, three, tmp_path / "git")
    assert deps("mirror", "status", address, code=1).stderr.startswith(
        f"error: `{address}`: No such file or directory\n"
    )


def test_a_secret_in_the_address_is_refused(deps: Program) -> None:
    deps.manifest(HEAD)
    for address in (
        "s3://key:secret@bucket/x",
        "https://ada:secret@mirror/x",
        "https://mirror/x?sig=secret",
        "ftp://x",
    ):
        assert deps("install", code=2, DEPS_REMOTE_CACHE=address).stderr.startswith("error: `DEPS_REMOTE_CACHE`: not ")
