"""The buckets of files, and the customer managed keys that they are encrypted with.

The site's bucket isn't among them: it is public, and has no key.
"""

from __future__ import annotations

KEYS_OF_BUCKETS = {
    "quarantine": "files",
    "evidence": "files",
    "complaint-quarantine": "complaints",
    "complaint-evidence": "complaints",
}
# Actions on a bucket, not on an object in it.
OF_BUCKETS = frozenset({"ListBucket", "ListBucketVersions", "GetBucketVersioning"})
