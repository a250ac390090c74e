"""Files of complaints, from quarantine to what the office alone can open."""
