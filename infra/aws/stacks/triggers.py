"""What calls functions: tables' streams, arrivals in a bucket, schedules."""

from __future__ import annotations

import json

from aws_cdk import Duration, Stack, TimeZone
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as events_targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets

from infra.aws.settings import Stage
from infra.aws.stacks.compute import Deployed
from infra.aws.stacks.data import Data, bucket_name
from infra.functions.model import Arrivals, Clock, Stream

# Publishing waits three quarters of a minute for a nightly build; this many tries last for the
# build's 15 minutes.
STREAM_TRIES = 20
TOGETHER_SECONDS = 1  # how long changes are collected before the function is called
OLDEST_CHANGE = Duration.hours(12)  # the nightly build repairs what took longer
SCHEDULE_TRIES = 5


class Triggers:
    """Connects functions to what calls them, within the stack that has them."""

    def __init__(self, stack: Stack, stage: Stage, data: Data) -> None:
        self.stack, self.stage, self.data = stack, stage, data

    def connect(self, deployed: Deployed) -> None:
        """Have a function called by all that its entry in the list names."""
        self._follow(deployed)
        self._tell(deployed)
        self._schedule(deployed)

    def _follow(self, deployed: Deployed) -> None:
        for stream in deployed.about.streams:
            self._map(deployed, stream)

    def _map(self, deployed: Deployed, stream: Stream) -> None:
        """Call a function with a table's changes. A record that keeps failing goes to the queue."""
        about, failed = deployed.about, deployed.failed
        lambda_.CfnEventSourceMapping(
            self.stack,
            f"{about.name}-follows-{stream.table}",
            function_name=deployed.function.function_arn,
            event_source_arn=self.data.tables[stream.table].table_stream_arn,
            starting_position="TRIM_HORIZON",
            batch_size=stream.at_once,
            maximum_batching_window_in_seconds=TOGETHER_SECONDS,
            bisect_batch_on_function_error=True,
            maximum_retry_attempts=STREAM_TRIES,
            maximum_record_age_in_seconds=int(OLDEST_CHANGE.to_seconds()),
            function_response_types=["ReportBatchItemFailures"],
            destination_config=lambda_.CfnEventSourceMapping.DestinationConfigProperty(
                on_failure=lambda_.CfnEventSourceMapping.OnFailureProperty(
                    destination=failed.queue_arn if failed else None
                )
            ),
            filter_criteria=_filter(stream),
        )

    def _tell(self, deployed: Deployed) -> None:
        """Call a function when objects arrive in a bucket. Failed events go to its queue."""
        for arrivals in deployed.about.arrivals:
            events.Rule(
                self.stack,
                f"{deployed.about.name}-arrivals",
                rule_name=f"{self.stage.prefix}{deployed.about.name}",
                description=f"Tells {deployed.about.name} of what arrives in {arrivals.bucket}",
                event_pattern=self._arrived(arrivals),
                targets=[
                    events_targets.LambdaFunction(
                        deployed.function,
                        event=_as_the_bucket_tells(),
                        dead_letter_queue=deployed.failed,
                        retry_attempts=SCHEDULE_TRIES,
                        max_event_age=Duration.hours(2),
                    )
                ],
            )

    def _arrived(self, arrivals: Arrivals) -> events.EventPattern:
        return events.EventPattern(
            source=["aws.s3"],
            detail_type=["Object Created"],
            detail={
                "bucket": {"name": [bucket_name(self.stage, arrivals.bucket)]},
                "object": {"key": [{"prefix": arrivals.prefix}]},
            },
        )

    def _schedule(self, deployed: Deployed) -> None:
        for clock in deployed.about.clocks:
            role = iam.Role(
                self.stack,
                f"{clock.name}-clock-role",
                description=f"Lets the scheduler call {deployed.about.name}",
                assumed_by=iam.ServicePrincipal(
                    "scheduler.amazonaws.com",
                    conditions={"StringEquals": {"aws:SourceAccount": self.stage.account}},
                ),
            )
            calling = iam.Policy(
                self.stack,
                f"{clock.name}-clock-may",
                policy_name="may",
                roles=[role],
                statements=_calling(deployed),
            )
            schedule = scheduler.Schedule(
                self.stack,
                f"{clock.name}-clock",
                schedule_name=f"{self.stage.prefix}{clock.name}",
                description=f"Calls {deployed.about.name}: {deployed.about.does}",
                schedule=self._when(clock),
                target=targets.LambdaInvoke(
                    deployed.function,
                    role=role.without_policy_updates(),
                    dead_letter_queue=deployed.failed,
                    retry_attempts=SCHEDULE_TRIES,
                    max_event_age=Duration.hours(2),
                    input=scheduler.ScheduleTargetInput.from_object({"clock": clock.name}),
                ),
            )
            schedule.node.add_dependency(calling)

    def _when(self, clock: Clock) -> scheduler.ScheduleExpression:
        if clock.every_minutes:
            minutes = int(getattr(self.stage, clock.every_minutes))
            return scheduler.ScheduleExpression.rate(Duration.minutes(minutes))
        hour, minute = getattr(self.stage, clock.at).split(":")
        return scheduler.ScheduleExpression.cron(
            hour=str(int(hour)),
            minute=str(int(minute)),
            time_zone=TimeZone.of(self.stage.time_zone),
        )


def _calling(deployed: Deployed) -> list[iam.PolicyStatement]:
    allowed = [
        iam.PolicyStatement(
            sid="Call",
            actions=["lambda:InvokeFunction"],
            resources=[deployed.function.function_arn],
        )
    ]
    if deployed.failed:
        allowed.append(
            iam.PolicyStatement(
                sid="Failed", actions=["sqs:SendMessage"], resources=[deployed.failed.queue_arn]
            )
        )
    return allowed


def _as_the_bucket_tells() -> events.RuleTargetInput:
    """Return EventBridge's event in the shape in which S3 itself notifies functions."""
    detail = {
        "bucket": {"name": events.EventField.from_path("$.detail.bucket.name")},
        "object": {"key": events.EventField.from_path("$.detail.object.key")},
    }
    return events.RuleTargetInput.from_object({"Records": [{"s3": detail}]})


def _filter(stream: Stream) -> lambda_.CfnEventSourceMapping.FilterCriteriaProperty | None:
    if not stream.only:
        return None
    pattern = lambda_.CfnEventSourceMapping.FilterProperty(
        pattern=json.dumps({"eventName": list(stream.only)})
    )
    return lambda_.CfnEventSourceMapping.FilterCriteriaProperty(filters=[pattern])
