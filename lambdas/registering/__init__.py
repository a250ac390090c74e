"""The pages of the register desk."""
