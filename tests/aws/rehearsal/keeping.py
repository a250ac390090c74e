"""The keys of complaints and of mail in confidence, made as an operator makes them."""

from __future__ import annotations

from pathlib import Path

from infra.aws.settings import Stage
from tests.aws.rehearsal.commands import signet
from tests.aws.rehearsal.journey import said_by_data


def make_keys(stage: Stage, stages: Path) -> None:
    """Make both pairs, wrapped by the deployed keys, and paste them into the settings."""
    keys, folder = said_by_data(stage), stages.parent
    shares = [folder / f"share-{custodian}.txt" for custodian in (1, 2)]
    said = signet("keys", "new", "office", "--kms", keys["OfficeKeyArn"], "--shares", *shares)
    said += signet("keys", "new", "mail", "--kms", keys["MailKeyArn"])
    lines = (line.partition("=") for line in said.splitlines())
    pasted = [f"{name.removeprefix('SIGNET_').lower()} = '{value}'\n" for name, _, value in lines]
    with stages.open("a", encoding="utf-8") as file:
        file.writelines(pasted)
