"""A member's CPD log, its declaration and its audit (CPD)."""
