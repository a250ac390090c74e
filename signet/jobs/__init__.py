"""The career centre: employers post jobs for credits, members find them (JOB)."""
