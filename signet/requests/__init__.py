"""Requests: what people ask of the regulator, and what staff decide about it."""
