"use strict";
// Sorts tables by a click on a heading, and filters the table of students. Nothing depends on it.
document.body.classList.add("scripted");
const collator = new Intl.Collator(undefined, { numeric: true });
const valueOf = (row, at) => row.cells[at].dataset.value ?? row.cells[at].textContent.trim();
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows].map((row) => [valueOf(row, at), row]);
      rows.sort(([a], [b]) => {
        const both = a !== "" && b !== "" && !isNaN(a) && !isNaN(b);
        return (both ? a - b : collator.compare(a, b)) * (down ? -1 : 1);
      });
      table.tBodies[0].append(...rows.map(([, row]) => row));
    });
  });
}
document.getElementById("find").addEventListener("input", (event) => {
  const wanted = event.target.value.normalize("NFC").toLowerCase();
  for (const row of document.querySelectorAll("#all tbody tr")) {
    row.hidden = !row.textContent.normalize("NFC").toLowerCase().includes(wanted);
  }
});
