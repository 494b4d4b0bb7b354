"""What ``torch.compile`` gains, and what it costs at first; needs a C++ compiler.

Each case is a process of its own, which finds nothing compiled earlier. Seconds are the
processor's, of the first call with those of the compilers that it starts; later calls
are timed in turn with the model as it is, which has the same weights.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import torch

from bench.alone import children
from bench.model import Run, forward, in_turn, quartiles, training_step
from vitlib import CONFIGS, ViT, ViTConfig
from vitlib.training import DIGITS

MODELS = {"digits": DIGITS, "Ti/16": CONFIGS["Ti/16"]}
BATCHES = (1, 32)
PASSES = {"forward": forward, "training": training_step}
ROUNDS = 3
OTHER_BATCHES = (32, 31, 30, 29, 1)  # one after another, to see what is compiled anew


def pictures(config: ViTConfig, batch: int) -> torch.Tensor:
    """Random ones: (B, C, S, S)."""
    return torch.rand(batch, config.in_chans, config.image_size, config.image_size)


def pair(name: str, batch: int, passes: str) -> dict[str, Run]:
    """The same model twice, as it is and to be compiled at its first call."""
    eager, compiled = ViT(MODELS[name]), ViT(MODELS[name])
    compiled.load_state_dict(eager.state_dict())
    images = pictures(MODELS[name], batch)
    return {
        "eager": PASSES[passes](eager, images),
        "compiled": PASSES[passes](torch.compile(compiled), images),
    }


def case(name: str, batch: int, passes: str) -> None:
    """Print, as JSON, the first call's seconds and quartiles of the ratio."""
    torch.manual_seed(0)
    torch.set_num_threads(1)
    runs = pair(name, batch, passes)
    start = time.process_time()
    first = children(runs["compiled"]) + time.process_time() - start
    times = in_turn(runs, ROUNDS)
    ratio = [round(r, 3) for r in quartiles(times["compiled"], times["eager"])]
    eager = float(f"{statistics.median(times['eager']):.3g}")
    print(json.dumps({"first": round(first, 1), "eager": eager, "ratio": ratio}))


def compilations() -> None:
    """Print how many graphs were compiled after each batch of another size."""
    from torch._dynamo.testing import CompileCounter  # slow, and needed here alone

    counter = CompileCounter()
    model = torch.compile(ViT(DIGITS).eval(), backend=counter)
    counts = []
    with torch.no_grad():
        for batch in OTHER_BATCHES:
            model(pictures(DIGITS, batch))
            counts.append(counter.frame_count)
    print(json.dumps(counts))


def fresh(call: str) -> dict | list:
    """What a call prints in a process that finds nothing compiled earlier."""
    with tempfile.TemporaryDirectory() as folder:
        alone = {
            "TORCHINDUCTOR_CACHE_DIR": folder,
            "TORCHINDUCTOR_COMPILE_THREADS": "1",
        }
        code = f"from bench.scaling_compiled import *; {call}"
        done = subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            env=os.environ | alone,
            stdout=subprocess.PIPE,
        )
    return json.loads(done.stdout.splitlines()[-1])


def main() -> dict | None:
    """Measure and print each case; nothing where there is no C++ compiler."""
    if not shutil.which(os.environ.get("CXX", "g++")):
        print("torch.compile needs a C++ compiler, g++ or what CXX names; none is here")
        return None
    counts = fresh("compilations()")
    print(f"graphs compiled after batches of {OTHER_BATCHES}: {counts}", flush=True)
    cases = []
    for name in MODELS:
        for passes in PASSES:
            for batch in BATCHES:
                found = fresh(f"case({name!r}, {batch}, {passes!r})")
                where = {"model": name, "batch": batch, "passes": passes}
                cases.append(where | found)
                print(cases[-1], flush=True)
    return {"compilations": counts, "cases": cases}
