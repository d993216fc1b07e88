"""The candidates' fork server.

    python -m autograder.candidate SOCKET SCRATCH_BYTES RESIDENT_BYTES warm|cold [NAME ...]

RESIDENT_BYTES limits the memory of candidates that have no limit of address space, because they
may use a GPU; 0: there are none. The names are forbidden ones that its candidates may be told to
watch for.

Imports torch and all that it imports lazily, then forks a confined child per connection.
"""

from __future__ import annotations

import gc
import shutil
import sys
from pathlib import Path

import torch

from autograder import cuda, hugepages, wire
from autograder.candidate import confine, flags, second_device, syscalls, watch
from autograder.candidate.rehearsal import rehearse
from autograder.candidate.server import Server
from autograder.forkserver import Child, ForkServer, listen

_FIRST_MESSAGE_BYTES = 256 << 20  # from the trusted side: the notebook's code


def main() -> None:
    path, warmth = Path(sys.argv[1]), sys.argv[4]
    scratch_bytes, resident_bytes = int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(1)
    if warmth == "warm":
        backward = not cuda.may_be_used()
        _warm(backward=backward)
        rehearse(backward=backward)
        for name in sys.argv[5:]:
            for backend in watch.backends():
                watch.find(name, backend)
    confine.prepare()
    flags.warm()
    gc.collect()
    gc.freeze()  # what is shared with the children stays shared
    hugepages.collapse()
    listener = listen(path)
    print("ready", flush=True)
    ForkServer(
        listener,
        _serve,
        scratch_bytes=scratch_bytes,
        resident_bytes=resident_bytes or None,
        spares_itself=syscalls.available(),
    ).serve()
    shutil.rmtree(path.parent, ignore_errors=True)  # also if the command was killed


def _warm(*, backward: bool) -> None:
    """Use once what torch imports lazily, so that no fork pays for it again.

    backward  False where the forks may use a GPU, see autograder/cuda.py
    """
    if not backward:
        cuda.import_what_backward_needs()
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.ReLU())
    for dtype in (torch.float32, torch.float64):
        output = model.to(dtype)(torch.ones(1, 2, dtype=dtype))
        if backward:
            # Told a cotangent, torch imports its symbolic shapes, sympy and all: 0.6 s.
            torch.autograd.grad(
                output, list(model.parameters()), torch.ones_like(output), allow_unused=True
            )
    with second_device.second_device():
        torch.ones(2, device=second_device.DEVICE).exp().sum().item()
    with torch.no_grad():  # the first operator on a subclass imports torch.distributed: 0.2 s
        second_device.Elsewhere(torch.zeros(2)).copy_(torch.ones(2))


def _serve(child: Child) -> None:
    channel: wire.Channel[wire.Request] = wire.Channel(
        child.sock, wire.Request, limit_bytes=_FIRST_MESSAGE_BYTES
    )
    load = channel.receive()
    if not isinstance(load, wire.Load):
        raise wire.Malformed("the first message must be Load")
    on_gpu = load.device == "cuda"
    walls = confine.confine(
        keep=child.sock.fileno(),
        scratch=child.scratch,
        memory_bytes=load.memory_bytes,
        scratch_bytes=load.scratch_bytes,
        cpu_s=load.cpu_s,
        start_cuda=(lambda: _start_cuda(channel, load)) if on_gpu else None,
    )
    server = Server(channel, walls)
    flags.watch(server.note, child.scratch)
    try:
        server.serve(load)
    except wire.Closed:
        return  # the examiner has what it wanted


def _start_cuda(channel: wire.Channel[wire.Request], load: wire.Load) -> None:
    """Where it does not start, the examiner has to know that no student did this."""
    try:
        cuda.start(load.gpu, share_bytes=load.gpu_memory_bytes)
    except cuda.CudaFailure as failure:
        channel.send(wire.Noted(f"cuda-failure:{failure}"))
        raise


if __name__ == "__main__":
    main()
