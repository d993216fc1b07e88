from pathlib import Path

import pytest

from tests.notebook.building import Course


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder: Path = tmp_path_factory.mktemp("course")
    return Course(folder)
