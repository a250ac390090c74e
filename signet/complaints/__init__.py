"""Complaints: filed by anyone, in confidence, never lost (COM)."""
