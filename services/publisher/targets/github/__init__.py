"""GitHub: a check on the commit, a comment where somebody asked, a section in the release; each made once."""
