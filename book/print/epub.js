// Gives the parts of the opened joined book as XHTML, for readers of electronic books.
// Each chapter becomes a file, named after it, in which its places are found.
() => {
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const XLINK = "http://www.w3.org/1999/xlink";

  // What fitted a sheet of paper does not fit a screen.
  for (const mark of all(".wrapped")) mark.remove();
  for (const node of all("table, .katex-display")) node.style.fontSize = "";

  // Formulas as MathML alone; what only a browser's page needs goes.
  for (const math of all(".katex-mathml math")) {
    math.querySelectorAll("annotation").forEach((node) => node.remove());
    math.closest(".katex").replaceWith(math);
  }

  // A link into another chapter names its file.
  for (const link of all("article a")) {
    const key = link.hasAttribute("href") ? "href" : "xlink:href";
    const place = link.getAttribute(key);
    link.removeAttributeNS(XLINK, "href");
    if (!place?.startsWith("#")) continue;
    const target = document.getElementById(decodeURIComponent(place.slice(1)));
    const file = target?.closest("article")?.id ?? "";
    link.setAttribute("href", `${file}.xhtml${place}`);
  }

  // What electronic books may not have: widgets' data, empty and doubtful attributes.
  for (const node of all("article *")) {
    for (const { name } of [...node.attributes]) {
      if (name.startsWith("data-") || name === "tabindex") node.removeAttribute(name);
    }
  }
  for (const link of all('article a[aria-hidden="true"]')) {
    link.replaceWith(...link.childNodes);
  }
  const writer = new XMLSerializer();
  const text = (node) => writer.serializeToString(node);
  return all("article").map((chapter) => ({
    name: chapter.id,
    body: text(chapter),
    math: chapter.querySelector("math") !== null,
    svg: chapter.querySelector("svg") !== null,
  }));
};
