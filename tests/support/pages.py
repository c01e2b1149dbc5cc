"""The pages of the documentation, whose commands and files tests run."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "how-to"


def blocks(page: str, language: str) -> list[str]:
    """Give the fenced blocks of a how-to page."""
    text = (PAGES / f"{page}.md").read_text("utf-8")
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", text, flags=re.MULTILINE | re.DOTALL)
    assert found
    return [re.sub(rf"^{indent}", "", body, flags=re.MULTILINE) for indent, body in found]
