"""The keys of `deps.lock`, in the order in which they are written.

docs/reference/lockfile.md is compared with these tables by a test.
"""

from bitdeps.core.manifest.keys import Key

TOP = (
    Key(name="lock-version", type="integer"),
    Key(name="packages", type="table"),
)
PACKAGE = (
    Key(name="name", type="string"),
    Key(name="path", type="string"),
    Key(name="uuid", type="string"),
    Key(name="subdir", type="string"),
    Key(name="tag", type="string"),
    Key(name="branch", type="string"),
    Key(name="version", type="string"),
    Key(name="commit", type="string"),
    Key(name="tree", type="string"),
    Key(name="proof", type="string"),
    Key(name="content", type="string"),
    Key(name="archive-sha256", type="string"),
    Key(name="archive-size", type="integer"),
    Key(name="selection", type="string"),
    Key(name="placed", type="string"),
    Key(name="groups", type="array of strings"),
    Key(name="requires", type="array of strings"),
    Key(name="requested", type="array of strings"),
)
REQUIRED = frozenset(["lock-version", "name", "path", "commit", "tree", "content", "requested"])
