"""A simulator of customer journeys and the micro-moments in them."""

__version__ = "0.1.0"
