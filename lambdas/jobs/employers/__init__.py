"""The employers' pages of the career centre (JOB)."""
