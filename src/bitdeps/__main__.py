"""`python -m bitdeps` is `deps`."""

from bitdeps.cli.entry import program

program()
