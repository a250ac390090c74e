"""Credits: bought, granted, spent, refunded, carried over."""
