"""`signet check`: was a stamp good on its day, by what a site publishes?"""

from __future__ import annotations

import argparse
import json
from typing import Any

from signet.cli.arguments import a_date
from signet.publish.stamped import Asked
from signet.publish.stamped.model import Answer, Mark
from signet.publish.stamped.reading import check

STATUSES: dict[Mark, int] = {"good": 0, "bad": 1, "unclear": 3}


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    parser = commands.add_parser(
        "check",
        help="was a stamp good on its day? from a site's published files",
        description="Answer whether a stamped document was good on the day of its stamp, as the "
        "page /check/ does: from published files alone.",
        epilog="Exit status: 0 good; 1 not good; 3 the register can't tell; 2 bad usage, or files "
        "that can't be read.",
    )
    parser.add_argument("site", metavar="SITE", help="a published site: its folder or its address")
    parser.add_argument("--member", required=True, metavar="NUMBER", type=_a_number)
    parser.add_argument(
        "--permit", metavar="NUMBER", type=_a_number,
        help="default: none, as for a sole practitioner",
    )  # fmt: skip
    parser.add_argument("--on", required=True, metavar="DATE", type=a_date, help="on the stamp")
    parser.add_argument("--field", default="", metavar="DISCIPLINE", help="of the work")
    parser.add_argument("--json", action="store_true", help="print the whole answer as JSON")
    parser.set_defaults(run=run)


def _a_number(text: str) -> str:
    """Return a number as it is on the register: without spaces around it. It may not be empty."""
    if not text.strip():
        raise argparse.ArgumentTypeError("a number is empty")
    return text.strip()


def run(options: argparse.Namespace) -> int:
    """Print the answer; the exit status tells the verdict."""
    on = options.on.isoformat()
    asked = Asked(options.member, options.permit or "", on, options.field.strip())
    answer = check(options.site, asked)
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        _print(answer)
    return STATUSES[answer["verdict"]]


def _print(answer: Answer) -> None:
    print(f"{answer['title']}. {answer['sentence']}")
    for part in answer["parts"]:
        print(f"\n{part['title']}: {part['text']}")
        for line in part["lines"]:
            print(f"- {line}")
