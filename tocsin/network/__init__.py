"""Networks as arrays: variables, states, parents, tables; the families that fill tables; foreign formats."""

from tocsin.network.graph import topological_order
from tocsin.network.network import Network

__all__ = ["Network", "topological_order"]
