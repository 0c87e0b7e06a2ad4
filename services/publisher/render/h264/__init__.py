"""Just enough H.264 to write the slices of pictures that repeat (ADR-20); clauses are ITU-T H.264's."""
