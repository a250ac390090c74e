"""The rehearsal: everything deployed to an emulator of AWS, and used as people will use it."""
