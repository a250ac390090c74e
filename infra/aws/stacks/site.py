"""The public site: a bucket that only CloudFront can reach, and CloudFront."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from aws_cdk import Duration, Fn, RemovalPolicy
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_route53_targets as targets
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.gatekeeper.gatekeeper import HEADER
from infra.aws.settings import Stage
from infra.aws.stacks.data import bucket_name
from signet.publish.target.served import OPEN_DATA_FOLDER, OPEN_DATA_SUFFIXES
from signet.web.headers import SECURITY_HEADERS

PREFIX = "site"  # what is served, in the bucket; release metadata is beside it
OLD_DAYS = 30  # how long files that a release replaced are retained
MAPPING = Path(__file__).resolve().parents[1] / "viewer_request.js"
YEAR, TWO_YEARS = Duration.days(365), Duration.days(730)
SERVICES, SERVICES_SECONDS = "/services", 30
# What signet.web reads of a request, and the viewer's address: no cookie, and no user agent.
WITH_ADDRESS = (
    "CloudFront-Viewer-Address",
    "Content-Type",
    "Accept",
    "Origin",
    "Sec-Fetch-Site",
)
STRICT, POLICY = "Content-Security-Policy", "Permissions-Policy"
EVERYBODY = cloudfront.ResponseHeadersCorsBehavior(
    access_control_allow_origins=["*"],
    access_control_allow_methods=["GET", "HEAD"],
    access_control_allow_headers=["*"],
    access_control_allow_credentials=False,
    origin_override=True,
)


@dataclass(frozen=True)
class EdgeFacts:
    """The outputs of the stack in us-east-1: the firewall, and the certificate if there is one."""

    firewall: str
    certificate: str = ""


class Site(Construct):
    """The site: the bucket first, which functions publish to; `open` then adds CloudFront."""

    def __init__(self, scope: Construct, id_: str, stage: Stage) -> None:
        super().__init__(scope, id_)
        self.stage = stage
        self.bucket = self._bucket()

    def _bucket(self) -> s3.Bucket:
        bucket = s3.Bucket(
            self,
            "Bucket",
            bucket_name=bucket_name(self.stage, "site"),
            encryption=s3.BucketEncryption.S3_MANAGED,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=True,
            lifecycle_rules=[
                s3.LifecycleRule(
                    id="replaced",
                    noncurrent_version_expiration=Duration.days(OLD_DAYS),
                    expired_object_delete_marker=True,
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
            removal_policy=(
                RemovalPolicy.RETAIN if self.stage.protected else RemovalPolicy.DESTROY
            ),
        )
        acknowledge(
            bucket,
            "all of it is public; a log of who looked whom up would be private, so none is kept",
            "S1",
        )
        return bucket

    def open(
        self,
        services: Mapping[str, tuple[str, ...]],
        told_apart: Collection[str],
        secret: secretsmanager.Secret,
        edge: EdgeFacts,
    ) -> cloudfront.Distribution:
        """Return a distribution in front of the bucket and the services (prefixes by host).

        The hosts in `told_apart` receive the viewer's address with each request.
        """
        domain = self.stage.site_domain
        files, data = self._files()
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"{self.stage.prefix}site",
            default_root_object="index.html",
            default_behavior=files,
            additional_behaviors={
                **self._services(services, told_apart, secret),
                **dict.fromkeys(_open_data(), data),
            },
            error_responses=[self._not_found()],
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            web_acl_id=edge.firewall,
            domain_names=[domain] if domain else None,
            certificate=certificate(self, self.stage, edge) if domain else None,
        )
        self._explain(distribution)
        if self.stage.hosted_zone_id:
            name_in_dns(self, self.stage, domain, distribution)
        return distribution

    def _files(self) -> tuple[cloudfront.BehaviorOptions, cloudfront.BehaviorOptions]:
        """Return the behaviours of pages and of open data, which other sites' scripts may read."""
        mapping = cloudfront.Function(
            self,
            "Mapping",
            function_name=f"{self.stage.prefix}mapping",
            code=cloudfront.FunctionCode.from_inline(MAPPING.read_text(encoding="utf-8")),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        # The right to list is what makes a missing file 404 and not 403.
        origin = origins.S3BucketOrigin.with_origin_access_control(
            self.bucket,
            origin_path=f"/{PREFIX}",
            origin_access_levels=[cloudfront.AccessLevel.READ, cloudfront.AccessLevel.LIST],
        )
        self.caching = self._as_long_as_files_say()
        self.headers = self._headers("files")
        mapped = cloudfront.FunctionAssociation(
            function=mapping, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
        )

        def with_headers(headers: cloudfront.ResponseHeadersPolicy) -> cloudfront.BehaviorOptions:
            return cloudfront.BehaviorOptions(
                origin=origin,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
                compress=True,
                cache_policy=self.caching,
                response_headers_policy=headers,
                function_associations=[mapped],
            )

        return with_headers(self.headers), with_headers(self._headers("data", EVERYBODY))

    def _as_long_as_files_say(self) -> cloudfront.CachePolicy:
        """Return the policy that caches a file for as long as its own Cache-Control says."""
        return cloudfront.CachePolicy(
            self,
            "Caching",
            cache_policy_name=f"{self.stage.prefix}files",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(30),
            max_ttl=YEAR,
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )

    def _headers(
        self, name: str, cors: cloudfront.ResponseHeadersCorsBehavior | None = None
    ) -> cloudfront.ResponseHeadersPolicy:
        """Return the response headers: those of signet.web.headers, and HSTS."""
        behavior = cloudfront.ResponseSecurityHeadersBehavior(
            content_security_policy=cloudfront.ResponseHeadersContentSecurityPolicy(
                content_security_policy=SECURITY_HEADERS[STRICT], override=True
            ),
            content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
            frame_options=cloudfront.ResponseHeadersFrameOptions(
                frame_option=cloudfront.HeadersFrameOption[SECURITY_HEADERS["X-Frame-Options"]],
                override=True,
            ),
            referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                referrer_policy=cloudfront.HeadersReferrerPolicy[
                    SECURITY_HEADERS["Referrer-Policy"].upper().replace("-", "_")
                ],
                override=True,
            ),
            strict_transport_security=_https_kept_to(),
        )
        permissions = cloudfront.ResponseCustomHeader(
            header=POLICY, value=SECURITY_HEADERS[POLICY], override=True
        )
        return cloudfront.ResponseHeadersPolicy(
            self,
            f"Headers-{name}",
            response_headers_policy_name=f"{self.stage.prefix}{name}",
            security_headers_behavior=behavior,
            custom_headers_behavior=cloudfront.ResponseCustomHeadersBehavior(
                custom_headers=[permissions]
            ),
            cors_behavior=cors,
        )

    def _services(
        self,
        hosts: Mapping[str, tuple[str, ...]],
        told_apart: Collection[str],
        secret: secretsmanager.Secret,
    ) -> dict[str, cloudfront.BehaviorOptions]:
        """Return the behaviours by path.

        CloudFront uses the first that matches: the longest first.
        """
        headers = self._only_https()
        with_address = self._with_address()
        whole = cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER
        behaviors: dict[str, cloudfront.BehaviorOptions] = {}
        for host, prefixes in hosts.items():
            passed = with_address if host in told_apart else whole
            behavior = self._passed_on(_origin(host, secret), headers, passed)
            behaviors |= {pattern(prefix): behavior for prefix in prefixes}
        return {name: behaviors[name] for name in sorted(behaviors, key=len, reverse=True)}

    def _only_https(self) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "ServiceHeaders",
            # The functions set the other headers themselves: form-action differs by page.
            response_headers_policy_name=f"{self.stage.prefix}services",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                strict_transport_security=_https_kept_to()
            ),
        )

    def _with_address(self) -> cloudfront.OriginRequestPolicy:
        """Return the policy that forwards few headers, and the viewer's address from CloudFront.

        It is for those who return with a code. The headers are listed one by one: a policy that
        forwards all headers may forward one of this name that the browser made up, and a policy
        that only leaves the host out doesn't include CloudFront's own headers.
        """
        return cloudfront.OriginRequestPolicy(
            self,
            "WithAddress",
            origin_request_policy_name=f"{self.stage.prefix}with-address",
            comment="Few headers, no cookies, and the address that a request comes from",
            header_behavior=cloudfront.OriginRequestHeaderBehavior.allow_list(*WITH_ADDRESS),
            cookie_behavior=cloudfront.OriginRequestCookieBehavior.none(),
            query_string_behavior=cloudfront.OriginRequestQueryStringBehavior.none(),
        )

    def _passed_on(
        self,
        origin: origins.HttpOrigin,
        headers: cloudfront.ResponseHeadersPolicy,
        passed: cloudfront.IOriginRequestPolicy,
    ) -> cloudfront.BehaviorOptions:
        """Return a behaviour that forwards requests whole, uncached and uncompressed.

        Not compressed, because responses hold secrets beside content that visitors choose.
        """
        return cloudfront.BehaviorOptions(
            origin=origin,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            compress=False,
            cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
            origin_request_policy=passed,
            response_headers_policy=headers,
        )

    def _not_found(self) -> cloudfront.ErrorResponse:
        return cloudfront.ErrorResponse(
            http_status=404,
            response_http_status=404,
            response_page_path="/404.html",
            ttl=Duration.seconds(30),
        )

    def _explain(self, distribution: cloudfront.Distribution) -> None:
        acknowledge(distribution, "a public register is for readers everywhere", "CFR1")
        acknowledge(
            distribution,
            "access logs hold who looked whom up; the firewall's and CloudFront's counts don't",
            "CFR3",
        )
        if not self.stage.site_domain:
            acknowledge(
                distribution,
                "without a domain of one's own CloudFront's certificate is used, whose lowest "
                "version can't be set; production has a domain",
                "CFR4",
            )


def certificate(scope: Construct, stage: Stage, edge: EdgeFacts) -> acm.ICertificate:
    """Return the certificate of the stage's own host names."""
    arn = edge.certificate or stage.certificate_arn
    return acm.Certificate.from_certificate_arn(scope, "Certificate", arn)


def name_in_dns(
    scope: Construct, stage: Stage, host: str, distribution: cloudfront.Distribution
) -> None:
    """Create DNS records for a distribution in the stage's zone."""
    zone = route53.HostedZone.from_hosted_zone_attributes(
        scope,
        "Zone",
        hosted_zone_id=stage.hosted_zone_id,
        zone_name=stage.hosted_zone_name,
    )
    for kind in (route53.ARecord, route53.AaaaRecord):
        kind(
            scope,
            kind.__name__,
            zone=zone,
            record_name=host,
            target=route53.RecordTarget.from_alias(targets.CloudFrontTarget(distribution)),
        )


def _origin(host: str, secret: secretsmanager.Secret) -> origins.HttpOrigin:
    return origins.HttpOrigin(
        host,
        protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
        origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
        read_timeout=Duration.seconds(SERVICES_SECONDS),
        custom_headers={HEADER: secret.secret_value.unsafe_unwrap()},
    )


def pattern(prefix: str) -> str:
    """Return the path pattern of a prefix in CloudFront. A file matches only itself.

    The prefix of all services ends with its slash, or it would match pages of the site. Others
    don't: /services/cpdx doesn't exist anyway, whichever function answers so.
    """
    if "." in prefix.rpartition("/")[2]:
        return prefix
    return f"{prefix}/*" if prefix == SERVICES else f"{prefix}*"


def _open_data() -> list[str]:
    return [f"/{OPEN_DATA_FOLDER}*{suffix}" for suffix in sorted(OPEN_DATA_SUFFIXES)]


def _https_kept_to() -> cloudfront.ResponseHeadersStrictTransportSecurity:
    return cloudfront.ResponseHeadersStrictTransportSecurity(
        access_control_max_age=TWO_YEARS, include_subdomains=False, override=True
    )


def address(stage: Stage, distribution: cloudfront.Distribution) -> str:
    """Return the site's address, without a final slash."""
    host = stage.site_domain or distribution.distribution_domain_name
    return Fn.join("", ["https://", host]) if not stage.site_domain else f"https://{host}"
