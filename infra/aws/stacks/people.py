"""Who can sign in: a Cognito user pool, and its sign-in pages."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.settings import Stage
from signet import policy as policies

SHORTEST_PASSWORD = 12
INVITED_DAYS = 3


def people(
    scope: Construct, stage: Stage, kept: RemovalPolicy
) -> tuple[cognito.UserPool, cognito.UserPoolDomain]:
    """Return a new user pool, and the domain of its sign-in pages.

    A user's roles aren't in it: they are in the accounts table, which is read with every request.
    """
    pool = cognito.UserPool(
        scope,
        "People",
        user_pool_name=f"{stage.prefix}people",
        sign_in_aliases=cognito.SignInAliases(email=True),
        sign_in_case_sensitive=False,
        self_sign_up_enabled=stage.self_sign_up,
        auto_verify=cognito.AutoVerifiedAttrs(email=True),
        # A new address takes effect once it is confirmed; until then the old one stays.
        keep_original=cognito.KeepOriginalAttrs(email=True),
        account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
        password_policy=_passwords(),
        mfa=cognito.Mfa.REQUIRED if stage.mfa == "required" else cognito.Mfa.OPTIONAL,
        # Only by an app: texts can be intercepted, and recovery already uses e-mail.
        mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False, email=False),
        feature_plan=_plan(stage),
        standard_threat_protection_mode=_watching(stage),
        sign_in_policy=_first_factors(stage),
        passkey_relying_party_id=_host(stage) if stage.passkeys else None,
        passkey_user_verification=(
            cognito.PasskeyUserVerification.REQUIRED if stage.passkeys else None
        ),
        email=_mail(stage),
        deletion_protection=stage.protected,
        removal_policy=kept,
    )
    _explain(pool, stage)
    if stage.passkeys and stage.mfa == "required":
        _let_passkeys_be_both_factors(pool)
    return pool, _pages(pool, stage)


def _passwords() -> cognito.PasswordPolicy:
    return cognito.PasswordPolicy(
        min_length=SHORTEST_PASSWORD,
        require_lowercase=True,
        require_uppercase=True,
        require_digits=True,
        require_symbols=True,
        temp_password_validity=Duration.days(INVITED_DAYS),
    )


def _plan(stage: Stage) -> cognito.FeaturePlan:
    return cognito.FeaturePlan.PLUS if stage.threat_protection else cognito.FeaturePlan.ESSENTIALS


def _watching(stage: Stage) -> cognito.StandardThreatProtectionMode | None:
    if not stage.threat_protection:
        return None
    return cognito.StandardThreatProtectionMode.FULL_FUNCTION


def _first_factors(stage: Stage) -> cognito.SignInPolicy | None:
    if not stage.passkeys:
        return None
    first = cognito.AllowedFirstAuthFactors(password=True, passkey=True)
    return cognito.SignInPolicy(allowed_first_auth_factors=first)


def _mail(stage: Stage) -> cognito.UserPoolEmail:
    return cognito.UserPoolEmail.with_ses(
        from_email=stage.mail_from,
        from_name=policies.load(stage.policy).regulator.short_name,
        ses_region=stage.region,
        ses_verified_domain=stage.mail_domain,
        configuration_set_name=f"{stage.prefix}mail",
    )


def _host(stage: Stage) -> str:
    return f"{stage.sign_in_prefix}.auth.{stage.region}.amazoncognito.com"


def _let_passkeys_be_both_factors(pool: cognito.UserPool) -> None:
    """Let a passkey that verifies its user count as both factors where a second one is required."""
    cfn_pool = pool.node.default_child
    if isinstance(cfn_pool, cognito.CfnUserPool):
        cfn_pool.web_authn_factor_configuration = "MULTI_FACTOR_WITH_USER_VERIFICATION"


def _pages(pool: cognito.UserPool, stage: Stage) -> cognito.UserPoolDomain:
    newer = stage.passkeys
    version = cognito.ManagedLoginVersion
    return pool.add_domain(
        "SignInPages",
        cognito_domain=cognito.CognitoDomainOptions(domain_prefix=stage.sign_in_prefix),
        managed_login_version=(version.NEWER_MANAGED_LOGIN if newer else version.CLASSIC_HOSTED_UI),
    )


def _explain(pool: cognito.UserPool, stage: Stage) -> None:
    if not stage.threat_protection:
        acknowledge(
            pool,
            "it comes with Cognito's Plus plan, paid by active user: the setting threat_protection "
            "turns it on where a regulator wants to pay for it",
            "COG3",
            "COG8",
        )
    if stage.mfa == "optional":
        acknowledge(pool, "the stage's setting mfa leaves it to each user", "COG2")
