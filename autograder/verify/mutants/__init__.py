"""Single changes of a reference that a hidden suite has to notice, made by machine.

    from autograder.verify.mutants import mutants_of, sample

    for mutant in sample(mutants_of(source, "softmax", "cross_entropy"), 20, seed=0):
        print(mutant.operator, mutant.line, mutant.diff)

Nothing here executes or imports the code that it changes. The operators are in `operators/`, one
small function each, with an example that the tests hold them to; `OPERATORS` is the table.

What is changed: the code between ### BEGIN SOLUTION and ### END SOLUTION, or the whole cell where
it has no such lines; and the default values of the functions that hold such code, because the
contract promises them. What is left alone, since no suite could or should notice:

- docstrings, comments, annotations, decorators, imports, f-strings and what `raise` says;
- how parameters are initialised (`nn.init…`): whatever is drawn there is as good as any other.
"""

from __future__ import annotations

from autograder.verify.mutants.generate import mutants_of
from autograder.verify.mutants.mutant import Mutant
from autograder.verify.mutants.operators import OPERATORS
from autograder.verify.mutants.sampling import sample

__all__ = ["OPERATORS", "Mutant", "mutants_of", "sample"]
