"""A film as a project that a person finishes in an editor: its layers as pictures, its sound, its cuts."""
