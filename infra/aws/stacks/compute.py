"""The functions: each with its own role, which allows exactly what `infra.functions` lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import Duration, RemovalPolicy, Size
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.settings import Stage
from infra.aws.stacks.data import Data, bucket_name
from infra.buckets import KEYS_OF_BUCKETS, OF_BUCKETS
from infra.functions import BUNDLES
from infra.functions.model import (
    CONTEXT,
    RENDERER,
    SECRETS,
    UPDATE,
    WRITING,
    Function,
    role_name,
)
from infra.tables import PRIVATE_KEY, key_of

ASSEMBLY = {"x86_64": lambda_.Architecture.X86_64, "arm64": lambda_.Architecture.ARM_64}
KEPT_DAYS = 14  # the longest that a queue retains messages


@dataclass(frozen=True)
class Deployed:
    """A deployed function. `failed` is the queue of events that it couldn't process."""

    about: Function
    function: lambda_.Function
    role: iam.Role
    failed: sqs.Queue | None


class Compute(Construct):
    """The functions, each built from one of the bundles in a folder."""

    def __init__(self, scope: Construct, id_: str, stage: Stage, data: Data, bundles: Path) -> None:
        super().__init__(scope, id_)
        self.stage, self.data = stage, data
        self.code = {
            name: lambda_.Code.from_asset(str(bundles / f"{name}.zip")) for name in BUNDLES
        }

    def deploy(self, about: Function, environment: Mapping[str, str]) -> Deployed:
        """Deploy a function; `environment` are its environment variables."""
        name = f"{self.stage.prefix}{about.name}"
        log = self._log(about, name)
        role = self._role(about)
        failed = self._failed(about, name) if about.waits else None
        allowed = self._allow(about, role, log, failed)
        function = lambda_.Function(
            self,
            about.name,
            function_name=name,
            description=about.does,
            runtime=lambda_.Runtime(f"python{self.stage.python}", lambda_.RuntimeFamily.PYTHON),
            architecture=ASSEMBLY[self.stage.architecture],
            code=self.code[about.bundle],
            handler=about.handler,
            memory_size=about.memory_mb or self.stage.build_memory_mb,
            timeout=Duration.seconds(about.seconds),
            reserved_concurrent_executions=about.at_once or None,
            ephemeral_storage_size=Size.mebibytes(about.disk_mb),
            environment=dict(environment),
            # The environment holds a secret: Lambda encrypts it under a key of ours.
            environment_encryption=self.data.keys[PRIVATE_KEY] if _is_secret(about) else None,
            role=role.without_policy_updates(),
            log_group=log,
            dead_letter_queue=failed,
        )
        # Lambda checks that it may write to the queue when the function is created.
        function.node.add_dependency(allowed)
        self._explain(function, about)
        return Deployed(about, function, role, failed)

    def _log(self, about: Function, name: str) -> logs.LogGroup:
        return log_group(self, f"{about.name}-log", f"/aws/lambda/{name}", self.stage.log_days)

    def _role(self, about: Function) -> iam.Role:
        return iam.Role(
            self,
            f"{about.name}-role",
            role_name=role_name(self.stage.prefix, about.name, self.stage.region),
            description=f"Lets {about.name} do what it has to, and nothing else",
            assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"),
        )

    def _failed(self, about: Function, name: str) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            f"{about.name}-failed",
            queue_name=f"{name}-failed",
            retention_period=Duration.days(KEPT_DAYS),
            encryption=sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=True,
        )
        acknowledge(queue, "it is itself where what failed is kept, with an alarm", "SQS3")
        return queue

    def _allow(
        self, about: Function, role: iam.Role, log: logs.LogGroup, failed: sqs.Queue | None
    ) -> iam.Policy:
        allowed = [
            _statement("Logs", ("logs:CreateLogStream", "logs:PutLogEvents"), log.log_group_arn),
            *self._rows(about),
            *self._objects(about),
            *self._keys(about),
            *self._streams(about),
        ]
        if failed:
            allowed.append(_statement("Failed", ("sqs:SendMessage",), failed.queue_arn))
        if about.sends_mail:
            allowed.append(self._sending())
        if "documents" in about.settings:
            allowed.append(self._rendering())
        return iam.Policy(
            self, f"{about.name}-may", policy_name="may", statements=allowed, roles=[role]
        )

    def _rows(self, about: Function) -> list[iam.PolicyStatement]:
        of_tables = [one for name in about.tables for one in self._of_table(about, name)]
        of_indexes = [
            _statement(
                f"Index{_plain(name)}",
                _named("dynamodb", actions),
                f"{self._table(name.partition('/')[0])}/index/{name.partition('/')[2]}",
                whose=about.reaches(name),
            )
            for name, actions in about.indexes.items()
        ]
        return of_tables + of_indexes

    def _of_table(self, about: Function, name: str) -> Iterator[iam.PolicyStatement]:
        table, label = self._table(name), name.capitalize()
        writes = about.writes.get(name, ())
        apart = about.tables[name] & WRITING if writes else frozenset()
        fields = about.attributes.get(name, ())
        updates = (about.tables[name] & {UPDATE}) - apart if fields else frozenset()
        others = _named("dynamodb", about.tables[name] - apart - updates)
        if others:
            yield _statement(f"Table{label}", others, table, whose=about.reaches(name))
        if apart:
            yield _statement(f"Writes{label}", _named("dynamodb", apart), table, whose=writes)
        if updates:
            named, whose = _named("dynamodb", updates), about.reaches(name)
            yield _statement(f"Updates{label}", named, table, whose=whose, fields=fields)

    def _table(self, name: str) -> str:
        # By name: a reference would couple the stacks more than necessary.
        place = f"{self.stage.region}:{self.stage.account}"
        return f"arn:aws:dynamodb:{place}:table/{self.stage.prefix}{name}"

    def _bucket(self, name: str) -> str:
        return f"arn:aws:s3:::{bucket_name(self.stage, name)}"

    def _objects(self, about: Function) -> list[iam.PolicyStatement]:
        statements = []
        for name, actions in about.buckets.items():
            bucket = self._bucket(name)
            inside, of_all = actions - OF_BUCKETS, actions & OF_BUCKETS
            label = _plain(name)
            statements.append(_statement(f"Objects{label}", _named("s3", inside), f"{bucket}/*"))
            if of_all:
                # Without ListBucket, a missing object would be answered as forbidden.
                statements.append(_statement(f"Bucket{label}", _named("s3", of_all), bucket))
        return statements

    def _keys(self, about: Function) -> list[iam.PolicyStatement]:
        used = {
            (key_of(name), "dynamodb")
            for name in (*about.tables, *(stream.table for stream in about.streams))
        }
        used |= {(KEYS_OF_BUCKETS[name], "s3") for name in about.buckets if name in KEYS_OF_BUCKETS}
        statements = [
            _statement(
                f"Key{name.capitalize()}{through.capitalize()}",
                ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
                self.data.keys[name].key_arn,
                via=f"{through}.{self.stage.region}.amazonaws.com",
            )
            for name, through in sorted(used)
        ]
        if _is_secret(about):
            key = self.data.keys[PRIVATE_KEY].key_arn
            statements.append(_statement("OwnSettings", ("kms:Decrypt",), key))
        return statements + [self._unwrapping(name) for name in sorted(about.unwraps)]

    def _unwrapping(self, name: str) -> iam.PolicyStatement:
        """Return the right to unwrap with a key. The encryption context is checked again here.

        The key's own policy has two conditions: who, and for what purpose. This is the second of
        them.
        """
        return iam.PolicyStatement(
            sid=f"Unwrap{name.capitalize()}",
            actions=["kms:Decrypt"],
            resources=[self.data.wrapping[name].key_arn],
            conditions={"StringEquals": {f"kms:EncryptionContext:{CONTEXT}": name}},
        )

    def _streams(self, about: Function) -> list[iam.PolicyStatement]:
        read = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
        statements = [
            _statement(
                f"Stream{stream.table.capitalize()}",
                read,
                str(self.data.tables[stream.table].table_stream_arn),
            )
            for stream in about.streams
        ]
        if about.streams:
            statements.append(_statement("Streams", ("dynamodb:ListStreams",), "*"))
        return statements

    def _sending(self) -> iam.PolicyStatement:
        place = f"arn:aws:ses:{self.stage.region}:{self.stage.account}"
        return iam.PolicyStatement(
            sid="Mail",
            actions=["ses:SendEmail", "ses:SendRawEmail"],
            resources=[
                f"{place}:identity/{self.stage.mail_domain}",
                f"{place}:configuration-set/{self.stage.prefix}mail",
            ],
            conditions={"StringEquals": {"ses:FromAddress": self.stage.mail_from}},
        )

    def _rendering(self) -> iam.PolicyStatement:
        place = f"{self.stage.region}:{self.stage.account}"
        name = f"{self.stage.prefix}{RENDERER}"
        return _statement(
            "Documents", ("lambda:InvokeFunction",), f"arn:aws:lambda:{place}:function:{name}"
        )

    def _explain(self, function: lambda_.Function, about: Function) -> None:
        policy = self.node.find_child(f"{about.name}-may")
        for name in about.buckets:
            acknowledge(
                policy,
                "any object of one bucket: what they are called isn't known beforehand",
                f"IAM5[Resource::{self._bucket(name)}/*]",
            )
        if about.streams:
            acknowledge(
                policy, "listing the names of streams can't be limited to one", "IAM5[Resource::*]"
            )
        acknowledge(
            function,
            "the setting python: 3.13 is what the bundle's bytecode is made for and tested with",
            "L1",
        )


def _statement(
    sid: str,
    actions: tuple[str, ...],
    resource: str,
    via: str = "",
    whose: tuple[str, ...] = (),
    fields: tuple[str, ...] = (),
) -> iam.PolicyStatement:
    conditions: dict[str, Any] = {}
    if fields:
        # Of all that an update names; an update without names would satisfy any condition.
        conditions["ForAllValues:StringEquals"] = {"dynamodb:Attributes": list(fields)}
        conditions["Null"] = {"dynamodb:Attributes": "false"}
    if via:
        conditions["StringEquals"] = {"kms:ViaService": via}
    if whose:
        conditions["ForAllValues:StringLike"] = {"dynamodb:LeadingKeys": list(whose)}
    return iam.PolicyStatement(
        sid=sid, actions=sorted(actions), resources=[resource], conditions=conditions or None
    )


def _named(service: str, actions: frozenset[str]) -> tuple[str, ...]:
    return tuple(f"{service}:{action}" for action in sorted(actions))


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name.title()))


def _is_secret(about: Function) -> bool:
    return bool(SECRETS & about.settings)


def log_group(scope: Construct, id_: str, name: str, days: int) -> logs.LogGroup:
    """Return a new log group that deletes logs after so many days."""
    new_group = logs.LogGroup(
        scope,
        id_,
        log_group_name=name,
        retention=logs.RetentionDays.INFINITE,
        removal_policy=RemovalPolicy.DESTROY,
    )
    group = new_group.node.default_child
    if isinstance(group, logs.CfnLogGroup):
        group.retention_in_days = days
    return new_group
