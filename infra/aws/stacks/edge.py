"""What CloudFront needs in us-east-1: the firewall of the site, and the certificate.

The budget is here too: it belongs to no region.
"""

from __future__ import annotations

from typing import Any

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from infra.aws.settings import Stage

REGION = "us-east-1"
FIREWALL_OUTPUT, CERTIFICATE_OUTPUT = "FirewallArn", "CertificateArn"
WINDOW_SECONDS = 300
# AWS keeps these rules up to date; the second matches inputs known from attacks.
MANAGED = ("AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesKnownBadInputsRuleSet")
COMMON = "AWSManagedRulesCommonRuleSet"
# These block what our forms allow on purpose: long texts, and words that look like a command or an
# address. A complaint may quote any of it; nothing typed is ever executed.
COUNTED_ONLY = (
    "SizeRestrictions_BODY",
    "CrossSiteScripting_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "EC2MetaDataSSRF_BODY",
)
WARN_AT, FORECAST_AT = 80, 100  # percent of the budget


class Edge(Stack):
    """The only stack outside the stage's region."""

    def __init__(self, scope: Construct, id_: str, stage: Stage, **about: Any) -> None:
        super().__init__(scope, id_, **about)
        firewall = _firewall(self, stage)
        CfnOutput(self, FIREWALL_OUTPUT, value=firewall.attr_arn)
        if stage.hosted_zone_id:
            certificate = _certificate(self, stage)
            CfnOutput(self, CERTIFICATE_OUTPUT, value=certificate.certificate_arn)
        if stage.budget_usd:
            _budget(self, stage)


def _firewall(scope: Construct, stage: Stage) -> wafv2.CfnWebACL:
    rules = [
        _limit("each", 0, stage.requests_each, None),
        _limit("posts", 1, stage.posts_each, _posts()),
        *(_managed(name, 2 + number) for number, name in enumerate(MANAGED)),
        _managed(COMMON, 2 + len(MANAGED), COUNTED_ONLY),
    ]
    return wafv2.CfnWebACL(
        scope,
        "Firewall",
        name=f"{stage.prefix}site",
        scope="CLOUDFRONT",
        default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        visibility_config=_seen(f"{stage.prefix}site"),
        rules=rules,
    )


def _limit(name: str, priority: int, most: int, only: Any) -> wafv2.CfnWebACL.RuleProperty:
    """Return a rule that blocks an IP address over a number of requests in five minutes."""
    limit = wafv2.CfnWebACL.RateBasedStatementProperty(
        limit=most,
        aggregate_key_type="IP",
        evaluation_window_sec=WINDOW_SECONDS,
        scope_down_statement=only,
    )
    return wafv2.CfnWebACL.RuleProperty(
        name=f"limit-{name}",
        priority=priority,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(rate_based_statement=limit),
        visibility_config=_seen(f"limit-{name}"),
    )


def _posts() -> wafv2.CfnWebACL.StatementProperty:
    plain = wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")
    method = wafv2.CfnWebACL.ByteMatchStatementProperty(
        field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(method={}),
        positional_constraint="EXACTLY",
        search_string="POST",
        text_transformations=[plain],
    )
    return wafv2.CfnWebACL.StatementProperty(byte_match_statement=method)


def _managed(
    name: str, priority: int, counted: tuple[str, ...] = ()
) -> wafv2.CfnWebACL.RuleProperty:
    group = wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name=name,
        rule_action_overrides=[
            wafv2.CfnWebACL.RuleActionOverrideProperty(
                name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
            )
            for rule in counted
        ]
        or None,
    )
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(managed_rule_group_statement=group),
        visibility_config=_seen(name),
    )


def _seen(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True,
        metric_name=name,
        # Samples would hold addresses and submitted content.
        sampled_requests_enabled=False,
    )


def _certificate(scope: Construct, stage: Stage) -> acm.Certificate:
    zone = route53.HostedZone.from_hosted_zone_attributes(
        scope, "Zone", hosted_zone_id=stage.hosted_zone_id, zone_name=stage.hosted_zone_name
    )
    return acm.Certificate(
        scope,
        "Certificate",
        domain_name=stage.site_domain,
        subject_alternative_names=[stage.files_domain],
        validation=acm.CertificateValidation.from_dns(zone),
    )


def _budget(scope: Construct, stage: Stage) -> None:
    subscribers = [
        budgets.CfnBudget.SubscriberProperty(address=address, subscription_type="EMAIL")
        for address in stage.alarms_to
    ]

    def when(kind: str, percent: int) -> budgets.CfnBudget.NotificationWithSubscribersProperty:
        return budgets.CfnBudget.NotificationWithSubscribersProperty(
            notification=budgets.CfnBudget.NotificationProperty(
                comparison_operator="GREATER_THAN",
                notification_type=kind,
                threshold=percent,
                threshold_type="PERCENTAGE",
            ),
            subscribers=subscribers,
        )

    budgets.CfnBudget(
        scope,
        "Budget",
        budget=budgets.CfnBudget.BudgetDataProperty(
            budget_name=f"{stage.prefix}month",
            budget_type="COST",
            time_unit="MONTHLY",
            budget_limit=budgets.CfnBudget.SpendProperty(amount=stage.budget_usd, unit="USD"),
        ),
        notifications_with_subscribers=[
            when("ACTUAL", WARN_AT),
            when("FORECASTED", FORECAST_AT),
        ],
    )
