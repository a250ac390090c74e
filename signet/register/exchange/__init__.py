"""The exchange format: reading and writing the register as a folder of CSV files."""
