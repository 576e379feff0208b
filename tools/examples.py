"""Write the files of the simulated examples anew: the survey, its companions and the truth about them.

    .venv/bin/python tools/examples.py drivers/survey/examples

The same numpy gives the same bytes; a test regenerates them and compares.
"""

from __future__ import annotations

import argparse
import gzip
from pathlib import Path

from drivers.survey.raw_table import as_csv
from drivers.survey.synthetic.service_center import simulate_companions, simulate_service_center
from drivers.survey.synthetic.truth import truth_text


def main() -> None:
    """Write all files into one folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    (folder / "truth").mkdir(exist_ok=True)
    survey = simulate_service_center()
    (folder / "service_center.csv.gz").write_bytes(gzip.compress(survey.csv(), mtime=0))
    for name, table in simulate_companions().items():
        (folder / f"service_center_{name}.csv").write_bytes(as_csv(table))
    (folder / "truth" / "service_center.yml").write_text(truth_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
