"use strict";
// Run beside pages in frames that hold axe-core: says what is of serious or critical impact in each.
addEventListener("load", async () => {
  const said = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    page.querySelectorAll("details").forEach(part => { part.open = true; });
    const { violations } = await frame.contentWindow.axe.run(page, { resultTypes: ["violations"] });
    said[frame.title] = violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
      .map(({ id, nodes }) => `${id}: ${nodes.length}, first ${nodes[0].html.slice(0, 160)}`);
  }
  const told = document.createElement("pre");
  told.id = "said";
  told.textContent = JSON.stringify(said);
  document.body.replaceChildren(told);
});
