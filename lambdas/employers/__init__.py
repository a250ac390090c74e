"""The employers' pages of the career centre (JOB); `lambdas.jobs` is their function."""
