"""The routes of the complaints desk, which lambdas.complaints_desk serves."""
