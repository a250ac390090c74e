"""The career centre's desk of the staff (JOB); `lambdas.jobs_desk` is its function."""
