"""Films as posts of a blog, with feeds: on a site in a folder, or in a git repository."""
