"""`python -m local`: the embedded twin and the tools that use it."""

import sys

from local.cli import main

if __name__ == "__main__":
    sys.exit(main())
