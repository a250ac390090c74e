"""Letters: how they are made, and when they count as served."""
