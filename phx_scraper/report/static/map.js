"use strict";
// The map is one stop of the Tab key, arrows go to the next mark in their direction, and it shows the homes of the list.
for (const map of document.querySelectorAll("[data-map] > svg")) {
  const marks = [...map.querySelectorAll("a")];
  const at = new Map(marks.map((mark) => {
    const { e, f } = mark.transform.baseVal.consolidate().matrix;
    return [mark, [e, f]];
  }));
  const shown = () => marks.filter((mark) => !mark.hasAttribute("hidden"));
  const stop = (chosen) => {
    for (const mark of marks) mark.setAttribute("tabindex", mark === chosen ? "0" : "-1");
  };
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // The nearest one within the quarter that the arrow points to; where there is none, within its half.
  const next = (from, [right, down]) => {
    const [x, y] = at.get(from);
    let best = null, least = Infinity;
    for (const mark of shown()) {
      const [dx, dy] = [at.get(mark)[0] - x, at.get(mark)[1] - y];
      const along = dx * right + dy * down, aside = Math.abs(dx * down) + Math.abs(dy * right);
      const far = along + aside + (aside > along ? 1e6 : 0);
      if (mark !== from && along > 0 && far < least) [best, least] = [mark, far];
    }
    return best;
  };

  map.addEventListener("keydown", (event) => {
    const from = event.target.closest("a"), way = ways[event.key];
    if (!from || !way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const mark = next(from, way);
    if (!mark) return;
    stop(mark);
    mark.focus();
  });

  const cards = new Map([...document.querySelectorAll(".card")].map((card) => [card.querySelector("h2 a").getAttribute("href"), card]));
  const follow = () => {
    for (const mark of marks) mark.toggleAttribute("hidden", Boolean(cards.get(mark.getAttribute("href"))?.hidden));
    const left = shown();
    stop(left.find((mark) => mark.getAttribute("tabindex") === "0") ?? left[0]);
  };
  const list = document.querySelector(".cards");
  if (list) new MutationObserver(follow).observe(list, { subtree: true, attributeFilter: ["hidden"] });
  follow();
}
