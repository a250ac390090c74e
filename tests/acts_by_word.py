"""Every kind of entry in the words of officers, with options that are right."""

from __future__ import annotations

from tests.entries import P_TECH

# Each kind's word with options that are right, in an order in which each may follow the one before.
MEMBER_ACTS: tuple[tuple[str, ...], ...] = (
    ("name", "--family", "Roy"),
    ("other-name", "--name", "Ana Kim", "--type", "known_as"),
    ("move", "--city", "Leduc"),
    ("disciplines", "--disciplines", "Civil", "--disciplines", "Mechanical"),
    ("designation", "--designation", "C.E.T."),
    ("scope", "--designation", P_TECH, "--discipline", "Electrical", "--activity", "Design"),
    ("condition", "--text", "Work is reviewed", "--unpublished"),
    ("condition-lifted", "--condition", "C1"),
    (
        "decision",
        "--decision",
        "25-1",
        "--title",
        "File 25-1",
        "--decided-on",
        "2020-05-01",
        "--publication-directed-by",
        "the Committee",
    ),
    ("suspension", "--reason", "fees", "--until", "2020-12-31"),
    ("reinstatement",),
    ("not-practising", "--until", "2020-12-31"),
    ("resumption",),
    ("status", "--status", "registered", "--reason", "resumed"),
    ("retirement",),
    ("resignation",),
    ("reinstatement",),
    ("striking", "--reason", "cpd", "--direction", "Council 20-7"),
    ("reinstatement",),
    ("scope-withdrawn", "--designation", P_TECH),
    ("designation-withdrawn", "--designation", P_TECH),
    ("cancellation", "--reason", "discipline"),
    ("court-order",),
    ("reinstatement-refused",),
    ("death",),
)
PERMIT_ACTS: tuple[tuple[str, ...], ...] = (
    ("name", "--legal-name", "Southgate Ltd."),
    ("other-name", "--name", "Westgate"),
    ("operating-names", "--operating-name", "South", "--operating-name", "Gate"),
    ("move", "--city", "Leduc", "--province", "AB"),
    ("fields", "--field", "Civil"),
    ("responsible-member", "--member", "100"),
    ("responsible-member-ceased", "--member", "100"),
    ("renewal",),
    ("suspension", "--reason", "fees"),
    ("reinstatement",),
    ("cancellation", "--reason", "own_request"),
    ("status", "--status", "in_force", "--reason", "reinstated"),
    ("revocation", "--reason", "discipline"),
    ("condition", "--text", "The practice is audited"),
    ("condition-lifted", "--condition", "C1"),
    ("court-order",),
    ("reinstatement-refused",),
)
