"""The `signet` command and `build.py`: one module for each subcommand or group of them."""
