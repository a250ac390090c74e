"""What administrators do: accounts and their roles, the audit log, undeliverable mail."""
