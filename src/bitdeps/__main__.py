"""`python -m bitdeps` is `deps`."""

import sys

from bitdeps.cli.entry import main

sys.exit(main())
