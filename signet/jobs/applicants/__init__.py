"""People: applications, career profiles, requests for contact."""
