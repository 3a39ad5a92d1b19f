"""The command line: plans a deployment, then acts."""
