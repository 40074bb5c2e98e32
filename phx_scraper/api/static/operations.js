"use strict";
// Asks for the changing part of the page two seconds after each answer, later where answers take long, unless told not
// to; the focus stays where it is, and no button is exchanged between being pressed and let go, which would lose the
// click.
const follow = document.getElementById("follow");
const part = document.getElementById("part");
const lost = document.getElementById("lost");
let shown = part.innerHTML;
document.querySelector(".follow").hidden = false;

async function update() {
  if (!follow.checked || document.hidden) return;
  try {
    const answer = await fetch("/operations/part", { redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      location.assign("/login");
      return;
    }
    if (!answer.ok) throw new Error(answer.status);
    const text = await answer.text();
    lost.textContent = "";
    if (text === shown || part.querySelector(":active")) return;
    shown = text;
    const focused = document.activeElement && document.activeElement.id;
    part.innerHTML = text;
    if (focused && !part.contains(document.activeElement)) document.getElementById(focused)?.focus();
  } catch {
    lost.textContent = "The API does not answer.";
  }
}

async function keepUpdated() {
  const begun = performance.now();
  await update();
  // Progress of large jobs is much to count: whoever looks on is to cost the server a tenth of its time at most.
  setTimeout(keepUpdated, Math.max(2000, 9 * (performance.now() - begun)));
}

setTimeout(keepUpdated, 2000);
