"""Speed and size, measured: `python -m tests.bench`, which `make bench` runs."""
