"""What a second officer approves before it is an entry of the register (threat 30)."""
