"""What every write of a service consists of: the act, its rows, its audit row and its mail."""
