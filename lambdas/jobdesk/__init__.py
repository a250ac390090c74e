"""The staff desk of the career centre (JOB); `lambdas.jobs_desk` is its function."""
