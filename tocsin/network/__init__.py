"""Networks as arrays: variables, states, parents, tables; the families that fill tables; foreign formats."""

from tocsin.network.network import Network, topological_order

__all__ = ["Network", "topological_order"]
