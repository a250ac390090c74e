"""The public side of the career centre: pages, lists and the search of employers' postings."""
