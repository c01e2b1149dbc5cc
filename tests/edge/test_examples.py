"""The example repositories are the same on every machine, are of real shape, and the storefront uses them."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from support.acme import EXAMPLES, STOREFRONT, build_acme, fill_storefront, place, read_git, repositories, snapshot

TABLE = EXAMPLES / "repositories" / "commits.toml"
HOSTILE_CONFIGURATION = """\
[core]
    autocrlf = true
    hooksPath = /nonexistent/hooks
    precomposeUnicode = false
[commit]
    gpgSign = true
[tag]
    gpgSign = true
    forceSignAnnotated = true
[init]
    defaultBranch = trunk
    defaultObjectFormat = sha256
[tar]
    umask = 0077
[i18n]
    commitEncoding = ISO-8859-1
[user]
    name = Somebody Else
    email = else@example.com
"""


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The root of the example repositories, made once for this file."""
    root = tmp_path_factory.mktemp("acme")
    build_acme(root)
    return root


@pytest.fixture(scope="module")
def vendored(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the storefront whose vendor directory git has filled."""
    project = tmp_path_factory.mktemp("storefront") / "storefront"
    shutil.copytree(EXAMPLES / "storefront", project, ignore=shutil.ignore_patterns("vendor", ".deps", "build"))
    fill_storefront(acme, project)
    return project


def refs(repository: Path, *, peeled: bool) -> dict[str, str]:
    """Every branch and tag; of an annotated tag the commit, or its own object."""
    listed = read_git(repository, "for-each-ref", "--format=%(objectname) %(refname)").splitlines()
    names = [line.partition(" ")[::2] for line in listed]
    if not peeled:
        return {ref: found for found, ref in names}
    return {
        ref.removeprefix("refs/"): read_git(repository, "rev-parse", f"{ref}^{{commit}}").strip() for _, ref in names
    }


def entries(repository: Path, revision: str) -> dict[str, tuple[str, int]]:
    """Mode and size of every file of a revision by path."""
    listed = read_git(repository, "ls-tree", "-r", "-l", "-z", revision).split("\0")[:-1]
    rows = [(line.partition("\t")[2], line.split(maxsplit=4)) for line in listed]
    return {path: (words[0], int(words[3])) for path, words in rows}


def test_commits_of_all_tags_and_branches_are_those_of_the_committed_table(acme: Path) -> None:
    """deps.lock of the storefront is committed, so the commits behind it must never change."""
    found = {name: refs(path, peeled=True) for name, path in repositories(acme).items()}
    assert found == tomllib.loads(TABLE.read_text(encoding="utf-8"))


def test_builder_prints_the_committed_table(tmp_path: Path) -> None:
    assert build_acme(tmp_path / "root") == TABLE.read_text(encoding="utf-8")


def test_ids_do_not_depend_on_the_machine(acme: Path, tmp_path: Path) -> None:
    """HOME, time zone, locale, umask, git's configuration and variables of a running hook change nothing."""
    home = tmp_path / "home"
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".gitconfig").write_text(HOSTILE_CONFIGURATION)
    (home / ".config" / "git" / "attributes").write_text("* text eol=crlf\n")
    strange = {
        "GIT_AUTHOR_DATE": "2001-01-01T00:00:00",
        "GIT_COMMITTER_NAME": "Somebody Else",
        "GIT_DEFAULT_HASH": "sha256",
        "GIT_DIR": str(tmp_path / "nowhere"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "objects"),
        "HOME": str(home),
        "LANG": "tr_TR.ISO-8859-9",
        "LC_ALL": "C",
        "TZ": "Pacific/Kiritimati",
        "XDG_CONFIG_HOME": str(home / ".config"),
    }
    other = tmp_path / "other"
    build_acme(other, environment=strange, umask=0o077)
    expected = {name: refs(path, peeled=False) for name, path in repositories(acme).items()}
    assert expected == {name: refs(path, peeled=False) for name, path in repositories(other).items()}
    assert not (tmp_path / "objects").exists()


def test_a_second_build_into_the_same_folder_is_refused(acme: Path) -> None:
    command = [sys.executable, "-B", str(EXAMPLES / "build_repositories.py"), str(acme)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: [Errno 17] File exists: '{acme / 'acme' / 'assets.git'}'\n"


def test_git_finds_nothing_wrong(acme: Path) -> None:
    for path in repositories(acme).values():
        assert read_git(path, "fsck", "--strict", "--no-dangling") == ""


def test_repositories_are_of_real_shape(acme: Path) -> None:
    """Two workspaces, several tags each; tags of odd names, annotated and lightweight; one private repository."""
    found = repositories(acme)
    tags = {name: read_git(path, "tag", "--list").splitlines() for name, path in found.items()}
    assert {name.partition("/")[0] for name in found} == {"acme", "acme-platform"}
    assert min(len(names) for names in tags.values()) >= 3
    odd = {"release/2024#1", "100%-ok", "v1.0+b.2", "grün/1", "rev1", "@scope/pkg@1.0.3"}
    assert odd <= set(tags["acme/assets"])
    kinds = read_git(found["acme/assets"], "for-each-ref", "--format=%(objecttype)", "refs/tags").split()
    assert Counter(kinds) == {"tag": 4, "commit": 3}
    parents = read_git(found["acme/http-kit"], "rev-list", "--parents", "-1", "v2.4.1").split()[1:]
    assert len(parents) == 2
    settings = tomllib.loads((acme / "sandbox.toml").read_text(encoding="utf-8"))
    assert [name for name, held in settings["repositories"].items() if held["private"]] == ["acme/engine"]


def test_files_are_of_every_kind(acme: Path) -> None:
    """Large, empty, executable, many, non-ASCII; links to files, to directories, to nothing."""
    fixtures = entries(repositories(acme)["acme/fixtures"], "v7")
    assert fixtures["media/photos.bin"] == ("100644", 10_500_000)
    assert fixtures["traffic/none.http"] == ("100644", 0)
    assert fixtures["bin/check-media"][0] == "100755"
    assert {"grüße/naïve.txt", "日本語.md", "names/two words.txt"} <= fixtures.keys()
    assert max(len(path.encode()) for path in fixtures) > 100, "a name that ustar has no room for"
    links = {path for path, (mode, _) in fixtures.items() if mode == "120000"}
    assert links == {"latest", "missing", "names/up.md", "traffic/current.http"}
    assert len(entries(repositories(acme)["acme-platform/bulk"], "v1.2.0")) == 2001


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler: the C repositories are not built")
@pytest.mark.parametrize(
    ("name", "folder", "goal"),
    [("acme/http-kit", ".", "test"), ("acme/engine", "runtime", "libengine.a"), ("acme/engine", "tools", "check")],
)
def test_every_version_of_the_c_repositories_builds_and_passes_its_own_tests(
    acme: Path, tmp_path: Path, name: str, folder: str, goal: str
) -> None:
    """Warnings are errors there."""
    repository = repositories(acme)[name]
    tags = read_git(repository, "tag", "--list").splitlines()
    for number, tag in enumerate(tags):
        place(repository, tmp_path / str(number), tag)
        command = ["make", "-C", str(tmp_path / str(number) / folder), goal]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        assert (done.returncode, done.stderr) == (0, ""), f"{tag}: {done.stdout}"


def test_committed_lock_says_what_git_says(acme: Path, tmp_path: Path) -> None:
    """Commit, tree, and the digest d1 of everything in it (DESIGN section 3), counted once more."""
    modes = {"file": "100644", "executable": "100755", "link": "120000"}
    lock = tomllib.loads((EXAMPLES / "storefront" / "deps.lock").read_text(encoding="utf-8"))
    for number, (identity, package) in enumerate(lock["packages"].items()):
        repository = repositories(acme)[identity.partition("//")[0]]
        wanted = STOREFRONT[package["name"]][1].partition(":")[0]
        assert package["commit"] == read_git(repository, "rev-parse", f"{wanted}^{{commit}}").strip()
        assert package["tree"] == read_git(repository, "rev-parse", f"{wanted}^{{tree}}").strip()
        place(repository, tmp_path / str(number), wanted)
        found = sorted(snapshot(tmp_path / str(number)).items(), key=lambda item: item[0].encode())
        lines = [f"{modes[kind]} {hashlib.sha256(data).hexdigest()} {path}\n" for path, (kind, data) in found]
        assert package["content"] == f"d1:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"
    assert len(lock["packages"]) == len(STOREFRONT)


def test_json_lite_passes_its_own_tests(acme: Path, tmp_path: Path) -> None:
    place(repositories(acme)["acme/json-lite"], tmp_path / "json-lite", "v3.11.3")
    command = [sys.executable, "-B", "-m", "unittest", "discover", "tests"]
    environment = {**os.environ, "PYTHONPATH": "src"}
    done = subprocess.run(
        command, cwd=tmp_path / "json-lite", env=environment, capture_output=True, check=False, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith("\nOK\n")


def make_storefront(project: Path, *arguments: str) -> list[str]:
    environment = {**os.environ, "PYTHON": sys.executable}
    for name in ("CC", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        environment.pop(name, None)
    command = ["make", "--no-print-directory", "-C", str(project), "clean", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, check=False, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def expected_lines(name: str) -> list[str]:
    return (EXAMPLES / "storefront" / "expected" / name).read_text(encoding="utf-8").splitlines()


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler: the storefront runs without its C part")
def test_storefront_uses_everything_that_it_vendors(vendored: Path) -> None:
    output = make_storefront(vendored, "run", "test")
    assert [line for line in output if not line.startswith(("rm ", "cc "))] == [
        *expected_lines("shop.txt"),
        *expected_lines("orders.txt"),
        *expected_lines("test.txt"),
    ]


def test_storefront_says_what_it_skips_without_a_compiler(vendored: Path) -> None:
    assert make_storefront(vendored, "CC=no-such-compiler", "run", "test")[1:] == [
        *expected_lines("shop.txt"),
        "orders     SKIPPED: no C compiler (`no-such-compiler`) on this machine",
        "rule       SKIPPED: no C compiler (`no-such-compiler`) on this machine",
    ]


def test_storefront_leaves_the_vendor_directory_alone(vendored: Path) -> None:
    """Byte code or objects in it would be foreign files, an alarm of `deps verify`."""
    before = snapshot(vendored / "vendor")
    make_storefront(vendored, "run", "test")
    assert snapshot(vendored / "vendor") == before


def percent(amount: int, share: int) -> int:
    return (amount * share + 50) // 100


def test_what_the_storefront_prints_is_true(vendored: Path) -> None:
    """Orders, turnover, stock and checksum, counted once more by other means."""
    texts = [path.read_text(encoding="utf-8") for path in (vendored / "vendor/catalogue/products").rglob("*.json")]
    prices = dict(re.findall(r'"id":"(p\d+)".*"price":(\d+)', "".join(texts)))
    traffic = (vendored / "vendor/fixtures/traffic/requests.http").read_text(encoding="utf-8")
    targets = re.findall(r"^GET (\S+) HTTP/1\.1$", traffic, flags=re.MULTILINE)
    malformed = len(re.findall(r"^GET ", traffic, flags=re.MULTILINE)) - len(targets)
    orders = [parse_qs(urlsplit(target).query) for target in targets if target.startswith("/order?")]
    cents = 0
    for order in orders:
        quantity, price = int(order["quantity"][0]), int(prices[order["product"][0]])
        cents += price * quantity - percent(price * quantity, min(quantity, 10)) + max(490 - quantity * 40, 0)
    counts = f"{len(orders)} orders, {len(targets) - len(orders)} pages, {malformed} refused"
    assert expected_lines("orders.txt") == [
        f"requests   {counts}, up to 64 headers (http-kit)",
        f"turnover   {cents // 100}.{cents % 100:02} EUR at {len(prices)} prices (engine)",
    ]
    stock = sum(int(found) for text in texts for found in re.findall(r'"stock":(\d+)', text))
    assert expected_lines("shop.txt")[0] == (
        f"products   {len(prices)} with {stock} pieces in stock (catalogue, json-lite)"
    )
    photos = (vendored / "vendor/fixtures/media/photos.bin").read_bytes()
    assert (vendored / "vendor/fixtures/media/SHA256SUMS").read_text().split()[0] == hashlib.sha256(photos).hexdigest()
