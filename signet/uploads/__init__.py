"""Files that people send: they lie in quarantine until they are known to be safe."""
