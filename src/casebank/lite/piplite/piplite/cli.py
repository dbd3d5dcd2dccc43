"""``%pip`` in a cell."""


async def get_transformed_code(_arguments):
    """The code that takes the place of a line with ``%pip``."""
    return "await __import__('piplite').install()"
