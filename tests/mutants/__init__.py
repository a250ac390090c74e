"""`make mutants`: whether the unit tests notice a small change in a rule (docs/reliability.md)."""
