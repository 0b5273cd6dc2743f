"""Jobs too big for a browser: ``python -m gmm_engine --help``."""

import sys

from gmm_engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
