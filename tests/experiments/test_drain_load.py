"""What a load of drains and probes gives an app to do must not depend on the clock."""

from mysimbdp.experiments.drain_trial import MAX_DELAY_S
from mysimbdp.sources.live import Emulation, dust_pool
from mysimbdp.sources.recordings import DEFAULT_RECORDING
from mysimbdp.sources.wrong_data import WrongShares
from mysimbdp.streamapp.options import Options

SLIDE_S = 60 * Options.model_fields["slide_minutes"].default
MIDNIGHT_S = 1_700_006_400
MESSAGES = 200  # of one second


def test_nearly_every_second_of_a_load_has_readings_of_one_slide_alone() -> None:
    emulated = Emulation(dust_pool(DEFAULT_RECORDING), MESSAGES, MAX_DELAY_S, 1, WrongShares())
    slides = [len(slides_of_a_second(emulated, MIDNIGHT_S + second)) for second in range(SLIDE_S)]
    assert max(slides) == 2
    assert slides.count(1) >= 0.95 * SLIDE_S


def slides_of_a_second(emulated: Emulation, second: int) -> set[int]:
    messages = (emulated.message(index, index, 1_000_000 * second) for index in range(MESSAGES))
    return {message.time_us // (1_000_000 * SLIDE_S) for message in messages if message.time_us}
