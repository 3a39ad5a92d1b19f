"""What runs inside the emulator's own virtual environment, as the top-level package `emulator`.

It imports nothing of `imgmeta_cli`, which is not installed there; hence the relative imports.
"""
