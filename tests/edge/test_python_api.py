"""The example of docs/reference/python-api.md, run as it stands."""

import asyncio
import os
import re
from pathlib import Path

import pytest

import bitdeps
from support.sandbox import Sandbox

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "python-api.md"


def test_the_documented_example_runs(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = sandbox.repository("lib", {"a.txt": "a\n"}, tags=["v1"])
    (tmp_path / "deps.toml").write_text(f'[dependencies]\nlib = {{ workspace = "{sandbox.workspace}", tag = "v1" }}\n')
    for name in [name for name in os.environ if name.startswith(("DEPS_", "BITBUCKET_"))]:
        monkeypatch.delenv(name)
    for name, value in {**sandbox.environment(), "HOME": str(tmp_path / "home")}.items():
        monkeypatch.setenv(name, value)
    [example] = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(example, str(PAGE), "exec"), names)  # noqa: S102 - our own page
    main = names["main"]
    assert callable(main)
    asyncio.run(main(str(tmp_path)))
    (tmp_path / "vendor" / "lib" / "a.txt").write_text("edited\n")
    asyncio.run(main_after_an_edit(str(tmp_path)))
    out = capsys.readouterr().out.splitlines()
    assert out == [
        f"{repo.full_name} v1 {repo.git('rev-parse', 'v1')}",
        "placed ['lib v1']",
        "verified 1 1",
        "edited-vendor",
    ]


async def main_after_an_edit(project: str) -> None:
    from bitdeps.config.environment import read_settings

    try:
        await bitdeps.verify(project, settings=read_settings(project_dir=project))
    except bitdeps.DepsError as error:
        print(error.code)  # noqa: T201 - as the example does


def test_the_public_names_are_these() -> None:
    assert sorted(bitdeps.__all__) == ["DepsError", "Lockfile", "Manifest", "Settings", "install", "lock", "verify"]
    for name in bitdeps.__all__:
        assert getattr(bitdeps, name) is not None
    with pytest.raises(AttributeError, match="has no attribute `nope`"):
        _ = bitdeps.nope
