"""The digest of live postings by mail."""
