"""One tool on one case, served to the benchmark: `serve.py TOOL CASE INPUT THREADS`.

Input: commands on standard input, arrays in INPUT.txt (names and shapes) and INPUT.bin (f64). Output: answers on standard output.
Invariant: the language of `src/serve.rs`; compiling is not timed.
"""

import math
import os
import sys
import time


def arrays(stem):
    """The input: a list of (name, array), in order."""
    import numpy as np

    numbers = np.fromfile(stem + ".bin", dtype="<f8")
    found, start = [], 0
    with open(stem + ".txt") as lines:
        for line in lines:
            name, *shape = line.split()
            shape = tuple(int(n) for n in shape)
            size = math.prod(shape)
            found.append((name, numbers[start : start + size].reshape(shape)))
            start += size
    return found


def main():
    tool, case, stem, threads = sys.argv[1:5]
    # Before a library counts the cores.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(threads)])
    try:
        if tool.startswith("jax"):
            import jax_cases as cases
        else:
            import torch_cases as cases
        works = cases.works(tool, case, arrays(stem), int(threads))
    except Exception as error:  # whatever it is, the parent says it
        print("no", type(error).__name__, str(error).splitlines()[0] if str(error) else "", flush=True)
        return
    print("ready", *works, flush=True)
    for line in sys.stdin:
        try:
            print(answer(works, line.split()), flush=True)
        except Exception as error:
            print("no", type(error).__name__, str(error).splitlines()[0] if str(error) else "", flush=True)


def answer(works, words):
    run, numbers = works[words[1]]
    if words[0] == "run":
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(int(words[2])):
            works.last = run()
        return f"ok {time.perf_counter() - wall:e} {time.process_time() - cpu:e}"
    import numpy as np

    np.concatenate([np.ravel(np.asarray(v, dtype="<f8")) for v in numbers(works.last)]).astype("<f8").tofile(words[2])
    return "ok"


class Works(dict):
    """For each quantity a function that runs it (and waits for the result), and one that lists the result's numbers."""

    last = None


if __name__ == "__main__":
    main()
