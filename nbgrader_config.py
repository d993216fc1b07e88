"""nbgrader in this course: our folders, our engine. Every nbgrader command reads this file."""

from autograder.gradebook import configure

configure(get_config(), __file__)  # nbgrader defines get_config
