"""The HTTP APIs in front of the functions, one each: they accept CloudFront's requests only.

A single API for several functions would have to match addresses that end in a slash. With one API
for each function the only route is $default, and CloudFront chooses the API.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from aws_cdk import Duration, Stack
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_authorizers as authorizers
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.gatekeeper.gatekeeper import HEADER, SETTING
from infra.aws.settings import Stage
from infra.aws.stacks.compute import ASSEMBLY, Deployed, log_group
from infra.functions.model import Function

GATEKEEPER = Path(__file__).resolve().parents[1] / "gatekeeper"
REMEMBERED = Duration.minutes(5)
REQUESTS_A_SECOND, AT_ONCE = 200, 400
# No address, path or user agent: only ids, and which function's API took how long.
NOTED = (
    '{"request":"$context.requestId","api":"$context.apiId","status":"$context.status",'
    '"ms":"$context.responseLatency","integration":"$context.integrationStatus",'
    '"error":"$context.error.messageString","authorizer":"$context.authorizer.error",'
    '"bytes":"$context.responseLength"}'
)


class Apis(Construct):
    """The APIs of the functions that serve requests; `lead` routes each to its function."""

    def __init__(
        self, scope: Construct, id_: str, stage: Stage, functions: Iterable[Function]
    ) -> None:
        super().__init__(scope, id_)
        self.stage = stage
        self.secrets = [self._secret(n) for n in _generations(stage.origin_secret)]
        self.gatekeeper = self._gatekeeper()
        self._log = log_group(
            self, "Log", f"/aws/apigateway/{stage.prefix}services", stage.log_days
        )
        self.by_function = {one.name: self._api(one.name) for one in functions if one.prefixes}

    @property
    def secret(self) -> secretsmanager.Secret:
        """Return the secret that CloudFront sends."""
        return self.secrets[-1]

    def _secret(self, generation: int) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            f"OriginSecret{generation}",
            secret_name=f"{self.stage.prefix}origin-{generation}",
            description="What CloudFront's requests bear, so that the API knows them",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
        )
        acknowledge(
            secret,
            "CloudFront has to be told of a new one in the same step: the setting origin_secret "
            "does both, and lets the one before hold until the next",
            "SMG4",
        )
        return secret

    def _gatekeeper(self) -> lambda_.Function:
        name = f"{self.stage.prefix}gatekeeper"
        log = log_group(self, "GatekeeperLog", f"/aws/lambda/{name}", self.stage.log_days)
        role = iam.Role(
            self,
            "GatekeeperRole",
            role_name=f"{name}-{self.stage.region}",
            description="Lets the gatekeeper write its log, and nothing else",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        )
        iam.Policy(
            self,
            "GatekeeperMay",
            policy_name="may",
            roles=[role],
            statements=[
                iam.PolicyStatement(
                    sid="Logs",
                    actions=["logs:CreateLogStream", "logs:PutLogEvents"],
                    resources=[log.log_group_arn],
                ),
            ],
        )
        function = lambda_.Function(
            self,
            "Gatekeeper",
            function_name=name,
            description="Lets only CloudFront's requests through to the functions",
            runtime=lambda_.Runtime(f"python{self.stage.python}", lambda_.RuntimeFamily.PYTHON),
            architecture=ASSEMBLY[self.stage.architecture],
            code=lambda_.Code.from_asset(str(GATEKEEPER), exclude=["__pycache__", "__init__.py"]),
            handler="gatekeeper.handler",
            memory_size=512,
            timeout=Duration.seconds(10),
            environment={
                f"{SETTING}{number}": _value(secret) for number, secret in enumerate(self.secrets)
            },
            role=role.without_policy_updates(),
            log_group=log,
        )
        acknowledge(function, "as the other functions: the setting python", "L1")
        return function

    def _api(self, name: str) -> apigateway.HttpApi:
        api = apigateway.HttpApi(
            self,
            f"{name}-api",
            api_name=f"{self.stage.prefix}{name}",
            create_default_stage=False,
        )
        stage = apigateway.HttpStage(
            self,
            f"{name}-stage",
            http_api=api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=REQUESTS_A_SECOND, burst_limit=AT_ONCE),
        )
        cfn_stage = stage.node.default_child
        if isinstance(cfn_stage, apigateway.CfnStage):
            cfn_stage.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=self._log.log_group_arn, format=NOTED
            )
        return api

    def _authorizer(self, name: str) -> authorizers.HttpLambdaAuthorizer:
        return authorizers.HttpLambdaAuthorizer(
            f"{name}-only-cloudfront",
            self.gatekeeper,
            authorizer_name=f"{self.stage.prefix}{name}-only-cloudfront",
            identity_source=[f"$request.header.{HEADER}"],
            response_types=[authorizers.HttpLambdaResponseType.SIMPLE],
            results_cache_ttl=REMEMBERED,
        )

    def lead(self, functions: Iterable[Deployed]) -> None:
        """Route all requests of a function's API to the function."""
        for deployed in functions:
            name = deployed.about.name
            if name in self.by_function:
                apigateway.HttpRoute(
                    self,
                    f"{name}-route",
                    http_api=self.by_function[name],
                    route_key=apigateway.HttpRouteKey.DEFAULT,
                    integration=integrations.HttpLambdaIntegration(name, deployed.function),
                    authorizer=self._authorizer(name),
                )

    def host(self, name: str) -> str:
        """Return the host of a function's API, for CloudFront."""
        api = self.by_function[name].api_id
        return f"{api}.execute-api.{self.stage.region}.{Stack.of(self).url_suffix}"


def _value(secret: secretsmanager.Secret) -> str:
    """Return a reference that CloudFormation resolves.

    CloudFront's own settings hold the secret too.
    """
    return secret.secret_value.unsafe_unwrap()


def _generations(now: int) -> tuple[int, ...]:
    """Return the valid generations of the secret.

    The previous one is among them, while requests that carry it are in flight.
    """
    return (now,) if now == 1 else (now - 1, now)
