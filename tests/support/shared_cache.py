"""Servers for the shared cache, each a process of its own: S3's protocol (moto's server), and a static web server."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from support.hostile_server import free_port
from support.program import Program
from support.repos import Repo
from support.trees import git_archive, snapshot

_OPENER = build_opener(ProxyHandler({}))
_START_SECONDS = 60.0
BUCKET = "vendored"


@contextmanager
def _served(command: list[str], url: str) -> Iterator[None]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            end = time.monotonic() + _START_SECONDS
            while not _answers(url):
                assert process.poll() is None, f"{command} ended"
                assert time.monotonic() < end, f"{command} does not answer"
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        _OPENER.open(url, timeout=5).close()
    except URLError:
        return False
    return True


@contextmanager
def s3_server() -> Iterator[dict[str, str]]:
    """Serve S3 with one empty bucket; give the variables that lead `obstore` there."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with _served([sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)], url):
        request = Request(f"{url}/{BUCKET}", method="PUT")  # noqa: S310 (loopback)
        _OPENER.open(request, timeout=10).close()
        yield {
            "AWS_ACCESS_KEY_ID": "shared-cache",
            "AWS_SECRET_ACCESS_KEY": "not-a-real-one",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": url,
            "AWS_ALLOW_HTTP": "true",
        }


@contextmanager
def web_server(folder: Path) -> Iterator[str]:
    """Serve the files of a folder, and give the address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder)]
    with _served(command, f"{url}/"):
        yield url


def expect_right(deps: Program, three: dict[str, Repo], scratch: Path) -> None:
    for name, repo in three.items():
        shutil.rmtree(scratch / name, ignore_errors=True)
        expected = snapshot(git_archive(repo, deps.lock[repo.full_name]["commit"], scratch / name))
        assert snapshot(deps.vendor / name) == expected
    deps("verify")


def archives(folder: Path) -> dict[str, Path]:
    return {path.name.removesuffix(".tar.gz"): path for path in folder.glob("v1/archives/*/*.tar.gz")}
