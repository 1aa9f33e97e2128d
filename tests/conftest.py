"""What every test shares: quiet threads, no downloads, hypothesis profiles, and doctests of what is installed."""

from __future__ import annotations

import importlib
import os
import signal
import threading
from pathlib import Path

# Before anything imports torch: waiting threads must not spin on a small machine, and no test downloads a model.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
if "PYTEST_XDIST_WORKER" in os.environ:  # the workers share the cores already
    os.environ.setdefault("OMP_NUM_THREADS", "1")

# A shell that runs the tests in the background has them ignore Ctrl-C, and so would every process that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

import hypothesis
import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src"
IN_CI = bool(os.environ.get("CI"))

# CI tries the same examples each time; a developer's runs keep looking for new ones. Neither judges by the clock.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None, database=None, print_blob=True)
hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"))


class DoctestsOfInstalledRooms:
    """Leave out the doctests of a module whose extra is not installed; CI installs all of them and leaves out none."""

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        if IN_CI or collection_path.suffix != ".py" or not collection_path.is_relative_to(SOURCE / "guerdon"):
            return None
        from guerdon._extras import MissingExtra

        parts = collection_path.relative_to(SOURCE).with_suffix("").parts
        try:
            importlib.import_module(".".join(part for part in parts if part != "__init__"))
        except MissingExtra:
            return True
        except Exception:
            return None  # pytest meets the same error when it collects the module, and reports it
        return None


def pytest_configure(config: pytest.Config) -> None:
    # Registered by hand, for a conftest's own hooks see only its folder, and the doctests stand in src.
    config.pluginmanager.register(DoctestsOfInstalledRooms(), "guerdon-doctests")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data beside the checkout, of which nothing is part of the project."""
    folder = SOURCE.parent.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the real data is not here: {folder} does not exist")
    return folder
