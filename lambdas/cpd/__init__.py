"""Continuing professional development: members' pages, the desk, the API, scheduled work."""
