"""`deps licenses`: what texts say, in a table and as JSON."""

from importlib.metadata import distribution
from pathlib import Path

import pytest

from support.program import Program
from support.sandbox import Sandbox

MIT = (Path(__file__).resolve().parents[2] / "LICENSE").read_text("utf-8")
MANIFEST = '[project]\nworkspace = "acme"\n\n[dependencies]\n'


def text_of(name: str) -> str:
    """Give the licence text that an installed package carries."""
    files = [file for file in distribution(name).files or () if file.name.startswith(("LICENSE", "COPYING"))]
    return files[0].read_text(encoding="utf-8")


def test_each_package_has_a_line(deps: Program, sandbox: Sandbox) -> None:
    """Two texts are joined, an unknown one and a missing one are named; nothing is guessed."""
    sandbox.repository("both", {"LICENSE": MIT, "COPYING.txt": text_of("hypothesis"), "a": "\n"}, tags=["v1"])
    sandbox.repository("none", {"a": "\n"}, tags=["v1"])
    sandbox.repository("odd", {"LICENSE.md": "Ask Bob before you use this, and bring cake.\n"}, tags=["v1"])
    tag = "# SPDX-License-Identifier: mit or apache-2.0\n"
    sandbox.repository("tagged", {"LICENSE": f"{tag}See the texts.\n", "license.py": "import that\n"}, tags=["v1.2"])
    deps.manifest(MANIFEST + "".join(f'{name} = {{ version = ">=1" }}\n' for name in ("both", "none", "odd", "tagged")))
    deps("lock")
    ran = deps("licenses")
    assert ran.stdout == (
        "both    v1    MIT AND MPL-2.0\nnone    v1    unknown\nodd     v1    unknown\ntagged  v1.2  MIT OR Apache-2.0\n"
    )
    lines = ran.text.splitlines()
    assert lines[0] == "warning: `none`: no file says what its licence is"
    assert lines[1].startswith("warning: `odd`: `LICENSE.md` is no licence text that is known")
    assert len(lines) == 2


def test_json_says_what_told_it(deps: Program, sandbox: Sandbox) -> None:
    repo = sandbox.repository("kit", {"LICENSE": MIT, "lib/LICENSES/0BSD.txt": "x\n", "lib/a": "\n"}, tags=["v1"])
    deps.manifest(
        MANIFEST
        + 'kit = { tag = "v1" }\nlib = { repo = "kit", tag = "v1", subdir = "lib", into = "third_party/lib" }\n'
    )
    deps("lock")
    deps("licenses", "--json")
    # Texts that were looked at before are not looked at again, and the archive is in the cache.
    found = deps("licenses", "--json", "--offline").document["packages"]
    assert [(each["name"], each["licence"], each["commit"]) for each in found] == [
        ("kit", "MIT", repo.git("rev-parse", "v1")),
        ("lib", "0BSD", repo.git("rev-parse", "v1")),
    ]
    text = found[0]["files"][0]
    assert (text["path"], text["licence"], text["by"]) == ("LICENSE", "MIT", "text")
    assert 0.9 <= text["score"] <= 1
    named = {"path": "lib/LICENSES/0BSD.txt", "licence": "0BSD", "by": "name", "score": None, "likely": None}
    assert found[1]["files"] == [named]


def test_a_name_in_licenses_counts_where_it_is_a_licence(deps: Program, sandbox: Sandbox) -> None:
    """In its usual spelling; an exception or any other word is no SPDX expression, and the text is looked at."""
    files = {
        "LICENSES/mit.txt": MIT,
        "LICENSES/LicenseRef-Acme.txt": "x\n",
        "LICENSES/Classpath-exception-2.0.txt": "As a special exception.\n",
        "LICENSES/Nothing.txt": "Ask Bob.\n",
    }
    sandbox.repository("kit", files, tags=["v1"])
    deps.manifest(MANIFEST + 'kit = { tag = "v1" }\n')
    deps("lock")
    ran = deps("licenses")
    assert ran.stdout == "kit  v1  LicenseRef-Acme AND MIT\n"
    unknown = ["LICENSES/Classpath-exception-2.0.txt", "LICENSES/Nothing.txt"]
    known = [line.partition(", ")[0] for line in ran.text.splitlines()]
    assert known == [f"warning: `kit`: `{path}` is no licence text that is known" for path in unknown]


@pytest.mark.parametrize(
    ("name", "expression"),
    [("hypothesis", "MPL-2.0"), ("httpx", "BSD-3-Clause"), ("pytest", "MIT"), ("import-linter", "BSD-2-Clause")],
)
def test_real_texts_are_recognised(deps: Program, sandbox: Sandbox, name: str, expression: str) -> None:
    """The texts are those that the projects publish; the expression is what the project itself declares."""
    sandbox.repository("real", {"LICENSE": text_of(name)}, tags=["v1"])
    deps.manifest(MANIFEST + 'real = { tag = "v1" }\n')
    deps("lock")
    assert deps("licenses").stdout == f"real  v1  {expression}\n"
