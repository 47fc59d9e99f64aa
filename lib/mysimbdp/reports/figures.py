"""The figure notebooks: which there are, and their execution."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from mysimbdp.errors import KitError, UsageError
from mysimbdp.execution import execute
from mysimbdp.settings import CHECKOUT

NOTEBOOKS = CHECKOUT / "notebooks" / "figures"
REPORTS = CHECKOUT / "reports"
AT_ONCE = 2
_PREFIX = "figure_"


def figure_notebooks(names: Sequence[str] = ()) -> list[Path]:
    """The figure notebooks of these names, `speed` for `figure_speed.ipynb`; without names, all there are.

    Raises:
        UsageError: there is no such figure.
    """
    known = {path.stem.removeprefix(_PREFIX): path for path in sorted(NOTEBOOKS.glob(f"{_PREFIX}*.ipynb"))}
    for name in names:
        if name not in known:
            raise UsageError(f"There is no figure {name}; there are {', '.join(known)}.")
    return [known[name] for name in names or known]


def execute_figures(
    notebooks: Sequence[Path], tell: Callable[[str], None], target: Path = REPORTS / "notebooks"
) -> None:
    """Execute figure notebooks into `target`, two at once; one that fails does not keep the others back.

    Raises:
        KitError: some failed; the sentence says which, and with what.
    """
    failures = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        executed = {pool.submit(execute, notebook, {}, target / notebook.name): notebook for notebook in notebooks}
        for number, done in enumerate(as_completed(executed), start=1):
            tell(f"{number} of {len(notebooks)}: {executed[done].name}")
            if isinstance(error := done.exception(), KitError):
                failures.append(str(error))
            elif error:
                raise error
    if failures:
        raise KitError(" ".join(sorted(failures)))
