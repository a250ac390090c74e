"""No form of the career centre takes a field that is only kept: state, credits, rights, days.

What is tried is made from the models of what is kept, so that a new field is tried as well.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

import lambdas.jobs.applicants
import lambdas.jobs.desk
import lambdas.jobs.employers
from lambdas.jobs import digest
from lambdas.jobs.applicants.applying import Applying
from lambdas.jobs.desk.places import Active as PlaceActive
from lambdas.jobs.employers.members import Asking
from lambdas.jobs.employers.money import Buying, Claim
from lambdas.jobs.employers.people import Active
from signet.accounts.tables import AccountRow
from signet.jobs import forms as job_forms
from signet.jobs.applicant_model import Application, Applied, Digest, Profile, Request
from signet.jobs.applicants import applications, contact_requests, profiles
from signet.jobs.conflicts import Recusal
from signet.jobs.credits import legacy_credits, payments
from signet.jobs.credits.payments import PaidCheckout
from signet.jobs.model import (
    Client,
    Company,
    Credits,
    Entry,
    LegacyCredits,
    Payment,
    Place,
    Posting,
    StoredModel,
    Terms,
    User,
)
from signet.jobs.postings import postings
from signet.jobs.postings.postings import PostingVersion
from signet.jobs.tables import JobRow
from signet.transactions.tables import OutboxRow
from signet.web.forms import Form
from tests import employing, job_office
from tests.cpd_members import join
from tests.employing import (
    JOB,
    NOW,
    TODAY,
    Firm,
    applied,
    bought,
    career_officer,
    careers,
    client,
    drafted,
    employer_tables,
    firm,
    live,
    of,
    send,
)
from tests.people import Person, person, shell

__all__ = ["careers", "employer_tables", "shell"]
pytestmark = pytest.mark.usefixtures("careers")

MEMBER = "100001"
JOBS, DESK = "/services/jobs/", "/services/jobs/desk/"
NAMED = {"name": "Acme", "email": "office@acme.example"}
WORDS = {"words": "As we said on the phone"}
TOLD = {"headline": "Surveyor", "disciplines": "Civil", "years": "5", "level": "senior"}


class Case(NamedTuple):
    """Somebody about to send a form that is right as it is."""

    who: Person
    path: str
    form: Mapping[str, Any]
    answers: int = 303


class Sent(NamedTuple):
    """A form: its model, what is kept of it, and how somebody comes to send it."""

    model: type[BaseModel]
    kept: tuple[type[StoredModel], ...]
    begin: Callable[[], Case]


def of_firm(path: str, form: Mapping[str, Any], answers: int = 303, **said: Any) -> Case:
    """Return an owner's, of a company with credits."""
    acme = firm(granted=3, **said)
    return Case(acme.owner, f"{acme.base}{path}", form, answers)


def of_posting(act: str, form: Mapping[str, Any], *, is_live: bool) -> Case:
    acme = firm(granted=3)
    number = live(acme) if is_live else drafted(acme)
    version = str(acme.posting(number).version)
    return Case(acme.owner, f"{acme.base}postings/{number}/{act}", {**form, "version": version})


def of_desk(path: str, form: Mapping[str, Any], answers: int = 303) -> Case:
    return Case(career_officer(), f"{DESK}{path}", form, answers)


def of_client() -> Case:
    acme = firm(third_party=True)
    return Case(acme.owner, f"{acme.base}clients/{client(acme, 'Bow')}/active", {"active": "no"})


def of_client_edited() -> Case:
    acme = firm(third_party=True)
    form = {"name": "Bow River", "version": "1"}
    return Case(acme.owner, f"{acme.base}clients/{client(acme, 'Bow')}/", form)


def of_refund() -> Case:
    acme = firm()
    return of_desk(
        f"payments/{bought(acme)}/refund",
        {"amount": "1.05", "credits": "0", "reason": "Wrong package", "version": "1"},
        503,
    )


def of_applicant() -> Case:
    acme = firm(granted=1)
    number = live(acme)
    account = applied(number)
    path = f"{acme.base}postings/{number}/applications/{account}/"
    return Case(acme.owner, path, {"mark": "again"})


def of_claim() -> Case:
    acme = firm()
    left = {"name": "A", "credits": 2, "expires_on": TODAY + timedelta(days=9)}
    legacy_credits.store_rows(
        of("staff"), [LegacyCredits(reference="A-1", email=acme.owner.email, **left)]
    )
    return Case(acme.owner, f"{acme.base}credits/carried", {"reference": "A-1"})


def waiting() -> str:
    """Return a posting that waits for approval."""
    acme = firm(granted=1)
    number = drafted(acme)
    who = acme.employer()
    policy = who.context.policy._replace(
        jobs=who.context.policy.career_centre._replace(approval=True)
    )
    postings.publish(
        who._replace(context=replace(who.context, policy=policy)), PostingVersion(number, 1)
    )
    return number


def of_lot() -> Case:
    acme = firm(granted=3)
    form = {"credits": "1", "reason": "Given in error"}
    return of_desk(f"companies/{acme.id}/lots/{acme.lots[0]}/", form)


def of_odd_payment() -> Case:
    acme = firm()
    paid = PaidCheckout("evt_1", "cs_test_1", "pi_1", acme.id, "five", 100, 5, "cad")
    payments.record(of("payments"), paid)
    return of_desk("payments/cs_test_1/settle", WORDS)


def member() -> Person:
    join(MEMBER)
    return person(member=MEMBER, email="bo@example.org", now=NOW)


def of_request() -> tuple[Person, Firm, str]:
    """Return a member, a company with a live posting, and the member's profile."""
    bo, acme = member(), firm(granted=1)
    handle = profiles.save(of(bo.account), MEMBER, job_office.on_register(), job_office.profile())
    live(acme)
    return bo, acme, handle


def of_asking() -> Case:
    _, acme, handle = of_request()
    (posting,) = postings.listed(acme.employer())
    form = {"message": "A job for you", "posting": posting.number}
    return Case(acme.owner, f"{acme.base}members/{handle}/", form)


def of_answer() -> Case:
    bo, acme, handle = of_request()
    contact_requests.ask(acme.employer(), handle, job_forms.RequestDraft(message="A job for you"))
    return Case(bo, f"{JOBS}requests/{acme.id}/", {"accepted": "no", "version": "1"})


def of_application() -> Case:
    number = live(firm(granted=1))
    form = {"name": "Ana Lee", "email": "ana@example.org", "consent": "yes"}
    return Case(person(email="ana@example.org", now=NOW), f"{JOBS}apply/{number}/", form)


def of_correction() -> Case:
    acme = firm(granted=1)
    number = live(acme)
    form = {name: JOB[name] for name in ("discipline", "place", "description")}
    told = {"title": "Survey Technician", "reason": "It is one by its duties", "version": "2"}
    return of_desk(f"postings/{number}/correct/", {**form, **told})


def of_replaced_resume() -> Case:
    number = live(firm(granted=1))
    who = person(email="ana@example.org", now=NOW)
    told = {"name": "Ana Lee", "email": who.email, "consent": "yes"}
    file = job_office.clean_file(f"account#{who.account}")
    draft = job_forms.ApplicationDraft.model_validate({**told, "resume": file})
    applications.apply(of(who.account), number, draft)
    path = f"{JOBS}applications/{number}/resume/"
    return Case(who, path, {"resume": "", "version": "1"})


ROLE = {"email": "new@acme.example", "role": "poster"}
LATER = {"ends_on": f"{TODAY + timedelta(days=40)}"}
OF_POSTING: tuple[type[StoredModel], ...] = (Posting, Terms)
FORMS: dict[str, Sent] = {
    "register": Sent(
        job_forms.CompanyDraft,
        (Company,),
        lambda: Case(person(email="a@acme.example", now=NOW), f"{JOBS}register/", NAMED),
    ),
    "profile": Sent(
        job_forms.CompanyEdit, (Company,), lambda: of_firm("profile/", {**NAMED, "version": "1"})
    ),
    "person": Sent(job_forms.UserDraft, (User,), lambda: of_firm("people/", ROLE)),
    "client": Sent(
        job_forms.ClientDraft,
        (Client,),
        lambda: of_firm("clients/", {"name": "Bow"}, third_party=True),
    ),
    "client put right": Sent(job_forms.ClientEdit, (Client,), of_client_edited),
    "client's state": Sent(Active, (Client,), of_client),
    # Nothing answers where the payment processor would.
    "buying": Sent(
        Buying, (Payment, Entry), lambda: of_firm("credits/buy", {"package": "one"}, 503)
    ),
    "credits carried": Sent(Claim, (LegacyCredits, Entry), of_claim),
    "new posting": Sent(
        job_forms.PostingDraft, OF_POSTING, lambda: of_firm("postings/new/", {**JOB, "do": "draft"})
    ),
    "draft": Sent(
        job_forms.PostingEdit,
        OF_POSTING,
        lambda: of_posting("edit/", {**JOB, "do": "save"}, is_live=False),
    ),
    "live posting": Sent(
        job_forms.PostingEdit,
        OF_POSTING,
        lambda: of_posting("edit/", {**JOB, "title": "Another", "do": "save"}, is_live=True),
    ),
    "publish": Sent(
        job_forms.Versioned, OF_POSTING, lambda: of_posting("publish", {}, is_live=False)
    ),
    "remove": Sent(
        job_forms.Versioned, OF_POSTING, lambda: of_posting("remove", {}, is_live=False)
    ),
    "pause": Sent(
        job_forms.Versioned, OF_POSTING, lambda: of_posting("turn/pause", {}, is_live=True)
    ),
    "close": Sent(
        job_forms.Versioned, OF_POSTING, lambda: of_posting("turn/close", {}, is_live=True)
    ),
    "extend": Sent(
        job_forms.ExtensionDraft, OF_POSTING, lambda: of_posting("extend/", LATER, is_live=True)
    ),
    "mark": Sent(job_forms.MarkDraft, (Application, Applied), of_applicant),
    "asking a member": Sent(Asking, (Request,), of_asking),
    "grant": Sent(
        job_forms.GrantDraft,
        (Entry,),
        lambda: of_desk(f"companies/{firm().id}/grant", {"credits": "1", "reason": "Offer"}),
    ),
    "credits taken back": Sent(job_forms.GrantDraft, (Entry,), of_lot),
    "vouching": Sent(
        job_forms.VouchDraft,
        (Company,),
        lambda: of_desk(
            f"companies/{firm(permit='P-1').id}/vetting/vouch/",
            {"reason": "Called the holder", "version": "1"},
        ),
    ),
    "blocking": Sent(
        job_forms.BlockDraft,
        (Company,),
        lambda: of_desk(
            f"companies/{firm().id}/vetting/block/",
            {"words": "It asks for money", "version": "1"},
        ),
    ),
    "conflict declared": Sent(
        job_forms.RecusalDraft,
        (Recusal,),
        lambda: of_desk(
            f"companies/{firm().id}/vetting/recuse/",
            {"reason": "My brother owns it", "version": "1"},
        ),
    ),
    # Here neither.
    "refund": Sent(job_forms.RefundDraft, (Payment,), of_refund),
    "settle": Sent(job_forms.SettlementDraft, (Payment,), of_odd_payment),
    "approve": Sent(
        job_forms.Versioned,
        OF_POSTING,
        lambda: of_desk(f"postings/{waiting()}/approve", {"version": "2"}),
    ),
    "refuse": Sent(
        job_forms.RefusalDraft,
        OF_POSTING,
        lambda: of_desk(f"postings/{waiting()}/refuse/", {**WORDS, "version": "2"}),
    ),
    "correction": Sent(job_forms.CorrectionDraft, OF_POSTING, of_correction),
    "place": Sent(
        job_forms.PlaceDraft,
        (Place,),
        lambda: of_desk("places/", {"name": "Vulcan", "province": "AB"}),
    ),
    "place's state": Sent(
        PlaceActive, (Place,), lambda: of_desk("places/calgary/active", {"active": "no"})
    ),
    "application": Sent(Applying, (Application, Applied), of_application),
    "résumé replaced": Sent(job_forms.ResumeDraft, (Application, Applied), of_replaced_resume),
    "career profile": Sent(
        job_forms.ProfileDraft, (Profile,), lambda: Case(member(), f"{JOBS}profile/", TOLD)
    ),
    "answer": Sent(job_forms.AnswerDraft, (Request,), of_answer),
    "digest": Sent(
        digest.Taken, (Digest,), lambda: Case(member(), f"{JOBS}digest/", {"wanted": "no"})
    ),
}


def foreign(form: Sent) -> Iterator[str]:
    """Every field that is kept and that isn't the form's; what a balance is made of too."""
    models: tuple[type[StoredModel], ...] = (*form.kept, Credits)
    kept = {name for model in models for name in model.model_fields}
    yield from sorted(kept - {*form.model.model_fields})


def tried(name: str) -> Iterator[dict[str, str]]:
    """Yield what is added to a form: each field alone, all at once where tried before."""
    form, fields = FORMS[name], dict.fromkeys(foreign(FORMS[name]), "1")
    first = next(one for one, other in FORMS.items() if other[:2] == form[:2])
    if first != name:
        yield fields
        return
    yield from ({field: value} for field, value in fields.items())


def there() -> dict[str, list[str]]:
    """All that is kept of the career centre, of mails and of accounts."""
    return {
        model.Meta.table_name: sorted(repr(row.attribute_values) for row in model.scan())
        for model in (JobRow, OutboxRow, AccountRow)
    }


@pytest.fixture(autouse=True)
def digests(careers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check the digest's page, which is a function of its own."""
    monkeypatch.setattr(digest.app, "clock", lambda: NOW)
    found = {f"{JOBS}digest/": (digest.app, digest.handler), **employing.APPS}
    monkeypatch.setattr(employing, "APPS", found)


@pytest.mark.parametrize("name", FORMS)
def test_a_form_with_a_field_that_is_only_kept_is_refused_and_changes_nothing(name: str) -> None:
    form = FORMS[name]
    case = form.begin()
    before = there()
    for added in tried(name):
        told = send(case.path, case.who, {**case.form, **added})
        assert told.status == 422, (added, told.location)
    assert there() == before
    told = send(case.path, case.who, case.form)
    assert told.status == case.answers, told.text[:1500]
    assert case.answers != 303 or there() != before, "the form itself would have done something"


def test_every_form_of_the_career_centre_is_tried() -> None:
    packages = (lambdas.jobs.employers, lambdas.jobs.desk, lambdas.jobs.applicants)
    for package in packages:
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    forms = {*_below(Form), *_below(job_forms.Sent)}
    own = {
        one
        for one in forms
        if one.__module__ == job_forms.__name__
        or one.__module__.startswith(tuple(package.__name__ for package in packages))
    }
    # Made more particular by a page's own form, sent in an address, or one that others are made of.
    others = {job_forms.ApplicationDraft, job_forms.RequestDraft, job_forms.SearchDraft}
    assert own - others == {form.model for form in FORMS.values()} - {digest.Taken}


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _below(one)
