"""Mail: the domain that it comes from, and what becomes of mail that nobody takes."""

from __future__ import annotations

from typing import Any

from aws_cdk import Stack
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.aws.settings import Stage

BY_SET = "ses:configuration-set"  # the tag that SES gives each mail by itself


class Mail(Stack):
    """Deployed first, since a domain has to be vouched for in the DNS before anything sends."""

    def __init__(self, scope: Construct, id_: str, stage: Stage, **about: Any) -> None:
        super().__init__(scope, id_, **about)
        self.handling = ses.ConfigurationSet(
            self,
            "Handling",
            configuration_set_name=f"{stage.prefix}mail",
            reputation_metrics=True,
            sending_enabled=True,
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            # An address that bounced or complained isn't written to again.
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
        # Numbers, not notices: a notice holds the address, and would have to be kept from others.
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
