"""Signing in with a real browser: listener, local Bitbucket and chromium are processes of their own."""

import os
import shutil
from pathlib import Path

import pytest

from support.canaries import holders
from support.hostile_server import free_port
from support.logins import keys, login
from support.missing import missing
from support.program import Program
from support.sandbox import Sandbox

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "signed-in.png"


def browser() -> str:
    path = shutil.which("chromium")
    if path is None:
        missing("a real browser", "install Debian's package `chromium`")
    return path


@pytest.mark.timeout(240)
def test_a_person_grants_access_and_install_works(deps: Program, sandbox: Sandbox, tmp_path: Path) -> None:
    """One token request, one renewal when the token expired, and a page that runs and loads nothing."""
    from playwright.sync_api import sync_playwright

    executable = browser()
    sandbox.user("ada")
    sandbox.repository("secret", {"a": "1\n"}, tags=["v1"], private=True)
    deps.manifest('[dependencies]\nsecret = { workspace = "acme", tag = "v1" }\n')
    callback = f"http://localhost:{free_port()}"
    consumer = sandbox.consumer(callback=callback, scopes=["account", "repository"])
    with login(deps, **keys(consumer, callback)) as running, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 900, "height": 520})
        asked: list[str] = []
        problems: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: problems.append(message.text))
        page.goto(running.link)
        asked.clear()
        page.get_by_role("button", name="Grant access").click()
        page.get_by_role("heading", name="You are back").wait_for()
        colour = page.evaluate("getComputedStyle(document.querySelector('main')).borderRadius")
        shot = page.screenshot(path=tmp_path / "signed-in.png")
        chromium.close()
        code, text = running.end()
    assert code == 0, text
    assert colour == "14px", "the page's own style is blocked"
    assert next(url for url in asked if url.startswith(callback)).startswith(f"{callback}/?code=")
    assert all(url.startswith((callback, sandbox.web_url)) for url in asked)
    assert [problem for problem in problems if "favicon" not in problem and "404" not in problem] == []
    assert "Signed in as ada." in text
    deps("install")
    assert (deps.vendor / "secret" / "a").read_text() == "1\n"
    assert [request.status for request in sandbox.requests("/site/oauth2/access_token")] == [200]
    sandbox.expire_tokens()
    deps("lock", "--check")
    assert [request.status for request in sandbox.requests("/site/oauth2/access_token")] == [200, 200]
    if os.environ.get("DEPS_KEEP_SCREENSHOT"):
        PAGE.write_bytes(shot)
    assert shot.startswith(b"\x89PNG")
    codes = [url.partition("code=")[2].partition("&")[0] for url in asked if "code=" in url]
    assert holders(codes[:1], deps.home, deps.root) == []
