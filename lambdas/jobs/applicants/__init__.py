"""The applicants' side of the career centre: applications, profile, contact requests (JOB-5)."""
