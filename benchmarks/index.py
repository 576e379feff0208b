"""The index of a publication with 400 rows: milliseconds from a letter typed to the table as it then stands.

    drivers batch reports/service_center.yml && python benchmarks/index.py reports/published/service_center_branches

Rows of the publication are repeated until there are 400. Each letter is typed by the page itself; counted are the
search with the laying out of the page, and the time until the next picture is on the screen, in headless Chromium, as
fast as the machine is and four times slower, as a phone may be.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

ROWS = 400
TYPED = {
    "en": ["b", "b0", "b01", "b01 2", "b01 20", "no such unit", ""],
    "ar": ["م", "مر", "المرفأ", "2024", "لا شيء", ""],
}
SLOWER = 4
MEASURE = """async (typed) => {
  const input = document.querySelector("form.search input");
  const times = [];
  for (let again = 0; again < 10; again += 1) {
    for (const text of typed) {
      const begun = performance.now();
      input.value = text;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      document.body.getBoundingClientRect();
      const laidOut = performance.now() - begun;
      await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
      times.push([laidOut, performance.now() - begun]);
    }
  }
  return times;
}"""


def with_rows(page: str) -> str:
    """The page with its rows repeated."""
    start = page.index(">", page.index("<tbody", page.index('id="table"'))) + 1
    end = page.index("</tbody>", start)
    rows = page[start:end].split("<tr")[1:]
    repeated = (rows * (ROWS // len(rows) + 1))[:ROWS]
    return page[:start] + "".join(f"<tr{row}" for row in repeated) + page[end:]


def main() -> None:
    """Print medians and the slowest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="of a publication")
    folder = parser.parse_args().folder
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    print(f"{platform.machine()}, {os.cpu_count()} cores")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in sorted(folder.glob("index*.html")):
            language = "ar" if 'lang="ar"' in path.read_text(encoding="utf-8")[:500] else "en"
            copy = Path(scratch) / path.name
            copy.write_text(with_rows(path.read_text(encoding="utf-8")), encoding="utf-8")
            for slower in (1, SLOWER):
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                page.goto(copy.as_uri())
                assert page.locator("#table tbody tr").count() == ROWS
                page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
                times = np.array(page.evaluate(MEASURE, TYPED[language]))
                (laid, drawn), (most, last) = np.median(times, axis=0), times.max(axis=0)
                said = f"{path.name}, {ROWS} rows" + (f", {slower} times slower" if slower > 1 else "")
                print(
                    f"{said}: {laid:.0f} ms (at most {most:.0f}), on the screen after {drawn:.0f} (at most {last:.0f})"
                )
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
