"""The HTTP API before the functions: it accepts what CloudFront sends, and nothing else."""

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
from infra.aws.gatekeeper.gatekeeper import HEADER
from infra.aws.settings import Stage
from infra.aws.stacks.compute import ASSEMBLY, Deployed, log_group

GATEKEEPER = Path(__file__).resolve().parents[1] / "gatekeeper"
REMEMBERED = Duration.minutes(5)
REQUESTS_A_SECOND, AT_ONCE = 200, 400
# No address, path or agent: ids, and which route took how long.
NOTED = (
    '{"request":"$context.requestId","route":"$context.routeKey","status":"$context.status",'
    '"ms":"$context.responseLatency","integration":"$context.integrationStatus",'
    '"error":"$context.error.messageString","authorizer":"$context.authorizer.error",'
    '"bytes":"$context.responseLength"}'
)


class Api(Construct):
    """The API; `route` leads addresses to functions."""

    def __init__(self, scope: Construct, id_: str, stage: Stage) -> None:
        super().__init__(scope, id_)
        self.stage = stage
        self.secrets = [self._secret(n) for n in _generations(stage.origin_secret)]
        self.gatekeeper = self._gatekeeper()
        self.api = apigateway.HttpApi(
            self,
            "Api",
            api_name=f"{stage.prefix}services",
            create_default_stage=False,
            default_authorizer=self._authorizer(),
        )
        self._serve()

    @property
    def secret(self) -> secretsmanager.Secret:
        """What CloudFront sends."""
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
            environment={"SECRETS": ",".join(_value(secret) for secret in self.secrets)},
            role=role.without_policy_updates(),
            log_group=log,
        )
        acknowledge(function, "as the other functions: the setting python", "L1")
        return function

    def _authorizer(self) -> authorizers.HttpLambdaAuthorizer:
        return authorizers.HttpLambdaAuthorizer(
            "OnlyCloudFront",
            self.gatekeeper,
            authorizer_name=f"{self.stage.prefix}only-cloudfront",
            identity_source=[f"$request.header.{HEADER}"],
            response_types=[authorizers.HttpLambdaResponseType.SIMPLE],
            results_cache_ttl=REMEMBERED,
        )

    def _serve(self) -> None:
        name = f"{self.stage.prefix}services"
        log = log_group(self, "Log", f"/aws/apigateway/{name}", self.stage.log_days)
        apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=REQUESTS_A_SECOND, burst_limit=AT_ONCE),
        ).node.default_child.access_log_settings = (  # type: ignore[union-attr]
            apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=NOTED
            )
        )

    def route(self, functions: Iterable[Deployed]) -> None:
        """Lead each function's addresses to it: the more exact route wins."""
        for deployed in functions:
            to = integrations.HttpLambdaIntegration(deployed.about.name, deployed.function)
            for prefix in deployed.about.prefixes:
                for path in _paths(prefix):
                    self.api.add_routes(
                        path=path, methods=[apigateway.HttpMethod.ANY], integration=to
                    )

    @property
    def metrics(self) -> dict[str, str]:
        """What the API's metrics are found by."""
        return {"ApiId": self.api.api_id}

    @property
    def host(self) -> str:
        """Where it is, for CloudFront."""
        return f"{self.api.api_id}.execute-api.{self.stage.region}.{Stack.of(self).url_suffix}"


def _value(secret: secretsmanager.Secret) -> str:
    """A reference that CloudFormation fills in. CloudFront's own settings hold the secret too."""
    return secret.secret_value.unsafe_unwrap()


def _generations(now: int) -> tuple[int, ...]:
    """Which secrets hold: while requests with the one before are under way, that one too."""
    return (now,) if now == 1 else (now - 1, now)


def _paths(prefix: str) -> tuple[str, ...]:
    """The routes of a prefix: itself and all below, itself with a slash among that.

    A file has but its own. A route can't end with a slash, says API Gateway.
    """
    if "." in prefix.rpartition("/")[2]:
        return (prefix,)
    return (prefix, f"{prefix}/{{proxy+}}")
