"""A suite with a mistake, made on purpose: its test names a symbol that nobody has."""

import pytest


@pytest.mark.points(1, cell="nowhere")
def test_nothing(student):
    """Nothing."""
