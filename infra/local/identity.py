"""The identity provider of this machine: a Cognito user pool in the emulator, and its users."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import boto3

from infra.local import dynamodb

POOL = "signet"
CLIENT = "signet"
CALLBACK = "/services/account/callback"
SIGNED_OUT = "/services/account/signed-out"
PASSWORD = "Signet-demo-1"  # noqa: S105 - of people who don't exist, on this machine alone


@dataclass(frozen=True)
class Pool:
    """A user pool and its only client, ours."""

    id: str
    client: str


@dataclass(frozen=True)
class User:
    """A person who can sign in, by e-mail address and password."""

    email: str
    password: str


def prepare(endpoint: str, site: str) -> Pool:
    """Create or find the pool and its client; `site` is where they redirect people back to."""
    client = _client(endpoint)
    pools = client.list_user_pools(MaxResults=60)["UserPools"]
    known = next((str(pool["Id"]) for pool in pools if pool["Name"] == POOL), None)
    pool = known or _make_pool(client)
    return Pool(pool, _settle_client(client, pool, site))


def variables(endpoint: str, pool: Pool) -> dict[str, str]:
    """Return the settings by which the account function uses the pool."""
    return {
        # The tokens name the issuer's address on AWS; everything is fetched from here.
        "SIGNET_OIDC_ISSUER": f"https://cognito-idp.{dynamodb.REGION}.amazonaws.com/{pool.id}",
        "SIGNET_OIDC_CLIENT_ID": pool.client,
        "SIGNET_OIDC_AUTHORIZE_URL": f"{endpoint}/oauth2/authorize",
        "SIGNET_OIDC_TOKEN_URL": f"{endpoint}/oauth2/token",
        "SIGNET_OIDC_JWKS_URL": f"{endpoint}/{pool.id}/.well-known/jwks.json",
        "SIGNET_OIDC_LOGOUT_URL": f"{endpoint}/logout",
    }


def add_users(endpoint: str, pool: Pool, users: Iterable[User]) -> None:
    """Let people sign in with the given passwords; existing users get their password reset."""
    client = _client(endpoint)
    for user in users:
        with suppress(client.exceptions.UsernameExistsException):
            client.admin_create_user(
                UserPoolId=pool.id,
                Username=user.email,
                MessageAction="SUPPRESS",
                UserAttributes=[
                    {"Name": "email", "Value": user.email},
                    {"Name": "email_verified", "Value": "true"},
                ],
            )
        client.admin_set_user_password(
            UserPoolId=pool.id, Username=user.email, Password=user.password, Permanent=True
        )


def _make_pool(client: Any) -> str:
    pool: str = client.create_user_pool(
        PoolName=POOL,
        UsernameAttributes=["email"],
        UsernameConfiguration={"CaseSensitive": False},
        AutoVerifiedAttributes=["email"],
    )["UserPool"]["Id"]
    client.create_user_pool_domain(Domain=POOL, UserPoolId=pool)
    return pool


def _settle_client(client: Any, pool: str, site: str) -> str:
    """Return the client's id, after setting it to redirect people back to `site`."""
    clients = client.list_user_pool_clients(UserPoolId=pool, MaxResults=60)["UserPoolClients"]
    known = next((str(one["ClientId"]) for one in clients if one["ClientName"] == CLIENT), None)
    if known is None:
        client_created = client.create_user_pool_client(UserPoolId=pool, ClientName=CLIENT)
        known = str(client_created["UserPoolClient"]["ClientId"])
    client.update_user_pool_client(
        UserPoolId=pool,
        ClientId=known,
        ClientName=CLIENT,
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=["openid", "email"],
        SupportedIdentityProviders=["COGNITO"],
        CallbackURLs=[f"{site}{CALLBACK}"],
        LogoutURLs=[f"{site}{SIGNED_OUT}"],
        PreventUserExistenceErrors="ENABLED",
    )
    return known


def _client(endpoint: str) -> Any:
    return boto3.client("cognito-idp", endpoint_url=endpoint, **dynamodb.credentials())
