"use strict";
// Searching and sorting a table that stands without this script as well.
{
  const table = document.getElementById("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const form = document.querySelector("form.search");
  const input = form.querySelector("input");
  const output = form.querySelector("output");
  // Letters without what is written above and below them, and in one form of those that are written in several.
  const folded = (text) =>
    text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[\u2066-\u2069\u0640]/g, "")
      .replace(/[أإآٱ]/g, "ا").replace(/ى/g, "ي").replace(/ة/g, "ه").toLowerCase();
  const texts = rows.map((row) => folded(row.textContent));

  const search = () => {
    const words = folded(input.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      const fits = words.every((word) => texts[i].includes(word));
      row.hidden = !fits;
      shown += fits;
    });
    output.textContent = output.dataset.shown.replace("{shown}", shown).replace("{all}", rows.length);
  };

  const heads = [...table.tHead.rows[0].cells];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
  const sort = (head, place) => {
    const down = head.getAttribute("aria-sort") === "ascending";
    const numbers = head.dataset.sorts === "numbers";
    const key = (row) => row.cells[place].dataset.key ?? "";
    const order = [...body.rows].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      // What has no value stands last, whichever way the others run.
      if (x === "" || y === "") return (x === "") - (y === "");
      const found = numbers ? Number(x) - Number(y) : collator.compare(x, y);
      return down ? -found : found;
    });
    body.append(...order);
    heads.forEach((other) => other.dataset.sorts && other.setAttribute("aria-sort", "none"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
  };
  heads.forEach((head, place) => {
    if (!head.dataset.sorts) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, place));
    head.append(button);
    head.setAttribute("aria-sort", "none");
  });

  input.addEventListener("input", search);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  search();
}
