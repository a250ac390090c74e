"""Proposals: what a second officer approves before it is entered in the register (threat 30)."""
