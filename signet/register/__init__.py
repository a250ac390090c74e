"""The register: bitemporal entries, the records folded from them, and the rules for them."""
