"""The CDK app, which `cdk` runs to synthesise the stacks; people run `infra.aws.deploy`.

The stage is named by the context value `stage`; settings are in stages.toml.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App, Environment, Tags, Validations
from cdk_nag import AwsSolutionsChecks

from infra.aws.edge_facts import NotYet, facts
from infra.aws.settings import SettingsError, Stage, load
from infra.aws.stacks.application import Application
from infra.aws.stacks.data import Data
from infra.aws.stacks.edge import REGION, Edge
from infra.aws.stacks.mail import Mail
from infra.aws.stacks.site import EdgeFacts
from infra.functions import BUNDLES

ROOT = Path(__file__).resolve().parents[2]
MADE = ROOT / "dist"
STAGE = "stage"


@dataclass(frozen=True)
class Stacks:
    """The stacks of a stage, in deployment order."""

    edge: Edge
    mail: Mail
    data: Data
    application: Application | None


def build(
    app: App, stage: Stage, *, bundles: Path, edge: EdgeFacts | None, checked: bool = True
) -> Stacks:
    """Create a stage's stacks in an app.

    Without `edge` the first stack's outputs aren't known yet and the application is left out:
    deploying it would remove the firewall. `checked` runs cdk-nag on all of it.
    """
    here = Environment(account=stage.account, region=stage.region)
    common: dict[str, Any] = {"termination_protection": stage.protected}
    name = f"signet-{stage.name}"
    outside = Environment(account=stage.account, region=REGION)
    stacks = Stacks(
        edge=Edge(app, f"{name}-edge", stage, env=outside, **common),
        mail=Mail(app, f"{name}-mail", stage, env=here, **common),
        data=(data := Data(app, f"{name}-data", stage, env=here, **common)),
        application=(
            Application(app, name, stage, data=data, edge=edge, bundles=bundles, env=here, **common)
            if edge
            else None
        ),
    )
    # Cognito sends from the domain that the mail stack creates.
    data.add_stack_dependency(stacks.mail)
    Tags.of(app).add("product", "signet")
    Tags.of(app).add("stage", stage.name)
    if checked:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    return stacks


def main() -> int:
    """Synthesise the stage that the context names; return the exit code."""
    app = App()
    name = app.node.try_get_context(STAGE)
    try:
        if not name:
            raise SettingsError("say which stage: --context stage=NAME")
        stage = load(str(name))
        build(app, stage, bundles=_bundles(os.environ), edge=facts(stage))
    except (SettingsError, NotYet) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    app.synth()
    return 0


def _bundles(environment: Mapping[str, str]) -> Path:
    bundles = Path(environment.get("SIGNET_BUNDLES", MADE))
    for name in BUNDLES:
        if not (bundles / f"{name}.zip").exists():
            raise SettingsError(f"{bundles} has no bundle {name}.zip; run: make bundle")
    return bundles


if __name__ == "__main__":
    raise SystemExit(main())
