"""The public pages of the career centre: what they say, to whom, and for how long (JOB-1)."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from signet.jobs.model import Client, PostingState
from signet.jobs.postings import structured
from signet.publish import pipeline
from signet.publish.postings import render, search, urgent
from signet.publish.postings.words import address
from signet.publish.render.dates import plain_day
from signet.publish.render.shell import WAY
from signet.publish.target import served
from signet.publish.verify import VerificationFailed
from tests import uploaded, vocabulary
from tests.built_site import DAY, POLICY, Ledger, page, tree
from tests.built_site import build as build_register
from tests.job_records import COMPANY, OCCUPATION, Centre, build, pictured, sample, with_jobs

SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    """Return a register in which the employer of the jobs holds a permit under its name."""
    ledger = Ledger()
    ledger.practitioner("100001", "Abara")
    ledger.permit("P-9001", "KESTREL RIDGE ENGINEERING LIMITED", "100001")
    return ledger.write(tmp_path / "records")


def text_of(html: str) -> str:
    """Return what a reader sees of a page's main part."""
    main = html.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def marked_up(html: str) -> Any:
    (found,) = SCRIPT.findall(html)
    return json.loads(found)


@pytest.mark.parametrize("number", ["500000001", "500000002", "500000003"])
def test_a_live_jobs_markup_has_what_search_engines_require_and_the_page_shows_all_of_it(
    number: str, records: Path, tmp_path: Path
) -> None:
    build(records, out := tmp_path / "site", sample())
    html = page(out, address(number))
    data, shown = marked_up(html), text_of(html)
    assert [*vocabulary.faults(data), *vocabulary.google_faults(data, DAY)] == []
    until = datetime.fromisoformat(data["validThrough"])
    assert data["url"] == f"https://register.example{address(number)}"
    for fact in (data["title"], data["hiringOrganization"]["name"], data["identifier"]["value"]):
        assert fact in shown
    for fact in (data["industry"], data["occupationalCategory"], data.get("qualifications", "")):
        assert fact in shown
    assert text_of(f"<main>{data['description']}</main>") in shown
    assert f'datetime="{data["datePosted"]}"' in html
    assert f'datetime="{until.date()}"' in html
    if place := data.get("jobLocation"):
        assert ", ".join(place["address"][k] for k in ("addressLocality", "addressRegion")) in shown
        assert place["address"]["addressCountry"] in shown
    else:
        assert data["applicantLocationRequirements"]["name"] in shown
    if salary := data.get("baseSalary"):
        amounts = [v for k, v in salary["value"].items() if k not in ("@type", "unitText")]
        assert salary["currency"] in shown
        for amount in amounts:
            assert (f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}") in shown


def test_only_the_pages_of_live_jobs_are_marked_up(records: Path, tmp_path: Path) -> None:
    build(records, out := tmp_path / "site", sample())
    marked = {
        path.parent.name
        for path in (out / "jobs").rglob("*.html")
        if SCRIPT.search(path.read_text())
    }
    assert marked == {"500000001", "500000002", "500000003"}


def test_a_job_that_is_over_says_so_and_goes_after_the_policys_days(
    records: Path, tmp_path: Path
) -> None:
    centre, out = Centre(), tmp_path / "site"
    centre.add("500000001", ends_on=DAY)
    assert POLICY.jobs is not None
    build(records, out, centre)
    assert "Apply for this job" in page(out, address("500000001"))
    assert f"{address('500000001')}<" in (out / "sitemap.xml").read_text()
    build(records, out, centre, DAY + timedelta(days=1))
    html = page(out, address("500000001"))
    assert "This job is no longer open" in html
    assert render.NOINDEX in html
    assert SCRIPT.search(html) is None
    assert "/services/jobs/apply/" not in html
    assert "data-job" not in html
    assert address("500000001") not in (out / "sitemap.xml").read_text()
    assert address("500000001") not in page(out, "/jobs/")
    assert b"500000001" not in (out / "jobs/search.json").read_bytes()
    build(records, out, centre, DAY + timedelta(days=POLICY.jobs.page_days))
    assert (out / "jobs/500000001/index.html").exists()
    build(records, out, centre, DAY + timedelta(days=POLICY.jobs.page_days + 1))
    assert not (out / "jobs/500000001").exists()


def test_what_the_public_may_not_see_has_no_page(records: Path, tmp_path: Path) -> None:
    centre = sample()
    centre.change("500000001", state=PostingState.PAUSED)
    centre.change("500000002", state=PostingState.DRAFT, starts_on=None, ends_on=None)
    centre.add("500000009", starts_on=DAY + timedelta(days=1))
    build(records, out := tmp_path / "site", centre)
    for number in ("500000001", "500000002", "500000009"):
        assert not (out / "jobs" / number).exists()
        assert number.encode() not in (out / "jobs/search.json").read_bytes()


def test_each_list_has_its_jobs_with_counts_and_an_empty_one_says_so(
    records: Path, tmp_path: Path
) -> None:
    build(records, out := tmp_path / "site", sample())
    front = page(out, "/jobs/")
    for number in ("500000001", "500000002", "500000003"):
        assert address(number) in front
        assert address(number) in page(out, "/jobs/all/")
    assert 'href="/jobs/place/calgary/">Calgary</a> <span class="aside">1<' in front
    assert 'href="/jobs/place/from-home/">From home</a> <span class="aside">2<' in front
    assert address("500000001") in page(out, "/jobs/place/calgary/")
    assert address("500000002") not in page(out, "/jobs/place/calgary/")
    assert address("500000003") in page(out, "/jobs/place/from-home/")
    assert "/jobs/place/lethbridge/" not in front
    empty = page(out, "/jobs/place/lethbridge/")
    assert "No jobs are open here" in empty
    assert render.NOINDEX in empty
    assert "/jobs/place/lethbridge/" not in (out / "sitemap.xml").read_text()


def test_a_list_begins_with_the_newest_and_says_when_each_was_posted(
    records: Path, tmp_path: Path
) -> None:
    centre = Centre()
    for ago, number in enumerate(("500000001", "500000002", "500000003")):
        centre.add(number, title=f"Planner {number}", starts_on=DAY - timedelta(days=ago))
    build(records, out := tmp_path / "site", centre)
    shown = re.findall(r'<h3><a href="/jobs/(\d+)/">', page(out, "/jobs/place/calgary/"))
    assert shown == ["500000001", "500000002", "500000003"]
    centre.change("500000003", starts_on=DAY)
    centre.change("500000001", starts_on=DAY - timedelta(days=2))
    build(records, out, centre)
    html = page(out, "/jobs/place/calgary/")
    assert re.findall(r'<h3><a href="/jobs/(\d+)/">', html) == [
        "500000003", "500000002", "500000001",
    ]  # fmt: skip
    assert f"posted {plain_day(DAY.isoformat())} · apply by" in text_of(html)


def test_a_long_list_is_divided_by_letters_as_the_registers_are(
    records: Path, tmp_path: Path
) -> None:
    centre = Centre()
    for at in range(300):
        centre.add(f"5{at:08d}", title=f"{'AB'[at % 2]}rea planner {at}", place="")
        centre.change(f"5{at:08d}")
    build(records, out := tmp_path / "site", centre)
    assert "/jobs/all/a/" in (split := page(out, "/jobs/all/"))
    assert "Search these 300 jobs" in split
    assert page(out, "/jobs/all/a/").count("<li><h3>") == 150


def test_a_permit_is_shown_when_the_register_has_it_in_force_under_the_employers_name(
    tmp_path: Path,
) -> None:
    ledger = Ledger()
    ledger.practitioner("100001", "Abara")
    ledger.permit("P-9001", "Kestrel Ridge Engineering Limited", "100001")
    centre = sample()
    other = COMPANY.model_copy(update={"id": "c2", "name": "Borrowed Plumes Inc."})
    centre.add("500000005", company=other)
    build(ledger.write(tmp_path / "before"), out := tmp_path / "site", centre)
    link = 'href="/register/permits/P-9001/"'
    assert link in page(out, address("500000001"))
    assert link not in page(out, address("500000005"))
    ledger.suspend("P-9001", "2026-11-01")
    build(ledger.write(tmp_path / "after"), out, centre)
    assert link not in page(out, address("500000001"))


def test_no_private_word_of_a_company_or_a_posting_is_published(
    records: Path, tmp_path: Path
) -> None:
    secret = "canary-7f3e"
    told = {"email": f"{secret}@x.example", "logo": secret, "pictures": (secret,)}
    centre = Centre()
    centre.add("500000001", company=COMPANY.model_copy(update=told))
    centre.change("500000001", words=secret, by=secret)
    build(records, out := tmp_path / "site", centre)
    assert not [path for path, content in tree(out).items() if secret.encode() in content]


def test_the_page_tells_what_the_employer_says_of_itself(records: Path, tmp_path: Path) -> None:
    """JOB-7."""
    told = {
        "about": "We build **bridges**. <script>alert(1)</script>",
        "contact": "Ana Lee, 403 555 0100",
        "social": ("https://social.example/kestrel", "javascript:alert(1)"),
    }
    centre = Centre()
    firm = COMPANY.model_copy(update=told)
    centre.add("500000001", company=firm)
    centre.add("500000002", company=firm, client=Client(id="x", name="Somebody Else Ltd."))
    build(records, out := tmp_path / "site", centre)
    shown = page(out, address("500000001"))
    assert "We build <strong>bridges</strong>." in shown
    assert "Ana Lee, 403 555 0100" in shown
    assert 'href="https://social.example/kestrel" rel="nofollow noopener"' in shown
    assert "javascript:" not in shown
    assert "<script>alert" not in shown
    assert "About the employer" not in page(out, address("500000002")), "the client hires there"


def test_the_page_shows_the_employers_logo_pictures_and_a_link_to_its_video(
    records: Path, tmp_path: Path
) -> None:
    """JOB-7."""
    centre = Centre()
    firm = pictured(centre, video="https://video.example/kestrel")
    centre.add("500000001", company=firm)
    centre.add("500000002", company=firm, client=Client(id="x", name="Somebody Else Ltd."))
    build(records, out := tmp_path / "site", centre)
    html = page(out, address("500000001"))
    (logo,) = re.findall(r'<img class="job__logo" src="/([^"]*)" alt="([^"]*)" ([^>]*)>', html)
    assert logo[1:] == (COMPANY.name, 'width="64" height="48"')
    assert (out / logo[0]).read_bytes() == uploaded.png(64, 48)
    (photo,) = re.findall(r'<img loading="lazy" src="/([^"]*)" alt="([^"]*)" ([^>]*)>', html)
    assert photo[1:] == (f"Picture of {COMPANY.name}", 'width="24" height="16"')
    assert (out / photo[0]).read_bytes() == uploaded.PROGRESSIVE
    assert marked_up(html)["hiringOrganization"]["logo"] == f"https://register.example/{logo[0]}"
    assert '<a href="https://video.example/kestrel" rel="nofollow noopener">Video of' in html
    assert [served.caching(one[0]) for one in (logo, photo)] == [served.IMMUTABLE] * 2
    assert [served.content_type(one[0]) for one in (logo, photo)] == ["image/png", "image/jpeg"]
    clients = page(out, address("500000002"))
    assert "<img" not in clients.partition("<main")[2].partition("</main>")[0]
    assert "logo" not in marked_up(clients)["hiringOrganization"]


def test_a_picture_that_was_published_is_not_read_again_and_goes_with_its_last_posting(
    records: Path, tmp_path: Path
) -> None:
    centre, out = Centre(), tmp_path / "site"
    centre.add("500000001", company=pictured(centre))
    build(records, out, centre)
    assert len(centre.read) == 2
    centre.add("500000002", company=pictured(centre))
    urgent.publish(with_jobs(records, out, centre))
    build(records, out, centre)
    assert len(centre.read) == 2
    for number in ("500000001", "500000002"):
        centre.change(number, state=PostingState.PAUSED)
    urgent.publish(with_jobs(records, out, centre))
    assert not [path for path in tree(out) if path.startswith("jobs/pictures/")]


def test_a_damaged_picture_is_put_right_by_a_full_build(records: Path, tmp_path: Path) -> None:
    centre, out = Centre(), tmp_path / "site"
    centre.add("500000001", company=pictured(centre))
    build(records, out, centre)
    before = tree(out)
    for path in (out / "jobs/pictures").iterdir():
        path.write_bytes(path.read_bytes()[:-9])
    pipeline.run(with_jobs(records, out, centre, full=True))
    assert tree(out) == before


def test_a_picture_that_is_gone_by_now_is_left_out_and_the_rest_is_published(
    records: Path, tmp_path: Path
) -> None:
    centre = Centre()
    firm = pictured(centre)
    centre.contents.clear()
    centre.add("500000001", company=firm)
    build(records, out := tmp_path / "site", centre)
    html = page(out, address("500000001"))
    assert "/jobs/pictures/" not in html
    assert "About the employer" not in html


def test_a_video_that_is_no_secure_link_is_left_out(records: Path, tmp_path: Path) -> None:
    for video in ("javascript:alert(1)", "http://video.example/x"):
        centre = Centre()
        centre.add("500000001", company=COMPANY.model_copy(update={"video": video}))
        build(records, out := tmp_path / "site", centre)
        assert "Video of" not in page(out, address("500000001"))


def test_a_register_without_a_career_centre_is_as_it_was(records: Path, tmp_path: Path) -> None:
    build_register(records, out := tmp_path / "plain")
    found = tree(out)
    assert not [path for path in found if path.startswith("jobs/")]
    assert not [
        path for path, content in found.items()
        if path.endswith(".html") and (b"/jobs/" in content or b"<!--jobs" in content)
    ]  # fmt: skip


def test_where_there_is_one_every_page_leads_to_it_and_no_other_word_of_the_register_changes(
    records: Path, tmp_path: Path
) -> None:
    build_register(records, plain := tmp_path / "plain")
    build(records, out := tmp_path / "site", sample())
    link, way = b'<li><a href="/jobs/">Jobs</a></li>', WAY.encode()
    assert way in (out / "index.html").read_bytes()
    for path, content in tree(plain).items():
        if path.endswith(".html"):
            told = (out / path).read_bytes().replace(link, b"").replace(way, b"")
            assert told == content, path


def test_the_same_jobs_give_the_same_bytes_in_whatever_order_they_come(
    records: Path, tmp_path: Path
) -> None:
    centre, other = sample(), sample()
    other.postings = dict(reversed(other.postings.items()))
    build(records, out := tmp_path / "site", centre)
    build(records, again := tmp_path / "again", other)
    assert tree(out) == tree(again)
    report = build(records, out, other)
    assert (report.written, report.deleted) == (0, 0)


def test_a_posting_by_day_is_published_alone_and_the_night_finds_nothing_to_do(
    records: Path, tmp_path: Path
) -> None:
    centre, out = sample(), tmp_path / "site"
    build(records, out, centre)
    before = tree(out)
    centre.add("500000007", title="Surveyor", place="lethbridge")
    report = urgent.publish(with_jobs(records, out, centre))
    changed = {path for path, content in tree(out).items() if before.get(path) != content}
    assert report.jobs == 4
    assert {"jobs/500000007/index.html", "jobs/index.html", "jobs/search.json", "sitemap.xml"} <= (
        changed
    )
    assert all(path.startswith("jobs/") or path == "sitemap.xml" for path in changed)
    night = build(records, out, centre)
    assert (night.written, night.deleted) == (0, 0)


def test_a_posting_taken_down_by_day_leaves_nothing_behind(records: Path, tmp_path: Path) -> None:
    centre, out = sample(), tmp_path / "site"
    build(records, out, centre)
    centre.change("500000001", state=PostingState.PAUSED)
    urgent.publish(with_jobs(records, out, centre))
    assert not [path for path, content in tree(out).items() if b"500000001" in content]


def test_text_that_looks_like_our_own_links_cannot_stop_the_register_from_being_published(
    records: Path, tmp_path: Path
) -> None:
    hostile = (
        'See ="/nowhere/" and ="/open and mail us at a@b.example '
        '<script type="application/ld+json">{</script>'
    )
    centre = Centre()
    short = 'x ="/no/" <meta name="robots" content="noindex">'
    told = dict.fromkeys(("name", "contact", "video", "website", "permit", "logo"), short)
    firm = COMPANY.model_copy(
        update={**told, "about": f"We say {hostile}", "social": (short, hostile)}
    )
    centre.add("500000001", description=hostile, title=short, how_to=short, company=firm)
    client = Client(id="x", name=short, website=short)
    centre.add("500000002", company=firm, client=client)
    centre.add("500000003", description=hostile, company=firm)
    centre.change("500000003", state=PostingState.CLOSED, over_on=DAY)
    report = build(records, tmp_path / "site", centre)
    assert report.jobs == 2


def test_a_page_that_lost_its_markup_is_not_published(
    records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signet.jobs.postings.structured.job_posting", lambda *_: None)
    with pytest.raises(VerificationFailed) as failed:
        pipeline.run(with_jobs(records, tmp_path / "site", sample()))
    assert any("structured data" in fault for fault in failed.value.errors)


def test_a_posting_whose_page_is_not_as_it_should_be_is_left_out_and_told_and_all_else_is_public(
    records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = structured.job_posting
    monkeypatch.setattr(
        structured,
        "job_posting",
        lambda job, *about: None if job.number == "500000001" else made(job, *about),
    )
    report = build(records, out := tmp_path / "site", sample())
    assert report.jobs == 2
    assert [fault for fault in report.left_out if "500000001" in fault] == report.left_out != []
    assert not [path for path, content in tree(out).items() if b"500000001" in content]
    assert page(out, "/register/members/100001/")
    report = urgent.publish(with_jobs(records, out, sample()))
    assert len(report.left_out) == 1
    monkeypatch.undo()
    assert build(records, out, sample()).left_out == []


def test_jobs_of_a_day_end_with_that_day(records: Path, tmp_path: Path) -> None:
    centre = Centre()
    centre.add("500000001", ends_on=date(2026, 11, 5))
    for day, words in ((5, "Apply for this job"), (6, "no longer open")):
        build(records, out := tmp_path / "site", centre, date(2026, 11, day))
        assert words in page(out, address("500000001"))


def test_the_search_has_what_people_type(tmp_path: Path, records: Path) -> None:
    """Remote work, provinces, codes of occupations, who recruits, the words of descriptions."""
    out = tmp_path / "site"
    build(records, out, sample())
    told = json.loads((out / search.PATH).read_bytes())
    rows = {row[0]: dict(zip(told["columns"], row, strict=True)) for row in told["jobs"]}

    def shared(number: str, name: str) -> str:
        return str(told["shared"][name][rows[number][name]])

    assert shared("500000001", "also") == "Alberta"
    assert "remote" in shared("500000002", "also")
    assert "remote" in shared("500000003", "also")
    assert COMPANY.name in shared("500000003", "also")
    assert shared("500000001", "occupation").startswith(OCCUPATION)
    texts = json.loads((out / search.WORDS_PATH).read_bytes())
    found = dict(zip(texts["words"], texts["found"], strict=True))
    assert [texts["jobs"][at] for at in found["climb"]] == ["500000001"]
    assert [texts["jobs"][at] for at in found["lenergie"]] == ["500000003"]
    assert found.keys() >= {"inspect", "bridges", "measure", "what", "you", "do"}
    assert "500000004" not in texts["jobs"], "what is over isn't searched"


def test_words_of_descriptions_are_read_as_the_script_reads_them() -> None:
    assert search.plain_words("L’Énergie d'été: C++, C# & 3-D_x") == [
        "lenergie",
        "dete",
        "c++",
        "c#",
        "3",
        "d",
        "x",
    ]
