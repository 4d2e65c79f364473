"""Fuzz the readers for some seconds: `python -m fuzz.run --seconds 600`."""

from __future__ import annotations

import argparse
import faulthandler
import hashlib
import pprint
import sys
import time
import warnings
from collections import Counter
from pathlib import Path

from fuzz.campaign import Campaign, Tally
from fuzz.judging import Verdict
from fuzz.samples import Sample
from fuzz.shrinking import shrink

FINDINGS = Path(__file__).parent / "findings"
STANDARD_ERROR = 2
HANGING = 120.0
"""Seconds without an end after which the process says where it is, and stops."""


def save_finding(sample: Sample, verdict: Verdict, seed: int) -> None:
    """Write the sample, made small, with what it breaks."""
    small = shrink(sample, verdict.finding)
    key = hashlib.sha256(verdict.finding.encode()).hexdigest()[:8]
    folder = FINDINGS / f"{sample.kind.replace(' ', '-')}-{key}"
    for name, each in (("small", small), ("found", sample)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        each.write(folder / name)
        (folder / f"{name}.py.txt").write_text(pprint.pformat(each, width=110) + "\n")
    (folder / "note.txt").write_text(f"seed {seed}\n{verdict.finding}\n\n{verdict.detail}\n")
    print(f"FOUND {verdict.finding} ({sample.kind}) -> {folder}", flush=True)


def describe(tally: Tally) -> str:
    """The tally in a few lines."""
    by_outcome = Counter[str]()
    for (_, outcome), count in tally.outcomes.items():
        by_outcome[outcome] += count
    said = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(by_outcome.items()))
    lines = [
        f"{tally.trials:,} inputs in {tally.seconds:.0f} s ({tally.trials / max(tally.seconds, 1e-9):.0f}/s): {said};",
        f"{tally.kept:,} kept for {tally.edges:,} steps between lines, {tally.stored:,} of them taken into a store.",
        f"{len(tally.findings)} findings" + ("." if not tally.findings else ":"),
        *(f"  {count:,} × {finding}" for finding, count in tally.findings.most_common()),
    ]
    return "\n".join(lines)


def main() -> int:
    """Run, tell, and answer 1 if anything was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    asked = parser.parse_args()
    print(f"seed {asked.seed}", flush=True)
    faulthandler.dump_traceback_later(asked.seconds + HANGING, exit=True, file=STANDARD_ERROR)
    campaign = Campaign(asked.seed, lambda sample, verdict: save_finding(sample, verdict, asked.seed))
    warnings.simplefilter("ignore", UserWarning)  # openpyxl warns of every odd workbook
    try:
        campaign.run(seconds=asked.seconds)
    except KeyboardInterrupt:
        print("stopped")
    faulthandler.cancel_dump_traceback_later()
    print(describe(campaign.tally))
    return 1 if campaign.tally.findings else 0


if __name__ == "__main__":
    sys.exit(main())
