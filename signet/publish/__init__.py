"""The nightly build: it turns the register's records into a public site, one module per stage."""
