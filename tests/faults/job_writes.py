"""What the career centre writes, to be put under the crash matrix."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from signet.jobs import conflicts, places, store
from signet.jobs.applicant_model import Mark
from signet.jobs.applicants import applications, contact_requests, profiles
from signet.jobs.companies import clients, companies, vetting
from signet.jobs.credits import grants, legacy_credits, payments, refunds
from signet.jobs.credits.refunds import DisputedCheckout, RefundedCheckout
from signet.jobs.digest import runs, subscribers
from signet.jobs.forms import (
    AnswerDraft,
    BlockDraft,
    ClientDraft,
    ClientEdit,
    CompanyEdit,
    CorrectionDraft,
    ExtensionDraft,
    GrantDraft,
    MarkDraft,
    PlaceDraft,
    PostingEdit,
    RecusalDraft,
    RefundDraft,
    RefusalDraft,
    RequestDraft,
    ResumeDraft,
    SettlementDraft,
    UserDraft,
    VouchDraft,
)
from signet.jobs.model import LegacyCredits, Payment, Posting, UserRole
from signet.jobs.postings import corrections, moderation, postings
from signet.jobs.postings.postings import PostingVersion
from signet.jobs.tables import PAYMENT, JobRow
from tests import job_office as office
from tests.faults.matrix import Write
from tests.function_ground import empty
from tests.job_office import JOBS, MODELS, OWNER, TODAY, company, draft, employer, live, of

MEMBER = "100001"
LATER = TODAY + timedelta(days=40)
GONE = TODAY + timedelta(days=30 + JOBS.application_days)
OLD = LegacyCredits(
    reference="A-1", email="office@acme.example", name="Acme", credits=2, expires_on=LATER
)
CORRECTED = OLD.model_copy(update={"email": "new@acme.example", "credits": 1})
ASKED_BACK = DisputedCheckout("evt_3", "cs_1", "dp_1", 104475)
ASKED = RefundDraft(amount=Decimal(100), credits=0, reason="Wrong package", version=1)
VOUCH = VouchDraft(version=1, reason="Called the holder")
VOUCH_AGAIN = VOUCH.model_copy(update={"version": 2})
RECUSAL = RecusalDraft(version=1, reason="My brother owns it")
BLOCK = BlockDraft(version=1, words="Its postings ask for money.")
BLOCK_AGAIN = BLOCK.model_copy(update={"version": 2})
SETTLEMENT = SettlementDraft(words="Lost: credits taken back")
REFUSAL = RefusalDraft(version=2, words="Say what it pays.")
CORRECTION = CorrectionDraft(
    version=2,
    title="Survey Technician",
    discipline="Civil",
    place="calgary",
    description="Run field crews.",
    reason="It is one by its duties.",
)
ROUND = subscribers.round_of(TODAY, JOBS) + timedelta(days=JOBS.digest_days)
Form = dict[str, Any]


# What is there before -----------------------------------------------------------------------------


def _company(granted: int = 0) -> Form:
    return {"company": company(granted=granted)}


def _draft() -> Form:
    firm = company(granted=2)
    return {"company": firm, "number": office.added(firm).number}


def _live() -> Form:
    firm = company(granted=3)
    return {"company": firm, "number": live(firm)}


def _paused() -> Form:
    form = _live()
    postings.pause(employer(form["company"]), PostingVersion(form["number"], 2))
    return form


def _awaiting() -> Form:
    form = _draft()
    who = employer(form["company"], approval=True)
    postings.publish(who, PostingVersion(form["number"], 1))
    return form


def _permitted() -> Form:
    return {"company": office.company(permit="P-1")}


def _vouched() -> Form:
    form = _permitted()
    vetting.vouch(of("staff"), form["company"], VOUCH)
    return form


def _blocked() -> Form:
    form = _company()
    vetting.block(of("staff"), form["company"], BLOCK)
    return form


def _bought() -> Form:
    form = _company()
    payments.record(of("payments"), office.paid(form["company"]))
    return form


def _odd() -> Form:
    form = _company()
    payments.record(of("payments"), office.paid(form["company"], total=100))
    return form


def _disputed() -> Form:
    form = _bought()
    refunds.dispute(of("payments"), ASKED_BACK)
    return form


def _awaiting_refunded() -> Form:
    form = _bought()
    number = office.added(form["company"]).number
    postings.publish(employer(form["company"], approval=True), PostingVersion(number, 1))
    refunds.refund(of("payments"), _money_back(form))
    return form | {"number": number}


def _asked_back() -> Form:
    form = _bought()
    return form | {"refund": refunds.ask(of("staff"), "cs_1", ASKED).id}


def _money_back(form: Form) -> RefundedCheckout:
    return RefundedCheckout("evt_2", "cs_1", office.paid(form["company"]).total)


def _left_over() -> Form:
    legacy_credits.store_rows(of("staff"), [OLD])
    return _company()


def _applicant() -> Form:
    return _live() | {"file": office.clean_file("account#ana")}


def _applied() -> Form:
    form = _applicant()
    sent = office.application(resume=form["file"])
    applications.apply(of("ana"), form["number"], sent)
    return form


def _applied_with_another() -> Form:
    return _applied() | {"other": office.clean_file("account#ana")}


def _replace_resume(form: Form) -> None:
    draft = ResumeDraft(resume=form["other"], version=1)
    applications.replace_resume(_by(form, "ana"), form["number"], draft)


def _profile() -> Form:
    return _live() | {
        "handle": profiles.save(of("ana"), MEMBER, office.on_register(), office.profile())
    }


def _asked() -> Form:
    form = _profile()
    contact_requests.ask(employer(form["company"]), form["handle"], RequestDraft(message="A job"))
    return form


def _told() -> Form:
    form = _asked()
    _answer(form | {"act": secrets.token_hex(16)})
    return form


def _member() -> Form:
    return {"file": office.clean_file("account#ana")}


def _client() -> Form:
    return {"company": company(third_party=True)}


def _of_client() -> Form:
    form = _client()
    who = employer(form["company"])
    return form | {"client": clients.add(who, ClientDraft(name="Pipe"))}


def _of_client_with_picture() -> Form:
    form = _of_client()
    return form | {"file": office.clean_file(f"company#{form['company']}", "company-picture")}


def _picture() -> Form:
    form = _company()
    return form | {"file": office.clean_file(f"company#{form['company']}", "company-picture")}


def _user() -> Form:
    form = _company()
    _set_user(form | {"act": secrets.token_hex(16)})
    return form


# What is written ----------------------------------------------------------------------------------


def _by(form: Form, account: str = OWNER, **when: Any) -> Any:
    return of(account, act=form["act"], **when)


def _who(form: Form, **when: Any) -> Any:
    return employer(form["company"], act=form["act"], **when)


def _seen(form: Form) -> PostingVersion:
    return PostingVersion(form["number"], 1)


def _register(form: Form) -> object:
    return companies.register(_by(form), "o@acme.example", office.company_draft()) == form["act"]


def _edit_company(form: Form) -> None:
    told = office.company_draft(name="Acme Surveys").model_dump()
    companies.edit(_who(form), CompanyEdit(**told, version=1, logo=form["file"]))


def _set_user(form: Form) -> None:
    poster = UserDraft(email="p@acme.example", role=UserRole.POSTER)
    companies.set_user(_who(form), "poster", poster)


def _take_back(form: Form) -> object:
    lot = store.ledger(form["company"])[0].lots[0].lot
    draft = GrantDraft(credits=2, reason="Mistake")
    return grants.remove_credits(_by(form, "staff"), form["company"], lot, draft)


def _refund(form: Form) -> object:
    half = office.paid(form["company"]).total // 2
    return refunds.refund(_by(form), RefundedCheckout("evt_2", "cs_1", half)).refunded_cents


def _refund_whole(form: Form) -> object:
    return refunds.refund(_by(form), _money_back(form)).state


def _pay_oddly(form: Form) -> object:
    return payments.record(_by(form), office.paid(form["company"], total=100)).state


def _settle(form: Form) -> None:
    payments.settle(_by(form, "staff"), "cs_1", SettlementDraft(words="Sent back by hand"))


def _claim(form: Form) -> object:
    lot = grants.claim_legacy_credits(_who(form), "office@acme.example", "A-1")
    return lot == form["act"]


def _edit_draft(form: Form) -> None:
    said = draft(title="Senior Survey Technologist").model_dump()
    postings.edit(_who(form), form["number"], PostingEdit(version=1, **said))


def _edit_live(form: Form) -> None:
    said = draft(title="Senior Survey Technologist").model_dump()
    postings.edit(_who(form), form["number"], PostingEdit(version=2, **said))


def _extend(form: Form) -> object:
    extension = ExtensionDraft(version=2, ends_on=TODAY + timedelta(days=60))
    return postings.extend(_who(form), form["number"], extension)


def _live_seen(form: Form) -> PostingVersion:
    return PostingVersion(form["number"], 2)


def _until_none(act: Callable[..., int], today: date) -> Callable[[Form], object]:
    def done(form: Form) -> object:
        while act(_by(form, "clock", today=today)):
            continue
        return None

    return done


def _apply(form: Form) -> object:
    sent = office.application(resume=form["file"])
    return applications.apply(_by(form, "ana"), form["number"], sent) == form["number"]


def _mark(form: Form) -> None:
    applications.mark(_who(form), form["number"], "ana", MarkDraft(mark=Mark.AGAIN))


def _save_profile(form: Form) -> object:
    told = office.profile(resume=form["file"])
    return bool(profiles.save(_by(form, "ana"), MEMBER, office.on_register(), told))


def _answer(form: Form) -> None:
    yes = AnswerDraft(version=1, accepted=True, contact="403 555 0100")
    contact_requests.answer(_by(form, "ana"), MEMBER, form["company"], yes)


def _round(form: Form) -> object:
    """Whoever comes second to a round is told how far it is, or that somebody else is at it."""
    done = runs.continue_run(_by(form, "clock", today=ROUND), lambda: True)
    return done is not None and done.done_at is not None


def _digest(form: Form) -> object:
    by = _by(form, "clock")
    # Asked again, it finds that nothing is left to be written.
    return runs.write(by, TODAY, {MEMBER: ()}, runs.offered(by)) <= 1


def _grant(form: Form) -> object:
    draft = GrantDraft(credits=2, reason="Offer")
    return grants.grant(_by(form, "staff"), form["company"], draft) == form["act"]


WRITES: dict[str, tuple[Callable[[], Form], Callable[[Form], object]]] = {
    "A company registered": (dict, _register),
    "A company's profile with its logo": (_picture, _edit_company),
    "A user added": (_company, _set_user),
    "A user removed": (_user, lambda form: companies.remove_user(_who(form), "poster")),
    "A client added": (
        _client,
        lambda form: clients.add(_who(form), ClientDraft(name="Pipe")) == form["act"],
    ),
    "A client put right": (
        _of_client,
        lambda form: clients.edit(_who(form), form["client"], ClientEdit(name="Pipes", version=1)),
    ),
    "A client given a logo": (
        _of_client_with_picture,
        lambda form: clients.edit(
            _who(form),
            form["client"],
            ClientEdit(name="Pipe", logo=form["file"], version=1),
        ),
    ),
    "A client put aside": (
        _of_client,
        lambda form: clients.set_active(_who(form), form["client"], active=False),
    ),
    "Credits granted": (_company, _grant),
    "Credits taken back": (lambda: _company(3), _take_back),
    "Credits expired": (
        lambda: _company(3),
        _until_none(grants.expire, TODAY + timedelta(days=JOBS.credit_days + 1)),
    ),
    "Credits carried over": (_left_over, _claim),
    "The former system's list kept": (
        dict,
        lambda form: legacy_credits.store_rows(_by(form), [OLD]) < 2,
    ),
    "The former system's list corrected": (
        _left_over,
        lambda form: legacy_credits.store_rows(_by(form), [CORRECTED]) < 2,
    ),
    "A checkout paid": (
        _company,
        lambda form: payments.record(_by(form), office.paid(form["company"])).receipt,
    ),
    "A checkout paid oddly": (_company, _pay_oddly),
    "A permit vouched for": (
        _permitted,
        lambda form: vetting.vouch(_by(form, "staff"), form["company"], VOUCH),
    ),
    "A permit vouched for no more": (
        _vouched,
        lambda form: vetting.withdraw(_by(form, "staff"), form["company"], VOUCH_AGAIN),
    ),
    "A conflict with a company declared": (
        _company,
        lambda form: conflicts.declare(_by(form, "staff"), form["company"], RECUSAL),
    ),
    "A company blocked": (
        _company,
        lambda form: vetting.block(_by(form, "staff"), form["company"], BLOCK),
    ),
    "A company unblocked": (
        _blocked,
        lambda form: vetting.unblock(_by(form, "staff"), form["company"], BLOCK_AGAIN),
    ),
    "An odd payment settled": (_odd, _settle),
    "Money gone back": (_bought, _refund),
    "All money gone back": (_bought, _refund_whole),
    "Money asked back by a bank": (
        _bought,
        lambda form: refunds.dispute(_by(form), ASKED_BACK).disputed_cents,
    ),
    "Money asked to be sent back": (
        _bought,
        lambda form: refunds.ask(_by(form, "staff"), "cs_1", ASKED).cents,
    ),
    "Money asked for once more": (
        _asked_back,
        lambda form: refunds.ask_again(_by(form, "staff"), "cs_1", form["refund"]).cents,
    ),
    "A payment settled": (
        _disputed,
        lambda form: payments.settle(_by(form, "staff"), "cs_1", SETTLEMENT),
    ),
    "A draft": (
        _company,
        lambda form: len(postings.add(_who(form), draft())) == 9,
    ),
    "A draft edited": (_draft, _edit_draft),
    "A draft removed": (_draft, lambda form: postings.remove(_who(form), _seen(form))),
    "A posting copied": (
        _live,
        lambda form: len(postings.copy(_who(form), form["number"])) == 9,
    ),
    "A posting published": (_draft, lambda form: postings.publish(_who(form), _seen(form))),
    "A posting taken back from staff": (
        _awaiting,
        lambda form: postings.take_in(_who(form, approval=True), PostingVersion(form["number"], 2)),
    ),
    "A posting sent in": (
        _draft,
        lambda form: postings.publish(_who(form, approval=True), _seen(form)),
    ),
    "A posting approved": (
        _awaiting,
        lambda form: moderation.approve(_by(form, "staff"), _live_seen(form)),
    ),
    "A posting refused": (
        _awaiting,
        lambda form: moderation.refuse(_by(form, "staff"), form["number"], REFUSAL),
    ),
    "A posting refused whose money has gone back": (
        _awaiting_refunded,
        lambda form: moderation.refuse(_by(form, "staff"), form["number"], REFUSAL),
    ),
    "A posting corrected by staff": (
        _live,
        lambda form: corrections.correct(_by(form, "staff"), form["number"], CORRECTION),
    ),
    "A posting taken down": (
        _live,
        lambda form: moderation.take_down(_by(form, "staff"), form["number"], REFUSAL),
    ),
    "A live posting edited": (_live, _edit_live),
    "A posting extended": (_live, _extend),
    "A posting paused": (_live, lambda form: postings.pause(_who(form), _live_seen(form))),
    "A paused posting shown again": (
        _paused,
        lambda form: postings.resume(_who(form), PostingVersion(form["number"], 3)),
    ),
    "A posting closed": (_live, lambda form: postings.close(_who(form), _live_seen(form))),
    "A posting ended": (_live, _until_none(moderation.end, LATER)),
    "A place added": (
        dict,
        lambda form: places.add(_by(form), PlaceDraft(name="Olds", province="AB")),
    ),
    "A place taken off the list": (
        dict,
        lambda form: places.set_active(_by(form), "calgary", active=False),
    ),
    "An application": (_applicant, _apply),
    "An application marked": (_applied, _mark),
    "An application's résumé replaced": (_applied_with_another, _replace_resume),
    "An application opened": (
        _applied,
        lambda form: applications.note_reading(_who(form), form["number"], "ana"),
    ),
    "An application withdrawn": (
        _applied,
        lambda form: applications.withdraw(_by(form, "ana"), form["number"]),
    ),
    "An application erased": (_applied, _until_none(applications.erase, GONE)),
    "A profile published": (_member, _save_profile),
    "A profile hidden": (_profile, lambda form: profiles.hide(_by(form, "ana"), MEMBER)),
    "A profile off the lists": (
        _profile,
        lambda form: profiles.refresh(_by(form, "register"), MEMBER, None, LATER),
    ),
    "Contact details asked for": (
        _profile,
        lambda form: contact_requests.ask(
            _who(form), form["handle"], RequestDraft(message="A job")
        ),
    ),
    "Contact details given": (_asked, _answer),
    "Contact details taken back": (
        _told,
        lambda form: contact_requests.withdraw_consent(_by(form, "ana"), MEMBER, form["company"]),
    ),
    "Contact details asked for in vain": (
        _asked,
        _until_none(contact_requests.lapse, TODAY + timedelta(days=JOBS.contact_days + 1)),
    ),
    "A digest": (_live, _digest),
    "A round of the digest": (dict, _round),
    "A digest refused": (
        dict,
        lambda form: subscribers.set_opted_out(_by(form, "ana"), MEMBER, opted_out=True),
    ),
}


# What is left -------------------------------------------------------------------------------------


def writes() -> list[Write]:
    """Every write of the service, but counting views, which nobody sends again."""
    return [_write(name, *both) for name, both in WRITES.items()]


def _write(name: str, before: Callable[[], Form], do: Callable[[Form], object]) -> Write:
    def prepare() -> Form:
        empty(MODELS)
        return {**before(), "act": secrets.token_hex(16)}

    return Write(name, MODELS, prepare, do, left)


def left(*_told: object) -> object:
    """All rows by their kind and version, credits and states, once every ledger was proved."""
    rows: Counter[str] = Counter()
    states: Counter[str] = Counter()
    for model in MODELS:
        for row in model.scan():
            part = re.split("[#:]", f"{getattr(row, 'part', '')}")[0]
            uses = getattr(row, "used", None)
            kind = f"{part if part.isalpha() else ''} {'' if uses is None else int(uses)}"
            rows[f"{model.Meta.table_name} {kind}".strip()] += 1
    for found in JobRow.scan():
        whose, _, id_ = found.owner.partition("#")
        # However often something was changed: done twice, it would be a version further.
        rows[f"{re.split('[#:]', found.part)[0][:9]} in version {int(found.version)}"] += 1
        if (whose, found.part) == ("company", "company"):
            states[f"{office.balance(id_)} credits"] += 1
        if found.part.startswith("posting#"):
            states[Posting.model_validate_json(found.body).state] += 1
        if found.part == PAYMENT and whose == "payment":
            payment = Payment.model_validate_json(found.body)
            states[f"{payment.state}, {payment.refunded_cents} cents back"] += 1
        if found.part.startswith("day#"):
            states[f"counted {int(found.counted)}"] += 1
    return dict(sorted(rows.items())), dict(sorted(states.items()))
