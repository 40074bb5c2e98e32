"use strict";
// Narrows and sorts the cards of the index; what is chosen stays in the address, so that going back finds it.
{
  const tools = document.querySelector("[data-tools]");
  const list = document.querySelector(".cards"), cards = [...document.querySelectorAll(".card")];
  const count = document.querySelector("[data-count]");
  const fields = tools ? [...tools.querySelectorAll("input, select")] : [];
  const texts = new Map(cards.map((card) => [card, `${card.querySelector("h2").textContent} ${card.querySelector(".facts").textContent} ${card.dataset.ids}`.toLowerCase()]));
  const among = (card, name, value) => card.dataset[name].split("|").includes(value);

  const fits = (card, wanted) => {
    if (!wanted.text.toLowerCase().split(/\s+/).every((word) => texts.get(card).includes(word))) return false;
    if (wanted.city && card.dataset.city !== wanted.city) return false;
    if (wanted.subject && !among(card, "subject", wanted.subject)) return false;
    if (wanted.change && !among(card, "change", wanted.change)) return false;
    if (!wanted.source && !wanted.outcome) return true;
    return card.dataset.visits.split(" ").some((visit) => {
      const [source, outcome] = visit.split(":");
      return (!wanted.source || source === wanted.source) &&
        (wanted.outcome ? outcome === wanted.outcome : outcome === "ok");
    });
  };

  const sorted = (by) => {
    if (!by) return cards;
    const name = by.replace("-", ""), way = by.startsWith("-") ? -1 : 1;
    const value = (card) => name === "listed" ? Date.parse(card.dataset.listed) : parseFloat(card.dataset[name]);
    // Homes of which it is not known come last, whichever way.
    return [...cards].sort((one, other) => {
      const [a, b] = [value(one), value(other)];
      if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) - Number.isNaN(b);
      return way * (a - b);
    });
  };

  let order = "";
  const apply = () => {
    const wanted = { text: "", city: "", source: "", outcome: "", subject: "", change: "", sort: "" };
    for (const field of fields) wanted[field.name] = field.value;
    let shown = 0;
    for (const card of cards) {
      card.hidden = !fits(card, wanted);
      shown += card.hidden ? 0 : 1;
    }
    if (wanted.sort !== order) list.append(...sorted(wanted.sort));
    order = wanted.sort;
    count.textContent = shown === cards.length ? "" : `${shown} of ${cards.length} homes shown`;
    const chosen = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value)).toString();
    try { history.replaceState(null, "", chosen ? `#${chosen}` : location.pathname); } catch { /* some browsers refuse it for files */ }
  };

  if (tools) {
    const before = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) if (before.has(field.name)) field.value = before.get(field.name);
    tools.hidden = false;
    tools.addEventListener("input", apply);
    tools.querySelector("[data-reset]").addEventListener("click", () => {
      for (const field of fields) field.value = "";
      apply();
    });
    if (fields.some((field) => field.value)) apply();
  }
}
