"""What the search asks."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from signet.web.forms import Form, Says

NEEDED = "Enter a name, a number, a reference or a whole e-mail address"


class Search(Form):
    """Whom or what an officer looks for. It is posted, so that it is in no address and no log."""

    wanted: Annotated[str, Says(NEEDED)] = Field(
        title="Find anybody on record",
        description="By name, former name, number, e-mail address or reference, such as "
        "Rory Campbell, 100001, P‑1001 or R‑3F9A‑20C1",  # hyphens that don't break
        max_length=200,
    )
