"""What tests of notebooks share: a kernel of their own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

KERNEL_TIMEOUT_S = 180

Kernel = tuple[KernelManager, BlockingKernelClient]


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[Kernel]:
    """A notebook's kernel, whose instance is in `tmp_path`."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(env=os.environ | {"MYSIMBDP_HOME": str(tmp_path / "home")})
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=KERNEL_TIMEOUT_S)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)
