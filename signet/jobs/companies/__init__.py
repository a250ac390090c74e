"""Companies, who acts for them, their clients and pictures."""
