"""Files of complaints: checked in quarantine, then sealed so that only the office can open them."""
