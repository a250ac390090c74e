"""Running a build until everything that is published says the same of each record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from signet.policy import Policy
from signet.publish.agreement import marks
from signet.publish.agreement.outputs import Dispute, dispute_message
from signet.publish.agreement.strictest import agree, known, strictest
from signet.publish.batch import Named
from signet.publish.public import Headline
from signet.publish.report import Report
from signet.publish.verify import VerificationFailed

RUNS = 4  # a changed verdict's effect on other records shows only in the next run

Chosen = Mapping[str, Headline]


class Disputed(Exception):
    """Outputs differ: they must not be published, and are to be made again."""

    def __init__(self, disputes: list[Dispute]) -> None:
        super().__init__(f"outputs differ on {len(disputes)} records")
        self.disputes = disputes


def until_agreed(run: Callable[[Chosen], Report], policy: Policy) -> Report:
    """Run a build, and again with the strictest verdict on each record on which outputs differ.

    Raises VerificationFailed when they still differ after that.
    """
    chosen: dict[str, Headline] = {}
    disputed: dict[str, str] = {}  # by record: the first message
    for _ in range(RUNS):
        try:
            report = run(chosen)
        except Disputed as found:
            for dispute in found.disputes:
                disputed.setdefault(dispute.key, dispute.message)
                chosen[dispute.key] = _stricter(chosen.get(dispute.key), dispute.headline, policy)
        else:
            report.disputed = list(disputed.values())
            return report
    raise VerificationFailed(list(disputed.values()))


def _stricter(stored: Headline | None, headline: Headline, policy: Policy) -> Headline:
    if stored is None:
        return headline
    sentences = known(policy)
    return stored if sentences[stored.words][0] > sentences[headline.words][0] else headline


def of_others(
    named: Iterable[Named], verdicts: Mapping[str, Headline], policy: Policy
) -> list[Dispute]:
    """Return a dispute for each record on which another record's output disagrees with its own."""
    disputes = []
    for one in named:
        own = verdicts.get(one.of)
        if own is None or agree([marks.of(own), one.said]):
            continue
        verdict = strictest(one.of, own, [one.said], policy)
        statements = [("its own page", marks.of(own)), (one.by, one.said)]
        disputes.append(
            Dispute(one.of, verdict, dispute_message(one.of, list(statements), verdict))
        )
    return disputes
