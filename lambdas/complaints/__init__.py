"""Complaints: filing, returning with a code, the desk, and sealing files (COM)."""
