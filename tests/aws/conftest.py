"""One synthesis a session: the production stage of stages.toml, as CloudFormation gets it."""

import ast
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App

from infra.aws import settings
from infra.aws.app import build
from infra.aws.settings import Stage
from infra.aws.stacks.site import EdgeFacts
from infra.functions import BUNDLES

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CONTEXT = json.loads((ROOT / "infra/aws/cdk.json").read_text())["context"]
FIREWALL = "arn:aws:wafv2:us-east-1:111122223333:global/webacl/signet-production-site/0"
CERTIFICATE = "arn:aws:acm:us-east-1:111122223333:certificate/0"
Resource = dict[str, Any]


@dataclass(frozen=True)
class Template:
    """One stack, as CloudFormation gets it."""

    file: Path
    resources: Mapping[str, Resource]

    def of(self, kind: str) -> dict[str, Resource]:
        return {name: one for name, one in self.resources.items() if one["Type"] == kind}

    def properties(self, kind: str) -> list[Resource]:
        return [one["Properties"] for one in self.of(kind).values()]

    def one(self, kind: str) -> Resource:
        (found,) = self.properties(kind)
        return dict(found)


@dataclass(frozen=True)
class Synthesised:
    """The stacks of a stage."""

    stage: Stage
    folder: Path
    edge: Template
    mail: Template
    data: Template
    application: Template

    @property
    def all(self) -> tuple[Template, ...]:
        return (self.edge, self.mail, self.data, self.application)


@pytest.fixture(scope="session")
def stage() -> Stage:
    return settings.load("production", HERE / "stages.toml")


@pytest.fixture(scope="session")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    for name in BUNDLES:
        (folder / f"{name}.zip").write_text("nothing here looks into it\n")
    return folder


@pytest.fixture(scope="session")
def production(
    stage: Stage, bundles: Path, tmp_path_factory: pytest.TempPathFactory
) -> Synthesised:
    """All of it; cdk-nag has looked at it, and would have stopped it."""
    out = tmp_path_factory.mktemp("synthesised")
    app = App(outdir=str(out), context=CONTEXT)
    build(app, stage, bundles=bundles, edge=EdgeFacts(FIREWALL, CERTIFICATE))
    app.synth()
    names = ("signet-production-edge", "signet-production-mail", "signet-production-data")
    edge, mail, data, application = (_template(out, n) for n in (*names, "signet-production"))
    return Synthesised(stage, out, edge, mail, data, application)


def _template(folder: Path, name: str) -> Template:
    file = folder / f"{name}.template.json"
    return Template(file, json.loads(file.read_text())["Resources"])


def constant(file: Path, name: str) -> object:
    """Return a constant of a module, read without importing what the module needs."""
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.Assign) and [getattr(t, "id", "") for t in node.targets] == [name]:
            return ast.literal_eval(node.value)
    raise AssertionError(f"{file} has no {name}")
