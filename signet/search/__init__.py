"""The desks' search: anyone on record, by an index that follows the tables."""
