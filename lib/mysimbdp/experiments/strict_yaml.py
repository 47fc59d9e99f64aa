"""YAML of which nothing is overlooked: broken syntax is told with its line, and so is a key that is given twice."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from mysimbdp.errors import UsageError


def read_yaml(path: Path) -> Any:
    """The content of a YAML file.

    Raises:
        UsageError: there is no such file, it is not YAML, or a mapping has a key twice.
    """
    try:
        return yaml.load(path.read_bytes(), Loader=_Loader)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise UsageError(f"{path}{line}: {error.problem}.") from None
    except yaml.YAMLError as error:
        raise UsageError(f"{path} is not YAML: {' '.join(str(error).split())}.") from None
    except (ValueError, RecursionError) as error:  # of a date that is none, or of nesting without end
        raise UsageError(f"{path} has a value that cannot be read: {error}.") from None


class _Loader(yaml.SafeLoader):
    """The safe loader, without its silence about a key that is there twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key.value} is given twice", problem_mark=key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)
