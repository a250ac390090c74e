"""The pages of coming back with a code, which lambdas.followup serves."""
