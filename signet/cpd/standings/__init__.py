"""Members' standings: storing them and keeping them up to date."""
