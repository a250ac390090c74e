"""What must not be lost: keys, tables, files that members sent, and who can sign in."""

from __future__ import annotations

from typing import Any

from aws_cdk import CfnOutput, Duration, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.aws.acknowledged import acknowledge
from infra.aws.settings import Stage
from infra.aws.stacks.people import people
from infra.buckets import KEYS_OF_BUCKETS
from infra.functions import FUNCTIONS, WRAPPING
from infra.functions.model import CONTEXT, role_name
from infra.tables import PRIVATE_KEY, Index, Key, Table, tables

RECOVERABLE_DAYS = 35
QUARANTINED_DAYS = 1
OLD_FILES_DAYS = 90  # how long a file that was removed can be restored
EVIDENCE = {"evidence": OLD_FILES_DAYS, "complaint-evidence": RECOVERABLE_DAYS}
# All that an account's administrators may do with a wrapping key: not unwrap, nor grant it. They
# could change its policy, which CloudTrail would report.
KEEPING = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:Delete*",
    "kms:Describe*",
    "kms:Disable*",
    "kms:Enable*",
    "kms:Encrypt",
    "kms:Get*",
    "kms:List*",
    "kms:Put*",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:Update*",
)
TYPES = {
    "S": dynamodb.AttributeType.STRING,
    "N": dynamodb.AttributeType.NUMBER,
    "B": dynamodb.AttributeType.BINARY,
}


class Data(Stack):
    """The tables, files and users. Where it is protected, nothing is deleted with the stack."""

    def __init__(self, scope: Construct, id_: str, stage: Stage, **about: Any) -> None:
        super().__init__(scope, id_, **about)
        self.stage = stage
        self.kept = RemovalPolicy.RETAIN if stage.protected else RemovalPolicy.DESTROY
        # Of these the functions that publish may use only the register's and the jobs' keys, so
        # they can read no other table; of jobs only public rows (functions.publishing).
        names = sorted(
            {*(one.encrypted_with for one in tables()), *KEYS_OF_BUCKETS.values(), PRIVATE_KEY}
        )
        self.keys = {name: self._key(name) for name in names}
        self.wrapping = {name: self._wrapping_key(name) for name in WRAPPING}
        self.tables = {table.name: self._table(table) for table in tables()}
        self.buckets = {name: self._bucket(name) for name in KEYS_OF_BUCKETS}
        self.address_key = self._secret(
            "AddressKey", "address-key", "The key of the hashes by which addresses are looked up"
        )
        self.intake_key = self._secret(
            "IntakeKey", "intake-key", "Signs complaint forms, and hashes the numbers in complaints"
        )
        self.pool, self.sign_in_pages = people(self, stage, self.kept)
        CfnOutput(self, "PoolId", value=self.pool.user_pool_id)

    def _key(self, name: str) -> kms.Key:
        return kms.Key(
            self,
            f"{name.capitalize()}Key",
            alias=f"alias/{self.stage.prefix}{name}",
            enable_key_rotation=True,
            pending_window=Duration.days(30),
            removal_policy=self.kept,
        )

    def _wrapping_key(self, name: str) -> kms.Key:
        """Return a new key with which only one function's role, or a temporary keeper, unwraps."""
        key = kms.Key(
            self,
            f"{name.capitalize()}WrappingKey",
            alias=f"alias/{self.stage.prefix}{name}",
            description=f"Wraps the {name}'s private key (docs/complaint-keys.md)",
            enable_key_rotation=True,
            pending_window=Duration.days(30),
            removal_policy=self.kept,
            policy=iam.PolicyDocument(
                statements=[self._kept_by_administrators(), self._unwrapped_by(name)]
            ),
        )
        CfnOutput(self, f"{name.capitalize()}KeyArn", value=key.key_arn)
        return key

    def _kept_by_administrators(self) -> iam.PolicyStatement:
        return iam.PolicyStatement(
            sid="Keeping",
            principals=[iam.AccountRootPrincipal()],
            actions=list(KEEPING),
            resources=["*"],
        )

    def _unwrapped_by(self, name: str) -> iam.PolicyStatement:
        """Return the right to unwrap, by role name.

        The role is created later, and a policy can't name a principal that doesn't exist. A role of
        that name needs the right in its own policy as well.
        """
        place = f"arn:aws:iam::{self.stage.account}:role/"
        own = role_name(self.stage.prefix, WRAPPING[name], self.stage.region)
        return iam.PolicyStatement(
            sid="Unwrapping",
            principals=[iam.AccountRootPrincipal()],
            actions=["kms:Decrypt"],
            resources=["*"],
            conditions={
                "ArnEquals": {"aws:PrincipalArn": [f"{place}{own}", *self.stage.keepers]},
                "StringEquals": {f"kms:EncryptionContext:{CONTEXT}": name},
            },
        )

    def _table(self, table: Table) -> dynamodb.Table:
        new_table = dynamodb.Table(
            self,
            f"{table.name.capitalize()}Table",
            table_name=f"{self.stage.prefix}{table.name}",
            partition_key=_attribute(table.hash),
            sort_key=_attribute(table.range) if table.range else None,
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=self.keys[table.encrypted_with],
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
            _add_index(new_table, index)
        return new_table

    def _bucket(self, name: str) -> s3.Bucket:
        kept_days = EVIDENCE.get(name)
        bucket = s3.Bucket(
            self,
            f"{''.join(map(str.capitalize, name.split('-')))}Bucket",
            bucket_name=bucket_name(self.stage, name),
            encryption=s3.BucketEncryption.KMS,
            encryption_key=self.keys[KEYS_OF_BUCKETS[name]],
            bucket_key_enabled=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=True,
            versioned=kept_days is not None,
            lifecycle_rules=[_forgetting(kept_days)],
            removal_policy=self.kept,
        )
        if name in {one.bucket for function in FUNCTIONS for one in function.arrivals}:
            _tell_eventbridge(bucket)
        acknowledge(
            bucket,
            "who sends and opens files is in the audit table; access logs would hold the names of "
            "files and the addresses of people a second time",
            "S1",
        )
        return bucket

    def _secret(self, id_: str, name: str, what: str) -> secretsmanager.Secret:
        secret = secretsmanager.Secret(
            self,
            id_,
            secret_name=f"{self.stage.prefix}{name}",
            description=what,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64, exclude_punctuation=True
            ),
            removal_policy=self.kept,
        )
        acknowledge(
            secret,
            "what is looked up under it has to be hashed anew when it changes: a planned act, in "
            "docs/operating.md",
            "SMG4",
        )
        return secret


def bucket_name(stage: Stage, name: str) -> str:
    """Return a bucket's name with the account's number, since bucket names are globally unique."""
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


def _tell_eventbridge(bucket: s3.Bucket) -> None:
    """Send object events to EventBridge, so that no function has to exist before the bucket."""
    cfn_bucket = bucket.node.default_child
    # CDK's own way would add a function that no one maintains.
    if isinstance(cfn_bucket, s3.CfnBucket):
        cfn_bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )


def _forgetting(kept_days: int | None) -> s3.LifecycleRule:
    """Return the expiry rule of a bucket.

    Of checked files, removed versions expire; of unchecked ones, what wasn't checked in a day.
    """
    if kept_days:
        return s3.LifecycleRule(
            id="removed",
            noncurrent_version_expiration=Duration.days(kept_days),
            expired_object_delete_marker=True,
            abort_incomplete_multipart_upload_after=Duration.days(1),
        )
    return s3.LifecycleRule(
        id="unchecked",
        expiration=Duration.days(QUARANTINED_DAYS),
        abort_incomplete_multipart_upload_after=Duration.days(1),
    )
