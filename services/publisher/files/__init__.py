"""The `files` target: a folder a job, with a page that plays it from disk."""
