"""The process that replays: `python -m autograder.replay ORDER`, see order.py."""

from __future__ import annotations

import sys

import msgspec

from autograder.errors import AutograderError
from autograder.replay.order import Order
from autograder.replay.stage import Replay, say


def main() -> None:
    order = msgspec.json.decode(sys.argv[1], type=Order)
    sys.argv[1:] = []
    try:
        sys.exit(Replay(order).run())
    except AutograderError as error:
        say(str(error))
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
