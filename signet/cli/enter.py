"""`signet enter`: entries of the Registrar's office, checked against the rules, and proposed."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from signet import policy as policies
from signet.cli import kinds, proposing
from signet.cli.arguments import a_date
from signet.cli.failures import EXIT_BAD_INPUT, explain
from signet.proposals.model import Wanted
from signet.register import actions, store, tables, worded
from signet.register.actions import Proposal, Refused
from signet.register.kinds import SCOPE_FIELDS
from signet.register.model import Entry, Subject
from signet.register.payloads import KINDS, PayloadError
from signet.text import ACCEPTABLE, TextProblem


def add_parser(commands: Any) -> None:
    """Add the command's parser."""
    words = {s: ", ".join([*kinds.WORDS[s], kinds.CORRECTION]) for s in ("member", "permit")}
    parser = commands.add_parser(
        "enter",
        help="propose an entry: a suspension, a condition, a scope, a renewal, a correction …",
        description="Propose an entry to a record, for a second officer to approve at the register "
        "desk; or enter it at once with --alone. The rules are checked first, and a refusal cites "
        "the rule. Nothing is ever overwritten.",
        epilog=f"Kinds for a member: {words['member']}. Kinds for a permit: {words['permit']}. "
        "A correction replaces the entry that --corrects names by one of --as KIND with its "
        "options; without --as it voids it. `signet show` lists entries with their ids.",
    )
    parser.add_argument("subject", choices=("member", "permit"))
    parser.add_argument("number")
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument(
        "--effective-on",
        type=a_date,
        required=True,
        metavar="DATE",
        help="the day it takes effect in law",
    )
    parser.add_argument(
        "--authority", required=True, metavar="TEXT", help="the section or decision it rests on"
    )
    parser.add_argument(
        "--by",
        default="",
        metavar="EMAIL",
        help="the officer who proposes it, by the address of their account; with --alone, any name",
    )
    parser.add_argument(
        "--alone",
        default="",
        metavar="REASON",
        help="enter it at once; it is listed with the reason until a second officer reviews it",
    )
    parser.add_argument(
        "--evidence", default="", metavar="TEXT", help="what the approver needs to see"
    )
    parser.add_argument("--corrects", default="", metavar="ID", help="the entry it corrects")
    parser.add_argument(
        "--as",
        dest="as_kind",
        default="",
        metavar="KIND",
        help="for a correction: the kind of the right entry",
    )
    parser.add_argument(
        "--void",
        action="append",
        default=[],
        metavar="ID",
        help="an entry to void together with it, such as one of a later day that would end it",
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        choices=tuple(ACCEPTABLE),
        metavar="KIND",
        help=f"accept a likely mistake: {', '.join(ACCEPTABLE)}",
    )
    kinds.add_options(parser)
    parser.set_defaults(run=run)


class _Usage(Exception):
    """The command-line arguments don't fit together."""


def _meaning(options: argparse.Namespace) -> worded.Said:
    """Return the meaning of the command-line arguments. Raises _Usage."""
    subject: Subject = options.subject
    body = options.kind
    if body == kinds.CORRECTION:
        if not options.corrects:
            raise _Usage("a correction needs --corrects ID: the entry that was wrong")
        body = options.as_kind
        if not body:
            return worded.Said(kinds.Word("voided"), {}, options.effective_on, options.corrects)
    word = kinds.word(subject, body)
    if word is None:
        known = ", ".join([*kinds.WORDS[subject], kinds.CORRECTION])
        raise _Usage(f"KIND {body!r} is not one of {known}")
    data = kinds.given(options)
    fits = set(KINDS[subject][word.kind].model_fields)
    if word.kind == "designation_granted" and "discipline" in data:
        fits |= set(SCOPE_FIELDS)
    # A reason may differ from the usual one; other fields that the word implies may not be given.
    wrong = sorted(set(data) - fits | set(data) & set(word.data) - {"reason"})
    if wrong:
        raise _Usage(f"{body} takes no {', '.join(wrong)}")
    return worded.Said(word, data, options.effective_on, options.corrects)


def _checked(proposal: Proposal, subject: Subject, accept: list[str]) -> Proposal:
    """Return the proposal with its text normalized. Raises PayloadError."""
    stored, wrong = worded.in_form(subject, proposal, accept)
    if wrong:
        raise PayloadError([(name, _described(text_problem)) for name, text_problem in wrong])
    return stored


def _described(text_problem: TextProblem) -> str:
    taken = f" (or --accept {text_problem.kind})" if text_problem.kind in ACCEPTABLE else ""
    return f"expected {text_problem.message}{taken}"


def run(options: argparse.Namespace) -> int:
    """Propose the entry or enter it, or report which rule forbids it; return the exit status."""
    policies.load()  # report an unreadable policy before anything else
    tables.bind()
    subject: Subject = options.subject
    try:
        meaning, entries = _meaning(options), store.read(subject, options.number).entries
        proposals = [
            _checked(one, subject, options.accept)
            for one in worded.proposals(subject, meaning, entries, policies.load())
        ]
        proposals += _voids(entries, options.void)
        _judge(subject, options, proposals)
        target = Wanted(subject, options.number, proposals)
        if not options.alone:
            proposing.propose(target, options.authority, options.by, options.evidence)
            return 0
        ids = proposing.enter_alone(target, options.authority, options.by, options.alone)
    except _Usage as error:
        explain(str(error), ())
        return EXIT_BAD_INPUT
    except PayloadError as error:
        explain("the entry doesn't fit its kind", (f"{f}: {e}" for f, e in error.problems))
        return EXIT_BAD_INPUT
    except Refused as refused:
        explain("refused; nothing was entered", refused.refusals)
        return EXIT_BAD_INPUT
    for proposal, entry in zip(proposals, ids, strict=True):
        print(
            f"entered {proposal.kind} on {subject} {options.number}, "
            f"effective {proposal.effective_on}, entry {entry}",
            file=sys.stderr,
        )
    return 0


def _voids(entries: Sequence[Entry], ids: Sequence[str]) -> list[Proposal]:
    """Return the corrections that void entries too. Raises _Usage for one that isn't there."""
    held = {one.id: one for one in entries}
    if missing := [id_ for id_ in ids if id_ not in held]:
        raise _Usage(f"--void: the record has no entry {missing[0]}; `signet show` lists them")
    return [Proposal("voided", {}, held[id_].effective_on, id_) for id_ in dict.fromkeys(ids)]


def _judge(subject: Subject, options: argparse.Namespace, proposals: list[Proposal]) -> None:
    """Raise PayloadError or Refused where the entries can't be made on the current record."""
    now = datetime.now(UTC)
    entries = actions.entries_of(
        subject,
        options.number,
        proposals,
        authority=options.authority,
        entered_by=getpass.getuser(),
        now=now,
        operation_id=secrets.token_hex(12),
    )
    stored = store.read(subject, options.number).entries
    actions.judged(stored, entries, policies.load(), now)
