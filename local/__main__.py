"""`python -m local`: the twin, the replay and the tools around them."""

import sys

from local.cli import main

if __name__ == "__main__":
    sys.exit(main())
