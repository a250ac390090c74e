"""`make deploy STAGE=…`: refuses what can't succeed, shows what will change, deploys in order.

Nothing that exists is changed before its difference was shown and somebody said yes. It can be
stopped anywhere, and run again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.aws import edge_facts, node
from infra.aws.edge_facts import ROOT
from infra.aws.settings import SettingsError, Stage, load

EDGE_REGION = "us-east-1"
BOOTSTRAPPED = "/cdk-bootstrap/hnb659fds/version"
INFRA = ROOT / "infra" / "aws"
SYNTHESISED = ROOT / "var" / "aws" / "cdk.out"
PRODUCT = ROOT / ".venv" / "bin" / "python"
EXIT_REFUSED, EXIT_WAITING = 2, 3

Ask = Callable[[str], bool]


class Refused(Exception):
    """The stage isn't deployed; the message says what is missing and what to do."""


class Waiting(Exception):
    """Deployment can't continue before a step done elsewhere; the message says which."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Deploy a stage; return 0, 1 when CDK failed, 2 when it was refused, 3 when it waits."""
    options = _parser().parse_args(arguments)
    try:
        stage = load(options.stage)
        deploy(stage, _yes if options.yes else _asked)
    except (SettingsError, Refused) as error:
        sys.stderr.write(f"deploy: {error}\n")
        return EXIT_REFUSED
    except Waiting as error:
        sys.stderr.write(f"deploy: {error}\n")
        return EXIT_WAITING
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"deploy: {error.cmd[2]} failed; CloudFormation keeps what was there\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="deploy", description=__doc__)
    parser.add_argument("stage", help="the name of a stage in infra/aws/stages.toml")
    parser.add_argument("--yes", action="store_true", help="don't ask; the differences are shown")
    return parser


def deploy(stage: Stage, ask: Ask) -> None:
    """Deploy a stage's stacks in order. Raises Refused, Waiting and CalledProcessError."""
    check_account(stage)
    bundles(stage)
    name = f"signet-{stage.name}"
    for region in (stage.region, EDGE_REGION):
        _bootstrap(stage, region, ask)
    edge = edge_facts.file(stage)
    edge.parent.mkdir(parents=True, exist_ok=True)
    known = edge_facts.facts(stage)
    _synthesise(stage)
    _stack(stage, f"{name}-edge", ask, "--outputs-file", str(edge))
    if edge_facts.facts(stage) != known:
        _synthesise(stage)  # the application, with the new outputs of the edge stack
    _stack(stage, f"{name}-mail", ask)
    check_mail(stage)
    _stack(stage, f"{name}-data", ask)
    _stack(stage, name, ask, "--outputs-file", str(edge.with_name(f"{stage.name}.json")))


def check_account(stage: Stage) -> None:
    """Raise Refused unless there are credentials, of the stage's own account."""
    if stage.region not in boto3.session.Session().get_available_regions("lambda"):
        raise Refused(f"{stage.name}.region: AWS has no region {stage.region}")
    try:
        account = _client("sts", stage.region).get_caller_identity()["Account"]
    except (BotoCoreError, ClientError) as error:
        raise Refused(
            f"there are no usable credentials ({type(error).__name__}); sign in with `aws sso "
            "login` or set AWS_PROFILE, then try again"
        ) from None
    if account != stage.account:
        raise Refused(f"the credentials are for account {account}; {stage.name} is {stage.account}")


def bundles(stage: Stage) -> None:
    """Build the functions' bundles for the stage's runtime, unless SIGNET_BUNDLES names a folder.

    They are the same, byte for byte, when nothing changed.
    """
    if "SIGNET_BUNDLES" in os.environ:
        return
    command = [str(PRODUCT), "-m", "infra.bundle", "--python", stage.python]
    command += ["--architecture", stage.architecture]
    settings = {**os.environ, "SIGNET_NOTICE": stage.notice, "SIGNET_POLICY": stage.policy}
    subprocess.run(command, cwd=ROOT, env=settings, check=True)


def check_mail(stage: Stage) -> None:
    """Raise Waiting until DNS verifies the domain that mail is sent from.

    Raises Refused when SES can't be asked.
    """
    try:
        identity = _client("sesv2", stage.region).get_email_identity(
            EmailIdentity=stage.mail_domain
        )
    except (BotoCoreError, ClientError) as error:
        raise Refused(f"SES doesn't tell of {stage.mail_domain}: {type(error).__name__}") from None
    if identity.get("VerifiedForSendingStatus"):
        return
    records = "\n".join(
        f"  {token}._domainkey.{stage.mail_domain}  CNAME  {token}.dkim.amazonses.com"
        for token in identity.get("DkimAttributes", {}).get("Tokens", ())
    )
    raise Waiting(
        f"{stage.mail_domain} isn't verified for mail yet. Put these records into its DNS, wait "
        f"until SES has seen them (minutes to hours), and run this again:\n{records}"
    )


def _bootstrap(stage: Stage, region: str, ask: Ask) -> None:
    """Bootstrap a region for CDK, once: a bucket for assets, and the roles to deploy with."""
    try:
        _client("ssm", region).get_parameter(Name=BOOTSTRAPPED)
    except (BotoCoreError, ClientError):
        if not ask(f"{region} isn't prepared for CDK. Prepare it (cdk bootstrap)?"):
            raise Refused(f"{region} isn't prepared for CDK") from None
        _cdk(stage, "bootstrap", f"aws://{stage.account}/{region}")


def _synthesise(stage: Stage) -> None:
    _cdk(stage, "synth", "--quiet", "--context", f"stage={stage.name}")


def _stack(stage: Stage, stack: str, ask: Ask, *more: str) -> None:
    """Show a stack's differences, ask, and deploy it."""
    _cdk(stage, "diff", stack, "--exclusively")
    if not ask(f"Deploy {stack} with these differences?"):
        raise Refused(f"{stack} was left as it is")
    _cdk(stage, "deploy", stack, "--exclusively", "--require-approval", "never", *more)


def _cdk(stage: Stage, act: str, *arguments: str) -> None:
    """Run CDK. Every command but `synth` works on what `synth` has written."""
    command = [str(node.NODE_FOLDER / "node"), str(node.CDK), act, *arguments, "--no-notices"]
    if act != "synth":
        command += ["--app", "" if act == "bootstrap" else str(SYNTHESISED)]
    settings = {"PYTHONPATH": str(ROOT), "AWS_REGION": stage.region}
    subprocess.run(command, cwd=INFRA, env=node.environment(settings), check=True)


def _client(service: str, region: str) -> Any:
    return boto3.client(service, region_name=region)


def _yes(_question: str) -> bool:
    return True


def _asked(question: str) -> bool:
    if not sys.stdin.isatty():
        raise Refused("nobody is there to say yes; run it at a terminal, or with --yes")
    return input(f"{question} [yes/no] ").strip().lower() in {"y", "yes"}


if __name__ == "__main__":
    raise SystemExit(main())
