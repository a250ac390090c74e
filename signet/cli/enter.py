"""`signet enter`: entries of the Registrar's office, checked against the rules, and proposed."""

from __future__ import annotations

import argparse
import getpass
import secrets
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from signet import policy as policies
from signet.cli import kinds, proposing
from signet.cli.arguments import a_date
from signet.cli.failures import EXIT_BAD_INPUT, explain
from signet.proposals.model import Wanted
from signet.register import actions, fold, store, tables
from signet.register.actions import Proposal, Refused
from signet.register.model import Entry, MemberRecord, PermitRecord, Subject
from signet.register.payload_text import entered
from signet.register.payloads import KINDS, PayloadError
from signet.text import ACCEPTABLE

# Of these a person says what changed, not all of it.
STAYING = {
    "name_changed": ("given", "family", "known_as", "native_name"),
    "moved": ("city", "province"),
}


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
        "A correction takes the place of the entry that --corrects names: with --as KIND and its "
        "options by that, else by nothing. `signet show` lists entries with their ids.",
    )
    parser.add_argument("subject", choices=("member", "permit"))
    parser.add_argument("number")
    parser.add_argument("kind", metavar="KIND")
    parser.add_argument(
        "--effective-on", type=a_date, required=True, metavar="DATE", help="when it holds in law"
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
        help="enter it at once; it is listed with the reason until a second officer reviewed it",
    )
    parser.add_argument(
        "--evidence", default="", metavar="TEXT", help="what the approver needs to see"
    )
    parser.add_argument("--corrects", default="", metavar="ID", help="the entry it corrects")
    parser.add_argument(
        "--as", dest="as_kind", default="", metavar="KIND", help="of a correction: what is right"
    )
    parser.add_argument(
        "--accept",
        action="append",
        default=[],
        choices=tuple(ACCEPTABLE),
        metavar="KIND",
        help=f"take on purpose what looks like a slip: {', '.join(ACCEPTABLE)}",
    )
    kinds.add_options(parser)
    parser.set_defaults(run=run)


class _Usage(Exception):
    """The words on the command line don't fit together."""


def _proposals(options: argparse.Namespace) -> list[Proposal]:
    subject: Subject = options.subject
    said = options.kind
    if said == kinds.CORRECTION:
        if not options.corrects:
            raise _Usage("a correction needs --corrects ID: the entry that was wrong")
        said = options.as_kind
        if not said:
            return [Proposal("voided", {}, options.effective_on, options.corrects)]
    word = kinds.word(subject, said)
    if word is None:
        known = ", ".join([*kinds.WORDS[subject], kinds.CORRECTION])
        raise _Usage(f"KIND {said!r} is not one of {known}")
    data = kinds.given(options)
    scope = _scope(word.kind, data)
    fits = set(KINDS[subject][word.kind].model_fields)
    # A reason may be another than the usual one; a suspension is always a suspension.
    wrong = sorted(set(data) - fits | set(data) & set(word.data) - {"reason"})
    if wrong:
        raise _Usage(f"{said} takes no {', '.join(wrong)}")
    first = Proposal(word.kind, {**word.data, **data}, options.effective_on, options.corrects)
    return [first, *(Proposal("scope_granted", s, options.effective_on) for s in scope)]


def _scope(kind: str, data: dict[str, Any]) -> list[dict[str, Any]]:
    """A designation given together with its scope is two entries of one act (SCO-1)."""
    if kind != "designation_granted" or "discipline" not in data:
        return []
    stated = {name: data.pop(name) for name in kinds.SCOPE_FIELDS if name in data}
    return [{"designation": data.get("designation", ""), **stated}]


def _completed(proposal: Proposal, subject: Subject, number: str) -> Proposal:
    """The proposal with what goes without saying, from what is held.

    A condition that was given no name gets the next one; of a name or a place, what isn't said
    stays. An empty value, as in --city "", says that there is none.
    """
    if proposal.kind == "condition_imposed" and "condition" not in proposal.data:
        held = store.read(subject, number).entries
        used = {e.data["condition"] for e in held if e.kind == "condition_imposed"}
        name = next(c for n in range(1, len(used) + 2) if (c := f"C{n}") not in used)
        return replace(proposal, data={"condition": name, **proposal.data})
    if proposal.kind in STAYING:
        held = store.read(subject, number).entries
        found = _as_at(subject, held, proposal)
        kept = {n: v for n in STAYING[proposal.kind] if (v := getattr(found, n, ""))}
        return replace(proposal, data={**kept, **proposal.data})
    return proposal


def _checked(proposal: Proposal, subject: Subject, accept: list[str]) -> Proposal:
    """The proposal with its text in one form. Raises PayloadError."""
    return replace(proposal, data=entered(subject, proposal.kind, proposal.data, accept))


def _as_at(
    subject: Subject, held: list[Entry], proposal: Proposal
) -> MemberRecord | PermitRecord | None:
    others = [entry for entry in held if entry.id != proposal.corrects]
    if subject == "member":
        return fold.member(others, proposal.effective_on)
    return fold.permit(others, proposal.effective_on, policies.load())


def run(options: argparse.Namespace) -> int:
    """Enter it, or say which rule forbids it."""
    policies.load()  # what can't be read is told before anything else
    tables.bind()
    subject: Subject = options.subject
    try:
        proposals = [
            _checked(_completed(p, subject, options.number), subject, options.accept)
            for p in _proposals(options)
        ]
        _judge(subject, options, proposals)
        wanted = Wanted(subject, options.number, proposals)
        if not options.alone:
            proposing.propose(wanted, options.authority, options.by, options.evidence)
            return 0
        ids = proposing.enter_alone(wanted, options.authority, options.by, options.alone)
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


def _judge(subject: Subject, options: argparse.Namespace, proposals: list[Proposal]) -> None:
    """Raise PayloadError or Refused where the entries can't be made on the record as it is."""
    now = datetime.now(UTC)
    entries = actions.entries_of(
        subject,
        options.number,
        proposals,
        authority=options.authority,
        entered_by=getpass.getuser(),
        now=now,
        act=secrets.token_hex(12),
    )
    held = store.read(subject, options.number).entries
    actions.judged(held, entries, policies.load(), now)
