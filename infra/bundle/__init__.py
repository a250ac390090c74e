"""The one file that all functions on AWS consist of: the code, what it needs, templates, shell."""
