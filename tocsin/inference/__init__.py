"""Exact inference: likelihoods and tables, many rows at once, to posteriors."""

from tocsin.inference.engine import Engine, Posteriors
from tocsin.inference.evidence import believed, posteriors_with_beliefs
from tocsin.inference.planner import Cost

__all__ = ["Cost", "Engine", "Posteriors", "believed", "posteriors_with_beliefs"]
