"""The career centre: employers, applicants, the desk, and what runs behind them (JOB)."""
