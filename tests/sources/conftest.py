"""What the tests of sources share: a small record, and recordings written for a test."""

import json
from pathlib import Path
from typing import Any


def measurement(sensor_id: int = 17, timestamp: str | None = "2019-05-18 21:00:00", **changes: Any) -> dict[str, Any]:
    """A dust measurement as the network has it."""
    return {
        "id": 9000000001,
        "sampling_rate": None,
        "timestamp": timestamp,
        "location": {"id": 8655, "latitude": "57.106", "longitude": "-2.088", "country": "GB"},
        "sensor": {"id": sensor_id, "pin": "1", "sensor_type": {"id": 14, "name": "SDS011"}},
        "sensordatavalues": [
            {"id": 1, "value": "14.90", "value_type": "P1"},
            {"id": 2, "value": "3.33", "value_type": "P2"},
        ],
        **changes,
    }


def climate(sensor_id: int = 18, timestamp: str = "2019-05-18 21:00:00") -> dict[str, Any]:
    """A measurement of a sensor without P1 and P2."""
    return measurement(sensor_id, timestamp, sensordatavalues=[{"id": 3, "value": "9.10", "value_type": "humidity"}])


def write_lines(path: Path, *records: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path
