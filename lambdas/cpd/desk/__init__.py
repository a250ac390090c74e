"""The CPD desk."""
