"""The object store of this machine: two buckets in the emulator."""

from typing import Any

import boto3

from infra.local import dynamodb

# Where browsers put files, until they are checked, and where those are kept that passed.
QUARANTINE = "signet-quarantine"
EVIDENCE = "signet-evidence"
QUARANTINED_DAYS = 7  # files wait there while no scanner can be reached


def prepare(endpoint: str) -> None:
    """Make the buckets that aren't there; what stays in quarantine for a day is removed.

    Neither has rules for scripts of other origins (CORS): forms need none.
    """
    client: Any = boto3.client("s3", endpoint_url=endpoint, **dynamodb.credentials())
    there = {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}
    for name in (QUARANTINE, EVIDENCE):
        if name not in there:
            client.create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": dynamodb.REGION}
            )
    rule = {
        "ID": "unchecked",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": QUARANTINED_DAYS},
    }
    client.put_bucket_lifecycle_configuration(
        Bucket=QUARANTINE, LifecycleConfiguration={"Rules": [rule]}
    )


def variables() -> dict[str, str]:
    """Return the settings by which functions find the buckets."""
    return {"SIGNET_QUARANTINE_BUCKET": QUARANTINE, "SIGNET_EVIDENCE_BUCKET": EVIDENCE}
