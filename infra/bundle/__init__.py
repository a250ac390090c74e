"""The deployment packages of the functions on AWS: code, dependencies, templates, shell."""
