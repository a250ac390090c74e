"""From a posting in the database to its public page, and the counting of who saw it."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.local.streams import Poller
from lambdas.jobs import views
from lambdas.publishing import jobs, urgent
from signet.accounts.tables import MODELS as ACCOUNT_MODELS
from signet.jobs.companies import companies, vetting
from signet.jobs.forms import VouchDraft
from signet.jobs.postings import figures, postings
from signet.jobs.tables import MODELS as JOB_MODELS
from signet.publish.tables import MODELS as PUBLISH_MODELS
from signet.register import actions as entering
from signet.register.actions import Proposal
from signet.register.tables import MODELS as REGISTER_MODELS
from signet.transactions.tables import MODELS as TRANSACTION_MODELS
from signet.uploads.tables import MODELS as UPLOAD_MODELS
from tests.built_site import made_shell, page, tree
from tests.entries import POLICY
from tests.events import ask, post
from tests.function_ground import Ground
from tests.job_office import OWNER, TODAY, added, company, company_draft, employer, live, of, seen
from tests.people import person, shell

__all__ = ["shell"]

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 19, tzinfo=UTC)
BROWSER = {"sec-fetch-site": "same-origin", "user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
MODELS = (
    *TRANSACTION_MODELS, *ACCOUNT_MODELS, *UPLOAD_MODELS,
    *JOB_MODELS, *REGISTER_MODELS, *PUBLISH_MODELS,
)  # fmt: skip


@pytest.fixture(scope="session")
def publishing_tables_made(dynamodb: str) -> Ground:
    """Return the tables that publishing and the career centre read or write, made once a run."""
    return Ground.made(dynamodb, MODELS)


@pytest.fixture
def site(
    publishing_tables_made: Ground, shell: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return an empty site built from the database, and what the functions are told."""
    publishing_tables_made.enter(monkeypatch, shell)
    out = tmp_path / "site"
    monkeypatch.setenv("SIGNET_SITE_FOLDER", str(out))
    monkeypatch.setattr("lambdas.publishing.shared._bind", lambda: None)
    monkeypatch.setattr("lambdas.publishing.shared._shell", made_shell)
    monkeypatch.setattr("lambdas.publishing.shared.datetime", _Clock)
    from lambdas.publishing import nightly

    nightly.handler({}, None)
    return out


class _Clock:
    now = staticmethod(lambda _zone: NOW)


def changed(*keys: tuple[str, str]) -> dict[str, Any]:
    """Return the event that the stream of the jobs table makes of written rows."""
    rows = [{"Keys": {"owner": {"S": owner}, "part": {"S": part}}} for owner, part in keys]
    return {"Records": [{"dynamodb": row} for row in rows]}


def saw(number: str, session: str = "", **headers: str) -> int:
    """Return a page's beacon."""
    event = post("/services/jobs/seen", {"number": number}, act="", headers=BROWSER | headers)
    if session:
        event["cookies"] = [f"__Host-session={session}"]
    answer = ask(views.app, event)
    assert "set-cookie" not in {name.lower() for name in answer.headers}
    return answer.status


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.app, "clock", lambda: NOW)


def test_a_posting_is_on_its_page_the_lists_and_the_search_as_soon_as_its_row_is_heard_of(
    site: Path,
) -> None:
    firm = company(granted=2)
    number = live(firm)
    jobs.handler(changed((f"company#{firm}", f"posting#{number}")), None)
    assert "application/ld+json" in page(site, f"/jobs/{number}/")
    assert f"/jobs/{number}/" in page(site, "/jobs/")
    assert number in (site / "jobs/search.json").read_text("utf-8")
    postings.pause(employer(firm), seen(firm, number))
    jobs.handler(changed((f"company#{firm}", f"posting#{number}")), None)
    assert not [path for path, content in tree(site).items() if number.encode() in content]


def test_what_no_page_shows_publishes_nothing(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambdas.publishing.shared.build", None)  # would be called
    firm = "a" * 32
    quiet = [("posting#5", "day#2040-11-26#views"), ("posting#5", "application#x")]
    quiet += [
        (f"company#{firm}", "credits"),
        ("account#x", "application#5"),
        ("member#1", "digest"),
    ]
    assert jobs.handler(changed(*quiet), None) == {"jobs": None}


def test_a_companys_new_name_reaches_its_postings(site: Path) -> None:
    firm = company(granted=1)
    number = live(firm)
    from signet.jobs.forms import CompanyEdit

    draft = CompanyEdit(**company_draft("Acme Geomatics & Sons").model_dump(), version=1)
    companies.edit(employer(firm), draft)
    jobs.handler(changed((f"company#{firm}", "company")), None)
    assert "Acme Geomatics &amp; Sons" in page(site, f"/jobs/{number}/")


def test_a_permit_that_is_no_longer_in_force_leaves_its_employers_postings(site: Path) -> None:
    """PER-5: heard of by the register's stream."""
    row = {"SequenceNumber": "1", "Keys": {"record": {"S": "permit#P-1"}}}
    heard = {"Records": [{"dynamodb": row}]}
    decide("issued", {"legal_name": "Acme Geomatics Ltd."})
    urgent.handler(heard, None)
    firm = company(granted=1, permit="P-1")
    number = live(firm)
    jobs.handler(changed((f"company#{firm}", f"posting#{number}")), None)
    assert "/register/permits/P-1/" not in page(site, f"/jobs/{number}/"), "nobody vouched for it"
    vetting.vouch(of("staff"), firm, VouchDraft(version=1, reason="Called the holder"))
    jobs.handler(changed((f"company#{firm}", f"posting#{number}")), None)
    assert "/register/permits/P-1/" in page(site, f"/jobs/{number}/")
    decide("status_changed", {"status": "suspended", "reason": "discipline"})
    assert not urgent.handler(heard, None)["batchItemFailures"]
    assert "/register/permits/P-1/" not in page(site, f"/jobs/{number}/")


def decide(kind: str, data: dict[str, Any]) -> None:
    """Enter something of the permit P-1."""
    entering.enter(
        "permit",
        "P-1",
        [Proposal(kind, data, TODAY)],
        authority="App. 5",
        entered_by="registrar",
        policy=POLICY,
        now=datetime.combine(TODAY, time(18), UTC),
        operation_id=secrets.token_hex(16),
    )


def test_the_night_puts_right_what_a_lost_event_left(site: Path) -> None:
    from lambdas.publishing import nightly

    firm = company(granted=1)
    number = live(firm)
    assert not (site / f"jobs/{number}").exists()
    nightly.handler({}, None)
    assert (site / f"jobs/{number}/index.html").exists()


def test_a_draft_and_an_applicants_words_are_nowhere_in_the_site(site: Path) -> None:
    firm = company(granted=1)
    draft = added(firm)
    number = live(firm)
    jobs.handler(changed((f"company#{firm}", f"posting#{number}")), None)
    assert not (site / f"jobs/{draft.number}").exists()
    private = (f"{OWNER}@acme.example", "office@acme.example", firm)
    for path, content in tree(site).items():
        assert not [word for word in private if word.encode() in content], path


def test_the_stream_tells_keys_and_no_word_of_what_was_written(
    site: Path, publishing_tables_made: Ground
) -> None:
    heard: list[dict[str, Any]] = []

    def call(event: dict[str, Any]) -> None:
        heard.extend(event["Records"])

    endpoint = publishing_tables_made.variables["AWS_ENDPOINT_URL_DYNAMODB"]
    poller = Poller(endpoint, "signet-jobs", call)
    company(granted=1)
    while not heard:
        poller.poll()
    assert all("NewImage" not in record["dynamodb"] for record in heard)


# Views --------------------------------------------------------------------------------------------


def test_sixteen_clients_at_once_are_counted_exactly(site: Path, clock: None) -> None:
    number = live(company(granted=1))
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda _: saw(number), range(320))) == {200}
    assert figures.totals(number) == (320, 0)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/140.0.0.0 Safari/537.36",
        "curl/8.9.1",
        "python-requests/2.32",
        "facebookexternalhit/1.1",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    ],
)
def test_a_machine_is_no_reader(site: Path, clock: None, agent: str) -> None:
    number = live(company(granted=1))
    assert saw(number, **{"user-agent": agent}) == 200
    assert figures.totals(number) == (0, 0)


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) Version/18.6 Mobile Safari/604.1",
        "Mozilla/5.0 (Linux; Android 13; CUBOT P80) AppleWebKit/537.36 Chrome/139 Mobile",
    ],
)
def test_a_reader_is_no_machine(site: Path, clock: None, agent: str) -> None:
    number = live(company(granted=1))
    saw(number, **{"user-agent": agent})
    assert figures.totals(number) == (1, 0)


def test_what_an_employer_sees_of_its_own_is_not_counted_and_what_another_sees_is(
    site: Path, clock: None
) -> None:
    owner, stranger = person(now=NOW), person(now=NOW)
    firm = company(owner.account, granted=1)
    draft = added(firm, owner.account)
    postings.publish(employer(firm, owner.account), draft)
    number = draft.number
    saw(number, owner.token)
    assert figures.totals(number) == (0, 0)
    saw(number, stranger.token)
    saw(number)
    assert figures.totals(number) == (2, 0)


def test_only_a_posting_that_is_shown_is_counted_and_every_answer_is_alike(
    site: Path, clock: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm = company(granted=1)
    number, draft = live(firm), added(firm).number
    for asked in (draft, "999999999", "", "5" * 400, "x", "٣"):
        assert saw(asked) == 200
    assert figures.totals(draft) == (0, 0)
    monkeypatch.setattr(views.app, "clock", lambda: NOW + timedelta(days=40))
    assert saw(number) == 200
    assert figures.totals(number) == (0, 0)


def test_a_beacon_of_another_site_is_refused(site: Path, clock: None) -> None:
    number = live(company(granted=1))
    assert saw(number, **{"sec-fetch-site": "cross-site"}) == 403
    assert figures.totals(number) == (0, 0)
