"""From a variable back to who said what."""

from tocsin.trail.behind import Number, Said, Seen, Trail, Voice, ancestors, trail

__all__ = ["Number", "Said", "Seen", "Trail", "Voice", "ancestors", "trail"]
