"""How much a page costs whoever pays for every byte, compressed as the gateway sends it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import kinds
from tests.browser.kinds import member, permit
from tests.browser.visiting import WIDE, Visitor, open_settled

FIRST_VISIT, NEXT_PAGE = 75_000, 8_000  # bytes


@pytest.mark.parametrize(
    ("first", "following"),
    [
        (member(kinds.PERMITTED), member(kinds.SUSPENDED)),
        (permit(kinds.IN_FORCE), member(kinds.CONDITIONS)),
    ],
)
def test_a_records_page_is_light_at_first_and_feather_light_afterwards(
    visitor: Visitor, first: str, following: str
) -> None:
    page = visitor.page(viewport=WIDE)
    received: list[int] = []

    def add(event: dict[str, Any]) -> None:
        received.append(int(event["encodedDataLength"]))

    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.on("Network.loadingFinished", add)
    open_settled(page, first)
    page.wait_for_load_state("networkidle")
    weight = sum(received)
    assert 10_000 < weight <= FIRST_VISIT
    received.clear()
    open_settled(page, following)
    page.wait_for_load_state("networkidle")
    assert 1_000 < sum(received) <= NEXT_PAGE
    assert sum(received) < weight / 5
