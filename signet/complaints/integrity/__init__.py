"""Proof that no complaint is lost, doubled or left over, and repair."""
