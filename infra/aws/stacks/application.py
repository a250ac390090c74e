"""The application: functions, their APIs, the site, schedules and alarms.

It can be rebuilt from nothing; all that must not be lost is in the data stack.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.aws.settings import Stage
from infra.aws.stacks.alarms import Alarms
from infra.aws.stacks.api import Apis
from infra.aws.stacks.compute import Compute
from infra.aws.stacks.data import Data, bucket_name
from infra.aws.stacks.site import PREFIX, EdgeFacts, Site, address
from infra.aws.stacks.triggers import Triggers
from infra.aws.stacks.uploads import Uploads
from infra.functions import FUNCTIONS
from infra.functions.model import RENDERER, Function

CALLBACK, SIGNED_OUT = "/services/account/callback", "/services/account/signed-out"


class Application(Stack):
    """The stack of everything that runs."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        stage: Stage,
        *,
        data: Data,
        edge: EdgeFacts,
        bundles: Path,
        **about: Any,
    ) -> None:
        super().__init__(scope, id_, **about)
        self.stage, self.data = stage, data
        self.site = Site(self, "Site", stage)
        self.apis = Apis(self, "Services", stage, FUNCTIONS)
        told_apart = {
            self.apis.host(one.name) for one in FUNCTIONS if "viewer-address" in one.settings
        }
        self.distribution = self.site.open(self._services(), told_apart, self.apis.secret, edge)
        self.address = address(stage, self.distribution)
        self.uploads = Uploads(self, "Uploads", stage, self.site, edge, self.address)
        self.client = self._client()
        compute = Compute(self, "Functions", stage, data, bundles)
        self.deployed = [compute.deploy(one, self._told(one)) for one in FUNCTIONS]
        self.apis.lead(self.deployed)
        triggers = Triggers(self, stage, data)
        for one in self.deployed:
            triggers.connect(one)
        self._watch()
        self._hold_the_order(self.distribution)
        self._say()

    def _services(self) -> dict[str, tuple[str, ...]]:
        return {self.apis.host(one.name): one.prefixes for one in FUNCTIONS if one.prefixes}

    def _client(self) -> cognito.UserPoolClient:
        """Return our one client: code flow, with PKCE, which the account function always uses."""
        return cognito.UserPoolClient(
            self,
            "Client",
            user_pool=self.data.pool,
            user_pool_client_name=f"{self.stage.prefix}site",
            generate_secret=False,
            auth_flows=cognito.AuthFlow(user=self.stage.passkeys),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=[f"{self.address}{CALLBACK}"],
                logout_urls=[f"{self.address}{SIGNED_OUT}"],
            ),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            # The tokens only prove who signed in; from then on our own session counts.
            id_token_validity=Duration.minutes(5),
            access_token_validity=Duration.minutes(5),
            refresh_token_validity=Duration.hours(1),
        )

    def _told(self, about: Function) -> dict[str, str]:
        """Return a function's environment variables; none gets more than it needs."""
        settings = {
            "SIGNET_TABLES": self.stage.prefix,
            "SIGNET_POLICY": self.stage.policy,
            "SIGNET_SITE_URL": self.address,
            "SIGNET_NOTICE": self.stage.notice,
        }
        more: Mapping[str, Mapping[str, str]] = {
            "pages": {"SIGNET_OIDC_LOGOUT_URL": f"{self._pages()}/logout"},
            "sign-in": self._sign_in(),
            "address-key": {
                "SIGNET_ADDRESS_KEY": self.data.address_key.secret_value.unsafe_unwrap()
            },
            "intake-key": {"SIGNET_INTAKE_KEY": self.data.intake_key.secret_value.unsafe_unwrap()},
            "stripe": self._stripe(),
            "files": self._files("quarantine", "evidence"),
            "complaint-files": self._files("complaint-quarantine", "complaint-evidence"),
            "office-public": {"SIGNET_OFFICE_PUBLIC": self.stage.office_public},
            "office-keys": {"SIGNET_OFFICE_KEYS": self.stage.office_keys},
            "mail-public": {"SIGNET_MAIL_PUBLIC": self.stage.mail_public},
            "mail-keys": {"SIGNET_MAIL_KEYS": self.stage.mail_keys},
            "viewer-address": {"SIGNET_BEHIND_CDN": "yes"},
            "documents": {"SIGNET_DOCUMENTS": f"{self.stage.prefix}{RENDERER}"},
            "mail": {"SIGNET_MAIL_FROM": self.stage.mail_from},
            "site": {"SIGNET_SITE_BUCKET": f"s3://{self.site.bucket.bucket_name}/{PREFIX}"},
        }
        for setting in sorted(about.settings):
            settings |= more[setting]
        return settings

    def _files(self, quarantine: str, evidence: str) -> dict[str, str]:
        return {
            "SIGNET_QUARANTINE_BUCKET": bucket_name(self.stage, quarantine),
            "SIGNET_EVIDENCE_BUCKET": bucket_name(self.stage, evidence),
            "SIGNET_SCANNER": self.stage.scanner,
            "SIGNET_UPLOADS_URL": self.uploads.sent_to(quarantine),
        }

    def _stripe(self) -> dict[str, str]:
        """Return references to the stored Stripe secret; without it nothing is sold."""
        if not self.stage.stripe:
            return {}
        kept = f"{{{{resolve:secretsmanager:{self.stage.prefix}stripe:SecretString"
        return {
            "SIGNET_STRIPE_KEY": f"{kept}:key}}}}",
            "SIGNET_STRIPE_WEBHOOK_SECRET": f"{kept}:webhook}}}}",
        }

    def _pages(self) -> str:
        return f"https://{self.stage.sign_in_prefix}.auth.{self.region}.amazoncognito.com"

    def _sign_in(self) -> dict[str, str]:
        pool = self.data.pool.user_pool_id
        issuer = f"https://cognito-idp.{self.region}.amazonaws.com/{pool}"
        return {
            "SIGNET_OIDC_ISSUER": issuer,
            "SIGNET_OIDC_CLIENT_ID": self.client.user_pool_client_id,
            "SIGNET_OIDC_AUTHORIZE_URL": f"{self._pages()}/oauth2/authorize",
            "SIGNET_OIDC_TOKEN_URL": f"{self._pages()}/oauth2/token",
            "SIGNET_OIDC_JWKS_URL": f"{issuer}/.well-known/jwks.json",
        }

    def _watch(self) -> None:
        alarms = Alarms(self, "Alarms", self.stage)
        for one in self.deployed:
            alarms.of(one)
            if one.about.name == "nightly":
                alarms.of_night(one)
        for name, api in self.apis.by_function.items():
            alarms.of_api(name, api.api_id)
        alarms.of_gatekeeper(self.apis.gatekeeper)
        alarms.of_mail()
        alarms.of_keys()

    def _hold_the_order(self, distribution: cloudfront.Distribution) -> None:
        # CloudFront may send a new secret only once the gatekeeper has it.
        distribution.node.add_dependency(self.apis.gatekeeper)

    def _say(self) -> None:
        CfnOutput(self, "SiteAddress", value=self.address)
        CfnOutput(self, "DistributionId", value=self.distribution.distribution_id)
        CfnOutput(self, "SiteHost", value=self.distribution.distribution_domain_name)
        CfnOutput(self, "SiteBucket", value=self.site.bucket.bucket_name)
        CfnOutput(self, "ApiHost", value=self.apis.host("home"))
        CfnOutput(self, "ClientId", value=self.client.user_pool_client_id)
        CfnOutput(self, "SecretArn", value=self.apis.secret.secret_arn)
