"""What tests share: servers and databases, the loader as a command, small datasets with their oracles."""
