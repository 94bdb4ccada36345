"use strict";
// Tables that sort and filter. Without this script they read as they are, and nothing else is missing.
(() => {
  const LONG = 12;
  const plain = text => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const shown = (row, column) => (row.cells[column]?.textContent ?? "").trim();
  const figure = text => {
    const found = text.replace(/\u2212/g, "-").replace(/,/g, "").match(/^[^\d-]{0,12}?(-?\d+(\.\d+)?)/);
    return found ? Number(found[1]) : NaN;
  };

  const sort = (table, heads, column) => {
    const rows = [...table.tBodies[0].rows];
    const down = heads[column].getAttribute("aria-sort") === "ascending";
    const numeric = heads[column].classList.contains("number");
    rows.sort((one, other) => {
      const [a, b] = [shown(one, column), shown(other, column)];
      if (!numeric) return (down ? -1 : 1) * a.localeCompare(b, "en", { numeric: true });
      const [x, y] = [figure(a), figure(b)];
      // What is not known stands last either way.
      if (isNaN(x) || isNaN(y)) return isNaN(x) - isNaN(y);
      return (down ? -1 : 1) * (x - y);
    });
    table.tBodies[0].append(...rows);
    heads.forEach(head => head.removeAttribute("aria-sort"));
    heads[column].setAttribute("aria-sort", down ? "descending" : "ascending");
  };

  const filter = table => {
    const rows = [...table.tBodies[0].rows];
    const texts = rows.map(row => plain(row.textContent));
    const label = document.createElement("label");
    const input = document.createElement("input");
    const found = document.createElement("span");
    input.type = "search";
    found.setAttribute("role", "status");
    label.append("Show rows with ", input);
    const line = document.createElement("p");
    line.className = "filter";
    line.append(label, " ", found);
    (table.closest(".scroll") ?? table).before(line);
    const apply = () => {
      const words = plain(input.value).split(/\s+/).filter(Boolean);
      let count = 0;
      rows.forEach((row, place) => {
        row.hidden = !words.every(word => texts[place].includes(word));
        count += !row.hidden;
      });
      found.textContent = words.length ? `${count} of ${rows.length} rows` : "";
    };
    input.addEventListener("input", apply);
    return { input, apply };
  };

  document.querySelectorAll("table.sortable").forEach(table => {
    const heads = [...table.tHead.rows[0].cells];
    if (table.tBodies[0].rows.length > 2) {
      heads.forEach((head, column) => {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "sort";
        button.append(...head.childNodes);
        button.addEventListener("click", () => sort(table, heads, column));
        head.append(button);
      });
    }
    if (table.tBodies[0].rows.length >= LONG) {
      const { input, apply } = filter(table);
      if (table.id === "everything") {
        input.value = new URLSearchParams(location.search).get("q") ?? "";
        apply();
      }
    }
  });
})();
