"""The work on chunks: workers claim them under a lease, plan sources, and bring rows to the server."""
