"""What each function may do: exactly this, on exactly that."""

import json
from typing import Any

import pytest

from infra.functions import FUNCTIONS, WRAPPING
from infra.tables import tables
from tests.aws.conftest import Synthesised

ROW = "dynamodb:"
NIGHTLY = "nightly"
COMPLAINT_TABLES = {one.name for one in tables() if one.encrypted_with == "complaints"}
# All but the register, postings, and the lease by which one publishes at a time.
PRIVATE_TABLES = {one.name for one in tables()} - {"register", "jobs", "leases"}
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
KEYS = {"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"}
FAILED = {"sqs:SendMessage"}
RENDERS = {"lambda:InvokeFunction"}
STREAM = {
    f"{ROW}{action}"
    for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
}
SITE = {
    f"s3:{action}"
    for action in (
        "DeleteObject",
        "GetBucketVersioning",
        "GetObject",
        "GetObjectVersion",
        "ListBucket",
        "ListBucketVersions",
        "PutObject",
    )
}
FILES = {"s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"}


def rows(*actions: str) -> set[str]:
    return {f"{ROW}{action}" for action in actions}


ALL_ROWS = rows(
    "BatchGetItem",
    "ConditionCheckItem",
    "DeleteItem",
    "GetItem",
    "PutItem",
    "Query",
    "UpdateItem",
)
# Written out once more, apart from what the roles are made of: a change has to be meant.
EXPECTED = {
    "home": LOGS | KEYS | rows("BatchGetItem", "GetItem", "Query", "UpdateItem"),
    "account": LOGS | KEYS | ALL_ROWS - rows("ConditionCheckItem"),
    "admin": LOGS | KEYS | ALL_ROWS,
    "files": LOGS | KEYS | FILES | ALL_ROWS - rows("ConditionCheckItem"),
    "cpd": LOGS | KEYS | ALL_ROWS | RENDERS,
    "cpd_desk": LOGS | KEYS | ALL_ROWS | rows("Scan") | RENDERS,
    "cpd_api": LOGS | KEYS | ALL_ROWS,
    "follow": LOGS | KEYS | FAILED | STREAM | ALL_ROWS,
    "cpd_work": LOGS
    | KEYS
    | FAILED
    | rows("BatchGetItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"),
    "complaints": LOGS | KEYS | rows("PutItem") | {"s3:GetObject", "s3:PutObject"},
    "followup": LOGS | KEYS | rows("GetItem", "PutItem", "Query", "UpdateItem") | {"s3:PutObject"},
    "complaints_desk": LOGS
    | KEYS
    | FAILED
    | ALL_ROWS
    | RENDERS
    | rows("Scan")
    | {"s3:DeleteObject", "s3:GetObject"},
    "register_desk": LOGS
    | KEYS
    | rows("BatchGetItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem"),
    "register_work": LOGS | KEYS | FAILED | rows("BatchGetItem", "GetItem", "PutItem", "Query"),
    "complaint_files": LOGS
    | KEYS
    | FAILED
    | FILES
    | rows("GetItem", "PutItem", "Query", "UpdateItem"),
    "requests": LOGS | KEYS | ALL_ROWS - rows("ConditionCheckItem"),
    "contribute": LOGS | KEYS | rows("BatchGetItem", "GetItem", "PutItem", "Query"),
    "requests_desk": LOGS
    | KEYS
    | RENDERS
    | ALL_ROWS - rows("DeleteItem")
    | rows("Scan")
    | {"s3:GetObject"},
    "requests_work": LOGS | KEYS | FAILED | rows("BatchGetItem", "GetItem", "PutItem", "Query"),
    "outbox": LOGS
    | KEYS
    | FAILED
    | STREAM
    | rows("GetItem", "Query", "UpdateItem")
    | {"ses:SendEmail", "ses:SendRawEmail"},
    "publish": LOGS
    | KEYS
    | FAILED
    | STREAM
    | SITE
    | rows("BatchGetItem", "GetItem", "Query", "Scan", "UpdateItem"),
    "nightly": LOGS
    | KEYS
    | FAILED
    | SITE
    | rows("BatchGetItem", "GetItem", "Query", "Scan", "UpdateItem"),
    "publish_jobs": LOGS
    | KEYS
    | FAILED
    | STREAM
    | SITE
    | rows("BatchGetItem", "GetItem", "Query", "Scan", "UpdateItem"),
    "documents": LOGS,
    "job_views": LOGS | KEYS | rows("BatchGetItem", "GetItem", "UpdateItem"),
    "jobs": LOGS | KEYS | ALL_ROWS | RENDERS,
    "careers": LOGS | KEYS | ALL_ROWS,
    "jobs_desk": LOGS | KEYS | ALL_ROWS,
    "company_files": LOGS | KEYS | FILES | ALL_ROWS - rows("ConditionCheckItem"),
    "stripe_events": LOGS | KEYS | rows("ConditionCheckItem", "GetItem", "PutItem", "UpdateItem"),
    "digest": LOGS | KEYS | rows("BatchGetItem", "GetItem", "PutItem", "UpdateItem"),
    "job_clock": LOGS | KEYS | FAILED | ALL_ROWS | rows("Scan") | {"s3:DeleteObject"},
}


def policy_of(production: Synthesised, function: str) -> list[dict[str, Any]]:
    """Return the statements of a function's one policy; and that it has but that one."""
    name = f"signet-production-{function}-ca-central-1"
    template = production.application
    (role,) = [
        id_
        for id_, one in template.of("AWS::IAM::Role").items()
        if one["Properties"].get("RoleName") == name
    ]
    made = template.resources[role]["Properties"]
    assert "ManagedPolicyArns" not in made
    assert "Policies" not in made
    (policy,) = [
        one for one in template.properties("AWS::IAM::Policy") if one["Roles"] == [{"Ref": role}]
    ]
    found: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return found


def statements(production: Synthesised, function: str, sid: str) -> list[dict[str, Any]]:
    return [one for one in policy_of(production, function) if one["Sid"] == sid]


def allowed(production: Synthesised, function: str) -> list[tuple[set[str], str]]:
    """Return what a function may do, as (actions, resource)."""
    found = []
    for statement in policy_of(production, function):
        assert statement["Effect"] == "Allow"
        actions, resources = statement["Action"], statement["Resource"]
        named = {actions} if isinstance(actions, str) else set(actions)
        each = resources if isinstance(resources, list) else [resources]
        found += [(named, json.dumps(resource)) for resource in each]
    return found


@pytest.mark.parametrize("function", [one.name for one in FUNCTIONS])
def test_a_function_may_do_exactly_what_is_written_down_for_it(
    production: Synthesised, function: str
) -> None:
    actions = {one for named, _ in allowed(production, function) for one in named}
    assert actions == EXPECTED[function]
    assert not [one for one in actions if "*" in one]


@pytest.mark.parametrize("function", ["publish", "publish_jobs", NIGHTLY])
def test_what_publishes_reaches_the_register_postings_the_leases_and_the_site_alone(
    production: Synthesised, function: str
) -> None:
    for actions, resource in allowed(production, function):
        for private in (*PRIVATE_TABLES, "evidence", "quarantine", "complaint-"):
            assert f"signet-production-{private}" not in resource, (actions, resource)
        assert "PrivateKey" not in resource
        assert "FilesKey" not in resource
        assert "ComplaintsKey" not in resource
        assert "WrappingKey" not in resource
        if actions & rows("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"):
            assert resource.endswith('table/signet-production-leases"')


@pytest.mark.parametrize("function", ["publish", "publish_jobs", NIGHTLY])
def test_what_publishes_reaches_none_who_applies_no_member_and_no_payment(
    production: Synthesised, function: str
) -> None:
    for sid, whose in (
        ("TableJobs", ["company#*", "places"]),
        ("IndexJobsByListing", ["postings#*"]),
    ):
        (statement,) = statements(production, function, sid)
        assert statement["Condition"] == {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": whose}
        }
        assert not {"dynamodb:Scan", "dynamodb:PutItem"} & set(statement["Action"])


def test_who_hands_out_pictures_and_resumes_changes_of_the_career_centre_only_companies_rows(
    production: Synthesised,
) -> None:
    (reading,) = statements(production, "company_files", "TableJobs")
    assert reading["Action"] == ["dynamodb:GetItem", "dynamodb:Query"]
    (writing,) = statements(production, "company_files", "WritesJobs")
    assert writing["Action"] == ["dynamodb:DeleteItem", "dynamodb:PutItem"]
    assert writing["Condition"] == {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["company#*"]}
    }


def test_who_is_signed_in_is_read_and_no_account_role_or_session_written(
    production: Synthesised,
) -> None:
    leading = "dynamodb:LeadingKeys"
    (used,) = statements(production, "home", "UpdatesSessions")
    assert used["Action"] == "dynamodb:UpdateItem"
    assert used["Condition"] == {
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["key", "part", "seen", "expires"]},
        "Null": {"dynamodb:Attributes": "false"},
        "ForAllValues:StringLike": {leading: ["session#*"]},
    }
    (read,) = statements(production, "home", "TableAccounts")
    assert read["Action"] == ["dynamodb:BatchGetItem", "dynamodb:GetItem"]
    assert read["Condition"] == {"ForAllValues:StringLike": {leading: ["account#*", "role#*"]}}
    writers = {
        (one.name, table)
        for one in FUNCTIONS
        for table in ("accounts", "sessions")
        if {"PutItem", "DeleteItem"} & on_rows(production, one.name).get(table, set())
    }
    assert writers == {
        ("account", "accounts"),
        ("account", "sessions"),
        ("admin", "accounts"),
        ("jobs", "accounts"),
        ("requests", "accounts"),
    }
    for name, whose in (
        ("jobs", ["invited#*"]),
        ("requests", ["address#*"]),
        (
            "account",
            list(next(one for one in FUNCTIONS if one.name == "account").writes["accounts"]),
        ),
    ):
        (written,) = statements(production, name, "WritesAccounts")
        assert written["Condition"] == {"ForAllValues:StringLike": {leading: whose}}
        assert "role#*" not in whose


def test_the_sender_of_mail_counts_in_accounts_and_reads_nothing_there(
    production: Synthesised,
) -> None:
    assert on_rows(production, "outbox")["accounts"] == {"UpdateItem"}
    (counted,) = statements(production, "outbox", "UpdatesAccounts")
    condition = counted["Condition"]["ForAllValues:StringLike"]
    assert condition["dynamodb:LeadingKeys"] == ["tries#*"]


def test_the_index_of_services_counts_what_waits_by_its_key_alone(production: Synthesised) -> None:
    for sid, whose in (
        ("IndexCpdByStanding", ["????#audit#*"]),
        ("IndexJobsByListing", ["postings#awaiting"]),
        ("IndexOutboxQueue", ["dead", "held"]),
        ("IndexProposalsByState", ["open", "review"]),
    ):
        (statement,) = statements(production, "home", sid)
        assert statement["Action"] == "dynamodb:Query"
        assert statement["Condition"] == {
            "ForAllValues:StringLike": {"dynamodb:LeadingKeys": whose}
        }
    assert {"outbox", "jobs", "proposals"}.isdisjoint(on_rows(production, "home"))


def on_rows(production: Synthesised, function: str) -> dict[str, set[str]]:
    """Return what a function may do to rows, by table or TABLE/index/NAME."""
    found: dict[str, set[str]] = {}
    for actions, resource in allowed(production, function):
        if ":table/" in resource:
            table = resource.strip('"').partition("table/signet-production-")[2]
            found.setdefault(table, set()).update(one.removeprefix(ROW) for one in actions)
    return found


def test_the_intake_of_complaints_can_put_rows_and_read_nothing(production: Synthesised) -> None:
    tables = ("complaints", "followups", "casekeys", "audit", "outbox")
    assert on_rows(production, "complaints") == {table: {"PutItem"} for table in tables}
    read = [one for actions, one in allowed(production, "complaints") if "s3:GetObject" in actions]
    assert len(read) == 1
    assert ":::signet-production-site-" in read[0]


def test_who_comes_back_reaches_what_a_code_leads_to_and_not_what_was_said(
    production: Synthesised,
) -> None:
    assert on_rows(production, "followup") == {
        "followups": {"PutItem", "Query"},
        "casekeys": {"PutItem"},
        "audit": {"PutItem"},
        "tries": {"GetItem", "PutItem", "UpdateItem"},
    }


def test_nobody_scans_what_was_filed(production: Synthesised) -> None:
    for one in FUNCTIONS:
        for table, actions in on_rows(production, one.name).items():
            if table.partition("/")[0] in COMPLAINT_TABLES:
                assert "Scan" not in actions, one.name


def test_only_functions_of_complaints_reach_what_was_filed(production: Synthesised) -> None:
    readers = {
        one.name
        for one in FUNCTIONS
        for _, resource in allowed(production, one.name)
        if "signet-production-complaint-" in resource
        or "ComplaintsKey" in resource
        or any(f"table/signet-production-{name}" in resource for name in COMPLAINT_TABLES)
    }
    assert readers == {"complaints", "followup", "complaints_desk", "complaint_files"}


def test_a_private_key_is_unwrapped_by_the_one_function_that_opens(
    production: Synthesised,
) -> None:
    unwrapping = {
        (one.name, resource.partition("WrappingKey")[0].rpartition("Output")[2])
        for one in FUNCTIONS
        for actions, resource in allowed(production, one.name)
        if "WrappingKey" in resource
    }
    assert {name for name, _ in unwrapping} == {"complaints_desk", "outbox"}
    for name, function in WRAPPING.items():
        (statement,) = statements(production, function, f"Unwrap{name.capitalize()}")
        assert statement["Action"] == "kms:Decrypt"
        assert statement["Condition"] == {"StringEquals": {"kms:EncryptionContext:signet": name}}


def test_contacts_are_read_by_who_writes_to_members_changes_shows_or_finds_them_alone(
    production: Synthesised,
) -> None:
    readers = {
        one.name
        for one in FUNCTIONS
        for _, resource in allowed(production, one.name)
        if "signet-production-contacts" in resource
    }
    writing = {"outbox", "cpd_desk", "requests_desk"}
    assert readers == writing | {"requests", "register_desk", "follow"}


def test_the_audit_trail_is_only_ever_added_to(production: Synthesised) -> None:
    for one in FUNCTIONS:
        for actions, resource in allowed(production, one.name):
            if resource.endswith('table/signet-production-audit"'):
                assert actions <= rows("PutItem", "Query"), one.name
                reading = ("admin", "register_desk")  # who looked at a record
                assert "dynamodb:Query" not in actions or one.name in reading


def test_the_register_is_only_ever_added_to_and_by_those_who_decide_alone(
    production: Synthesised,
) -> None:
    for one in FUNCTIONS:
        for actions, resource in allowed(production, one.name):
            if "table/signet-production-register" in resource:
                assert not actions & rows("UpdateItem", "DeleteItem", "BatchWriteItem")
                # What was proposed is entered at the two desks, by a second officer (T30).
                # Members restrict themselves alone: they declare that they don't practise.
                # So do they in a request; what one grants is entered at its desk.
                # An approved import is entered part by part, the rest by the scheduler.
                desks = ("complaints_desk", "register_desk", "requests_desk", "register_work")
                entering = (*desks, "cpd", "requests")
                assert "dynamodb:PutItem" not in actions or one.name in entering


def test_tables_keys_serve_the_database_alone(production: Synthesised) -> None:
    """Whoever takes a function's rights over can't decrypt anything by itself."""
    for policy in production.application.properties("AWS::IAM::Policy"):
        for statement in policy["PolicyDocument"]["Statement"]:
            if "kms:GenerateDataKey" in statement["Action"]:
                (through,) = statement["Condition"]["StringEquals"].values()
                assert through in (
                    "dynamodb.ca-central-1.amazonaws.com",
                    "s3.ca-central-1.amazonaws.com",
                )


def test_the_gatekeeper_may_write_its_log_and_nothing_else(production: Synthesised) -> None:
    template = production.application
    (policy,) = [
        one
        for name, one in template.of("AWS::IAM::Policy").items()
        if name.startswith("ServicesGatekeeperMay")
    ]
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert set(statement["Action"]) == LOGS
    (function,) = [
        one
        for one in template.properties("AWS::Lambda::Function")
        if one["FunctionName"] == "signet-production-gatekeeper"
    ]
    # Two: CloudFront may still send the one before. References, which CloudFormation fills in.
    secrets = function["Environment"]["Variables"]
    assert sorted(secrets) == ["ORIGIN_SECRET_0", "ORIGIN_SECRET_1"]
    assert json.dumps(secrets).count("{{resolve:secretsmanager:") == 2


@pytest.mark.parametrize("function", sorted(n for n, may in EXPECTED.items() if may >= RENDERS))
def test_who_makes_documents_may_call_the_function_that_renders_and_no_other(
    production: Synthesised, function: str
) -> None:
    (asking,) = statements(production, function, "Documents")
    assert asking["Resource"].endswith(":function:signet-production-documents")
    (one,) = [
        one["Properties"]["Environment"]["Variables"]["SIGNET_DOCUMENTS"]
        for one in production.application.of("AWS::Lambda::Function").values()
        if one["Properties"].get("FunctionName") == f"signet-production-{function}"
    ]
    assert one == "signet-production-documents"


def test_a_clock_may_call_its_one_function(production: Synthesised) -> None:
    template = production.application
    schedules = template.properties("AWS::Scheduler::Schedule")
    assert {one["Name"] for one in schedules} == {
        "signet-production-complaint-alerts",
        "signet-production-complaint-files",
        "signet-production-cpd-work",
        "signet-production-job-clock",
        "signet-production-nightly",
        "signet-production-register-work",
        "signet-production-reminders",
        "signet-production-requests-work",
        "signet-production-sweep",
    }
    for policy in template.properties("AWS::IAM::Policy"):
        statements = policy["PolicyDocument"]["Statement"]
        if any(one.get("Sid") == "Call" for one in statements):
            assert {s["Action"] for s in statements} == {"lambda:InvokeFunction", "sqs:SendMessage"}
