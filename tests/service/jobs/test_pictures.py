"""A company's logo and pictures: sent to the real store, checked, shown, refused (JOB-7)."""

from __future__ import annotations

import io
import random
import re
from html import unescape
from pathlib import Path

import pytest
from PIL import Image

from lambdas.publishing import jobs, nightly
from signet.jobs import store as job_store
from signet.jobs.companies import companies
from signet.jobs.postings import postings
from signet.jobs.postings.postings import PostingVersion
from signet.uploads import store
from signet.uploads.model import State, Upload
from tests import uploaded
from tests.built_site import made_shell, page, tree
from tests.employing import (
    NOW,
    Firm,
    career_officer,
    careers,
    client,
    drafted,
    employer_tables,
    firm,
    handler,
    live,
    poster,
    see,
    send,
)
from tests.events import SITE, Answered, ask, get
from tests.function_ground import Ground
from tests.people import shell
from tests.uploading import Form, asked, buckets_of_its_own, held

__all__ = ["careers", "employer_tables", "shell"]
FILES = "/services/jobs/files/"


@pytest.fixture(autouse=True)
def stores(
    careers: None,
    employer_tables: Ground,
    shell: Path,
    emulator: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two buckets of this test's own, and the stand-in for a scanner."""
    for path in (
        "/services/jobs/",
        f"{FILES}none/",
        "/services/jobs/desk/",
    ):  # functions connect at their first event
        ask(handler, get(path))
    employer_tables.enter(monkeypatch, shell)
    buckets_of_its_own(emulator, monkeypatch)


def sent(acme: Firm, content: bytes, name: str = "Logo.png") -> tuple[str, Answered]:
    """Add a picture the whole way; its id, and what our answer to the store's redirect was."""
    invited = send(f"{FILES}{acme.id}/", acme.owner)
    file = invited.location.split("/")[-2]
    stored = _form(see(invited.location, acme.owner)).send(content, name)
    assert stored.status == 303, stored.text
    assert stored.location.startswith(f"{SITE}{FILES}{acme.id}/sent?")
    return file, _look(acme, stored.location.removeprefix(SITE))


def _form(page: str) -> Form:
    before, _, after = page.partition("multipart/form-data")
    action = re.search(r'action="([^"]*)"', before.rpartition("<form")[2])
    assert action
    inside = after.partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', inside)
    return Form(unescape(action[1]), {unescape(name): unescape(value) for name, value in fields})


def _look(acme: Firm, path: str) -> Answered:
    return ask(handler, get(path, session=acme.owner.token))


def known(acme: Firm, file: str) -> Upload:
    return store.get(f"company#{acme.id}", file)


def save(acme: Firm, **said: object) -> Answered:
    form = {"name": "Acme", "email": "office@acme.example", "version": "1", **said}
    return send(f"{acme.base}profile/", acme.owner, form)


def test_a_picture_is_sent_checked_and_shown_as_the_logo_until_another_takes_its_place() -> None:
    acme = firm()
    file, answered = sent(acme, uploaded.png(64, 48))
    assert answered.location == f"{acme.base}profile/#pictures"
    assert held("quarantine") == []
    page = see(f"{acme.base}profile/", acme.owner)
    assert f'<option value="{file}">Logo.png</option>' in page
    assert save(acme, logo=file, pictures=[file]).status == 303
    assert companies.profile(acme.id).logo == file
    page = see(f"{acme.base}profile/", acme.owner)
    assert f'<option value="{file}" selected>' in page
    assert '<span class="aside">In use</span>' in page
    assert send(f"{FILES}{acme.id}/{file}/remove", acme.owner).status == 409
    opened = asked("GET", _look(acme, f"{FILES}{acme.id}/{file}").location)
    assert opened.headers["content-type"] == "image/png"
    assert save(acme, version="2").status == 303
    assert send(f"{FILES}{acme.id}/{file}/remove", acme.owner).status == 303
    assert held("evidence") == []


@pytest.fixture
def site(stores: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the public site before there is any posting."""
    monkeypatch.setenv("SIGNET_SITE_FOLDER", str(tmp_path / "site"))
    monkeypatch.setattr("lambdas.publishing.shared._bind", lambda: None)
    monkeypatch.setattr("lambdas.publishing.shared._shell", made_shell)
    monkeypatch.setattr("lambdas.publishing.shared.datetime", _Clock)
    nightly.handler({}, None)
    return tmp_path / "site"


class _Clock:
    now = staticmethod(lambda _zone: NOW)


def publish(acme: Firm, part: str) -> None:
    """Send a company's row by the stream."""
    keys = {"owner": {"S": f"company#{acme.id}"}, "part": {"S": part}}
    jobs.handler({"Records": [{"dynamodb": {"Keys": keys}}]}, None)


def photograph(width: int, height: int) -> bytes:
    """Return a picture as a phone takes it, lying on its side and full of what the phone knows."""
    made, about = io.BytesIO(), Image.Exif()
    about[0x0112] = 6  # to be turned
    about[0x013B] = "founder"
    about.get_ifd(0x8825)[29] = "founder"
    Image.new("RGB", (width, height), "teal").save(made, "JPEG", exif=about, comment="founder")
    return made.getvalue()


def test_the_logo_and_pictures_are_on_the_postings_page_without_what_a_camera_wrote(
    site: Path,
) -> None:
    acme = firm(granted=1)
    number = live(acme)
    logo, _ = sent(acme, uploaded.png(64, 48))
    photo, _ = sent(acme, content := photograph(80, 60), "Team.jpg")
    publish(acme, f"picture#{photo}")
    shown = page(site, f"/jobs/{number}/")
    assert "/jobs/pictures/" not in shown, "the profile doesn't name them yet"
    video = "https://video.example/acme"
    assert save(acme, logo=logo, pictures=[photo], video=video).status == 303
    publish(acme, "company")
    shown = page(site, f"/jobs/{number}/")
    assert video in shown
    lead = re.search(r'<img class="job__logo" src="/([^"]*)" alt="Acme" width="64"', shown)
    team = re.search(r'src="/([^"]*)" alt="Picture of Acme" width="60" height="80"', shown)
    assert lead
    assert team
    assert (site / lead[1]).read_bytes() == uploaded.png(64, 48)
    assert b"founder" in content
    assert b"founder" not in (site / team[1]).read_bytes()
    for private in (acme.id, logo, photo, "Team"):
        assert private not in shown


def test_a_picture_that_the_profile_no_longer_names_leaves_the_page_and_its_copy_goes_with_it(
    site: Path,
) -> None:
    acme = firm(granted=1)
    number = live(acme)
    logo, _ = sent(acme, uploaded.png(64, 48))
    save(acme, logo=logo)
    publish(acme, "company")
    assert list((site / "jobs/pictures").iterdir())
    save(acme, version="2")
    publish(acme, "company")
    assert "/jobs/pictures/" not in page(site, f"/jobs/{number}/")
    assert not [path for path in tree(site) if path.startswith("jobs/pictures/")]
    assert [one.file for one in job_store.pictures(acme.id, [logo])] == [logo]
    assert send(f"{FILES}{acme.id}/{logo}/remove", acme.owner).status == 303
    assert job_store.pictures(acme.id, [logo]) == []


def test_what_is_too_large_for_a_fast_page_is_refused_in_words_and_has_no_copy() -> None:
    acme = firm()
    assert "at most 200 kB" in see(f"{acme.base}profile/", acme.owner)
    large = uploaded.raw_png(300, 300, rows=noise(300, 300))
    assert len(large) > 200_000
    file, answered = sent(acme, large)
    assert "The picture is larger than 200 kB." in see(answered.location, acme.owner)
    assert "The picture is larger than 200 kB." in see(f"{acme.base}profile/", acme.owner)
    assert known(acme, file).reason == "too-large"
    assert job_store.pictures(acme.id, [file]) == []


def test_the_largest_picture_that_is_taken_fits_its_row(site: Path) -> None:
    acme = firm(granted=1)
    number = live(acme)
    rows = noise(256, 256)
    rest = 200_000 - len(uploaded.raw_png(256, 256, rows=rows))
    about = uploaded.chunk(b"tEXt", b"x" * (rest - 12))
    content = uploaded.raw_png(256, 256, rows=rows, about=about)
    assert len(content) == 200_000
    file, _ = sent(acme, content)
    assert known(acme, file).state is State.CLEAN
    save(acme, logo=file)
    publish(acme, "company")
    assert "/jobs/pictures/" in page(site, f"/jobs/{number}/")


def noise(width: int, height: int) -> bytes:
    """Rows of a picture that nothing makes smaller."""
    made = random.Random(7)
    return b"".join(b"\0" + made.randbytes(3 * width) for _ in range(height))


def test_a_video_is_a_secure_link_or_is_refused_with_its_reason() -> None:
    acme = firm()
    refused = save(acme, video="http://video.example/acme")
    assert refused.status == 422
    assert "Give a whole link that begins with https://" in refused.text


def test_what_a_camera_wrote_about_place_and_person_is_left_out() -> None:
    acme = firm()
    told = b"Exif\0\0GPS of the founder's home"
    file, _ = sent(acme, uploaded.with_segment(0xE1, told), "team.jpg")
    assert known(acme, file).state is State.CLEAN
    opened = asked("GET", _look(acme, f"{FILES}{acme.id}/{file}").location)
    assert b"founder" not in opened.content


@pytest.mark.parametrize(
    "content",
    [
        uploaded.pdf(),
        uploaded.GIF_SCRIPT,
        uploaded.archive(),
        uploaded.EICAR,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        uploaded.raw_png(after=uploaded.archive()),
        uploaded.raw_png(60_000, 60_000, rows=b""),
    ],
    ids=["PDF", "GIF", "archive", "malware", "SVG", "archive behind", "pixel flood"],
)
def test_what_is_no_picture_or_more_than_one_is_refused_and_no_profile_takes_it(
    content: bytes,
) -> None:
    acme = firm()
    file, answered = sent(acme, content)
    assert answered.location == f"{FILES}{acme.id}/{file}/state"
    assert "wasn’t accepted" in see(answered.location, acme.owner)
    assert known(acme, file).state is State.REFUSED
    assert held("evidence") == []
    assert save(acme, logo=file).status in (409, 422)
    assert companies.profile(acme.id).logo == ""


def test_pictures_are_the_owners_alone_and_another_company_cant_name_them() -> None:
    acme, other = firm(), firm("Other")
    file, _ = sent(acme, uploaded.png(64, 48))
    see(f"{FILES}{acme.id}/{file}", other.owner, 404)
    see(f"{FILES}{other.id}/{file}", other.owner, 404)
    see(f"{FILES}{acme.id}/{file}", poster(acme), 403)
    assert save(other, logo=file).status in (404, 409, 422)
    assert companies.profile(other.id).logo == ""


def test_company_and_staff_see_before_publication_what_the_page_then_shows(site: Path) -> None:
    acme = firm(granted=1, about="We **survey**.", website="https://acme.example/", contact="Ana")
    logo, _ = sent(acme, uploaded.png(64, 48))
    photo, _ = sent(acme, photograph(80, 60), "Team.jpg")
    told = {"about": "We **survey**.", "website": "https://acme.example/", "contact": "Ana Lee"}
    assert save(acme, logo=logo, pictures=[photo], **told).status == 303
    number = drafted(acme)
    preview = see(f"{acme.base}postings/{number}/", acme.owner)
    staff = see(f"/services/jobs/desk/postings/{number}/", officer := career_officer())
    for seen, who in ((preview, acme.owner), (staff, officer)):
        images = re.findall(r'<img[^>]* src="([^"]*)"', article(seen))
        assert len(images) == 2
        for image in images:
            assert ask(handler, get(image, session=who.token)).status == 200
        assert "/services/jobs/apply/" not in seen
    stranger = firm("Other")
    assert _look(stranger, images[0]).status == 403
    postings.publish(acme.employer(), PostingVersion(number, 1))
    publish(acme, f"posting#{number}")
    public = article(page(site, f"/jobs/{number}/"))
    assert visible(article(preview)) == visible(public)
    assert visible(article(staff)) == visible(public)


def test_a_clients_logo_is_one_of_the_recruiters_pictures_on_page_and_in_the_markup(
    site: Path,
) -> None:
    """JOB-3."""
    agency = firm("Northern Recruiting", granted=1, third_party=True)
    ours, _ = sent(agency, uploaded.png(64, 48))
    theirs, _ = sent(agency, uploaded.png(40, 40), "Bow.png")
    recruits = {"name": "Northern Recruiting", "third_party": "yes"}
    assert save(agency, logo=ours, **recruits).status == 303
    bow = client(agency, "Bow River Surveys")
    at = f"{agency.base}clients/{bow}/"
    assert f'<option value="{theirs}">Bow.png</option>' in see(at, agency.owner)
    form = {"name": "Bow River Surveys", "logo": theirs, "version": "1"}
    assert send(at, agency.owner, {**form, "logo": "0" * 32}).status == 409
    assert send(at, agency.owner, form).status == 303
    number = live(agency, client=bow)
    publish(agency, f"posting#{number}")
    shown = page(site, f"/jobs/{number}/")
    logo = re.search(
        r'<img class="job__logo" src="/([^"]*)" alt="Bow River Surveys" width="40"', shown
    )
    assert logo
    assert (site / logo[1]).read_bytes() == uploaded.png(40, 40)
    assert re.search(rf'"logo":"https?://[^"/]*/{logo[1]}"', shown)
    preview = see(f"{agency.base}postings/{number}/", agency.owner)
    (image,) = re.findall(r'<img[^>]* src="([^"]*)"', article(preview))
    assert _look(agency, image).status == 200
    assert send(f"{FILES}{agency.id}/{theirs}/remove", agency.owner).status == 409
    assert send(at, agency.owner, {**form, "logo": "", "version": "2"}).status == 303
    publish(agency, f"client#{bow}")
    assert "job__logo" not in page(site, f"/jobs/{number}/")
    assert send(f"{FILES}{agency.id}/{theirs}/remove", agency.owner).status == 303


def article(page: str) -> str:
    found = re.search(r'<article class="[^"]*\bjob\b[^"]*"[^>]*>(.*?)</article>', page, re.DOTALL)
    assert found
    return found[1]


def visible(html: str) -> list[str]:
    """Return the words of a page in their order, and what its pictures and links are."""
    html = re.sub(r'<p class="print">.*?</p>', "", html)
    html = re.sub(r'<img[^>]* alt="([^"]*)"[^>]*>', r" [\1] ", html)
    return unescape(re.sub(r"<[^>]+>", " ", html)).split()
