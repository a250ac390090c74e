"""Checks that everything published says the same of a record, and else publishes the strictest.

What is compared is what is published: the page with its description and structured data, the JSON
document, the row of the lists, the look-up result, the line of the download, other records' pages,
the feed. All are made from one verdict, so a difference is a software error. Then every output of
that record shows the strictest verdict, the build reports it, and all other records are published
as usual.
"""
