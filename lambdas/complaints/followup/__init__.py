"""Returning with a receipt code: the complainant's and the respondent's pages."""
