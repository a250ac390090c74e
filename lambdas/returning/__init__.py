"""The pages for returning with a code, which lambdas.followup serves."""
