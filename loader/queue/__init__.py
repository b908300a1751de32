"""The work on chunks: workers claim them under a lease, plan sources, and send rows to the server."""
