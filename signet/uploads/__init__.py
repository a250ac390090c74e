"""Files that people upload, held in quarantine until they are known to be safe."""
