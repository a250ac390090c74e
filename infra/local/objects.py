"""The object store of this machine: two buckets in the emulator."""

from typing import Any

import boto3

from infra.local import dynamodb
from signet.complaints.model import FILES

# Where browsers upload files, and where files go that passed their checks.
QUARANTINE = "signet-quarantine"
EVIDENCE = "signet-evidence"
# How long unchecked files stay while no scanner is available: complaints' files, and all.
COMPLAINTS_DAYS = 1
QUARANTINED_DAYS = 7


def prepare(endpoint: str) -> None:
    """Create the missing buckets; what stays in quarantine expires after days.

    Neither has rules for scripts of other origins (CORS): forms need none.
    """
    store = client(endpoint)
    there = {bucket["Name"] for bucket in store.list_buckets()["Buckets"]}
    for name in (QUARANTINE, EVIDENCE):
        if name not in there:
            store.create_bucket(
                Bucket=name, CreateBucketConfiguration={"LocationConstraint": dynamodb.REGION}
            )
    rules = [_rule("complaints", FILES, COMPLAINTS_DAYS), _rule("all", "", QUARANTINED_DAYS)]
    store.put_bucket_lifecycle_configuration(
        Bucket=QUARANTINE, LifecycleConfiguration={"Rules": rules}
    )


def client(endpoint: str) -> Any:
    """Return a client of the emulator's object store."""
    return boto3.client("s3", endpoint_url=endpoint, **dynamodb.credentials())


def _rule(name: str, prefix: str, days: int) -> dict[str, Any]:
    return {
        "ID": f"unchecked-{name}",
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "Expiration": {"Days": days},
    }


def variables() -> dict[str, str]:
    """Return the settings by which functions find the buckets."""
    return {"SIGNET_QUARANTINE_BUCKET": QUARANTINE, "SIGNET_EVIDENCE_BUCKET": EVIDENCE}
