"""What must not be lost, or seen by others."""

from typing import Any

import pytest

from infra.functions.model import CONTEXT
from infra.tables import MODELS, tables
from tests.aws.conftest import ROOT, Synthesised, constant

TABLE = "AWS::DynamoDB::Table"
COMPLAINT_TABLES = ("complaints", "followups", "casekeys", "tries")


def made(production: Synthesised) -> dict[str, dict[str, Any]]:
    return {
        one["TableName"].removeprefix("signet-production-"): one
        for one in production.data.properties(TABLE)
    }


def test_every_table_is_encrypted_with_a_key_of_ours_recoverable_and_protected(
    production: Synthesised,
) -> None:
    assert made(production).keys() == {one.name for one in tables()}
    for name, table in made(production).items():
        sse = table["SSESpecification"]
        assert sse["SSEEnabled"] is True, name
        assert sse["SSEType"] == "KMS", name
        assert "Key" in str(sse["KMSMasterKeyId"]), name
        recovery = table["PointInTimeRecoverySpecification"]
        assert recovery == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35}, name
        assert table["DeletionProtectionEnabled"] is True, name
        assert table["BillingMode"] == "PAY_PER_REQUEST", name
    for one in production.data.of(TABLE).values():
        assert one["DeletionPolicy"] == one["UpdateReplacePolicy"] == "Retain"


def test_tables_are_as_the_code_defines_them(production: Synthesised) -> None:
    """Compared with what pynamodb itself would create, not with our reading of it."""
    for model in MODELS:
        schema: Any = model._get_schema()
        table = made(production)[model.Meta.table_name.rpartition("-")[2]]
        assert sorted_keys(table["KeySchema"]) == sorted_keys(schema["key_schema"])
        wanted = {one["index_name"]: one for one in schema["global_secondary_indexes"]}
        found = {one["IndexName"]: one for one in table.get("GlobalSecondaryIndexes", ())}
        assert found.keys() == wanted.keys()
        for name, index in found.items():
            assert sorted_keys(index["KeySchema"]) == sorted_keys(wanted[name]["key_schema"])
            assert index["Projection"] == wanted[name]["projection"]
        types = {
            one["AttributeName"]: one["AttributeType"] for one in table["AttributeDefinitions"]
        }
        defined = schema["attribute_definitions"]
        assert types == {one["AttributeName"]: one["AttributeType"] for one in defined}
        stream = getattr(model.Meta, "stream_view_type", None)
        assert table.get("StreamSpecification", {}).get("StreamViewType") == stream


def sorted_keys(schema: list[dict[str, str]]) -> list[tuple[str, str]]:
    return sorted((one["KeyType"], one["AttributeName"]) for one in schema)


def test_sessions_mail_and_invitations_go_away_by_themselves(production: Synthesised) -> None:
    expiring = {
        name: table["TimeToLiveSpecification"]["AttributeName"]
        for name, table in made(production).items()
        if "TimeToLiveSpecification" in table
    }
    wanted = ("accounts", "followups", "outbox", "sessions", "tries", "uploads")
    assert expiring == dict.fromkeys(wanted, "expires")


def test_private_tables_have_a_key_that_the_register_does_not_share(
    production: Synthesised,
) -> None:
    keys = {
        name: str(t["SSESpecification"]["KMSMasterKeyId"]) for name, t in made(production).items()
    }
    public = {keys["register"], keys["leases"]}
    private = {key for name, key in keys.items() if name not in ("register", "leases")}
    assert len(public) == 1
    assert not public & private


def test_complaints_have_a_key_that_nothing_else_uses(production: Synthesised) -> None:
    keys = {
        name: str(t["SSESpecification"]["KMSMasterKeyId"]) for name, t in made(production).items()
    }
    theirs = {keys.pop(name) for name in COMPLAINT_TABLES}
    assert len(theirs) == 1
    assert not theirs & {*keys.values()}
    buckets = {
        one["BucketName"]: str(one["BucketEncryption"])
        for one in production.data.properties("AWS::S3::Bucket")
    }
    assert len(buckets) == 4
    for name, encryption in buckets.items():
        assert ("ComplaintsKey" in encryption) == ("-complaint-" in name), name


def test_what_keys_are_wrapped_with_one_role_can_unwrap_and_for_one_purpose(
    production: Synthesised,
) -> None:
    """Administrators too are kept out: who would let themselves in has to change the policy."""
    wrapping = {
        id_: one["Properties"]["KeyPolicy"]["Statement"]
        for id_, one in production.data.of("AWS::KMS::Key").items()
        if "WrappingKey" in id_
    }
    assert len(wrapping) == 2
    for id_, (keeping, unwrapping) in wrapping.items():
        purpose, function = ("office", "complaints_desk") if "Office" in id_ else ("mail", "outbox")
        assert not {"kms:*", "kms:Decrypt", "kms:CreateGrant", "kms:ReEncryptFrom"} & {
            *keeping["Action"]
        }
        assert not any(one in ("kms:De*", "kms:Create*", "kms:Re*") for one in keeping["Action"])
        assert unwrapping["Action"] == "kms:Decrypt"
        role = f"arn:aws:iam::111122223333:role/signet-production-{function}-ca-central-1"
        assert unwrapping["Condition"] == {
            "ArnEquals": {"aws:PrincipalArn": [role]},
            "StringEquals": {"kms:EncryptionContext:signet": purpose},
        }


def test_keys_are_unwrapped_for_the_purpose_under_which_the_code_wraps_them() -> None:
    said = constant(ROOT / "signet/keyring.py", "CONTEXT")
    assert said == CONTEXT


def test_keys_are_turned_over_every_year_and_kept(production: Synthesised) -> None:
    keys = production.data.of("AWS::KMS::Key")
    assert len(keys) == 7
    for key in keys.values():
        assert key["Properties"]["EnableKeyRotation"] is True
        assert key["DeletionPolicy"] == "Retain"


@pytest.mark.parametrize("stack", ["data", "application"])
def test_no_bucket_can_be_made_public_or_read_without_tls(
    production: Synthesised, stack: str
) -> None:
    template = getattr(production, stack)
    buckets = template.of("AWS::S3::Bucket")
    assert buckets
    closed = {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }
    policies = {str(one["Bucket"]): one for one in template.properties("AWS::S3::BucketPolicy")}
    for name, bucket in buckets.items():
        properties = bucket["Properties"]
        assert properties["PublicAccessBlockConfiguration"] == closed
        assert properties["BucketEncryption"]
        assert properties["OwnershipControls"]["Rules"] == [
            {"ObjectOwnership": "BucketOwnerEnforced"}
        ]
        statements = policies[str({"Ref": name})]["PolicyDocument"]["Statement"]
        denied = [s for s in statements if s["Effect"] == "Deny"]
        assert denied[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_files_that_nobody_checked_go_away_in_a_day_and_for_good(production: Synthesised) -> None:
    quarantines = [
        one
        for one in production.data.properties("AWS::S3::Bucket")
        if "quarantine" in one["BucketName"]
    ]
    assert len(quarantines) == 2
    for quarantine in quarantines:
        rules = quarantine["LifecycleConfiguration"]["Rules"]
        assert [rule["ExpirationInDays"] for rule in rules if rule["Status"] == "Enabled"] == [1]
        assert "VersioningConfiguration" not in quarantine


def test_sealed_files_last_no_longer_than_what_opens_them(production: Synthesised) -> None:
    """An erased case's keys can be had back for 35 days: then its files open for nobody."""
    (evidence,) = [
        one
        for one in production.data.properties("AWS::S3::Bucket")
        if "complaint-evidence" in one["BucketName"]
    ]
    (rule,) = evidence["LifecycleConfiguration"]["Rules"]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 35}


def test_stacks_of_a_protected_stage_cannot_be_deleted(production: Synthesised) -> None:
    import json

    manifest = json.loads((production.folder / "manifest.json").read_text())
    stacks = [
        one["properties"]
        for one in manifest["artifacts"].values()
        if one["type"] == "aws:cloudformation:stack"
    ]
    assert len(stacks) == 4
    assert all(one["terminationProtection"] for one in stacks)


def test_only_the_firewall_and_the_certificate_leave_the_region(production: Synthesised) -> None:
    kinds = {one["Type"] for one in production.edge.resources.values()}
    assert kinds == {
        "AWS::WAFv2::WebACL",
        "AWS::CertificateManager::Certificate",
        "AWS::Budgets::Budget",
    }


def test_people_sign_in_with_strong_passwords_and_a_second_factor(
    production: Synthesised,
) -> None:
    pool = production.data.one("AWS::Cognito::UserPool")
    assert pool["MfaConfiguration"] == "ON"
    assert pool["EnabledMfas"] == ["SOFTWARE_TOKEN_MFA"]
    assert pool["DeletionProtection"] == "ACTIVE"
    policy = pool["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == 12
    assert all(
        policy[f"Require{kind}"] for kind in ("Lowercase", "Uppercase", "Numbers", "Symbols")
    )
    assert pool["UsernameConfiguration"] == {"CaseSensitive": False}
    # Who says what roles somebody has must not be the one who can write their own attributes.
    assert "Schema" not in pool


def test_the_one_client_uses_the_code_flow_and_no_other(production: Synthesised) -> None:
    client = production.application.one("AWS::Cognito::UserPoolClient")
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["AllowedOAuthScopes"] == ["openid", "email"]
    assert client["CallbackURLs"] == ["https://register.example.ca/services/account/callback"]
    assert client["LogoutURLs"] == ["https://register.example.ca/services/account/signed-out"]
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["GenerateSecret"] is False
    flows = set(client["ExplicitAuthFlows"])
    assert not flows & {"ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH"}
