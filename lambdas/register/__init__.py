"""The register: the desk where entries are proposed, and entering what was approved."""
