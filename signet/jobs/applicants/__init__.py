"""Applicants: applications, career profiles and contact requests."""
