"""Pages, lists, feeds and data files from what may be public."""
