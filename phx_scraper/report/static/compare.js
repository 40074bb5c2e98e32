// Two pictures compared: side by side, one in the place of the other, or divided; zoom and place are those of both.
{
  const box = document.getElementById("compare");
  const both = box.querySelector(".both"), frames = [...box.querySelectorAll(".frame")];
  const images = frames.map((frame) => frame.querySelector("img"));
  const divide = box.querySelector("[data-divide]"), range = divide.querySelector("input");
  const shown = box.querySelector("[data-shown]"), told = box.querySelector("[data-told]");
  let names = ["", ""], front = 0, zoom = 1, x = 0, y = 0, opener = null;

  const draw = () => {
    for (const image of images) image.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
    const way = both.dataset.way;
    divide.hidden = way !== "split";
    frames[1].style.clipPath = way === "split" ? `inset(0 0 0 ${range.value}%)` : "";
    both.style.setProperty("--at", `${range.value}%`);
    frames.forEach((frame, place) => frame.classList.toggle("behind", way === "swap" && place !== front));
    shown.textContent = way === "swap" ? names[front] : way === "split" ? `${names[0]} | ${names[1]}` : names.join(" and ");
    for (const button of box.querySelectorAll("[data-way-to]")) {
      button.setAttribute("aria-pressed", String(button.dataset.wayTo === way));
    }
  };
  const turn = (way) => { both.dataset.way = way; draw(); };
  const swap = () => { front = both.dataset.way === "swap" ? 1 - front : 0; turn("swap"); };
  const zoomBy = (factor) => {
    if (!factor) [zoom, x, y] = [1, 0, 0];
    else {
      const next = Math.min(16, Math.max(1, zoom * factor));
      [x, y, zoom] = next === 1 ? [0, 0, 1] : [x * next / zoom, y * next / zoom, next];
    }
    draw();
  };
  const move = (dx, dy) => { if (zoom > 1) { x += dx; y += dy; draw(); } };
  const slide = (by) => { range.value = Number(range.value) + by; draw(); };
  const side = (by) => both.dataset.way === "split" && zoom === 1 ? slide(by / 10) : move(-by, 0);

  const keys = { " ": swap, s: () => turn("beside"), d: () => turn("split"), "+": () => zoomBy(1.5), "=": () => zoomBy(1.5),
    "-": () => zoomBy(1 / 1.5), 0: () => zoomBy(0), x: () => box.close(), ArrowLeft: () => side(-50), ArrowRight: () => side(50),
    ArrowUp: () => move(0, 50), ArrowDown: () => move(0, -50) };

  const open = (button) => {
    opener = button;
    const sides = [...button.closest(".pair").querySelectorAll(".sides > div")];
    sides.forEach((part, place) => {
      images[place].src = part.querySelector("a.side").href;
      images[place].alt = part.querySelector("img").alt;
      names[place] = part.querySelector(".meta").textContent.trim().replace(/\s+/g, " ");
    });
    told.textContent = button.closest(".pair").querySelector(".why").textContent;
    front = 0;
    zoomBy(0);
    turn("beside");
    box.showModal();
    both.focus();
  };

  for (const part of document.querySelectorAll("[data-compare-button]")) part.hidden = false;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.compare");
    if (button) open(button);
  });
  box.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.wayTo === "swap") swap();
    else if (button.dataset.wayTo) turn(button.dataset.wayTo);
    else if (button.dataset.zoom) zoomBy(Number(button.dataset.zoom));
    else box.close();
  });
  range.addEventListener("input", draw);
  box.addEventListener("keydown", (event) => {
    // A button's or slider's own keys stay its own.
    const own = event.target === range ? event.key.startsWith("Arrow") : event.target.closest("button") && event.key === " ";
    if (own || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  both.addEventListener("wheel", (event) => { event.preventDefault(); zoomBy(event.deltaY < 0 ? 1.2 : 1 / 1.2); }, { passive: false });
  both.addEventListener("pointermove", (event) => { if (event.buttons & 1) move(event.movementX, event.movementY); });
  box.addEventListener("close", () => {
    for (const image of images) image.removeAttribute("src");
    opener?.focus();
  });
}
