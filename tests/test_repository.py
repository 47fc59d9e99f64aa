"""Facts about the repository that must stay true."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from mysimbdp.service.artifacts import KAFKA, locked_jars

ROOT = Path(__file__).resolve().parents[1]
COMMANDS = {
    "doctor", "up", "down", "status", "app", "monitor", "produce", "consume", "experiment", "figures", "report",
}  # fmt: skip
TARGETS = {"help", "demo", "test", "lint", "notebooks", "experiments", "figures", "report", "lab", "clean"}
MAX_FILE_BYTES = 4_000_000
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")

# Registries are reached through their clients as each machine has them set up. Written in parts, so that this file
# passes its own test.
REGISTRY_HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("repo1", "maven", "org"))]


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def documents() -> list[Path]:
    return [path for path in tracked_files() if path.suffix == ".md"]


def direct_dependencies() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    requirements = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    return [re.split(r"[^A-Za-z0-9-]", requirement)[0] for requirement in requirements]


def test_git_does_not_ignore_the_library() -> None:
    new_module = "lib/mysimbdp/service/new.py"
    assert subprocess.run(["git", "check-ignore", "--quiet", new_module], cwd=ROOT).returncode == 1


def test_no_file_is_too_large_to_review() -> None:
    assert [path.name for path in tracked_files() if path.stat().st_size > MAX_FILE_BYTES] == []


def test_no_file_names_a_package_registry() -> None:
    texts = {path: path.read_bytes() for path in tracked_files()}
    assert [(path.name, host) for path, text in texts.items() for host in REGISTRY_HOSTS if host.encode() in text] == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-uv.lock"])
def test_a_lock_pins_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    pins = re.findall(r"^[a-z0-9].*(?:\n(?: .*))*", text, re.MULTILINE)
    assert [pin.split()[0] for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


@pytest.mark.parametrize("dependency", direct_dependencies())
def test_the_lock_has_every_dependency(dependency: str) -> None:
    assert re.search(rf"^{dependency.lower()}==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)


@pytest.mark.parametrize("name", ["environment.yml", "requirements.lock"])
def test_binder_uses_the_same_environment(name: str) -> None:
    linked = ROOT / "binder" / name
    assert linked.is_symlink()
    assert linked.read_bytes() == (ROOT / name).read_bytes()


def test_docker_runs_the_kafka_that_is_embedded() -> None:
    embedded = next(jar.version for jar in locked_jars(KAFKA) if jar.module == "kafka_2.13")
    assert f"image: apache/kafka:{embedded}\n" in (ROOT / "docker-compose.yml").read_text()


def test_docker_opens_ports_on_loopback_only() -> None:
    ports = re.findall(r"ports: (\[.*\])", (ROOT / "docker-compose.yml").read_text())
    assert ports
    assert all(port.startswith("127.0.0.1:") for line in ports for port in json.loads(line))


def test_make_without_a_target_lists_the_targets() -> None:
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  make (\w+) ", told, re.MULTILINE)) == TARGETS


def test_make_names_a_python_that_is_too_old() -> None:
    command = ["make", "--always-make", "PYTHON=false", "lab"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode != 0
    assert "needs Python 3.11 or newer, and 'false' is not" in told.stderr


def test_imports_go_one_way() -> None:
    checked = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("path", documents(), ids=lambda path: str(path.relative_to(ROOT)))
class TestDocument:
    def test_links_lead_somewhere(self, path: Path) -> None:
        links = _LINK.findall(path.read_text())
        assert [link for link in links if not (path.parent / link).exists()] == []

    def test_names_only_targets_that_there_are(self, path: Path) -> None:
        assert set(re.findall(r"`make (\w+)", path.read_text())) <= TARGETS

    def test_names_only_commands_that_there_are(self, path: Path) -> None:
        assert set(re.findall(r"(?:^|`)mysimbdp ([a-z]+)", path.read_text(), re.MULTILINE)) <= COMMANDS


def test_every_decision_is_in_the_table_of_decisions() -> None:
    table = (ROOT / "docs" / "architecture.md").read_text()
    notes = (ROOT / "docs" / "decisions").glob("*.md")
    assert [note.name for note in notes if f"(decisions/{note.name})" not in table] == []
