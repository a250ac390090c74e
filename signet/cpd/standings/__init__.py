"""Members' standings, stored and kept true."""
