"""The complaints desk: what officers see of cases and do with them."""
