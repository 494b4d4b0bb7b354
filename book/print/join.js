// Makes one document of pages that stood apart: names, links, folded parts, sliders.
// Runs in a browser that has the joined pages open; gets the book's own address.
(home) => {
  const address = new URL(home).href; // with its host in small letters, as links have it
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const chapters = all("article[data-page]");
  const names = new Map(
    chapters.map((chapter) => [chapter.dataset.page, nameOf(chapter)]),
  );

  function nameOf(chapter) {
    return chapter.dataset.page.split("/").at(-1);
  }

  // Ids are unique on a page only: here each gets its chapter's name before it.
  const REFERS = ["for", "aria-labelledby", "aria-describedby", "headers"];
  function rename(chapter) {
    const name = nameOf(chapter);
    for (const node of all("*", chapter)) {
      if (node.id) node.id = `${name}--${node.id}`;
      for (const { name: key, value } of [...node.attributes]) {
        const marked = value.replace(/url\(["']?#/g, (found) => `${found}${name}--`);
        if (marked !== value) node.setAttribute(key, marked);
        if (!REFERS.includes(key)) continue;
        const ids = value.split(" ").map((id) => `${name}--${id}`);
        node.setAttribute(key, ids.join(" "));
      }
    }
  }

  // A link to a chapter stays in the document, others get their whole address.
  function relink(chapter) {
    const here = new URL(`${chapter.dataset.page}.html`, address);
    for (const link of all("a[href], use", chapter)) {
      const key = link.hasAttribute("href") ? "href" : "xlink:href";
      const to = new URL(link.getAttribute(key), here);
      const page = to.href.slice(address.length).split(/\.html|#/)[0];
      const name = to.href.startsWith(address) && names.get(page);
      const place = to.hash ? `${name}--${to.hash.slice(1)}` : `chapter-${name}`;
      link.setAttribute(key, name ? `#${place}` : to.href);
    }
  }

  function unfold(chapter) {
    all("details", chapter).forEach((part) => (part.open = true));
    const aside = "script, .headerlink, .vit-take, .offer, button";
    all(aside, chapter).forEach((node) => node.remove());
    for (const part of all("details.hide", chapter)) {
      part.querySelector("summary").remove();
      part.replaceWith(...part.childNodes);
    }
  }

  // A slider's still picture says where the slider moves.
  function still(widget) {
    const chapter = widget.closest("article");
    const place = widget.closest("section[id]").id.split("--")[1];
    const note = document.createElement("p");
    const link = document.createElement("a");
    link.href = new URL(`${chapter.dataset.page}.html#${place}`, address);
    link.textContent = link.href.replace("https://", "");
    note.className = "drag";
    note.append("A still picture: drag its sliders at ", link);
    widget.append(note);
  }

  // A picture of few pixels becomes a path for each colour; a photograph stays one.
  const MOST = 10_000; // rows of equal pixels
  const OVER = 0.03; // of a pixel, by which paths overlap: no seams between them
  async function pathsOf(image) {
    const source = image.getAttribute("href") ?? image.getAttribute("xlink:href");
    const bitmap = new Image();
    bitmap.src = source.replace(/\s/g, "");
    await bitmap.decode();
    const { naturalWidth: width, naturalHeight: height } = bitmap;
    const paths = runs(bitmap, width, height);
    if (!paths) return;
    const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
    const [x, y, across, down] = ["x", "y", "width", "height"].map((name) =>
      Number(image.getAttribute(name) ?? 0),
    );
    const scale = `translate(${x} ${y}) scale(${across / width} ${down / height})`;
    const turned = `${image.getAttribute("transform") ?? ""} ${scale}`;
    group.setAttribute("transform", turned);
    if (image.hasAttribute("clip-path")) {
      const outer = document.createElementNS(group.namespaceURI, "g");
      outer.setAttribute("clip-path", image.getAttribute("clip-path"));
      outer.append(group);
      image.replaceWith(outer);
    } else image.replaceWith(group);
    for (const [fill, d] of paths) {
      const path = document.createElementNS(group.namespaceURI, "path");
      path.setAttribute("fill", fill);
      path.setAttribute("d", d);
      group.append(path);
    }
  }

  function runs(bitmap, width, height) {
    const canvas = new OffscreenCanvas(width, height).getContext("2d");
    canvas.drawImage(bitmap, 0, 0);
    const { data } = canvas.getImageData(0, 0, width, height);
    const pixels = new Uint32Array(data.buffer);
    const paths = new Map();
    let count = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0, end; x < width; x = end) {
        const at = y * width + x;
        for (end = x + 1; end < width && pixels[at] === pixels[at - x + end]; ) end++;
        const [r, g, b] = data.subarray(4 * at);
        const fill = `rgb(${r} ${g} ${b})`;
        const long = Math.min(end - x + OVER, width - x);
        const tall = Math.min(1 + OVER, height - y);
        const run = `M${x} ${y}h${long}v${tall}h-${long}z`;
        paths.set(fill, (paths.get(fill) ?? "") + run);
        if (++count > MOST) return null;
      }
    }
    return paths;
  }

  chapters.forEach(rename);
  chapters.forEach(relink);
  chapters.forEach(unfold);
  all(".vit-widget").forEach(still);
  return Promise.all(all("svg image").map(pathsOf));
};
