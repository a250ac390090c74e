"""The same parts on one machine: the database, the gateway and the demonstration."""
