"""The gate before the functions."""
