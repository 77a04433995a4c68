"""How long containers take, from `podman run` to their end: medians of runs in turns.

    python -m tests.image.starts IMAGE-BEFORE IMAGE [--runs 9]

prints seconds, and the ratio to the first image.
"""

import argparse
import subprocess
import time
from statistics import median

from tests.image.proofs import PODMAN_RUN, QUESTION

COMMANDS = {"--help": ["--help"], "ask": ["ask", QUESTION]}


def seconds(image: str, command: list[str]) -> float:
    started = time.perf_counter()
    run = [*PODMAN_RUN, "--rm", "--network=none", image, *command]
    subprocess.run(run, check=True, capture_output=True)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", nargs="+", metavar="IMAGE")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    for name, command in COMMANDS.items():
        turns = [[seconds(image, command) for image in options.images] for _ in range(options.runs)]
        medians = [median(times) for times in zip(*turns, strict=True)]
        for image, middle in zip(options.images, medians, strict=True):
            print(f"{name:8}{image:40}{middle:6.2f} s{middle / medians[0]:6.2f}")


if __name__ == "__main__":
    main()
