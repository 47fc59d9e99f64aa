"""The process of one point: executes a notebook and ends.

Run as `python -m mysimbdp.experiments.point NOTEBOOK EXECUTED PARAMETERS`, the last as JSON. The last line of its
output says why it failed.
"""

import json
import sys
from pathlib import Path

from mysimbdp.errors import KitError
from mysimbdp.execution import execute


def main() -> int:
    notebook, executed, parameters = sys.argv[1:]
    try:
        execute(Path(notebook), json.loads(parameters), Path(executed))
    except KitError as error:
        print(" ".join(str(error).split()), flush=True)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
