"""The look-up: a static inverted index that answers a query with a manifest and one shard."""
