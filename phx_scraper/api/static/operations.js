"use strict";
// Asks for the changing part of the page every two seconds, unless told not to; the focus stays where it is.
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
    if (text === shown) return;
    shown = text;
    const focused = document.activeElement && document.activeElement.id;
    part.innerHTML = text;
    if (focused && !part.contains(document.activeElement)) document.getElementById(focused)?.focus();
  } catch {
    lost.textContent = "The API does not answer.";
  }
}

setInterval(update, 2000);
