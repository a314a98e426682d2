"""What is drawn: charts and the network, the same marks for screen and paper."""
