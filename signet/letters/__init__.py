"""Letters: rendering them as PDF, and working out when they count as served."""
