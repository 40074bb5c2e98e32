"use strict";
// Commands name the store that the page was opened from: pasted into a shell they act on what the person looks at.
{
  const quoted = (text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`);
  const store = () => {
    const place = document.body.dataset.store;
    if (place === undefined || location.protocol !== "file:") return "";
    try {
      return decodeURIComponent(new URL(place, location.href).pathname).replace(/\/$/, "");
    } catch {
      return ""; // a folder whose name is no UTF-8
    }
  };
  const folder = store();
  if (folder) {
    const places = [`IMAGES_STORE=${folder}`, document.body.dataset.catalogue].filter(Boolean);
    const settings = places.map((one) => ` -s ${quoted(one)}`).join("");
    for (const command of document.querySelectorAll("code.command")) {
      command.textContent = command.textContent.replace(/^scrapy \S+/, (begin) => begin + settings);
    }
  }
}
