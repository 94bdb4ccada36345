"use strict";
// Tables that sort and filter, plots to take away. Without this script all reads as it is, and nothing else is missing.
(() => {
  const LONG = 12;
  const plain = text => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const shown = (row, column) => (row.cells[column]?.textContent ?? "").trim();
  const figure = text => {
    const found = text.replace(/\u2212/g, "-").replace(/,/g, "").match(/^[^\d-]{0,20}?(-?\d+(\.\d+)?)/);
    return found ? Number(found[1]) : NaN;
  };

  const sort = (table, heads, column) => {
    const rows = [...table.tBodies[0].rows];
    const down = heads[column].getAttribute("aria-sort") === "ascending";
    const numeric = heads[column].matches(".number, .figure");
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

  const PIXELS = 3;
  const save = (address, name) => {
    const link = document.createElement("a");
    [link.href, link.download] = [address, name];
    link.click();
  };
  // Drawn again on a white ground, in the colours of the page on paper.
  const asPicture = (source, svg, name) => {
    const image = new Image();
    image.onload = () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = ["width", "height"].map(side => PIXELS * svg.getAttribute(side));
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#ffffff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(image, 0, 0, canvas.width, canvas.height);
      save(canvas.toDataURL("image/png"), name);
    };
    image.src = source;
  };

  document.querySelectorAll("figure > svg[aria-labelledby]").forEach(svg => {
    const name = svg.getAttribute("aria-labelledby").split("-title")[0];
    const source = () => "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(svg));
    const line = document.createElement("p");
    line.className = "take";
    const ways = [["SVG", () => save(source(), `${name}.svg`)], ["PNG", () => asPicture(source(), svg, `${name}.png`)]];
    ways.forEach(([kind, take]) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `Save as ${kind}`;
      button.addEventListener("click", take);
      line.append(button, " ");
    });
    svg.after(line);
  });
})();
