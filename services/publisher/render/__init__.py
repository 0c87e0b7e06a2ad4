"""Draws a film: from script and narration to picture, sound, subtitles, thumbnail, quality report."""
