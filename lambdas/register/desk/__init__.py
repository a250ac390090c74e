"""The register desk."""
