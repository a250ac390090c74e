"""`python -m tests.aws.synthesis`, by the Python that has CDK: how long a synthesis takes.

The stage is the one that the checks of the CDK app use, whole: four stacks, looked at by cdk-nag.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

from aws_cdk import App

from infra.aws import settings
from infra.aws.app import ROOT, build
from infra.aws.stacks.site import EdgeFacts
from infra.functions import BUNDLES

STAGE = ROOT / "tests" / "aws" / "stages.toml"
EDGE = EdgeFacts(
    "arn:aws:wafv2:us-east-1:111122223333:global/webacl/site/0",
    "arn:aws:acm:us-east-1:111122223333:certificate/0",
)


def main() -> int:
    """Synthesise; print the seconds and the number of resources, as JSON."""
    begun = time.perf_counter()
    context = json.loads((ROOT / "infra" / "aws" / "cdk.json").read_text())["context"]
    with tempfile.TemporaryDirectory() as folder:
        bundles, out = Path(folder), Path(folder) / "out"
        for name in BUNDLES:
            (bundles / f"{name}.zip").touch()
        app = App(outdir=str(out), context=context)
        build(app, settings.load("production", STAGE), bundles=bundles, edge=EDGE)
        app.synth()
        resources = sum(
            len(json.loads(file.read_text())["Resources"]) for file in out.glob("*.template.json")
        )
    print(json.dumps({"seconds": time.perf_counter() - begun, "resources": resources}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
