"""The desks' search: anybody on any record, by an index that follows the tables."""
