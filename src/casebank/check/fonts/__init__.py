"""The font of the figures, as package data; ``make.py`` makes it again."""
