"""What somebody does with requests of their own."""
