"""The kernel sets two names here when it starts."""

from piplite import install

__all__ = ["install"]
