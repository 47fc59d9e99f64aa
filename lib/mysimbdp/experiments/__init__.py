"""Experiments: sweeps over points, each an executed notebook that measures one run, and what is kept of them."""
