"""A suite with a mistake, made on purpose: it cannot be imported."""

raise ImportError("this suite is broken on purpose")
