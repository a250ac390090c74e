"""The nightly build: records in, a public register out, one module a stage."""
