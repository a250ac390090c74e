"""Requests: what people ask of the regulator, what others contribute, and the desk."""
