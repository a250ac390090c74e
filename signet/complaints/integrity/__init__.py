"""Checks that no complaint is lost, duplicated or left over, and repair."""
