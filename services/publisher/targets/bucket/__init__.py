"""The folder of films, once more in a bucket: S3-compatible, or Google Cloud Storage."""
