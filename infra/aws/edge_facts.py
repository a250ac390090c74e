"""The outputs of the stack in us-east-1, for the application.

CloudFormation passes no outputs from one region to another, so the deploy command stores them in a
file.
"""

from __future__ import annotations

import json
from pathlib import Path

from infra.aws.settings import Stage
from infra.aws.stacks.edge import CERTIFICATE_OUTPUT, FIREWALL_OUTPUT
from infra.aws.stacks.site import EdgeFacts

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "var" / "aws"


class NotYet(Exception):
    """The stored outputs can't be read; the message says what to do."""


def file(stage: Stage) -> Path:
    """Return the file to which `cdk deploy --outputs-file` writes the edge stack's outputs."""
    return FOLDER / f"{stage.name}-edge.json"


def facts(stage: Stage) -> EdgeFacts | None:
    """Return the edge stack's outputs, or None when it isn't deployed yet.

    Raises NotYet when the file isn't as the command writes it.
    """
    try:
        outputs = json.loads(file(stage).read_text(encoding="utf-8"))[f"signet-{stage.name}-edge"]
        return EdgeFacts(outputs[FIREWALL_OUTPUT], outputs.get(CERTIFICATE_OUTPUT, ""))
    except FileNotFoundError:
        return None
    except (KeyError, ValueError) as error:
        raise NotYet(f"{file(stage)} can't be read ({error!r}); delete it, and deploy") from None
