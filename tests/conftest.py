"""What holds for all tests."""

import os

# A machine that has an engine and the image would grade in containers wherever a course says
# `auto`: slower, and not what a test is about that does not say so.
os.environ.setdefault("AUTOGRADER_SANDBOX", "local")
