"""The demonstration's career centre is made by the same actions as everybody's."""

from __future__ import annotations

from datetime import date

import pytest

from infra.local import jobs_sample
from signet.jobs import published, store
from signet.jobs.companies import companies
from tests.entries import POLICY
from tests.job_office import balance, careers, job_tables_made
from tests.people import shell as shell

__all__ = ["careers", "job_tables_made", "shell"]


@pytest.mark.usefixtures("careers")
def test_the_sample_has_thirty_live_postings_and_ledgers_that_add_up() -> None:
    today: date = jobs_sample._now("somebody").today
    for _ in range(2):  # as when the demonstration is started again
        jobs_sample.add({"employer-account": "e@example.org", "recruiter-account": "r@example.org"})
    live = published.live(today)
    assert len(live) == jobs_sample.POSTINGS
    firms = companies.all_companies()
    assert len(firms) == len(jobs_sample.FIRMS)
    spent = sum(jobs_sample.CREDITS - balance(firm.id) for firm in firms)
    assert spent == jobs_sample.POSTINGS
    for firm in firms:
        days = [one.on for one in store.ledger(firm.id)]
        assert days == sorted(days)
    jobs = published.public_jobs(live, POLICY, today, permit_of=lambda number: "")
    assert {one.employer for one in jobs} >= {"Battle River Power Ltd."}
    assert [one.name for one in companies.of_account("recruiter-account")] == [
        "Parkland Technical Recruiters Inc."
    ]
