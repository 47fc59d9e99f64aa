"""Who read the messages of a run."""

import pandas as pd


def work_shares(runs: pd.DataFrame, batches: pd.DataFrame) -> pd.DataFrame:
    """The share of a valid run's messages that each query of each app read: the runs' columns, and `reader, share`.

    Args:
        runs: of `runs_frame`, with `acknowledged` and `valid`.
        batches: of `batches_frame`, all of them, the warm-up too.
    """
    read = batches.groupby(["run_id", "app", "query"], as_index=False)["rows"].sum()
    number = read.groupby("run_id")["app"].rank("dense").astype(int)
    read = read.assign(reader="app " + number.astype(str) + ", query " + read["query"])
    shares: pd.DataFrame = read.merge(runs[runs["valid"]], on="run_id").assign(
        share=lambda each: each["rows"] / each["acknowledged"]
    )
    return shares
