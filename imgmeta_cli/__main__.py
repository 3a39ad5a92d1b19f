"""`python -m imgmeta_cli` is `imgmeta`."""

from imgmeta_cli.cli import main

main()
