"""Whether everything that is published says one thing of a record; where it doesn't, the strictest.

What is compared is what goes out: the page with its description and structured data, the JSON
document, the row of the lists, the result of the look-up, the line of the download, other records'
pages, the feed. All are made from one verdict, so a difference is a fault of the software. Then the
strictest verdict stands everywhere for that record, the build tells, and nobody else waits.
"""
