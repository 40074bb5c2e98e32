"use strict";
// Without this the page is whole; this adds what depends on today, and chips that narrow a list.
for (const time of document.querySelectorAll("time[data-days]")) {
  const days = Math.floor((Date.now() - Date.parse(time.dateTime)) / 86400000);
  if (days >= 0) time.after(` (${days} ${days === 1 ? "day" : "days"})`);
}
{
  const groups = [...document.querySelectorAll("[data-chips]")];
  const photos = [...document.querySelectorAll(".photo")];
  const count = document.querySelector("[data-count]");
  const pressed = (group) => group.querySelector("[aria-pressed=true]").dataset.value;
  const narrow = () => {
    let shown = 0;
    for (const photo of photos) {
      photo.hidden = groups.some((group) => pressed(group) && photo.dataset[group.dataset.chips] !== pressed(group));
      shown += photo.hidden ? 0 : 1;
    }
    if (count) count.textContent = shown === photos.length ? "" : `${shown} of ${photos.length} photos shown`;
  };
  for (const group of groups) {
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const chosen = event.target.closest("button");
      if (!chosen) return;
      for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === chosen));
      narrow();
    });
  }
}
