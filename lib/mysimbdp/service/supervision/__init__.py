"""Owning processes: a supervisor that knows nothing of what it runs, and how to reach it."""
