"""Numbers, tables and figures of the chapter on complaints and service recovery."""
