"""A document of every kind, as the product makes them, for tests and the bench."""

from __future__ import annotations

from datetime import date

from signet.complaints.desk.documents import AccessSheet
from signet.cpd.documents import CpdNotice, CpdRecord, RecordedActivity
from signet.jobs.credits.documents import Receipt, RefundNote
from signet.letters.documents import Document, Letter
from signet.requests.documents import AppealLetter, ApprovalLetter, DecisionLetter, Granted
from tests.entries import POLICY

CPD = POLICY.cpd(date(2026, 1, 1))
ANA = ("Ana Lee", "12-101 Elm Street", "Edmonton, AB")
ACME = ("Acme Geomatics Ltd.", "400 4 Avenue SW, Calgary AB", "accounts@acme.example")
DATED = date(2026, 11, 21)

NOTICE = CpdNotice(
    to=ANA,
    dated=DATED,
    reference="CPD 2026-100001-1",
    name="Ana Lee",
    year=2026,
    drawn=True,
    late="",
    more="",
    days=CPD.notice_days,
    within=CPD.mail_days_within,
    elsewhere=CPD.mail_days_elsewhere,
    activities=CPD.minimum_activities,
    categories=CPD.minimum_categories,
    reviewer=CPD.reviewer,
    council=CPD.council,
    jurisdiction=POLICY.regulator.jurisdiction,
    contact=POLICY.regulator.contact,
    site="https://register.example",
)
COURSE = RecordedActivity(
    title="Slope stability: a course",
    category="Formal learning",
    days="3 March 2026 to 5 March 2026",
    hours="12 hours",
    late="",
    missing="",
    better_practitioner=True,
    advances_profession=False,
    logged_on="2026-03-09",
    files=("certificate.pdf",),
    reflection="What I learned.\nOn two lines.\n\nAnd another paragraph.",
)
RECORD = CpdRecord(
    to=("Ana Lee",),
    dated=DATED,
    reference="CPD 2026-100001",
    year=2026,
    member="100001",
    standing="Practising",
    applies="Yes. Regulated members log CPD. As at 21 November 2026.",
    goals=(
        ("Activities that count", "1, of at least 3"),
        ("Different categories", "1, of at least 2"),
    ),
    declared="Not so far",
    activities=(COURSE,) * 7,
)
RECEIPT = Receipt(
    to=ACME,
    dated=DATED,
    reference="R-2026-00012",
    tax_name="GST",
    registration="00000 0000 RT0001",
    currency="CAD",
    amounts=(
        ("5 postings (5 job credits)", "995.00"),
        ("GST 5 %", "49.75"),
        ("Total, paid by card", "1,044.75"),
    ),
    refunded="208.95",
)
CREDIT_NOTE = RefundNote(
    to=ACME,
    dated=DATED,
    reference="C-2026-00003",
    receipt="R-2026-00012",
    paid_on="2026-11-20",
    reason="The posting was taken down in error.",
    tax_name="GST",
    registration="00000 0000 RT0001",
    currency="CAD",
    amounts=(
        ("1 job credit", "−199.00"),
        ("GST 5 %", "−9.95"),
        ("Total refunded", "−208.95"),
    ),
)
LETTER = Letter(
    to=ANA,
    dated=DATED,
    reference="C-2026-0042",
    about="A complaint about your practice",
    text="Dear Ms Lee:\n\nWe received a complaint.\n\nPlease answer it.",
)
ACCESS_SHEET = AccessSheet(
    to=("Ana Lee",),
    dated=DATED,
    reference="C-2026-0042",
    page="https://register.example/services/complaints/followup/respondent/",
    code="K7QM-2XRD-9VTB-4HWN-6CYE",
)
DECISION = DecisionLetter(
    to=ANA,
    dated=DATED,
    reference="R-3F9A-20C1",
    name="Ana Lee",
    kind="Another status",
    begun_on="2026-11-02",
    until="",
    reasons=("The proof is missing.", "The name isn’t proved."),
    text="The certificate that you sent is another person’s.\n\nPlease send your own.",
    cites="G 18",
    appealable=True,
    days=30,
    deferred_days=0,
    deferral_days=365,
    within=7,
    elsewhere=14,
    jurisdiction=POLICY.regulator.jurisdiction,
    contact=POLICY.regulator.contact,
    site="https://register.example",
)
APPROVAL = ApprovalLetter(
    to=ANA,
    dated=DATED,
    reference="R-3F9A-20C1",
    name="Ana Lee",
    kind="Your status",
    begun_on="2026-11-02",
    text="The board has decided on the condition.",
    cites="G 18",
    contact=POLICY.regulator.contact,
    decided_on="2026-11-19",
    granted=(
        Granted("Status", "Registered: practising again", "2026-12-01", ""),
        Granted("Condition", "Under supervision.\nReports each month.", "2026-12-01", "2027-12-01"),
    ),
    on_register=True,
)
APPEAL = AppealLetter(
    to=ANA,
    dated=DATED,
    reference="R-3F9A-20C1",
    name="Ana Lee",
    kind="Your status",
    begun_on="2026-08-02",
    text="The certificate names another person.\n\nNothing in the appeal changes that.",
    cites="G 18",
    contact=POLICY.regulator.contact,
    decided_on="2026-09-19",
    until="",
    over=False,
    appealed_on="2026-10-19",
    allowed=False,
    decider="",
    site="https://register.example",
)
SAMPLES: tuple[Document, ...] = (
    NOTICE,
    RECORD,
    RECEIPT,
    CREDIT_NOTE,
    LETTER,
    ACCESS_SHEET,
    DECISION,
    APPROVAL,
    APPEAL,
)
