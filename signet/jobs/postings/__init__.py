"""Postings: written, checked, moderated, shown."""
