"""Who is signed in, which member record is theirs, and what each account may do."""
