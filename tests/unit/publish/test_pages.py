"""The pages of records: what a reader must find, and what must never get out."""

from __future__ import annotations

import dataclasses
import re
from datetime import date

import pytest

from signet import policy as policies
from signet.publish.public import (
    Condition,
    Headline,
    PublicMember,
    PublicPermit,
    Tone,
)
from signet.publish.render import shell
from signet.publish.render.pages import Pages
from signet.register.term import ends_soon
from tests.page_records import (
    ANSWERER,
    MEMBER,
    PERMIT,
    SITE,
    linked_data,
    text,
    values,
    words,
)

CHOICES = {"good", "former", "known_as", "registered", "in_force", "permitted"}
HOSTILE = "</script><script>alert('x')</script>\"&<!--"
TONES: tuple[Tone, ...] = ("good", "bad", "warn", "neutral")


@pytest.fixture(scope="module")
def pages() -> Pages:
    policy = policies.load()
    return Pages(shell.build(policy, SITE).template, SITE, policy)


# Said in other words: tones and kinds are signs and labels, a slug is an address, a status code is
# its name, and the parts of a name are in the name.
MEMBER_TOLD_OTHERWISE = {
    *("former", "known_as", "p-tech-eng", "El-Idrissi, Zahra"),
    *("r-e-t", "Registered engineering technologists"),
    # Only the answer itself is told of another record's standing; the rest is on its own page.
    *(words("2017-06-01"), words("2027-05-31"), "in_force", "The holder may practise."),
}
PERMIT_TOLD_OTHERWISE = {
    *("good", "former", "in_force", "permitted"),
    "May practise independently.",  # the member's own page tells it
}


def test_a_members_page_shows_every_public_field(pages: Pages) -> None:
    seen = text(pages.member(MEMBER))
    missing = {v for v in values(MEMBER) if v and v not in seen}
    assert missing == MEMBER_TOLD_OTHERWISE


def test_a_permits_page_shows_every_public_field(pages: Pages) -> None:
    seen = text(pages.permit(PERMIT))
    missing = {v for v in values(PERMIT) if v and v not in seen}
    assert missing == PERMIT_TOLD_OTHERWISE


def test_the_standing_comes_first_and_then_within_which_scope(pages: Pages) -> None:
    html = pages.member(MEMBER)
    headings = re.findall(r"<h([1-6])[^>]*>(.*?)</h\1>", html, re.DOTALL)
    assert [re.sub("<[^>]*>", "", words) for _, words in headings[:3]] == [
        MEMBER.name,
        "Permitted to practise",
        "Scope of practice",
    ]


def test_the_history_is_folded_unless_it_holds_a_correction(pages: Pages) -> None:
    plain = dataclasses.replace(MEMBER, history=(dataclasses.replace(MEMBER.history[0]),))
    assert '<details class="fold"><summary><h2 id="history">' in pages.member(plain)
    corrected = dataclasses.replace(plain.history[0], corrected=True)
    html = pages.member(dataclasses.replace(plain, history=(corrected,)))
    assert '<details class="fold" open><summary><h2 id="history">' in html


@pytest.mark.parametrize("tone", TONES)
def test_each_tone_has_a_sign_of_its_own(pages: Pages, tone: Tone) -> None:
    headline = dataclasses.replace(MEMBER.headline, tone=tone)
    html = pages.member(dataclasses.replace(MEMBER, headline=headline))
    sign = re.search(rf'verdict--{tone}".*?(<svg.*?</svg>)', html, re.DOTALL)
    assert sign is not None
    for other in set(TONES) - {tone}:
        headline = dataclasses.replace(MEMBER.headline, tone=other)
        assert sign[1] not in pages.member(dataclasses.replace(MEMBER, headline=headline))


def test_a_former_name_is_labelled_as_one(pages: Pages) -> None:
    assert "Former name Zahra Bennani until 2 July 2016" in text(pages.member(MEMBER))
    assert "Former name Norris Inc. until 31 March 2019" in text(pages.permit(PERMIT))


def test_a_condition_kept_private_shows_that_there_is_one(pages: Pages) -> None:
    assert "A condition applies. Its wording is not public." in text(pages.member(MEMBER))
    assert "Subject to 2 conditions on practice" in text(pages.member(MEMBER))


def test_someone_not_permitted_is_told_to_have_no_right_from_the_scope_shown(pages: Pages) -> None:
    headline = Headline("Not permitted to practise", "bad", "2025-11-03", "Suspended", "2026-11-02")
    seen = text(pages.member(dataclasses.replace(MEMBER, headline=headline, status="suspended")))
    assert "Suspended Since 3 November 2025 Scheduled to end 2 November 2026" in seen
    assert "It gives no right to practise while the standing above applies" in seen
    assert "A designation may be used only while in good standing" in seen
    assert "Only within the scope of practice below" not in seen


def test_a_practising_designation_without_scope_is_pointed_out(pages: Pages) -> None:
    assert "No scope of practice is recorded" in text(
        pages.member(dataclasses.replace(MEMBER, scopes=()))
    )


def test_a_title_holder_has_no_scope_section(pages: Pages) -> None:
    title = dataclasses.replace(MEMBER.designations[0], practises=False)
    plain = dataclasses.replace(MEMBER, designations=(title,), scopes=())
    assert "Scope of practice" not in text(pages.member(plain))


def test_a_permit_that_nobody_answers_for_carries_a_warning(pages: Pages) -> None:
    nobody = dataclasses.replace(PERMIT, unanswered=True, responsible_members=())
    seen = text(pages.permit(nobody))
    assert "No current responsible member." in seen
    assert "No one is named on this permit" in seen
    assert "No current responsible member." not in text(pages.permit(PERMIT))


def test_a_field_that_no_current_responsible_member_covers_is_marked(pages: Pages) -> None:
    mark = "No current responsible member’s scope covers this field."
    seen = text(pages.permit(PERMIT))
    assert seen.count(mark) == 1
    assert f"Civil {mark}" in " ".join(seen.split())
    assert mark not in text(pages.permit(dataclasses.replace(PERMIT, uncovered_fields=())))


def test_a_responsible_member_who_may_not_practise_is_pointed_out(pages: Pages) -> None:
    headline = Headline("Not permitted to practise", "bad", "2025-11-03", "Suspended")
    answerer = dataclasses.replace(ANSWERER, headline=headline)
    held = dataclasses.replace(PERMIT, responsible_members=(answerer,), unanswered=True)
    seen = text(pages.permit(held))
    assert "Suspended since 3 November 2025" in seen
    assert "This member may not practise at the moment" in seen
    assert "No one named on this permit may practise at the moment" in seen


def test_a_correction_in_the_history_is_labelled_once(pages: Pages) -> None:
    assert text(pages.member(MEMBER)).count("Correction") == 1


def test_linked_data_names_the_member_and_the_credential(pages: Pages) -> None:
    data = linked_data(pages.member(MEMBER))
    assert data["@type"] == "Person"
    assert data["url"] == "https://register.example/register/members/100482/"
    assert data["alternateName"] == ["Zahra Bennani", "Zaza Idrissi", "زهراء الإدريسي"]
    assert "hasCredential" in data


def test_linked_data_claims_no_credential_that_may_not_be_used(pages: Pages) -> None:
    struck = dataclasses.replace(
        MEMBER, status="struck_off", headline=Headline("Not permitted to practise", "bad", "", "")
    )
    assert "hasCredential" not in linked_data(pages.member(struck))
    expired = dataclasses.replace(PERMIT, headline=Headline("Not in force", "bad", "", "Expired"))
    assert "hasCredential" not in linked_data(pages.permit(expired))
    assert "hasCredential" in linked_data(pages.permit(PERMIT))


def _hostile(value: object) -> object:
    """Return the record with markup put into each of its texts that isn't a choice or a date."""
    if isinstance(value, str):
        plain = value and value not in CHOICES
        return value + HOSTILE if plain and not re.match(r"\d{4}-", value) else value
    if isinstance(value, tuple):
        return tuple(_hostile(item) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return type(value)(**{name: _hostile(item) for name, item in fields.items()})
    return value


def test_a_permit_s_conditions_stand_on_its_page(pages: Pages) -> None:
    """One whose wording isn't published shows that there is one (STA-6)."""
    held = (Condition("Audited yearly", "2026-02-03"), Condition("", "2026-03-04"))
    shown = text(pages.permit(dataclasses.replace(PERMIT, conditions=held)))
    assert "Conditions on practice" in shown
    assert "Audited yearly" in shown
    assert "A condition applies. Its wording is not public." in shown
    assert "Conditions on practice Audited" not in text(pages.permit(PERMIT))


def test_no_text_of_a_record_can_become_markup(pages: Pages) -> None:
    member, permit = _hostile(MEMBER), _hostile(PERMIT)
    assert isinstance(member, PublicMember)
    assert isinstance(permit, PublicPermit)
    for html, plain in (
        (pages.member(member), pages.member(MEMBER)),
        (pages.permit(permit), pages.permit(PERMIT)),
    ):
        assert "alert(" in html
        tags = re.compile(r"<(?:/?[a-zA-Z][\w-]*|!--)")
        assert tags.findall(html) == tags.findall(plain)
        assert linked_data(html)["name"] == linked_data(plain)["name"] + HOSTILE  # type: ignore[operator]


def test_markup_stays_escaped_after_the_same_text_was_markup_elsewhere(pages: Pages) -> None:
    looks_like_a_date = '<time datetime="2019-09-12">12 September 2019</time>'
    pages.member(MEMBER)  # renders that very markup for a date
    html = pages.member(dataclasses.replace(MEMBER, city=looks_like_a_date))
    assert "&lt;time datetime=" in html


def test_names_of_any_script_keep_their_direction_to_themselves(pages: Pages) -> None:
    html = pages.member(MEMBER)
    assert "<bdi>زهراء الإدريسي</bdi>" in html
    assert f"<h1><bdi>{MEMBER.name}</bdi></h1>" in html


def test_a_complaint_is_one_link_away_and_about_whom_the_page_is(pages: Pages) -> None:
    for html, number in (
        (pages.member(MEMBER), MEMBER.number),
        (pages.permit(PERMIT), PERMIT.number),
    ):
        whom = "person" if number == MEMBER.number else "company"
        link = f'<a href="/services/complaints/?about={number}">Complain about this {whom}</a>'
        assert link in html.partition("<main")[2].partition("</main>")[0]


BAD = Headline(
    "Not permitted to practise", "bad", "2026-05-04", "Suspended: fees not paid", "",
    "not_permitted", "May not practise.",
)  # fmt: skip


def test_beside_a_red_verdict_a_reader_learns_what_to_do(pages: Pages) -> None:
    suspended = dataclasses.replace(MEMBER, headline=BAD)
    lapsed = dataclasses.replace(PERMIT, headline=dataclasses.replace(BAD, answer="not_in_force"))
    for html, number, others in (
        (pages.member(suspended), MEMBER.number, "/register/scopes/"),
        (pages.permit(lapsed), PERMIT.number, "/register/browse/permit-holders/"),
    ):
        now = html.partition('<aside class="now')[2].partition("</aside>")[0]
        for link in (others, "#contact", "#over-time", f"/services/complaints/?about={number}"):
            assert f'href="{link}"' in now
        assert 'id="contact"' in html
        assert 'id="over-time"' in html
    assert "What now?" not in pages.member(MEMBER) + pages.permit(PERMIT)


def test_a_permit_that_ends_soon_says_on_which_day_and_not_in_how_many(pages: Pages) -> None:
    html = pages.permit(PERMIT, ends_soon=True)
    note = html.partition('<p class="ends">')[2].partition("</p>")[0]
    assert '<time datetime="2027-05-30">30 May 2027</time>' in note
    assert "days" not in note
    assert 'class="ends"' not in pages.permit(PERMIT)


@pytest.mark.parametrize(
    ("last", "soon"),
    [("2026-11-01", False), ("2026-11-02", True), ("2027-01-01", True), ("2027-01-02", False)],
)
def test_how_soon_is_soon_is_policy(last: str, soon: bool) -> None:
    assert ends_soon(date.fromisoformat(last), date(2026, 11, 2), policies.load()) == soon


def test_a_shared_link_previews_the_verdict_in_its_own_words_and_no_more(pages: Pages) -> None:
    for html, title in (
        (pages.member(MEMBER), f"{MEMBER.name}, {MEMBER.number}"),
        (pages.permit(PERMIT), f"{PERMIT.name}, permit {PERMIT.number}"),
    ):
        held = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', html))
        said = re.search(r'<meta name="description" content="([^"]*)">', html)
        assert said
        assert held["description"] == f"{said[1]} Open the page for today’s standing."
        assert held["title"] == title
        assert f'<link rel="canonical" href="{held["url"]}">' in html
        assert held["type"] in ("profile", "website")


def test_buttons_that_need_a_script_are_hidden_until_it_runs(pages: Pages) -> None:
    for html in (pages.member(MEMBER), pages.permit(PERMIT)):
        assert '<p class="tools screen" data-tools hidden>' in html


def test_a_page_knows_its_address_and_its_data(pages: Pages) -> None:
    address = "https://register.example/register/permits/P-418/"
    html = pages.permit(PERMIT)
    assert f'<link rel="canonical" href="{address}">' in html
    assert f'<link rel="alternate" type="application/json" href="{address}index.json">' in html
    assert 'href="/register/changes.atom"' in html
