"""tenantingestapp: raw measurements, reports, alerts and quarantine from Kafka into coredms."""
