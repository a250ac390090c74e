"""The checkers by others: cfn-lint and cdk-nag; and that the second one finds what it should."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_s3 as s3
from cdk_nag import AwsSolutionsChecks

from tests.aws.conftest import Synthesised

CFN_LINT = Path(sys.executable).with_name("cfn-lint")
# CDK writes down dependencies that references imply as well.
REDUNDANT = "W3005"
INFRA = Path(__file__).resolve().parents[2] / "infra/aws"


def test_cfn_lint_finds_nothing(production: Synthesised) -> None:
    regions = {production.edge.file: "us-east-1"}
    for template in production.all:
        region = regions.get(template.file, production.stage.region)
        command: list[str | Path] = [
            CFN_LINT,
            "--regions",
            region,
            "--ignore-checks",
            REDUNDANT,
            "--",
            template.file,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_cdk_nag_stops_an_open_bucket(tmp_path: Path) -> None:
    """The canary: a checker that isn't plugged in would find nothing either."""
    app = App(outdir=str(tmp_path))
    unguarded = s3.CfnBucket.PublicAccessBlockConfigurationProperty(
        block_public_acls=False, restrict_public_buckets=False
    )
    s3.CfnBucket(Stack(app, "canary"), "Open", public_access_block_configuration=unguarded)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    with pytest.raises(RuntimeError, match="AwsSolutions-S2"):
        app.synth()
    report = (tmp_path / "validation-report.json").read_text()
    for rule in ("AwsSolutions-S1", "AwsSolutions-S2", "AwsSolutions-S10"):
        assert rule in report


def test_exceptions_stand_beside_one_resource_each_with_a_reason(production: Synthesised) -> None:
    """One for a whole stack would cover what comes later too."""
    seen = 0
    for template in production.all:
        name = template.file.name.removesuffix(".template.json")
        metadata = json.loads((production.folder / f"{name}.metadata.json").read_text())
        for path, entries in metadata.items():
            for entry in entries:
                if entry["type"] == "aws:cdk:acknowledged-rules":
                    assert path.count("/") >= 2, path
                    assert all(len(reason) > 40 for reason in entry["data"].values()), path
                    seen += len(entry["data"])
    assert seen
