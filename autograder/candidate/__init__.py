"""The untrusted side: loads a student's code inside the inner wall and serves calls into it.

It knows neither tests nor reference nor other students. Nothing of ours is imported here but
`wire`, `codec` and `forkserver`.
"""
