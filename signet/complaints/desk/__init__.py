"""The complaints desk: where officers see and handle cases."""
