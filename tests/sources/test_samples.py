"""The recordings that come with the kit are what their README says."""

import gzip
import re
from hashlib import sha256

import pytest

from mysimbdp.sources.recordings import DEFAULT_RECORDING, SAMPLES, read_recording

README = (SAMPLES / "README.md").read_text()
FILES = sorted(path.name for path in SAMPLES.glob("*.gz"))


def test_the_default_recording_is_one_of_them() -> None:
    assert DEFAULT_RECORDING.name in FILES


@pytest.mark.parametrize("name", FILES)
def test_a_sample_has_the_digest_the_measurements_and_the_sensors_that_the_readme_states(name: str) -> None:
    digest = sha256(gzip.decompress((SAMPLES / name).read_bytes())).hexdigest()
    assert f"| `{name}` | `{digest}` |" in README
    records = [record for _, record in read_recording(SAMPLES / name)]
    stated = re.search(rf"\| `{name}` \| ([\d,]+) \| ([\d,]+) \|", README)
    assert stated
    sensors = {record["sensor"]["id"] for record in records}
    assert [len(records), len(sensors)] == [int(number.replace(",", "")) for number in stated.groups()]


def test_the_licences_lie_beside_the_data() -> None:
    notice = (SAMPLES / "LICENSE.md").read_text()
    assert "Contains data from sensor.community (formerly luftdaten.info), ODbL 1.0 / DbCL 1.0." in notice
    for name in re.findall(r"\((LICENSE-[^)]+)\)", notice):
        assert (SAMPLES / name).stat().st_size > 2000
