"""Release targets, where a verified build becomes the site: a folder or a bucket."""
