"""How a published file is served, by its path alone: its content type and how it is cached.

The bucket behind the public site and the web server of a single machine both use these.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

# Not the system's own table of types, which differs between machines.
CONTENT_TYPES = {
    ".atom": "application/atom+xml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".map": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".webmanifest": "application/manifest+json",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
}
UNKNOWN = "application/octet-stream"
# Browsers ask each time; caches between them and the site may answer for half a minute.
REVALIDATE = "max-age=0, s-maxage=30"
IMMUTABLE = "max-age=31536000, immutable"
HASHED = re.compile(
    r"assets/(?:.*/)?[^/]*[.\-_][0-9a-f]{8,}\.[^/]*|jobs/pictures/[0-9a-f]{32}\.(?:png|jpg)"
)
OPEN_DATA_FOLDER = "register/"
OPEN_DATA_SUFFIXES = frozenset({".atom", ".csv", ".json", ".jsonl"})


def content_type(path: str) -> str:
    """Return the content type of the file at `path`, with the character set if it is text."""
    kind = CONTENT_TYPES.get(PurePosixPath(path).suffix.lower(), UNKNOWN)
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def is_hashed(path: str) -> bool:
    """Tell whether the file at `path` is named by its content, so that it can be cached forever."""
    return HASHED.fullmatch(path) is not None


def caching(path: str) -> str:
    """Return the Cache-Control of the file at `path`, relative to the site's root."""
    return IMMUTABLE if is_hashed(path) else REVALIDATE


def is_open_data(path: str) -> bool:
    """Tell whether scripts of other sites may read the file at `path`."""
    suffix = PurePosixPath(path).suffix
    return path.startswith(OPEN_DATA_FOLDER) and suffix in OPEN_DATA_SUFFIXES
