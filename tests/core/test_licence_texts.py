"""Which files say what a licence is, and how several are joined."""

import pytest

from bitdeps.core.licences import LicenceFile, joined, licence_paths, named_licence, tagged_licence

PATHS = [
    "COPYING",
    "LICENSE",
    "LICENSES/MIT.txt",
    "README.md",
    "a/b/x.c",
    "a/licence.txt",
    "a/license.py",
    "c/LICENSES/LicenseRef-Acme.md",
    "docs/LICENSES.txt",
    "licensed.c",
    "sub/LICENSES/deep/MIT.txt",
    "unlicense",
]


@pytest.mark.parametrize(
    ("subdir", "expected"),
    [
        (None, ("COPYING", "LICENSE", "LICENSES/MIT.txt", "unlicense")),
        ("a", ("a/licence.txt",)),
        ("a/b", ("a/licence.txt",)),
        ("c", ("c/LICENSES/LicenseRef-Acme.md",)),
        ("sub", ("COPYING", "LICENSE", "LICENSES/MIT.txt", "unlicense")),
        ("docs", ("docs/LICENSES.txt",)),
    ],
)
def test_the_nearest_directory_with_a_licence_counts(subdir: str | None, expected: tuple[str, ...]) -> None:
    assert licence_paths(PATHS, subdir) == expected


def test_there_may_be_none() -> None:
    assert licence_paths(["src/license.rs", "x/NOTICE"], "x") == ()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("LICENSES/GPL-2.0-or-later.txt", "GPL-2.0-or-later"),
        ("x/LICENSES/LicenseRef-Acme.md", "LicenseRef-Acme"),
        ("LICENSES/MIT.txt.gz", None),
        ("LICENSE.txt", None),
    ],
)
def test_a_text_in_licenses_is_named_after_its_licence(path: str, expected: str | None) -> None:
    assert named_licence(path) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# SPDX-License-Identifier: MIT\n", "MIT"),
        ("x\n * SPDX-License-Identifier: (MIT OR Apache-2.0) AND Zlib\n * y", "(MIT OR Apache-2.0) AND Zlib"),
        ("SPDX-License-Identifier: MIT\nSPDX-License-Identifier: MIT\n", "MIT"),
        ("SPDX-License-Identifier: MIT\nSPDX-License-Identifier: Zlib\n", None),
        ("MIT License\n", None),
    ],
)
def test_a_tag_tells_the_licence_where_there_is_one(text: str, expected: str | None) -> None:
    assert tagged_licence(text) == expected


@pytest.mark.parametrize(
    ("expressions", "expected"),
    [
        ([], None),
        ([None], None),
        (["MIT", None, "MIT"], "MIT"),
        (["MIT OR Zlib"], "MIT OR Zlib"),
        (["MIT OR Zlib", "Apache-2.0"], "Apache-2.0 AND (MIT OR Zlib)"),
    ],
)
def test_several_texts_are_joined(expressions: list[str | None], expected: str | None) -> None:
    assert joined(LicenceFile(path="x", expression=expression) for expression in expressions) == expected
