"""Functions that publish: changed records and postings at once, everything nightly."""
