"""Acknowledging, beside a resource, why a cdk-nag rule doesn't apply to it."""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(resource: IConstruct, reason: str, *rules: str) -> None:
    """Acknowledge rules for one resource; rules with several findings are named RULE[FINDING]."""
    for rule in rules:
        Validations.of(resource).acknowledge(
            Acknowledgment(id=f"AwsSolutions-{rule}", reason=reason)
        )
