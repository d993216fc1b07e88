"""The pack of a session: one page and one notebook for a group that meets after the deadline.

    results ──▶ concepts, contrasting answers ──▶ Pack ──▶ page, notebook ──gate──▶ files
                                                   └────▶ manifest, the organiser's

opening.py    from when on a session may be held
results.py    the members' results: kept ones that are still true, else graded now
concepts.py   what went wrong in the group, by the catalogue or in the words of a behaviour
contrasts.py  right answers that work differently
harmless.py   which code may stand in a notebook that others run
agenda.py     how the session's minutes are shared out
model.py      Pack: all that page and notebook show
make.py       the story, from a course and a group to a Pack
page.py, notebook.py   what people read, and what they run
gate.py       searched for traces of people and for hidden things before anything is written
files.py      page, notebook and manifest on the disk; withdrawn answers taken out of them
folder.py     the notebooks of a folder, where there is no instructor
words.py      the words of page and notebook
"""
