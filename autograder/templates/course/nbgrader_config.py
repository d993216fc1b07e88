# nbgrader, on this course's folders and with the autograder as its engine: `nbgrader autograde`
# and the buttons of formgrader grade as `autograder grade` does.
from autograder.gradebook import configure

c = get_config()
configure(c, __file__, course_id={{id}})
