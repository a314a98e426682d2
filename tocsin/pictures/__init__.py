"""Pictures for screen and paper: the network as SVG, charts as specifications."""

from tocsin.pictures.diagram import Edge, Node, diagram

__all__ = ["Edge", "Node", "diagram"]
