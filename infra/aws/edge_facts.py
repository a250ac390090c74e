"""What the stack in us-east-1 has made, for the application.

CloudFormation carries nothing from one region to another, so the command that deploys keeps it in a
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
    """What is kept of the edge can't be read; the message says what to do."""


def file(stage: Stage) -> Path:
    """Where `cdk deploy --outputs-file` writes what the edge stack has made."""
    return FOLDER / f"{stage.name}-edge.json"


def facts(stage: Stage) -> EdgeFacts | None:
    """Return what the edge stack has made, or None when it isn't deployed yet.

    Raises NotYet when the file isn't as the command writes it.
    """
    try:
        said = json.loads(file(stage).read_text(encoding="utf-8"))[f"signet-{stage.name}-edge"]
        return EdgeFacts(said[FIREWALL_OUTPUT], said.get(CERTIFICATE_OUTPUT, ""))
    except FileNotFoundError:
        return None
    except (KeyError, ValueError) as error:
        raise NotYet(f"{file(stage)} can't be read ({error!r}); delete it, and deploy") from None
