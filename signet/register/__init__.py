"""The register: entries with two clocks, the records folded from them, and their rules."""
