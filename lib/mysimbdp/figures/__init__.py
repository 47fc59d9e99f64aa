"""Frames → plotly figures in one style. They are seen in JupyterLab and, without network, in an exported report."""

from mysimbdp.figures.batches import batch_cost, state_growth
from mysimbdp.figures.capacity import drain_rates, rates_tried, sustainable_rates
from mysimbdp.figures.drains import scaled_rates, stored_rates
from mysimbdp.figures.experiments import error_rate, parallelism, speed
from mysimbdp.figures.factors import fixed_costs, message_costs, rung_rates
from mysimbdp.figures.latency import latency, latency_distribution, latency_tail
from mysimbdp.figures.monitor import watched
from mysimbdp.figures.resources import cores, memory, work_split
from mysimbdp.figures.tour import arrivals, batch_bars, count_bars, level_histogram, sensor_map, time_line, window_bars
from mysimbdp.figures.wrong_data import cost_of_wrong_data, delivered_share

__all__ = [
    "arrivals",
    "batch_bars",
    "batch_cost",
    "cores",
    "cost_of_wrong_data",
    "count_bars",
    "delivered_share",
    "drain_rates",
    "error_rate",
    "fixed_costs",
    "latency",
    "latency_distribution",
    "latency_tail",
    "level_histogram",
    "memory",
    "message_costs",
    "parallelism",
    "rates_tried",
    "rung_rates",
    "scaled_rates",
    "sensor_map",
    "speed",
    "state_growth",
    "stored_rates",
    "sustainable_rates",
    "time_line",
    "watched",
    "window_bars",
    "work_split",
]
