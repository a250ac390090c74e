"""The nightly build: publishes the register from its records, as static pages.

A thin command over `signet.publish`; `build.py --help` says what it takes. Exit status: 0 when the
site is published, 1 when verification failed and nothing was published, 2 for bad usage or input, 3
when it is published but outputs are disputed, or postings of the career centre were left out.
"""

import gc
import sys


def main() -> int:
    """Run the command; return the exit status.

    The process ends with the build, so no garbage is collected in it: not while it imports what it
    needs, and not at the end, where Python would look through all that is left once more.
    """
    gc.disable()
    from signet.cli.build import main as build

    status = build()
    gc.freeze()
    return status


if __name__ == "__main__":
    sys.exit(main())
