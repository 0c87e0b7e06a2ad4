"""YouTube: one video a language, uploaded through a session that survives the death of this process."""
