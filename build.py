"""The nightly build: publishes the register from its records, as static pages.

A thin command over `signet.publish`; `build.py --help` says what it takes. Exit status: 0 when the
site is published, 1 when verification failed and nothing was published, 2 for bad usage or input, 3
when it is published but outputs are disputed, or postings of the career centre were left out.
"""

import sys

from signet.cli.build import main

if __name__ == "__main__":
    sys.exit(main())
