"""The desk of requests."""
