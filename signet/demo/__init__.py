"""Sample records: believable members, permits and contacts, generated from a seed."""

from signet.demo.sample import Sample, generate

__all__ = ["Sample", "generate"]
