"""Who read the messages of a run: counted, not believed."""

import pandas as pd

from mysimbdp.metrics import work_shares

RUNS = pd.DataFrame({"run_id": ["r"], "acknowledged": [100], "valid": [True]})


def test_each_query_of_each_app_has_its_share_of_all_messages() -> None:
    batches = pd.DataFrame(
        [("r", "r-0", "report", 40), ("r", "r-0", "report", 20), ("r", "r-0", "alert", 60), ("r", "r-1", "report", 40)],
        columns=["run_id", "app", "query", "rows"],
    )
    shares = work_shares(RUNS, batches).set_index("reader")["share"].to_dict()
    assert shares == {"app 1, query alert": 0.6, "app 1, query report": 0.6, "app 2, query report": 0.4}


def test_a_run_that_is_not_valid_shows_nothing() -> None:
    batches = pd.DataFrame({"run_id": ["r"], "app": ["r-0"], "query": ["report"], "rows": [40]})
    assert work_shares(RUNS.assign(valid=False), batches).empty
