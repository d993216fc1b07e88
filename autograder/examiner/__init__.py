"""The trusted side: pytest, the hidden suite, and proxies for the student's code.

It decides every score. Nothing that a candidate sends is imported, unpickled or evaluated here.
"""
