// What a page does beyond showing itself. All of it can be read without this script.
"use strict";
{
  const all = (selector) => [...document.querySelectorAll(selector)];
  const root = document.documentElement;

  // Light or dark: mode.html has set it, here the reader changes it.
  vitMode.system.addEventListener("change", () => vitMode.apply());
  for (const choice of all(".modes input")) {
    choice.checked = choice.value === vitMode.chosen;
    choice.addEventListener("change", () => {
      vitMode.chosen = choice.value;
      vitMode.apply();
      try {
        localStorage.setItem("vit-mode", choice.value);
      } catch {} // storage forbidden: the choice lasts as long as the page
    });
  }

  // Ctrl+K, or ⌘K on Apple's keyboards, opens the search from everywhere.
  const search = document.getElementById("search");
  // Its field has the focus when it opens. Were that said in the page's text, browsers
  // would complain wherever an address leads to a place on a page.
  search.querySelector("input").autofocus = true;
  if (/Mac|iP/.test(navigator.platform)) {
    document.querySelector(".finder kbd").textContent = "⌘K";
  }
  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    search.togglePopover();
  });

  // A button on each piece of code that copies it.
  function copier(code) {
    const button = document.createElement("button");
    button.className = "copy";
    button.textContent = "Copy";
    button.ariaLive = "polite";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent.trimEnd());
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
    return button;
  }
  function copiable(code) {
    const parent = code.parentNode;
    if (!navigator.clipboard || !parent.matches(".highlight")) return;
    if (code.closest(".cell_output") || parent.querySelector(".copy")) return;
    parent.append(copier(code));
  }

  // Under a figure, a button that makes a PNG of it, and one that copies its source.
  function button(words, act) {
    const made = document.createElement("button");
    made.textContent = words;
    made.ariaLive = "polite";
    made.addEventListener("click", () => act(made));
    return made;
  }
  async function savePng(name, figure) {
    const { width, height } = figure.viewBox.baseVal;
    const alone = figure.cloneNode(true);
    alone.setAttribute("width", 2 * width);
    alone.setAttribute("height", 2 * height);
    const light = new XMLSerializer()
      .serializeToString(alone)
      .replace(/var\(--vit-[\w-]+, ([^()]+)\)/g, "$1");
    const picture = new Image();
    picture.src = `data:image/svg+xml,${encodeURIComponent(light)}`;
    await picture.decode();
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: picture.width, height: picture.height });
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(picture, 0, 0);
    const link = document.createElement("a");
    link.href = canvas.toDataURL();
    link.download = name.replace("svg", "png");
    link.click();
  }
  const title = document.title.split(" · ").at(-1);
  const home = document.querySelector("link[rel=canonical]")?.href;
  const source = `From “${title}”, ${home}, CC BY 4.0`;
  for (const take of all(".vit-take")) {
    const [svg, licence] = take.children;
    const name = svg.ariaLabel;
    svg.after(button("PNG", () => savePng(name, take.previousElementSibling)));
    if (!navigator.clipboard) continue;
    async function copy(made) {
      await navigator.clipboard.writeText(source);
      made.textContent = "Copied";
      setTimeout(() => (made.textContent = "Copy source"), 2000);
    }
    licence.after(button("Copy source", copy));
  }

  // What scrolls sideways can be scrolled with the keyboard too. A section that the
  // reader is not near has no layout yet, and is not asked for one; its code has no
  // buttons yet either.
  const scrollers = all("pre, .scroller, .katex-display");
  function reachable(nodes) {
    const wide = nodes.map((node) => node.scrollWidth > node.clientWidth);
    nodes.forEach((node, i) => {
      if (wide[i]) node.tabIndex = 0;
      else node.removeAttribute("tabindex");
    });
  }
  const sizes = new ResizeObserver((entries) => {
    const nodes = entries.map((entry) => entry.target);
    reachable(nodes);
    nodes.forEach(copiable);
  });
  for (const node of scrollers) sizes.observe(node);
  document.fonts.addEventListener("loadingdone", () => {
    const laidOut = (node) => node.checkVisibility({ contentVisibilityAuto: true });
    reachable(scrollers.filter(laidOut));
  });

  // The page's contents mark the section being read, and close once used.
  const sections = document.getElementById("sections");
  const links = new Map(all("#sections a").map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver(
    (entries) => {
      const entered = entries.filter((entry) => entry.isIntersecting).at(-1);
      if (!entered) return;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(entered.target.id).ariaCurrent = "true";
    },
    { rootMargin: "0px 0px -75% 0px" },
  );
  for (const id of links.keys()) if (id) seen.observe(document.getElementById(id));
  sections?.addEventListener("click", (event) => {
    if (!event.target.closest("a")) return;
    if (sections.matches(":popover-open")) sections.hidePopover();
  });

  // A link to a folded part, such as a question's answer, unfolds it.
  function unfold() {
    const target = document.getElementById(location.hash.slice(1));
    if (target?.tagName === "DETAILS") target.open = true;
  }
  unfold();
  addEventListener("hashchange", unfold);

  // Paper is white, whatever the screen is.
  addEventListener("beforeprint", () => (root.dataset.theme = "light"));
  addEventListener("afterprint", () => vitMode.apply());
}
