"""What employers and members send, as it is taken (JOB-1, JOB-5, JOB-7)."""

from __future__ import annotations

from typing import Any

import pytest

from signet.errors import Invalid
from signet.jobs.forms import (
    AnswerDraft,
    ApplicationDraft,
    ClientDraft,
    CompanyDraft,
    PostingDraft,
    ProfileDraft,
    Sent,
)
from signet.jobs.model import Way
from signet.jobs.postings import rules
from signet.jobs.postings.public import PublicState
from signet.publish.postings import words
from tests.entries import POLICY
from tests.job_office import TODAY, draft
from tests.job_records import PLACES, Centre

LINES = {
    CompanyDraft: ("name", "email", "contact", "website", "video", "permit"),
    ClientDraft: ("name", "website"),
    PostingDraft: ("title", "how_to"),
    ApplicationDraft: ("name", "email"),
    ProfileDraft: ("headline",),
    AnswerDraft: ("contact",),
}
WHOLE: dict[type[Sent], dict[str, Any]] = {
    CompanyDraft: {"name": "Acme", "email": "a@b.example"},
    ClientDraft: {"name": "Acme"},
    PostingDraft: draft().model_dump(),
    ApplicationDraft: {"name": "Ana", "email": "a@b.example", "consent": "yes"},
    ProfileDraft: {
        "headline": "Forester",
        "disciplines": ("Civil",),
        "years": 3,
        "level": "senior",
    },
    AnswerDraft: {"accepted": True, "version": 1},
}


@pytest.mark.parametrize(
    ("model", "field"), [(m, f) for m, fields in LINES.items() for f in fields]
)
def test_what_is_one_line_cannot_look_like_a_line_of_our_own_in_a_mail(
    model: type[Sent], field: str
) -> None:
    said = WHOLE[model] | {field: "Acme\r\n\n\tYour registration\u2028is over"}
    if field == "permit":
        said[field] = "P-1\n\tX"
    taken = str(getattr(model.model_validate(said), field))
    assert taken in ("Acme Your registration is over", "P-1 X")


def test_text_of_several_lines_keeps_them() -> None:
    text = "Run crews.\n\n- GNSS\n- Scanning"
    assert draft(description=text).description == text


@pytest.mark.parametrize("nothing", ["[a]: http://b.example", "---", "&nbsp;"])
def test_a_description_of_which_nothing_is_shown_is_told_to_be_none(nothing: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.terms(draft(description=nothing), POLICY, PLACES, TODAY)
    assert [fault.field for fault in refused.value.errors] == ["description"]


def test_an_address_to_apply_at_adds_nothing_to_the_letter() -> None:
    centre = Centre()
    centre.add("500000001", way=Way.EMAIL, how_to="jobs+civil@acme.example?bcc=x@y.example")
    job = centre.job("500000001")
    assert job is not None
    assert job.state is PublicState.LIVE
    link = words.of(job, POLICY.regulator).link
    assert link == "mailto:jobs%2Bcivil@acme.example%3Fbcc%3Dx@y.example"
