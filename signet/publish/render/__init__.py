"""Pages, lists, feeds and data files, made from what may be public."""
