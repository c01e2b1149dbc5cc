"""How Sphinx builds the documentation: `make docs`, offline, with every warning an error."""

from importlib.metadata import version as installed_version

project = "deps"
author = "The bitdeps authors"
project_copyright = "2026, The bitdeps authors"
release = installed_version("bitdeps")
version = release

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

nitpicky = True
# Commands, options and paths are shown as they are typed.
smartquotes = False

html_theme = "furo"
html_title = f"deps {release}"
html_show_sourcelink = False
html_copy_source = False
