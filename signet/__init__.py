"""Signet: the public register and member services of a professional regulator."""
