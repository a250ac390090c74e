"""What every write consists of: one transaction of rows, operation, audit line and mail."""
