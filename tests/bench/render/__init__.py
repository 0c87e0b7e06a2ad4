"""The same film by Reporeel, by MoviePy and by a plain ffmpeg filter graph: `make bench-render`."""
