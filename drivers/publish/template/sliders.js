"use strict";
// What goes with moves d of the ratings: slopes · d ± reach √(dᵀ covariance d), as the package computes it.
for (const form of document.querySelectorAll("form.sliders")) {
  const told = JSON.parse(form.dataset.sliders);
  const inputs = [...form.querySelectorAll("input[type=range]")];
  const rows = [...form.querySelectorAll("tbody tr")];
  // What the numbers say stands under the outcome's name, so that the table fits the smallest window.
  const verdicts = rows.map((row) => {
    const verdict = document.createElement("span");
    verdict.className = "says";
    row.cells[0].append(verdict);
    return verdict;
  });
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

  // The number in the digits and with the signs of the page, in its own direction.
  const text = (value, decimals, signed) => {
    const size = Math.abs(value).toFixed(decimals);
    const zero = Number(size) === 0;
    const sign = zero ? "" : value < 0 ? told.minus : signed ? "+" : "";
    const shown = sign + size.replace(".", told.mark);
    return told.digits === "arab" ? shown.replace(/[0-9]/g, (digit) => "٠١٢٣٤٥٦٧٨٩"[digit]) : shown;
  };
  const write = (place, value) => {
    const isolate = document.createElement("bdi");
    isolate.dir = told.digits === "arab" ? "rtl" : "ltr";
    isolate.textContent = value;
    place.replaceChildren(isolate);
  };

  const update = () => {
    const moves = inputs.map((input) => Number(input.value));
    inputs.forEach((input, i) => {
      const shown = text(moves[i], input.step === "1" ? 0 : 1, true);
      write(input.nextElementSibling, shown);
      input.setAttribute("aria-valuetext", told.points.replace("{}", shown));
    });
    const still = moves.every((move) => move === 0);
    told.measures.forEach((measure, place) => {
      const effect = dot(measure.slopes, moves);
      const spread = measure.reach * Math.sqrt(Math.max(dot(moves, measure.covariance.map((row) => dot(row, moves))), 0));
      const cells = rows[place].cells;
      [effect, effect - spread, effect + spread].forEach((value, i) => write(cells[2 + i], text(value, 2, true)));
      const reached = measure.base + effect;
      const sure = effect - spread > 0 || effect + spread < 0;
      const beyond = reached < measure.lowest || reached > 100;
      const says = !sure ? "unclear" : beyond ? "beyond" : effect > 0 ? "higher" : "lower";
      verdicts[place].textContent = still ? "" : told.says[says];
    });
  };

  form.addEventListener("input", update);
  form.addEventListener("reset", () => setTimeout(update));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  document.documentElement.classList.add("has-sliders");
  update();
}
