// Sorts and filters the table, of which only a part is shown: a browser that lays out ten thousand
// rows is slow. Nothing of a file is ever taken for markup: rows are only moved.
"use strict";

(() => {
  const STEP = 300;
  const table = document.getElementById("files");
  const body = table.tBodies[0];
  const headings = Array.from(table.tHead.rows[0].cells);
  const filter = document.getElementById("filter");
  const more = document.getElementById("more");
  const shown = document.getElementById("shown");
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  const plain = (text) => text.normalize("NFC").toLowerCase();
  const write = (number) => number.toLocaleString("en");

  const later = document.getElementById("later").content;
  let files = [...body.rows, ...later.children].map((row) => ({ row, text: plain(row.textContent) }));
  let matching = files;
  let limit = STEP;

  function show() {
    body.replaceChildren(...matching.slice(0, limit).map(({ row }) => row));
    const left = Math.max(matching.length - limit, 0);
    more.hidden = left === 0;
    more.textContent = `Show ${write(Math.min(left, STEP))} more of ${write(left)}`;
  }

  function narrow() {
    const words = plain(filter.value).split(/\s+/).filter(Boolean);
    matching = files.filter(({ text }) => words.every((word) => text.includes(word)));
    const counts = `${write(matching.length)} of ${write(files.length)} files match`;
    shown.textContent = words.length ? counts : "";
  }

  // A number where the cell states one; else its text, which is empty where nothing is known.
  function readKey(row, column) {
    const cell = row.children[column];
    return "key" in cell.dataset ? Number(cell.dataset.key) : cell.textContent;
  }

  // What is not known comes last, whichever way the rest is sorted.
  function sort(column, sign) {
    const keys = new Map(files.map(({ row }) => [row, readKey(row, column)]));
    const known = files.filter(({ row }) => keys.get(row) !== "");
    const unknown = files.filter(({ row }) => keys.get(row) === "");
    const isNumber = typeof keys.get(known[0]?.row) === "number";
    const compare = isNumber ? (one, other) => one - other : order.compare;
    known.sort((one, other) => sign * compare(keys.get(one.row), keys.get(other.row)));
    files = known.concat(unknown);
  }

  function press(column) {
    const heading = headings[column];
    const ascending = heading.getAttribute("aria-sort") !== "ascending";
    sort(column, ascending ? 1 : -1);
    headings.forEach((other) => other.removeAttribute("aria-sort"));
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    restart();
  }

  function restart() {
    limit = STEP;
    narrow();
    show();
  }

  headings.forEach((heading, column) => {
    heading.querySelector("button")?.addEventListener("click", () => press(column));
  });
  filter.addEventListener("input", restart);
  more.addEventListener("click", () => {
    // The keyboard goes on at the first of the new rows, not at a button that has moved away.
    const next = matching[limit].row;
    limit += STEP;
    show();
    next.tabIndex = -1;
    next.focus();
  });
  document.getElementById("hint")?.remove();
  restart();
})();
