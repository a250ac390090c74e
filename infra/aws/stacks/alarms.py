"""Alarms and their recipients. docs/operating.md says what each means and what to do."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from infra.aws.settings import Stage
from infra.aws.stacks.compute import Deployed

FIVE_MINUTES, HOUR = Duration.minutes(5), Duration.hours(1)
# A nightly run is missed when none began for this long: a day, an hour more when daylight saving
# time ends, and two to spare.
NIGHT_HOURS = 27
ENDED_WELL = "night published"
# SES puts senders under review at 5 % bounces and 0.1 % complaints.
BOUNCES, COMPLAINTS = 0.04, 0.0008
SLOW_MS = 8000
ALARMS, EVENTS = "cloudwatch.amazonaws.com", "events.amazonaws.com"
# The calls that disable a key or change who may use it, and what the notice says of them.
OF_KEYS = ("DisableKey", "PutKeyPolicy", "ScheduleKeyDeletion")
TOLD_OF_KEYS = {
    "what": "$.detail.eventName",
    "who": "$.detail.userIdentity.arn",
    "at": "$.detail.eventTime",
}
NOT_THERE_IS_FINE = cloudwatch.TreatMissingData.NOT_BREACHING


class Alarms(Construct):
    """Alarms that all notify the same people."""

    def __init__(self, scope: Construct, id_: str, stage: Stage) -> None:
        super().__init__(scope, id_)
        self.stage = stage
        self.topic = self._topic()
        self._tell = actions.SnsAction(self.topic)

    def _topic(self) -> sns.Topic:
        topic = sns.Topic(
            self,
            "Topic",
            topic_name=f"{self.stage.prefix}alarms",
            master_key=self._key(),
            enforce_ssl=True,
        )
        # A topic with its own policy accepts nothing from alarms unless that policy allows it.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="Alarms",
                actions=["sns:Publish"],
                principals=[iam.ServicePrincipal(ALARMS)],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.stage.account}},
            )
        )
        for address in self.stage.alarms_to:
            topic.add_subscription(subscriptions.EmailSubscription(address))
        return topic

    def _key(self) -> kms.Key:
        key = kms.Key(
            self, "Key", enable_key_rotation=True, alias=f"alias/{self.stage.prefix}alarms"
        )
        # Without a condition, which EventBridge can't meet; the topic's policy limits who may
        # publish.
        key.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey*"],
                principals=[iam.ServicePrincipal(one) for one in (ALARMS, EVENTS)],
                resources=["*"],
            )
        )
        return key

    def of(self, deployed: Deployed) -> None:
        """Watch a function for errors, throttling, slow responses and falling behind its stream."""
        about, function = deployed.about, deployed.function
        self._above(f"{about.name}-errors", function.metric_errors(period=FIVE_MINUTES), 1)
        self._above(f"{about.name}-throttles", function.metric_throttles(period=FIVE_MINUTES), 1)
        if about.prefixes:
            took = function.metric_duration(period=FIVE_MINUTES, statistic="p95")
            self._above(f"{about.name}-slow", took, SLOW_MS, times=3)
        if about.streams:
            behind = function.metric("IteratorAge", period=FIVE_MINUTES, statistic="Maximum")
            # A nightly build delays the publishing of changes by up to 15 minutes.
            self._above(f"{about.name}-behind", behind, about.alarm_after * 1000, times=4)
        if deployed.failed:
            waiting = deployed.failed.metric_approximate_number_of_messages_visible(
                period=FIVE_MINUTES, statistic="Maximum"
            )
            self._above(f"{about.name}-failed", waiting, 1)

    def of_gatekeeper(self, function: Any) -> None:
        """Watch the authorizer, which all requests to the other functions depend on."""
        self._above("gatekeeper-errors", function.metric_errors(period=FIVE_MINUTES), 1)
        self._above("gatekeeper-throttles", function.metric_throttles(period=FIVE_MINUTES), 1)

    def of_night(self, nightly: Deployed) -> None:
        """Alarm when no nightly build succeeds, not only when one fails."""
        done = nightly.function.log_group.add_metric_filter(
            "nights",
            # What lambdas.publishing.nightly logs at the end of a build, and nowhere else.
            filter_pattern=logs.FilterPattern.literal(f'"{ENDED_WELL}"'),
            metric_namespace="Signet",
            metric_name=f"{self.stage.prefix}nights",
            metric_value="1",
        ).metric(period=HOUR, statistic="Sum")
        alarm = cloudwatch.Alarm(
            self,
            "missed-night",
            alarm_name=f"{self.stage.prefix}missed-night",
            alarm_description="No nightly build ended well for 27 hours; docs/operating.md",
            metric=done,
            comparison_operator=cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
            threshold=1,
            evaluation_periods=NIGHT_HOURS,
            datapoints_to_alarm=NIGHT_HOURS,
            treat_missing_data=cloudwatch.TreatMissingData.BREACHING,
        )
        alarm.add_alarm_action(self._tell)
        alarm.add_ok_action(self._tell)

    def of_api(self, name: str, api: str) -> None:
        """Watch a function's API for 5xx responses."""
        failed = cloudwatch.Metric(
            namespace="AWS/ApiGateway",
            metric_name="5xx",
            dimensions_map={"ApiId": api},
            period=FIVE_MINUTES,
            statistic="Sum",
        )
        self._above(f"{name}-5xx", failed, 5)

    def of_keys(self) -> None:
        """Notify when a person disables a key or changes who may use it.

        This needs a CloudTrail trail.
        """
        about = {name: events.EventField.from_path(path) for name, path in TOLD_OF_KEYS.items()}
        events.Rule(
            self,
            "KeyChanged",
            rule_name=f"{self.stage.prefix}key-changed",
            description="docs/operating.md says what key-changed means and what to do",
            event_pattern=events.EventPattern(
                source=["aws.kms"],
                detail_type=["AWS API Call via CloudTrail"],
                detail={"eventName": list(OF_KEYS)},
            ),
            targets=[
                targets.SnsTopic(
                    self.topic,
                    message=events.RuleTargetInput.from_text(
                        f"key-changed ({self.stage.name}): {about['what']} by {about['who']} at "
                        f"{about['at']}. docs/operating.md says what to do."
                    ),
                )
            ],
        )

    def of_mail(self) -> None:
        """Watch our bounce and complaint rates, before SES suspends sending."""
        for name, metric, most in (
            ("mail-bounces", "Reputation.BounceRate", BOUNCES),
            ("mail-complaints", "Reputation.ComplaintRate", COMPLAINTS),
        ):
            rate = cloudwatch.Metric(
                namespace="AWS/SES", metric_name=metric, period=HOUR, statistic="Maximum"
            )
            self._above(name, rate, most)

    def _above(self, name: str, metric: Any, least: float, times: int = 1) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            alarm_name=f"{self.stage.prefix}{name}",
            alarm_description=f"docs/operating.md says what {name} means and what to do",
            metric=metric,
            comparison_operator=(cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD),
            threshold=least,
            evaluation_periods=times,
            treat_missing_data=NOT_THERE_IS_FINE,
        )
        alarm.add_alarm_action(self._tell)
        alarm.add_ok_action(self._tell)
