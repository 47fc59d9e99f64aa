"""tenantingestapp: raw measurements, reports, alerts and quarantine from Kafka into coredms."""

from mysimbdp.ingestapp.app import Options, build

__all__ = ["Options", "build"]
