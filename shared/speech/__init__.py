"""Speech: voices, how text is read to them, and whole scripts spoken."""
