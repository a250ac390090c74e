"""What must not be lost: keys, tables, files that members sent, and who can sign in."""

from __future__ import annotations

from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.functions import PRIVATE_TABLES
from infra.aws.settings import Stage
from infra.aws.stacks.people import people
from infra.aws.tables import Index, Key, Table, tables

PUBLIC_KEY, PRIVATE_KEY, FILES_KEY = "register", "private", "files"
RECOVERABLE_DAYS = 35
QUARANTINED_DAYS = 1
OLD_FILES_DAYS = 90  # how long a file that was removed can be brought back
TYPES = {
    "S": dynamodb.AttributeType.STRING,
    "N": dynamodb.AttributeType.NUMBER,
    "B": dynamodb.AttributeType.BINARY,
}


class Data(Stack):
    """Tables, files and people. Nothing in it goes away with the stack, where it is protected."""

    def __init__(self, scope: Construct, id_: str, stage: Stage, **about: Any) -> None:
        super().__init__(scope, id_, **about)
        self.stage = stage
        self.kept = RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY
        # What publishes may use the first key alone, so it can read nothing of the others' tables.
        self.keys = {name: self._key(name) for name in (PUBLIC_KEY, PRIVATE_KEY, FILES_KEY)}
        self.tables = {table.name: self._table(table) for table in tables()}
        self.buckets = {name: self._bucket(name) for name in ("quarantine", "evidence")}
        self.address_key = self._address_key()
        self.pool, self.sign_in_pages = people(self, stage, self.kept)
        CfnOutput(self, "PoolId", value=self.pool.user_pool_id)

    def key_of(self, table: str) -> kms.Key:
        """The key that a table is encrypted with."""
        return self.keys[PRIVATE_KEY if table in PRIVATE_TABLES else PUBLIC_KEY]

    def _key(self, name: str) -> kms.Key:
        return kms.Key(
            self,
            f"{name.capitalize()}Key",
            alias=f"alias/{self.stage.prefix}{name}",
            enable_key_rotation=True,
            pending_window=Duration.days(30),
            removal_policy=self.kept,
        )

    def _table(self, table: Table) -> dynamodb.Table:
        made = dynamodb.Table(
            self,
            f"{table.name.capitalize()}Table",
            table_name=f"{self.stage.prefix}{table.name}",
            partition_key=_attribute(table.hash),
            sort_key=_attribute(table.range) if table.range else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.key_of(table.name),
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True,
                recovery_period_in_days=RECOVERABLE_DAYS,
            ),
            deletion_protection=self.stage.protected,
            stream=dynamodb.StreamViewType[table.stream] if table.stream else None,
            time_to_live_attribute=table.expires or None,
            removal_policy=self.kept,
        )
        for index in table.indexes:
            _add_index(made, index)
        return made

    def _bucket(self, name: str) -> s3.Bucket:
        evidence = name == "evidence"
        bucket = s3.Bucket(
            self,
            f"{name.capitalize()}Bucket",
            bucket_name=bucket_name(self.stage, name),
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.keys[FILES_KEY],
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=evidence,
            lifecycle_rules=[_forgetting(evidence)],
            removal_policy=self.kept,
        )
        acknowledge(
            bucket,
            "who sends and opens files is in the audit table; access logs would hold the names of "
            "files and the addresses of people a second time",
            "S1",
        )
        return bucket

    def _address_key(self) -> secretsmanager.Secret:
        made = secretsmanager.Secret(
            self,
            "AddressKey",
            secret_name=f"{self.stage.prefix}address-key",
            description="The key of the hashes by which e-mail addresses are looked up",
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
            removal_policy=self.kept,
        )
        acknowledge(
            made,
            "what is looked up under it has to be hashed anew when it changes: a planned act, in "
            "docs/operating.md",
            "SMG4",
        )
        return made


def bucket_name(stage: Stage, name: str) -> str:
    """What a bucket of a stage is called: buckets of all accounts share one space of names."""
    return f"{stage.prefix}{name}-{stage.account}"


def _attribute(key: Key) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=key.name, type=TYPES[key.type])


def _add_index(table: dynamodb.Table, index: Index) -> None:
    table.add_global_secondary_index(
        index_name=index.name,
        partition_key=_attribute(index.hash),
        sort_key=_attribute(index.range) if index.range else None,
        projection_type=dynamodb.ProjectionType[index.projection],
        non_key_attributes=list(index.included) or None,
    )


def _forgetting(evidence: bool) -> s3.LifecycleRule:
    """What wasn't checked in a day goes away; of clean files, versions that were removed."""
    if evidence:
        return s3.LifecycleRule(
            id="removed",
            noncurrent_version_expiration=Duration.days(OLD_FILES_DAYS),
            expired_object_delete_marker=True,
            abort_incomplete_multipart_upload_after=Duration.days(1),
        )
    return s3.LifecycleRule(
        id="unchecked",
        expiration=Duration.days(QUARANTINED_DAYS),
        abort_incomplete_multipart_upload_after=Duration.days(1),
    )
