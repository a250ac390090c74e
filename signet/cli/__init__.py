"""The `signet` command and `build.py`: one module an act."""
