"""Complaints: anyone can file one, confidentially, and none is lost (COM)."""
