"""The staff desk of the career centre (JOB)."""
