"""Continuing professional development: what members log and declare, and what the desk audits."""
