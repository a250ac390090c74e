"""Mail: the sending domain, and what happens to bounces and complaints."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.aws.settings import Stage

BY_SET = "ses:configuration-set"  # the tag that SES adds to each mail by itself


class Mail(Stack):
    """The mail stack, deployed first: a domain has to be verified in DNS before anything sends."""

    def __init__(self, scope: Construct, id_: str, stage: Stage, **about: Any) -> None:
        super().__init__(scope, id_, **about)
        self.handling = ses.ConfigurationSet(
            self,
            "Handling",
            configuration_set_name=f"{stage.prefix}mail",
            reputation_metrics=True,
            sending_enabled=True,
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            # An address that bounced or complained isn't mailed again.
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
        )
        self._count_what_happens(stage)
        self.identity = ses.EmailIdentity(
            self,
            "Sender",
            identity=ses.Identity.domain(stage.mail_domain),
            # Mail that names no configuration set gets this one.
            configuration_set=self.handling,
            dkim_signing=True,
        )

    def _count_what_happens(self, stage: Stage) -> None:
        # Counts, not notifications: a notification holds the address, and would have to be
        # protected.
        counted = ses.CloudWatchDimension(
            name=BY_SET,
            default_value=f"{stage.prefix}mail",
            source=ses.CloudWatchDimensionSource.MESSAGE_TAG,
        )
        self.handling.add_event_destination(
            "Counts",
            destination=ses.EventDestination.cloud_watch_dimensions([counted]),
            events=[
                ses.EmailSendingEvent.SEND,
                ses.EmailSendingEvent.DELIVERY,
                ses.EmailSendingEvent.BOUNCE,
                ses.EmailSendingEvent.COMPLAINT,
                ses.EmailSendingEvent.REJECT,
            ],
        )
