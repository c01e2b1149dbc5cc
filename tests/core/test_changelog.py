"""The Markdown for a pull request: texts of strangers stay texts."""

from dataclasses import replace

from bitdeps.core.bitbucket.history import ChangedFile, LoggedCommit
from bitdeps.core.changelog import Section, changelog, compare_link, licence_files
from support.locks import locked

WEB = "https://bitbucket.org"
OLD, NEW = locked("lib", "release/1", ["project: tag release/1"]), locked("lib", "v2.0", ["project: tag v2.0"])


def test_the_compare_link_has_the_new_revision_first() -> None:
    """As Renovate writes it (lib/workers/repository/update/pr/changelog/bitbucket/source.ts)."""
    assert compare_link(WEB, NEW.identity.repository, OLD, NEW) == (
        "https://bitbucket.org/acme/lib/branches/compare/v2.0%0Drelease%2F1"
    )


def test_titles_and_names_cannot_become_markup() -> None:
    commit = LoggedCommit(commit="1" * 40, date=None, title="[x](http://evil) <img> *a* | `b`", author="Eve_#1")
    files = (ChangedFile(status="renamed", path="a`b|c", old_path="LICENSE", added=1, removed=2),)
    section = Section(name="lib", old=OLD, new=NEW, commits=(commit,), files=files)
    assert changelog([section], web=WEB) == (
        "# Dependency updates\n"
        "\n"
        "| package | old | new | |\n"
        "|---|---|---|---|\n"
        "| lib | `release/1` | `v2.0` | licence changed |\n"
        "\n"
        "## lib: `release/1` -> `v2.0`\n"
        "\n"
        "[Compare on Bitbucket](https://bitbucket.org/acme/lib/branches/compare/v2.0%0Drelease%2F1)\n"
        "\n"
        "**Licence changed:** `LICENSE`\n"
        "\n"
        "1 commit:\n"
        "\n"
        f"- [`111111111111`](https://bitbucket.org/acme/lib/commits/{'1' * 40}) "
        r"\[x\](http://evil) \<img\> \*a\* \| \`b\` (Eve\_\#1)"
        "\n\n"
        "1 file changed, 1 lines added, 2 removed:\n"
        "\n"
        r"- renamed `` a`b\|c `` from `LICENSE` (+1 -2)"
        "\n"
    )


def test_what_came_went_or_cannot_be_told() -> None:
    gone = Section(name="lib", old=OLD, new=NEW)
    back = Section(name="lib", old=NEW, new=OLD, commits=(), files=())
    text = changelog([Section(name="a", old=None, new=NEW), Section(name="b", old=OLD, new=None), gone, back], web=WEB)
    assert "| a | - | `v2.0` | new |\n| b | `release/1` | - | removed |\n" in text
    assert "The commits between cannot be listed: one of the two is gone from the repository.\n" in text
    assert "No commits are new: the new pin is an ancestor of the old one.\n" in text
    assert changelog([], web=WEB) == "# Dependency updates\n\nNothing changed.\n"


def test_another_name_of_the_same_commit_and_very_many_files() -> None:
    renamed = replace(OLD, tag="v1.0")
    same = changelog([Section(name="lib", old=OLD, new=renamed)], web=WEB)
    assert same.endswith(f"## lib: `release/1` -> `v1.0`\n\nThe same commit, `{OLD.commit[:12]}`.\n")
    files = tuple(ChangedFile(status="added", path=f"{n}", old_path=None, added=1, removed=0) for n in range(1000))
    text = changelog([Section(name="lib", old=OLD, new=NEW, commits=(), files=files)], web=WEB)
    listed = text.count("\n- added `")
    assert 0 < listed < len(files)
    assert text.endswith(f"\n- and {len(files) - listed} more\n")


def test_licences_are_looked_for_at_the_top() -> None:
    names = ["LICENSE", "LICENCE.txt", "COPYING", "NOTICE.md", "Unlicense", "src/LICENSE", "LICENSES/x", "license.c.d"]
    files = [ChangedFile(status="modified", path=name) for name in names]
    assert licence_files(files, None) == ("COPYING", "LICENCE.txt", "LICENSE", "NOTICE.md", "Unlicense", "license.c.d")
    assert licence_files(files, "src") == (
        "COPYING",
        "LICENCE.txt",
        "LICENSE",
        "NOTICE.md",
        "Unlicense",
        "license.c.d",
        "src/LICENSE",
    )
