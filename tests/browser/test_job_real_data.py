"""Real employers and occupations in the search of jobs, with all their spellings (JOB-1, JOB-9).

The lists aren't part of the project: skip where they aren't beside it. The employers stand as they
are written there: in capitals or without any, with and without "Ltd.", with two spaces in a row.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page

from signet.jobs.forms import CompanyDraft
from signet.publish.render import order
from tests.browser.kinds import write_records
from tests.browser.visiting import open_settled
from tests.built_site import POLICY
from tests.built_site import page as html_of
from tests.job_records import COMPANY, Centre, build

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SHORTEST = 4  # letters: in fewer the search takes none for wrong
# Every query goes the way of Enter, which waits for no pause in typing. Where a browser is led is
# another test's: it takes only so many changes of its address a second.
ASK = """
async (queries) => {
  history.replaceState = history.pushState = () => {};
  const form = document.querySelector("main form[data-jobs]");
  const results = document.getElementById("results");
  const turn = () => new Promise((done) => setTimeout(done));
  const answers = [];
  for (const query of queries) {
    form.elements.namedItem("q").value = query;
    form.requestSubmit();
    do await turn(); while (results.getAttribute("aria-busy") === "true");
    for (let more; (more = results.querySelector(".results__help button")); ) more.click();
    answers.push({
      summary: results.querySelector(".results__summary").textContent,
      found: [...results.querySelectorAll("li")].map((one) => one.dataset.number),
      employers: [...results.querySelectorAll("bdi")].map((one) => one.textContent),
    });
  }
  return answers;
}
"""


class Job(NamedTuple):
    """A posting of the test's: its number, and what it is found by."""

    number: str
    employer: str
    occupation: str
    discipline: str


def rows(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} isn't beside the project")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def occupations() -> dict[str, str]:
    return {row["noc2021"]: row["title_en"] for row in rows("noc2021_technology_occupations.csv")}


def of_each_employer() -> list[Job]:
    """One posting of each employer of the list, over all occupations and disciplines in turn."""
    employers = dict.fromkeys(row["employer"] for row in rows("alberta_engtech_employers.csv"))
    jobs = zip(employers, cycle(occupations()), cycle(POLICY.disciplines), strict=False)
    return [Job(f"{500000001 + at}", *one) for at, one in enumerate(jobs)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a site with all of them."""
    folder, centre = tmp_path_factory.mktemp("employers"), Centre()
    for job in of_each_employer():
        told = CompanyDraft(name=job.employer, email=COMPANY.email)  # as its form takes it
        firm = COMPANY.model_copy(update={"id": job.number, "name": told.name, "permit": ""})
        about: dict[str, Any] = {"occupation": job.occupation, "discipline": job.discipline}
        centre.add(job.number, company=firm, title="Position to be filled", **about)
    build(write_records(folder / "records", members=20), folder / "site", centre)
    return folder / "site"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    command = [sys.executable, "-m", "infra.local.gateway", str(site), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as gateway:
        assert gateway.stdout
        yield gateway.stdout.readline().strip()
        gateway.terminate()


def asked(page: Page, path: str, queries: Mapping[Job, str]) -> Iterator[tuple[Job, str, Any]]:
    """Each job with what somebody types to find it on a page, and what they are shown."""
    open_settled(page, path)
    answers = page.evaluate(ASK, list(queries.values()))
    yield from zip(queries, queries.values(), answers, strict=True)


def misspelt(text: str, random: Random) -> str:
    """Return a text with one letter of its longest word wrong, missing, doubled or swapped."""
    word = max(re.findall(r"[^\W\d_]+|\d+", text), key=len)
    at = random.randrange(1, len(word) - 1)  # whoever errs gets the ends of a word right
    before, letter, following, rest = word[:at], word[at], word[at + 1], word[at + 2 :]
    wrong = (
        f"{before}{'x' if letter.isalpha() else '0'}{following}{rest}",
        f"{before}{following}{rest}",
        f"{before}{letter}{letter}{following}{rest}",
        f"{before}{following}{letter}{rest}",
    )
    return text.replace(word, random.choice([one for one in wrong if len(one) >= SHORTEST]), 1)


def test_the_occupations_of_the_classification_are_all_to_choose_from_under_their_names() -> None:
    assert POLICY.jobs is not None
    ours = {code: one.name for code, one in POLICY.jobs.occupations.items()}
    assert {code: ours.get(code) for code in occupations()} == occupations()
    assert {row["discipline"] for row in rows("ntb_disciplines.csv")} - {*POLICY.disciplines} == {
        "Biotechnology"
    }, "of the technicians' list, which the regulator's doesn't have"


def test_every_employer_stands_on_the_page_of_its_job_and_in_the_index_as_it_writes_itself(
    site: Path,
) -> None:
    told = json.loads((site / "jobs/search.json").read_text(encoding="utf-8"))
    columns, names = told["columns"], told["shared"]["employer"]
    at = columns.index("employer")
    assert {row[0]: names[row[at]] for row in told["jobs"]} == {
        job.number: job.employer for job in of_each_employer()
    }
    for job in of_each_employer():
        assert job.employer in unescape(html_of(site, f"/jobs/{job.number}/"))


def test_every_employer_is_found_by_its_name(page: Page) -> None:
    names = {job: job.employer for job in of_each_employer()}
    lost = [
        query
        for job, query, answer in asked(page, "/jobs/", names)
        if job.number not in answer["found"] or job.employer not in answer["employers"]
    ]
    assert not lost


@pytest.mark.parametrize("seed", range(3))
def test_every_employer_is_found_with_a_letter_wrong(seed: int, page: Page) -> None:
    random = Random(seed)
    wrong = {job: misspelt(job.employer, random) for job in of_each_employer()}
    lost = [
        (job.employer, query, answer["summary"])
        for job, query, answer in asked(page, "/jobs/", wrong)
        if job.number not in answer["found"]
    ]
    assert not lost


@pytest.mark.parametrize(
    ("typed", "employer"),
    [
        ("glv travellers", "G.L.V.Travellers Inc."),
        ("hm construction", "H.M. Construction Company Limited"),
        ("jk electrical", "J&K Electrical Services Ltd."),
        ("j and k electrical", "J&K Electrical Services Ltd."),
        ("fancy doors and mouldings", "Fancy Doors & Mouldings Ltd"),
        ("o hanlon", "O'Hanlon Paving Ltd."),
        ("O’Hanlon", "O'Hanlon Paving Ltd."),
        ("hanlon paving", "O'Hanlon Paving Ltd."),
        ("rockrose", "Rock-Rose Landscaping Ltd"),
        ("western asphalt", "SEAL-ON PAVING LTD. O/A Western Asphalt Products"),
        ("diligent technical services", "DILIGENT TECHNICAL  SERVICES LTD"),
        ("kobbys", "KOBBY'S LANDSCAPING INC"),
        ("911330", "911330 Alberta Ltd. o/a Alberta Arborists"),
    ],
)
def test_an_employer_is_found_however_its_name_is_typed(
    typed: str, employer: str, page: Page
) -> None:
    ((_, _, answer),) = asked(page, "/jobs/", {of_each_employer()[0]: typed})
    assert employer in answer["employers"], answer["summary"]


@pytest.mark.parametrize("taxonomy", ["occupation", "discipline"])
def test_every_employer_is_in_the_list_of_its_work_and_found_there_alone(
    taxonomy: str, site: Path, page: Page
) -> None:
    """A list's own search finds its own jobs, though two employers are written all but alike."""
    lists: dict[str, dict[Job, str]] = {}
    for job in of_each_employer():
        lists.setdefault(getattr(job, taxonomy), {})[job] = job.employer
    for value, names in lists.items():
        slug = order.slug(value)
        assert all(
            f"/jobs/{job.number}/" in html_of(site, f"/jobs/{taxonomy}/{slug}/") for job in names
        )
    for value in list(lists)[:3]:  # of a page's script one is as good as another
        own = {job.number for job in lists[value]}
        for job, query, answer in asked(
            page, f"/jobs/{taxonomy}/{order.slug(value)}/", lists[value]
        ):
            assert job.number in answer["found"], query
            assert own.issuperset(answer["found"]), query
