"""The authorizer in front of the functions."""
