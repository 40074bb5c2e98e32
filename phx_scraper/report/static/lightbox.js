"use strict";
// A photo over the whole window: arrows, Home and End go on, Escape or x closes, o opens the original, z shows its pixels.
{
  const box = document.getElementById("lightbox");
  const part = (name) => box.querySelector(`[data-${name}]`);
  const picture = part("picture"), place = part("place"), text = part("text"), original = part("original");
  const stage = box.querySelector(".stage"), whole = box.querySelector("[data-do=whole]");
  let links = [], at = 0;

  const details = (photo, selector) => photo.querySelector(selector)?.textContent.trim().replace(/\s+/g, " ") ?? "";

  const enlarge = (on) => {
    stage.classList.toggle("whole", on);
    whole.setAttribute("aria-pressed", String(on));
  };

  const show = (wanted) => {
    at = (wanted + links.length) % links.length;
    const link = links[at], photo = link.closest(".photo");
    enlarge(false);
    picture.src = link.href;
    picture.alt = link.querySelector("img").alt;
    place.textContent = `${at + 1} / ${links.length}`;
    text.textContent = [details(photo, ".caption"), details(photo, ".subject"), photo.dataset.size].filter(Boolean).join(" · ");
    original.hidden = !link.dataset.original;
    if (link.dataset.original) original.href = link.dataset.original; else original.removeAttribute("href");
    for (const near of [at + 1, at - 1]) new Image().src = links[(near + links.length) % links.length].href;
    try { history.replaceState(null, "", `#${photo.id}`); } catch { /* some browsers refuse it for files */ }
  };

  const open = (link) => {
    links = [...document.querySelectorAll(".photo:not([hidden]) a.open")];
    show(links.indexOf(link));
    box.showModal();
    stage.focus();
  };

  const act = { previous: () => show(at - 1), next: () => show(at + 1), close: () => box.close(),
    whole: () => enlarge(!stage.classList.contains("whole")) };
  const keys = { ArrowLeft: act.previous, ArrowRight: act.next, PageUp: act.previous, PageDown: act.next,
    Home: () => show(0), End: () => show(links.length - 1), z: act.whole, x: act.close, o: () => original.href && original.click() };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.open");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link);
  });
  box.addEventListener("click", (event) => act[event.target.closest("[data-do]")?.dataset.do]?.());
  box.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const enlarged = stage.classList.contains("whole") && event.key.startsWith("Arrow");
    if (!keys[event.key] || enlarged) return;
    event.preventDefault();
    keys[event.key]();
  });
  box.addEventListener("close", () => {
    picture.removeAttribute("src");
    links[at]?.focus();
    links[at]?.scrollIntoView({ block: "nearest" });
  });

  let from = null;
  stage.addEventListener("pointerdown", (event) => { from = event.isPrimary && event.pointerType === "touch" ? event : null; });
  stage.addEventListener("pointerup", (event) => {
    if (!from || stage.classList.contains("whole")) return;
    const [x, y] = [event.clientX - from.clientX, event.clientY - from.clientY];
    if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) show(at + (x < 0 ? 1 : -1));
    from = null;
  });
  const named = /^#p\d+$/.test(location.hash) && document.querySelector(`${location.hash} a.open`);
  if (named) named.focus();
}
