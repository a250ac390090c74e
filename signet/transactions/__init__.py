"""Every write as one transaction: the rows, the operation, its audit log line and its mail."""
