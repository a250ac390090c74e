"""Where forms send files: CloudFront in front of the quarantine buckets.

A bucket answers a refused upload with XML, which a browser without scripts would show. Here a page
of the site is shown instead. That takes a separate distribution: error pages belong to a
distribution, and the site's services have their own (docs/decisions/2026-11-29-uploads-by-
cloudfront.md).
"""

from __future__ import annotations

from pathlib import Path

from aws_cdk import CfnOutput, Duration
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.settings import Stage
from infra.aws.stacks.data import bucket_name
from infra.aws.stacks.site import PREFIX, EdgeFacts, Site, certificate, name_in_dns
from signet.publish import upload_pages

QUARANTINES = ("quarantine", "complaint-quarantine")
CODE = Path(__file__).resolve().parents[1] / "uploads_request.js"
ANSWER_SECONDS = 60
# What the pages themselves need: their files, and the day to which the register is current.
OF_THE_SITE = (f"/{upload_pages.FOLDER}*.html", "/assets/*", "/register/current*")


class Uploads(Construct):
    """The uploads distribution; `address` is its address, without a final slash."""

    def __init__(
        self, scope: Construct, id_: str, stage: Stage, site: Site, edge: EdgeFacts, to: str
    ) -> None:
        """Create it in front of the buckets; `to` is the address of the site that links lead to."""
        super().__init__(scope, id_)
        self.stage, self.site = stage, site
        host = stage.files_domain
        led = self._led_to(to)
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"{stage.prefix}uploads",
            default_behavior=self._of_the_site(led),
            additional_behaviors={
                **{f"/{upload_pages.FOLDER}{one}": self._sent(one, led) for one in QUARANTINES},
                **dict.fromkeys(OF_THE_SITE, self._of_the_site()),
            },
            error_responses=[
                cloudfront.ErrorResponse(
                    http_status=status,
                    response_http_status=status,
                    response_page_path=f"/{upload_pages.path(page)}",
                    ttl=Duration.seconds(0),
                )
                for status, page in upload_pages.BY_STATUS.items()
            ],
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            domain_names=[host] if host else None,
            certificate=certificate(self, stage, edge) if host else None,
        )
        if host:
            name_in_dns(self, stage, host, distribution)
        self.address = f"https://{host or distribution.distribution_domain_name}"
        CfnOutput(scope, "UploadsId", value=distribution.distribution_id)
        CfnOutput(scope, "UploadsAddress", value=self.address)
        _explain(distribution, named=bool(host))

    def sent_to(self, quarantine: str) -> str:
        """Return the address that forms for a bucket are sent to."""
        return f"{self.address}/{upload_pages.FOLDER}{quarantine}"

    def _led_to(self, site: str) -> list[cloudfront.FunctionAssociation]:
        refused = upload_pages.path(upload_pages.REFUSED)
        code = CODE.read_text(encoding="utf-8").replace("REFUSED_PAGE", refused)
        code = code.replace("SITE_ADDRESS", site)
        function = cloudfront.Function(
            self,
            "Request",
            function_name=f"{self.stage.prefix}uploads",
            code=cloudfront.FunctionCode.from_inline(code),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        when = cloudfront.FunctionEventType.VIEWER_REQUEST
        return [cloudfront.FunctionAssociation(function=function, event_type=when)]

    def _sent(
        self, quarantine: str, led: list[cloudfront.FunctionAssociation]
    ) -> cloudfront.BehaviorOptions:
        """Return a behaviour that forwards forms unchanged and uncached to a quarantine bucket.

        The bucket checks the form's own signature. It is a plain HTTP origin, so that CloudFront
        doesn't add a second signature.
        """
        host = f"{bucket_name(self.stage, quarantine)}.s3.{self.stage.region}.amazonaws.com"
        return cloudfront.BehaviorOptions(
            origin=origins.HttpOrigin(
                host,
                protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
                read_timeout=Duration.seconds(ANSWER_SECONDS),
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            compress=False,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=self._few_headers(),
            response_headers_policy=self.site.headers,
            function_associations=led,
        )

    def _few_headers(self) -> cloudfront.OriginRequestPolicy:
        """Return the policy that forwards the content type only; no cookie, and no user agent.

        The content type is needed because it says where the form's parts begin.
        """
        name = "FewHeaders"
        policy = self.node.try_find_child(name)
        if isinstance(policy, cloudfront.OriginRequestPolicy):
            return policy
        return cloudfront.OriginRequestPolicy(
            self,
            name,
            origin_request_policy_name=f"{self.stage.prefix}uploads",
            comment="The type of what is sent, and nothing of who sends it",
            header_behavior=cloudfront.OriginRequestHeaderBehavior.allow_list("Content-Type"),
            cookie_behavior=cloudfront.OriginRequestCookieBehavior.none(),
            query_string_behavior=cloudfront.OriginRequestQueryStringBehavior.none(),
        )

    def _of_the_site(
        self, led: list[cloudfront.FunctionAssociation] | None = None
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(
            origin=origins.S3BucketOrigin.with_origin_access_control(
                self.site.bucket,
                origin_path=f"/{PREFIX}",
                origin_access_levels=[cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
            ),
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            compress=True,
            cache_policy=self.site.caching,
            response_headers_policy=self.site.headers,
            function_associations=led,
        )


def _explain(distribution: cloudfront.Distribution, *, named: bool) -> None:
    acknowledge(distribution, "members and those who complain are everywhere", "CFR1")
    acknowledge(
        distribution,
        "a form's signature says who may send what; a firewall would read the beginning of files "
        "that are sent in confidence, and refuse evidence for how it looks",
        "CFR2",
    )
    acknowledge(distribution, "an access log would tell who sent something, and when", "CFR3")
    if not named:
        acknowledge(
            distribution,
            "without a zone of one's own CloudFront's name and certificate are used, whose lowest "
            "version can't be set",
            "CFR4",
        )
